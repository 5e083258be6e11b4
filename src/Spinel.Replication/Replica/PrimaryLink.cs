using System.Globalization;
using System.Text;
using Spinel.Engine;
using Spinel.Persistence.Rdb;

namespace Spinel.Replication.Replica;

/// <summary>
/// One connection to the primary, from the attempt to make it to its end: the greeting, the agreement on how to synchronize, the copy of the data, the stream.
/// <para>
/// It goes through the stages of <see cref="LinkStage"/> in order and never back. Whatever goes wrong in any of them ends the link, and <see cref="ReplicaSide"/> begins
/// another one. What is agreed on is decided there, too; this class speaks the protocol.
/// </para>
/// </summary>
internal sealed class PrimaryLink : IPrimarySocketOwner, IDisposable
{
    /// <summary>No line of the greeting is longer; who sends more is no primary.</summary>
    private const int MaxLineBytes = 1024;

    private const int PeriodMs = 1000;

    private readonly ReplicationExtension _replication;
    private readonly SpinelEngine _engine;
    private readonly ReplicaSide _side;
    private readonly PrimarySocket _socket;
    private readonly byte[] _line = new byte[MaxLineBytes];
    private readonly Queue<Answer> _answers = new();
    private byte[] _rest = [];
    private int _lineLength;
    private FullSync? _sync;
    private StreamApplier? _applier;
    private string _id = ReplicationState.NoId;
    private long _offset = -1;
    private long _lastPeriodMs;
    private long _handoverMs;

    private enum Answer
    {
        Auth,
        Port,
        Address,
        Capabilities,
    }

    public PrimaryLink(ReplicationExtension replication, ReplicaSide side, string host, int port)
    {
        _replication = replication;
        _engine = replication.Engine;
        _side = side;
        LastIoMs = _engine.Clock.NowMs;
        _socket = new PrimarySocket(_engine, host, port, _engine.Options.BindSourceAddress, this);
        _socket.Connect();
    }

    public LinkStage Stage { get; private set; } = LinkStage.Connecting;

    /// <summary>When something was last heard of the primary, in Unix milliseconds.</summary>
    public long LastIoMs { get; private set; }

    /// <summary>The copy on its way.</summary>
    public FullSync? Sync => _sync;

    /// <summary>The stream that is followed.</summary>
    public StreamApplier? Applier => _applier;

    /// <summary>The primary knows no PSYNC: it gives no offsets, and cannot go on from one.</summary>
    public bool IsPrePsync { get; private set; }

    public int MaxTimeoutMs => Stage == LinkStage.Load ? 0 : int.MaxValue;

    /// <summary>Looks after what is due.</summary>
    public void OnCron()
    {
        long now = _engine.Clock.NowMs;
        long silenceMs = now - LastIoMs;
        if (silenceMs > _engine.Options.ReplTimeoutSeconds * 1000L && Stage != LinkStage.Load)
        {
            End(Stage switch
            {
                LinkStage.Streaming => "MASTER timeout: no data nor PING received...",
                LinkStage.Transfer or LinkStage.TransferHead =>
                    "Timeout receiving bulk data from MASTER... If the problem persists try to set the 'repl-timeout' parameter in redis.conf to a larger value.",
                _ => "Timeout connecting to the MASTER...",
            });
            return;
        }

        if (_applier is { IsClosed: true })
        {
            End("Connection with master lost.");
            return;
        }

        if (now - _lastPeriodMs < PeriodMs)
        {
            return;
        }

        _lastPeriodMs = now;
        if (Stage == LinkStage.Streaming)
        {
            SendAck();
        }
        else if (Stage == LinkStage.Load)
        {
            // The primary must not take the silence for an end.
            _socket.Send("\n"u8);
        }
        else if (Stage == LinkStage.Transfer)
        {
            Guard(this, static link => link._sync!.Retry());
        }
    }

    /// <summary>The end of a turn.</summary>
    public void OnTurnEnd()
    {
        if (Stage == LinkStage.Load)
        {
            Guard(this, static link => link.StepLoad());
        }
    }

    /// <summary>Tells the primary how far its stream has been applied.</summary>
    public void SendAck()
    {
        if (_applier is not null && !IsPrePsync)
        {
            Request("REPLCONF", "ACK", _applier.AppliedOffset.ToString(CultureInfo.InvariantCulture));
        }
    }

