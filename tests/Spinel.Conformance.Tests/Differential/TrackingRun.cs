using System.Globalization;
using System.Text;
using Spinel.TestSupport;

namespace Spinel.Conformance.Tests.Differential;

/// <summary>
/// Runs steps of several clients on both servers and compares, after every command, its reply and the messages that every client has got. Ids of
/// clients are not the same on both servers: <c>{id:2}</c> in an argument is the id of client 2. QUIT ends a connection, and the next step opens it anew.
/// </summary>
internal sealed class TrackingRun : IDisposable
{
    private const int ClientCount = 5;
    private static readonly byte[][] Ping = [[.. "PING"u8]];

    private readonly ServerPair _servers;
    private readonly Side _oracle;
    private readonly Side _subject;

    private TrackingRun(ServerPair servers)
    {
        _servers = servers;
        _oracle = new Side(servers.Oracle);
        _subject = new Side(servers.Subject);
    }

    /// <summary>Null when the servers agree.</summary>
    public static Difference? Execute(ServerPair servers, IReadOnlyList<Step> steps)
    {
        servers.Flush();
        using var run = new TrackingRun(servers);
        for (int i = 0; i < steps.Count; i++)
        {
            try
            {
                if (run.Compare(steps[i], i) is { } difference)
                {
                    return difference;
                }
            }
            catch (Exception failure) when (failure is IOException or InvalidDataException)
            {
                return new Difference(i, steps[i], false, "(an answer)", $"({failure.Message}; {servers.SubjectFailure("silent")})", NoAnswer: true);
            }
        }

        return null;
    }

    public void Dispose()
    {
        _oracle.Dispose();
        _subject.Dispose();
    }

    private Difference? Compare(Step step, int index)
    {
        if (step.Kind == StepKind.Wait)
        {
            Thread.Sleep(step.Count);
        }
        else
        {
            _oracle.Send(step);
            _subject.Send(step);
            RespReply expected = _oracle.Read(step);
            RespReply actual = _subject.Read(step);

            if (!ReplyRules.Agree(step, expected, actual))
            {
                return new Difference(index, step, false, CommandText.Escape(expected.Raw), CommandText.Escape(actual.Raw));
            }

            if (step.Count > 0)
            {
                // A key with little time left: it may go now, or during the pause that follows.
                return null;
            }

            // Redis tells nobody of what it has changed before it found damage, and looks for keys in a malformed XREAD in a way of its own.
            if (expected.Value.Text.StartsWith("INVALIDOBJ", StringComparison.Ordinal) || (step.Name == "XREAD" && expected.Value.IsError))
            {
                Forget();
                return null;
            }
        }

        _oracle.Ask();
        _subject.Ask();
        string told = _oracle.Messages();
        string toldBySubject = _subject.Messages();
        return told == toldBySubject ? null : new Difference(index, step, false, told, toldBySubject);
    }

    /// <summary>Brings both servers to the same state again: a flush forgets what clients have read.</summary>
    private void Forget()
    {
        _servers.Flush();
        foreach (Side side in (ReadOnlySpan<Side>)[_oracle, _subject])
        {
            side.Ask();
            side.Messages();
        }
    }

    /// <summary>The clients of one server.</summary>
    private sealed class Side(ServerProcess server) : IDisposable
    {
        private readonly RespConnection?[] _clients = new RespConnection?[ClientCount];
        private readonly long[] _ids = new long[ClientCount];

        public void Send(Step step)
        {
            for (int i = 0; i < ClientCount; i++)
            {
                Connect(i);
            }

            _clients[step.Connection]!.Send([.. step.Arguments.Select(WithId)]);
        }

        public RespReply Read(Step step)
        {
            RespConnection client = _clients[step.Connection]!;
            RespReply reply = client.ReadReply();
            if (step.Name == "QUIT" && !reply.Value.IsError)
            {
                client.ReadUntilClosed();
                client.Dispose();
                _clients[step.Connection] = null;
            }

            return reply;
        }

        /// <summary>Asks every client's connection for a sign of life: what comes before it was caused by what went before.</summary>
        public void Ask()
        {
            for (int i = 0; i < ClientCount; i++)
            {
                _clients[i]?.Send(Ping);
            }
        }

        /// <summary>What every client has been told since the last call.</summary>
        public string Messages()
        {
            var text = new StringBuilder();
            for (int i = 0; i < ClientCount; i++)
            {
                if (_clients[i] is not { } client)
                {
                    continue;
                }

                client.ReadReply();
                while (client.Pushes.TryDequeue(out RespReply? push))
                {
                    string message = CommandText.Escape(push.Raw);
                    for (int id = 0; id < ClientCount; id++)
                    {
                        message = message.Replace($":{_ids[id]}\\r", $":{{id:{id}}}\\r", StringComparison.Ordinal);
                    }

                    // A client that is gone for good has no number any more.
                    text.Append(CultureInfo.InvariantCulture, $"@{i} ").AppendLine(
                        message.Contains("tracking-redir-broken", StringComparison.Ordinal) ? "tracking-redir-broken" : message);
                }
            }

            return text.ToString();
        }

        public void Dispose()
        {
            foreach (RespConnection? client in _clients)
            {
                client?.Dispose();
            }
        }

        private void Connect(int number)
        {
            if (_clients[number] is null)
            {
                RespConnection client = server.Connect();
                client.Command("HELLO", "3");
                _ids[number] = client.Command("CLIENT", "ID").Integer;
                _clients[number] = client;
            }
        }

        private byte[] WithId(byte[] argument) =>
            argument is [(byte)'{', (byte)'i', (byte)'d', (byte)':', >= (byte)'0' and < (byte)'0' + ClientCount, (byte)'}']
                ? Encoding.ASCII.GetBytes(_ids[argument[4] - '0'].ToString(CultureInfo.InvariantCulture))
                : argument;
    }
}
