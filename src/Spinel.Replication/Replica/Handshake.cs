using System.Globalization;
using System.Text;
using Spinel.Engine;

namespace Spinel.Replication.Replica;

/// <summary>What the greeting has led to.</summary>
internal enum HandshakeResult
{
    /// <summary>Nothing yet.</summary>
    Pending,

    /// <summary>The link is of no use; <see cref="Handshake.Reason"/> says why.</summary>
    Failed,

    /// <summary>The server that was to become the primary in the place of this one does not want to.</summary>
    Refused,

    /// <summary>The stream goes on where it broke off.</summary>
    Continue,

    /// <summary>All of the data comes.</summary>
    FullCopy,
}

/// <summary>
/// What a replica and its primary say to each other before the data: a sign of life, the password, what the replica is and can do, and then whether it may go on where it was
/// (PSYNC) or gets all of the data. Questions that do not depend on each other go out together.
/// </summary>
internal sealed class Handshake(ReplicationExtension replication, ReplicaSide side, PrimarySocket socket)
{
    private readonly SpinelEngine _engine = replication.Engine;
    private readonly Queue<Answer> _answers = new();
    private bool _isHandover;

    private enum Answer
    {
        Auth,
        Port,
        Address,
        Capabilities,
    }

    public LinkStage Stage { get; private set; } = LinkStage.Connecting;

    /// <summary>Why it has failed.</summary>
    public string Reason { get; private set; } = "";

    /// <summary>How bad that is.</summary>
    public ServerLogLevel ReasonLevel { get; private set; } = ServerLogLevel.Warning;

    /// <summary>The history of the data that comes; null when the primary tells of none, or of none that could be gone on with.</summary>
    public string? Id { get; private set; }

    /// <summary>The place in it.</summary>
    public long Offset { get; private set; } = -1;

    /// <summary>There is a connection.</summary>
    public void Begin()
    {
        Stage = LinkStage.Ping;
        Request("PING");
    }

    /// <summary>Takes a line of the primary, which is not empty.</summary>
    public HandshakeResult Take(ReadOnlySpan<byte> line) => Stage switch
    {
        LinkStage.Ping => OnPong(line),
        LinkStage.Greeting => OnAnswer(line),
        _ => OnPsync(LineReader.Text(line)),
    };

    private HandshakeResult OnPong(ReadOnlySpan<byte> line)
    {
        // Who has to authenticate cannot even ping; that comes next.
        if (line[0] != (byte)'+' && !line.StartsWith("-NOAUTH"u8) && !line.StartsWith("-NOPERM"u8) && !line.StartsWith("-ERR operation not permitted"u8))
        {
            return Fail($"Error reply to PING from master: '{LineReader.Text(line)}'");
        }

        Log(ServerLogLevel.Notice, "Master replied to PING, replication can continue...");
        Greet();
        return HandshakeResult.Pending;
    }

    private void Greet()
    {
        Stage = LinkStage.Greeting;
        var options = _engine.Options;
        if (!options.MasterAuth.IsEmpty)
        {
            string password = Encoding.Latin1.GetString(options.MasterAuth.Span);
            if (options.MasterUser.Length > 0)
            {
                Request("AUTH", Encoding.Latin1.GetString(Encoding.UTF8.GetBytes(options.MasterUser)), password);
            }
            else
            {
                Request("AUTH", password);
            }

            _answers.Enqueue(Answer.Auth);
        }

        int port = options.ReplicaAnnouncePort > 0 ? options.ReplicaAnnouncePort : _engine.TcpPort;
        Request("REPLCONF", "listening-port", port.ToString(CultureInfo.InvariantCulture));
        _answers.Enqueue(Answer.Port);
        if (options.ReplicaAnnounceIp.Length > 0)
        {
            Request("REPLCONF", "ip-address", options.ReplicaAnnounceIp);
            _answers.Enqueue(Answer.Address);
        }

        Request("REPLCONF", "capa", "eof", "capa", "psync2");
        _answers.Enqueue(Answer.Capabilities);
    }