    /// <summary>Ends the link, and what was begun on it.</summary>
    public void Dispose()
    {
        _socket.Dispose();
        _sync?.Dispose();
        _sync = null;
        _applier?.Dispose();
        _applier = null;
    }

    void IPrimarySocketOwner.OnConnected()
    {
        Log(ServerLogLevel.Notice, "Non blocking connect for SYNC fired the event.");
        Heard();
        Stage = LinkStage.Ping;
        Request("PING");
    }

    void IPrimarySocketOwner.OnFailed(string reason) => End(Stage switch
    {
        LinkStage.Streaming => "Connection with master lost.",
        LinkStage.Connecting => $"Error condition on socket for SYNC: {reason}",
        LinkStage.Transfer or LinkStage.TransferHead => $"I/O error trying to sync with MASTER: {reason}",
        LinkStage.Load => "The connection with the master was lost while its data was loaded",
        _ => $"Failed to read response from the server: {reason}",
    });

    void IPrimarySocketOwner.OnReceived(Span<byte> bytes)
    {
        Heard();
        _engine.Statistics.ReplicationInputBytes += bytes.Length;
        Take(bytes);
    }

    private void Take(Span<byte> bytes)
    {
        while (!bytes.IsEmpty && _socket.IsOpen)
        {
            if (Stage == LinkStage.Streaming)
            {
                if (_applier!.Apply(bytes) is { } problem)
                {
                    End($"The stream of the master cannot be followed: {problem}");
                }

                return;
            }

            if (Stage == LinkStage.Load)
            {
                // The stream, which follows the data without a pause.
                _rest = [.. _rest, .. bytes];
                return;
            }

            bytes = bytes[(Stage == LinkStage.Transfer ? TakePayload(bytes) : TakeLine(bytes))..];
        }
    }

    private int TakeLine(ReadOnlySpan<byte> bytes)
    {
        int end = bytes.IndexOf((byte)'\n');
        int count = end < 0 ? bytes.Length : end;
        if (count > MaxLineBytes - _lineLength)
        {
            End($"Unexpected reply from master: a line of more than {MaxLineBytes} bytes, are you sure the host and port are right?");
            return bytes.Length;
        }

        bytes[..count].CopyTo(_line.AsSpan(_lineLength));
        _lineLength += count;
        if (end < 0)
        {
            return bytes.Length;
        }

        ReadOnlySpan<byte> line = _line.AsSpan(0, _lineLength).TrimEnd((byte)'\r');
        _lineLength = 0;

        // Empty lines say that the primary is still there.
        if (!line.IsEmpty)
        {
            OnLine(line);
        }

        return end + 1;
    }

    private void OnLine(ReadOnlySpan<byte> line)
    {
        switch (Stage)
        {
            case LinkStage.Ping:
                OnPong(line);
                break;
            case LinkStage.Greeting:
                OnAnswer(line);
                break;
            case LinkStage.Psync:
                OnPsync(line);
                break;
            default:
                OnTransferHead(line);
                break;
        }
    }

