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

    internal ServerProcess Oracle => _oracle ??= ServerProcess.Start(_oracleCommand);

    internal ServerProcess Subject
    {
        get
        {
            if (_subject is { HasExited: true })
            {
                _subject.Kill();
                _subject = null;
            }

            return _subject ??= ServerProcess.Start(_subjectCommand);
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
