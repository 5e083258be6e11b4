using System.Globalization;
using System.Runtime.InteropServices;
using Spinel.TestSupport;

namespace Spinel.Conformance.Tests.Differential;

/// <summary>Which protocol a run's connections speak.</summary>
internal enum RunProtocol
{
    /// <summary>RESP2 on all.</summary>
    Resp2,

    /// <summary>RESP3 on all.</summary>
    Resp3,

    /// <summary>RESP2 on connections with an even number, RESP3 on the others.</summary>
    Mixed,
}

/// <summary>
/// Sends the same steps to both servers and compares their replies, then their whole keyspaces. Commands that follow one
/// another on the same connection are pipelined, which makes a hundred thousand of them a matter of seconds; the two servers
/// get the same pipelines, so order within a run is the same on both.
/// </summary>
internal sealed class DifferentialRun : IDisposable
{
    private const int MaxPipelined = 64;
    private const int MaxPipelinedBytes = 128 * 1024;
    private const int MaxScanTurns = 100_000;

    private readonly ServerPair _servers;
    private readonly RunProtocol _protocol;
    private readonly Dictionary<int, (RespConnection Oracle, RespConnection Subject)> _connections = [];
    private readonly List<byte> _outgoing = [];

    private DifferentialRun(ServerPair servers, RunProtocol protocol)
    {
        _servers = servers;
        _protocol = protocol;
    }

    /// <summary>Runs steps on two emptied servers; null when they agree in everything.</summary>
    public static Difference? Execute(ServerPair servers, IReadOnlyList<Step> steps, RunProtocol protocol, bool audit = true)
    {
        servers.Flush();
        try
        {
            using var run = new DifferentialRun(servers, protocol);
            Difference? difference = run.Compare(steps);
            return difference is null && audit ? run.Audit(steps.Count, steps.Any(step => step.Name is "SORT" or "SORT_RO")) : difference;
        }
        finally
        {
            if (steps.Any(step => step is { Name: "CONFIG", Subname: "SET" } or { Kind: StepKind.Raw or StepKind.RawUntilClosed }))
            {
                servers.RestoreOptions();
            }
        }
    }

    public void Dispose()
    {
        foreach ((RespConnection oracle, RespConnection subject) in _connections.Values)
        {
            oracle.Dispose();
            subject.Dispose();
        }
    }

    private Difference? Compare(IReadOnlyList<Step> steps)
    {
        for (int i = 0; i < steps.Count;)
        {
            Step step = steps[i];
            if (step.Kind == StepKind.Wait)
            {
                Thread.Sleep(step.Count);
                i++;
                continue;
            }

            int end = i + 1;
            _outgoing.Clear();
            if (step.Kind == StepKind.Command)
            {
                RespConnection.Encode(_outgoing, step.Arguments);
                while (end < steps.Count && end - i < MaxPipelined && _outgoing.Count < MaxPipelinedBytes
                    && steps[end].Kind == StepKind.Command && steps[end].Connection == step.Connection)
                {
                    RespConnection.Encode(_outgoing, steps[end++].Arguments);
                }
            }

            if (CompareGroup(steps, i, end) is { } difference)
            {
                return difference;
            }

            i = end;
        }

        return null;
    }

    /// <summary>Runs the steps from begin to end: one of any kind, or several commands of one connection as a pipeline.</summary>
    private Difference? CompareGroup(IReadOnlyList<Step> steps, int begin, int end)
    {
        Step first = steps[begin];
        int at = begin;
        try
        {
            if (OpenConnection(first.Connection, begin) is { } refused)
            {
                return refused;
            }

            (RespConnection oracle, RespConnection subject) = _connections[first.Connection];
            switch (first.Kind)
            {
                case StepKind.Command:
                    oracle.SendRaw(CollectionsMarshal.AsSpan(_outgoing));
                    subject.SendRaw(CollectionsMarshal.AsSpan(_outgoing));
                    for (; at < end; at++)
                    {
                        if (CompareNext(steps[at], at, oracle.ReadReply, subject.ReadReply) is { } difference)
                        {
                            return difference;
                        }
                    }

                    return null;

                case StepKind.Send:
                    oracle.Send(first.Arguments);
                    subject.Send(first.Arguments);
                    return null;

                case StepKind.Receive:
                    return CompareNext(first, at, () => oracle.ReadMessage(true), () => subject.ReadMessage(true));

                case StepKind.Raw:
                    oracle.SendRaw(first.Arguments[0]);
                    subject.SendRaw(first.Arguments[0]);
                    for (int i = 0; i < first.Count; i++)
                    {
                        if (CompareNext(first, at, oracle.ReadReply, subject.ReadReply) is { } difference)
                        {
                            return difference;
                        }
                    }

                    return null;

                case StepKind.RawUntilClosed:
                    oracle.SendRaw(first.Arguments[0]);
                    subject.SendRaw(first.Arguments[0]);
                    string expected = CommandText.Escape(oracle.ReadUntilClosed());
                    string actual = FromSubject(() => CommandText.Escape(subject.ReadUntilClosed()));
                    return expected == actual ? null : new Difference(at, first, false, expected, actual);

                case StepKind.Scan:
                    string all = ScanAll(oracle, first.Arguments);
                    string some = FromSubject(() => ScanAll(subject, first.Arguments));
                    return all == some ? null : new Difference(at, first, false, all, some);

                default:
                    throw new InvalidOperationException($"unexpected {first.Kind}");
            }
        }
        catch (SubjectFailedException failure)
        {
            return new Difference(at, steps[at], false, "(an answer)", failure.Message, NoAnswer: true);
        }
        catch (IOException failure)
        {
            throw new InvalidOperationException($"the oracle does not answer step {at + 1}, {steps[at]}", failure);
        }
    }