    private void OnPong(ReadOnlySpan<byte> line)
    {
        // Who has to authenticate cannot even ping; that comes next.
        if (line[0] != (byte)'+' && !line.StartsWith("-NOAUTH"u8) && !line.StartsWith("-NOPERM"u8) && !line.StartsWith("-ERR operation not permitted"u8))
        {
            End($"Error reply to PING from master: '{Text(line)}'");
            return;
        }

        Log(ServerLogLevel.Notice, "Master replied to PING, replication can continue...");
        Greet();
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

    private void OnAnswer(ReadOnlySpan<byte> line)
    {
        Answer answer = _answers.Dequeue();
        if (line[0] == (byte)'-')
        {
            switch (answer)
            {
                case Answer.Auth:
                    End($"Unable to AUTH to MASTER: {Text(line)}");
                    return;
                case Answer.Port:
                    Log(ServerLogLevel.Notice, $"(Non critical) Master does not understand REPLCONF listening-port: {Text(line)}");
                    break;
                case Answer.Address:
                    Log(ServerLogLevel.Notice, $"(Non critical) Master does not understand REPLCONF ip-address: {Text(line)}");
                    break;
                default:
                    Log(ServerLogLevel.Notice, $"(Non critical) Master does not understand REPLCONF capa: {Text(line)}");
                    break;
            }
        }

        if (_answers.Count == 0)
        {
            AskForSynchronization();
        }
    }

    private void AskForSynchronization()
    {
        Stage = LinkStage.Psync;
        string id = "?";
        string offset = "-1";
        if (_side.CanResume)
        {
            id = _replication.State.Id;
            offset = (_replication.State.Offset + 1).ToString(CultureInfo.InvariantCulture);
            Log(ServerLogLevel.Notice, $"Trying a partial resynchronization (request {id}:{offset}).");
        }
        else
        {
            Log(ServerLogLevel.Notice, "Partial resynchronization not possible (no cached master)");
        }

        if (_side.Failover.IsHandingOver)
        {
            Log(ServerLogLevel.Notice, "Initiating coordinated failover PSYNC request to the promoted replica.");
            Request("PSYNC", id, offset, "FAILOVER");
            _handoverMs = _engine.Clock.NowMs;
        }
        else
        {
            Request("PSYNC", id, offset);
        }
    }

    private void OnPsync(ReadOnlySpan<byte> line)
    {
        string text = Text(line);
        bool isHandover = _handoverMs != 0;
        if (isHandover)
        {
            if (!text.StartsWith("+CONTINUE", StringComparison.Ordinal) && !text.StartsWith("+FULLRESYNC", StringComparison.Ordinal))
            {
                _side.Failover.OnRejected();
                return;
            }

            _side.Failover.OnAccepted();
        }

        if (text.StartsWith("+FULLRESYNC", StringComparison.Ordinal))
        {
            OnFullResync(text);
        }
        else if (text.StartsWith("+CONTINUE", StringComparison.Ordinal))
        {
            OnContinue(text);
        }
        else if (text.StartsWith("-NOMASTERLINK", StringComparison.Ordinal) || text.StartsWith("-LOADING", StringComparison.Ordinal))
        {
            // Some time later it can.
            End($"Master is currently unable to PSYNC but should be in the future: {text}", ServerLogLevel.Notice);
        }
        else
        {
            Log(ServerLogLevel.Notice, text.StartsWith("-ERR", StringComparison.Ordinal)
                ? $"Master does not support PSYNC or is in error state (reply: {text})"
                : $"Unexpected reply to PSYNC from master: {text}");
            _side.ForgetHistory();
            Log(ServerLogLevel.Notice, "Retrying with SYNC...");
            IsPrePsync = true;
            Stage = LinkStage.TransferHead;
            Request("SYNC");
        }
    }

    private void OnFullResync(string text)
    {
        string[] words = text.Split(' ', StringSplitOptions.RemoveEmptyEntries);
        if (words is [_, { Length: 40 } id, var offset] && long.TryParse(offset, NumberStyles.None, CultureInfo.InvariantCulture, out _offset))
        {
            _id = id;
            Log(ServerLogLevel.Notice, $"Full resync from master: {id}:{offset}");
        }
        else
        {
            // It is one that knows PSYNC, but its data cannot be gone on with.
            Log(ServerLogLevel.Warning, "Master replied with wrong +FULLRESYNC syntax.");
            IsPrePsync = true;
        }

        _side.ForgetHistory();
        Stage = LinkStage.TransferHead;
    }

    private void OnContinue(string text)
    {
        if (!_side.CanResume)
        {
            End("Master replied +CONTINUE to a request for all of its data");
            return;
        }

        Log(ServerLogLevel.Notice, "Successful partial resynchronization with master.");
        string[] words = text.Split(' ', StringSplitOptions.RemoveEmptyEntries);
        if (words is [_, { Length: 40 } id] && id != _replication.State.Id)
        {
            _side.ChangeHistory(id);
        }

        Log(ServerLogLevel.Notice, "MASTER <-> REPLICA sync: Master accepted a Partial Resynchronization.");
        Follow(_side.StreamDatabase);
    }

    private void OnTransferHead(ReadOnlySpan<byte> line)
    {
        if (line[0] == (byte)'-')
        {
            End($"MASTER aborted replication with an error: {Text(line[1..])}");
            return;
        }

        if (PayloadFrame.Parse(line) is not { } frame)
        {
            End($"Bad protocol from MASTER, the first byte is not '$' (we received '{Text(line)}'), are you sure the host and port are right?");
            return;
        }

        Stage = LinkStage.Transfer;
        Guard((Link: this, Frame: frame), static x =>
        {
            PrimaryLink link = x.Link;
            link._sync = new FullSync(link._replication, x.Frame, link._id == link._replication.State.Id);
        });
    }

    private int TakePayload(ReadOnlySpan<byte> bytes)
    {
        int count = bytes.Length;
        try
        {
            count = _sync!.Receive(bytes);
        }
        catch (Exception e) when (IsExpected(e))
        {
            Fail(e);
            return count;
        }

        if (_sync.IsLoaded)
        {
            Complete();
        }
        else if (_sync.IsLoadingFile)
        {
            // What follows stays in the kernel until the data is there that it is about.
            Stage = LinkStage.Load;
            _socket.IsPaused = true;
        }

        return count;
    }

    private void StepLoad()
    {
        _sync!.Step();
        if (_sync.IsLoaded)
        {
            Complete();
            byte[] rest = _rest;
            _rest = [];
            Take(rest);
            _socket.IsPaused = false;
        }
    }

    private void Complete()
    {
        FullSync sync = _sync!;
        _sync = null;
        sync.Commit();
        int database = sync.Result!.ReplicationDatabase;
        sync.Dispose();
        _side.AdoptHistory(IsPrePsync ? null : _id, _offset);
        Log(ServerLogLevel.Notice, "MASTER <-> REPLICA sync: Finished with success");
        Heard();
        Follow(database >= 0 && database < _engine.Keyspace.DatabaseCount ? database : 0);
        _side.OnDataReplaced();
    }

    private void Follow(int database)
    {
        _applier = new StreamApplier(_replication, _socket, database);
        Stage = LinkStage.Streaming;
        _side.OnStreaming();

        // A primary that has sent everything without being asked takes the first word for the sign that it was received.
        SendAck();
        _lastPeriodMs = _engine.Clock.NowMs;
    }

    private void Heard() => LastIoMs = _engine.Clock.NowMs;

    private void End(string reason, ServerLogLevel level = ServerLogLevel.Warning)
    {
        Log(level, reason);
        _socket.Close();
        _side.OnLinkEnded(this);
    }

    private void Fail(Exception e)
    {
        if (e is RdbFormatException)
        {
            Log(ServerLogLevel.Warning, $"The data of the master is damaged: {e.Message}");
            End(_sync is { IsLoadingFile: true }
                ? "Failed trying to load the MASTER synchronization DB from disk, check server logs."
                : "Failed trying to load the MASTER synchronization DB from socket, check server logs.");
        }
        else
        {
            End($"Write error or short write writing to the DB dump file needed for MASTER <-> REPLICA synchronization: {FileErrorText.Of(e)}");
        }
    }

    private static bool IsExpected(Exception e) => e is RdbFormatException or IOException or UnauthorizedAccessException;

    private void Guard<T>(T argument, Action<T> action)
    {
        try
        {
            action(argument);
        }
        catch (Exception e) when (IsExpected(e))
        {
            Fail(e);
        }
    }

    /// <summary>Sends a command; each character of the arguments is a byte.</summary>
    private void Request(params ReadOnlySpan<string> words)
    {
        var text = new StringBuilder().Append(CultureInfo.InvariantCulture, $"*{words.Length}\r\n");
        foreach (string word in words)
        {
            text.Append(CultureInfo.InvariantCulture, $"${word.Length}\r\n{word}\r\n");
        }

        _socket.Send(Encoding.Latin1.GetBytes(text.ToString()));
    }

    private void Log(ServerLogLevel level, string message) => _engine.Log.Write(level, message);

    /// <summary>What the primary has sent, fit for a line of the log.</summary>
    private static string Text(ReadOnlySpan<byte> line)
    {
        const int Longest = 200;
        Span<char> text = stackalloc char[Math.Min(line.Length, Longest)];
        for (int i = 0; i < text.Length; i++)
        {
            text[i] = line[i] is >= 32 and < 127 ? (char)line[i] : '?';
        }

        return new string(text);
    }
}
