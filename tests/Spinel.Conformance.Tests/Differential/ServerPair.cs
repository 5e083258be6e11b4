using Spinel.TestSupport;

namespace Spinel.Conformance.Tests.Differential;

/// <summary>
/// The oracle and the server under test, kept running between tests of a class. A server under test that died is started
/// again, so that the sequence which killed it can be made shorter; the death itself is a difference that fails the test.
/// </summary>
public sealed class ServerPair : IDisposable
{
    private readonly ServerCommand _oracleCommand;
    private readonly ServerCommand _subjectCommand;
    private readonly Dictionary<string, bool> _knownCommands = new(StringComparer.OrdinalIgnoreCase);
    private ServerProcess? _oracle;
    private ServerProcess? _subject;
    private OptionKeeper? _oracleOptions;
    private OptionKeeper? _subjectOptions;

    /// <summary>Redis and Spinel (or SPINEL_SUBJECT).</summary>
    public ServerPair()
        : this(Spinel.TestSupport.Oracle.Require(), ServerCommand.Subject())
    {
    }

    internal ServerPair(ServerCommand oracle, ServerCommand subject)
    {
        _oracleCommand = oracle;
        _subjectCommand = subject;
    }

    internal ServerProcess Oracle
    {
        get
        {
            if (_oracle is null)
            {
                _oracle = ServerProcess.Start(_oracleCommand);
                _oracleOptions = new OptionKeeper(_oracle);
            }

            return _oracle;
        }
    }

    internal ServerProcess Subject
    {
        get
        {
            if (_subject is { HasExited: true })
            {
                _subject.Kill();
                _subject = null;
            }

            if (_subject is null)
            {
                _subjectOptions?.Dispose();
                _subject = ServerProcess.Start(_subjectCommand);
                _subjectOptions = new OptionKeeper(_subject);
            }

            return _subject;
        }
    }

    internal bool SubjectHasExited => _subject is null or { HasExited: true };

    internal string SubjectFailure(string what) => _subject?.Failure(what).Message ?? what;

    /// <summary>Empties both servers.</summary>
    internal void Flush()
    {
        foreach (ServerProcess server in (ReadOnlySpan<ServerProcess>)[Oracle, Subject])
        {
            using RespConnection connection = server.Connect();
            RespValue reply = connection.Command("FLUSHALL");
            if (reply.IsError)
            {
                throw server.Failure($"cannot be emptied: {reply}");
            }
        }
    }

    /// <summary>Sets the options of both servers to what they were at the start, so that no run inherits another's.</summary>
    internal void RestoreOptions()
    {
        _oracleOptions?.Restore();
        if (!SubjectHasExited)
        {
            _subjectOptions?.Restore();
        }
    }

    /// <summary>Whether the server under test has a command at all (its arity error counts as yes).</summary>
    internal bool SubjectKnows(string command)
    {
        if (!_knownCommands.TryGetValue(command, out bool known))
        {
            using RespConnection connection = Subject.Connect();
            RespValue reply = connection.Command(command);
            known = !reply.Text.StartsWith("ERR unknown command", StringComparison.Ordinal);
            _knownCommands.Add(command, known);
        }

        return known;
    }

    /// <summary>Stops both; an error that the server under test reports at its end (a leak, damaged memory) fails here.</summary>
    public void Dispose()
    {
        _oracleOptions?.Dispose();
        _subjectOptions?.Dispose();
        _oracle?.Kill();
        if (_subject is not null)
        {
            if (_subject.HasExited)
            {
                _subject.Kill();
            }
            else
            {
                _subject.Stop();
            }
        }
    }
}