    private HandshakeResult OnAnswer(ReadOnlySpan<byte> line)
    {
        Answer answer = _answers.Dequeue();
        if (line[0] == (byte)'-')
        {
            string text = LineReader.Text(line);
            if (answer == Answer.Auth)
            {
                return Fail($"Unable to AUTH to MASTER: {text}");
            }

            string option = answer switch
            {
                Answer.Port => "listening-port",
                Answer.Address => "ip-address",
                _ => "capa",
            };
            Log(ServerLogLevel.Notice, $"(Non critical) Master does not understand REPLCONF {option}: {text}");
        }

        if (_answers.Count == 0)
        {
            AskForSynchronization();
        }

        return HandshakeResult.Pending;
    }

    private void AskForSynchronization()
    {
        Stage = LinkStage.Psync;
        string id = "?";
        string offset = "-1";
        if (side.CanResume)
        {
            id = replication.State.Id;
            offset = (replication.State.Offset + 1).ToString(CultureInfo.InvariantCulture);
            Log(ServerLogLevel.Notice, $"Trying a partial resynchronization (request {id}:{offset}).");
        }
        else
        {
            Log(ServerLogLevel.Notice, "Partial resynchronization not possible (no cached master)");
        }

        if (side.Failover.IsHandingOver)
        {
            Log(ServerLogLevel.Notice, "Initiating coordinated failover PSYNC request to the promoted replica.");
            Request("PSYNC", id, offset, "FAILOVER");
            _isHandover = true;
        }
        else
        {
            Request("PSYNC", id, offset);
        }
    }

    private HandshakeResult OnPsync(string text)
    {
        bool isContinue = text.StartsWith("+CONTINUE", StringComparison.Ordinal);
        bool isFull = text.StartsWith("+FULLRESYNC", StringComparison.Ordinal);
        if (_isHandover)
        {
            if (!isContinue && !isFull)
            {
                return HandshakeResult.Refused;
            }

            side.Failover.OnAccepted();
        }

        if (isFull)
        {
            OnFullResync(text);
            return HandshakeResult.FullCopy;
        }

        if (isContinue)
        {
            return OnContinue(text);
        }

        if (text.StartsWith("-NOMASTERLINK", StringComparison.Ordinal) || text.StartsWith("-LOADING", StringComparison.Ordinal))
        {
            // Some time later it can.
            return Fail($"Master is currently unable to PSYNC but should be in the future: {text}", ServerLogLevel.Notice);
        }

        Log(ServerLogLevel.Notice, text.StartsWith("-ERR", StringComparison.Ordinal)
            ? $"Master does not support PSYNC or is in error state (reply: {text})"
            : $"Unexpected reply to PSYNC from master: {text}");
        side.ForgetHistory();
        Log(ServerLogLevel.Notice, "Retrying with SYNC...");
        Request("SYNC");
        return HandshakeResult.FullCopy;
    }

    private void OnFullResync(string text)
    {
        string[] words = text.Split(' ', StringSplitOptions.RemoveEmptyEntries);
        if (words is [_, { Length: 40 } id, var offset] && long.TryParse(offset, NumberStyles.None, CultureInfo.InvariantCulture, out long place))
        {
            Id = id;
            Offset = place;
            Log(ServerLogLevel.Notice, $"Full resync from master: {id}:{offset}");
        }
        else
        {
            // It is one that knows PSYNC, but its data cannot be gone on with.
            Log(ServerLogLevel.Warning, "Master replied with wrong +FULLRESYNC syntax.");
        }

        side.ForgetHistory();
    }

    private HandshakeResult OnContinue(string text)
    {
        if (!side.CanResume)
        {
            return Fail("Master replied +CONTINUE to a request for all of its data");
        }

        Log(ServerLogLevel.Notice, "Successful partial resynchronization with master.");
        string[] words = text.Split(' ', StringSplitOptions.RemoveEmptyEntries);
        if (words is [_, { Length: 40 } id] && id != replication.State.Id)
        {
            side.ChangeHistory(id);
        }

        Log(ServerLogLevel.Notice, "MASTER <-> REPLICA sync: Master accepted a Partial Resynchronization.");
        return HandshakeResult.Continue;
    }

    private HandshakeResult Fail(string reason, ServerLogLevel level = ServerLogLevel.Warning)
    {
        Reason = reason;
        ReasonLevel = level;
        return HandshakeResult.Failed;
    }

    private void Request(params ReadOnlySpan<string> words) => socket.Request(words);

    private void Log(ServerLogLevel level, string message) => _engine.Log.Write(level, message);
}