    private Difference? CompareNext(Step step, int index, Func<RespReply> oracle, Func<RespReply> subject)
    {
        RespReply expected = oracle();
        RespReply actual;
        try
        {
            actual = FromSubject(subject);
        }
        catch (SubjectFailedException failure)
        {
            return new Difference(index, step, false, expected.Value.ToString(), failure.Message, NoAnswer: true);
        }

        if (ReplyRules.Agree(step, expected, actual))
        {
            return null;
        }

        string expectedText = expected.Value.ToString();
        string actualText = actual.Value.ToString();
        return expectedText == actualText
            ? new Difference(index, step, false, CommandText.Escape(expected.Raw), CommandText.Escape(actual.Raw))
            : new Difference(index, step, false, expectedText, actualText);
    }

    private Difference? OpenConnection(int number, int index)
    {
        if (_connections.ContainsKey(number))
        {
            return null;
        }

        RespConnection oracle = _servers.Oracle.Connect();
        RespConnection subject = FromSubject(() => _servers.Subject.Connect());
        _connections.Add(number, (oracle, subject));
        if (_protocol == RunProtocol.Resp2 || (_protocol == RunProtocol.Mixed && number % 2 == 0))
        {
            return null;
        }

        Step hello = Step.Command(number, "HELLO 3");
        oracle.Send(hello.Arguments);
        FromSubject(() =>
        {
            subject.Send(hello.Arguments);
            return 0;
        });
        return CompareNext(hello, index, oracle.ReadReply, subject.ReadReply);
    }

    private static string ScanAll(RespConnection connection, byte[][] command)
    {
        int at = command[0].Length == 4 ? 1 : 2; // SCAN cursor ..., but HSCAN key cursor ...
        int width = command[0].Length > 4 && (command[0][0] | 0x20) is 'h' or 'z' ? 2 : 1;
        var found = new SortedSet<string>(StringComparer.Ordinal);
        byte[] cursor = "0"u8.ToArray();
        for (int turn = 0; turn < MaxScanTurns; turn++)
        {
            connection.Send([.. command[..at], cursor, .. command[at..]]);
            RespValue reply = connection.ReadReply().Value;
            if (reply.Items is not [{ Bytes: { } next }, { Items: { } elements }])
            {
                return reply.ToString();
            }

            found.UnionWith(elements.Chunk(width).Select(element => string.Join(' ', element.Select(part => part.ToString()))));
            cursor = next;
            if (next is [(byte)'0'])
            {
                return string.Join('\n', found.Prepend(string.Create(CultureInfo.InvariantCulture, $"{found.Count} elements")));
            }
        }

        return "the iteration does not end";
    }

    private Difference? Audit(int index, bool withSort)
    {
        List<Step> questions = KeyspaceAudit.Databases();
        if (AsAudit(Compare(questions), index) is { } difference)
        {
            return difference;
        }

        using RespConnection oracle = _servers.Oracle.Connect();
        questions = KeyspaceAudit.Keys(oracle, _servers.SubjectKnows, withSort);
        return AsAudit(Compare(questions), index);
    }

    private static Difference? AsAudit(Difference? difference, int index) =>
        difference is null ? null : difference with { Index = index, IsAudit = true };

    private T FromSubject<T>(Func<T> action)
    {
        try
        {
            return action();
        }
        catch (Exception failure) when (failure is IOException or InvalidDataException or System.Net.Sockets.SocketException)
        {
            // A server that is going down closes its sockets a little before its process ends.
            for (int i = 0; i < 20 && failure is EndOfStreamException && !_servers.SubjectHasExited; i++)
            {
                Thread.Sleep(10);
            }

            throw new SubjectFailedException(_servers.SubjectHasExited
                ? $"({failure.Message}; {_servers.SubjectFailure("died")})"
                : $"({failure.Message})");
        }
    }

    private sealed class SubjectFailedException(string message) : Exception(message);
}
