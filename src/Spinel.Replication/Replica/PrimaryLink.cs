using System.Globalization;
using Spinel.Engine;
using Spinel.Persistence;
using Spinel.Persistence.Rdb;

namespace Spinel.Replication.Replica;

/// <summary>
/// One connection to the primary, from the attempt to make it to its end: the greeting (<see cref="Handshake"/>), the copy of the data (<see cref="FullSync"/>), the stream
/// (<see cref="StreamApplier"/>).
/// <para>
/// It goes through the stages of <see cref="LinkStage"/> in order and never back. Whatever goes wrong in any of them ends the link, and <see cref="ReplicaSide"/> begins
/// another one.
/// </para>
/// </summary>
internal sealed class PrimaryLink : IPrimarySocketOwner, IDisposable
{
    private const int PeriodMs = 1000;

    private readonly ReplicationExtension _replication;
    private readonly SpinelEngine _engine;
    private readonly ReplicaSide _side;
    private readonly PrimarySocket _socket;
    private readonly Handshake _handshake;
    private readonly LineReader _lines = new();
    private readonly LogSyncs _syncs;
    private byte[] _rest = [];
    private FullSync? _sync;
    private StreamApplier? _applier;
    private LinkStage _stage;
    private long _lastPeriodMs;
    private long _askedAboutSyncFrom = long.MaxValue;

    public PrimaryLink(ReplicationExtension replication, ReplicaSide side, string host, int port)
    {
        _replication = replication;
        _engine = replication.Engine;
        _side = side;
        LastIoMs = _engine.Clock.NowMs;
        _syncs = new LogSyncs(replication.State, _engine.Extension<PersistenceExtension>().Log);
        _socket = new PrimarySocket(_engine, host, port, _engine.Options.BindSourceAddress, this);
        _handshake = new Handshake(replication, side, _socket);
        _socket.Connect();
    }

    public LinkStage Stage => _stage == LinkStage.None ? _handshake.Stage : _stage;

    /// <summary>When something was last heard of the primary, in Unix milliseconds.</summary>
    public long LastIoMs { get; private set; }

    /// <summary>Since when the stream is followed, in Unix milliseconds.</summary>
    public long StreamingSinceMs { get; private set; }

    /// <summary>What the primary has sent for its stream is none: there is no hurry to come back for more.</summary>
    public bool HasNonsense { get; private set; }

    /// <summary>The copy on its way.</summary>
    public FullSync? Sync => _sync;

    /// <summary>The stream that is followed.</summary>
    public StreamApplier? Applier => _applier;

    /// <summary>The primary has told of no offset: it is not asked to go on from one, and told of none.</summary>
    public bool IsWithoutOffset { get; private set; }

    public int MaxTimeoutMs => Stage == LinkStage.Load ? 0 : int.MaxValue;

    /// <summary>Looks after what is due.</summary>
    public void OnCron()
    {
        long now = _engine.Clock.NowMs;
        if (_socket.IsPaused)
        {
            // The silence is this server's own.
            Heard();
        }

        long silenceMs = now - LastIoMs;
        if (silenceMs > _engine.Options.ReplTimeoutSeconds * 1000L)
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
        if (_applier is { HoldsBack: true } && Stage != LinkStage.Load && !_engine.Pause.IsActive)
        {
            Take([]);
            _socket.IsPaused = false;
            AskForTurn();
        }

        if (_askedAboutSyncFrom != long.MaxValue && _syncs.Read() > _askedAboutSyncFrom)
        {
            // Somebody may wait for the disk, not only for the data.
            SendAck();
        }
    }

    /// <summary>The replies of the turn are sent.</summary>
    public void RunBackground()
    {
        if (Stage == LinkStage.Load)
        {
            Guard(this, static link => link.StepLoad());
        }
    }

    /// <summary>The primary wants to know how far this server is.</summary>
    public void OnGetAck()
    {
        SendAck();
        long synced = _syncs.Read();
        _askedAboutSyncFrom = synced < 0 ? long.MaxValue : synced;
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
        _handshake.Begin();
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
        _engine.Statistics.NetInputBytes += bytes.Length;
        _engine.Statistics.ReplicationInputBytes += bytes.Length;
        while (!bytes.IsEmpty && _socket.IsOpen)
        {
            if (Stage == LinkStage.Streaming)
            {
                Take(bytes);
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

    /// <summary>Tells the primary how far its stream has been applied and, where there is a log, how much of that is on disk.</summary>
    private void SendAck()
    {
        if (_applier is null || IsWithoutOffset)
        {
            return;
        }

        _askedAboutSyncFrom = long.MaxValue;
        string applied = _applier.AppliedOffset.ToString(CultureInfo.InvariantCulture);
        long synced = _syncs.Read();
        if (synced < 0)
        {
            _socket.Request("REPLCONF", "ACK", applied);
        }
        else
        {
            _socket.Request("REPLCONF", "ACK", applied, "FACK", synced.ToString(CultureInfo.InvariantCulture));
        }
    }

    /// <summary>Takes bytes of the stream, or goes on with those that were held back.</summary>
    private void Take(Span<byte> bytes)
    {
        if (_applier!.Apply(bytes, isHeld: _engine.Pause.IsActive) is { } problem)
        {
            HasNonsense = true;
            End($"The stream of the master cannot be followed: {problem}");
        }
        else if (_applier.IsFull)
        {
            _socket.IsPaused = true;
        }
    }

    private int TakeLine(ReadOnlySpan<byte> bytes)
    {
        int count = _lines.Take(bytes, out bool isComplete);
        if (count < 0)
        {
            End($"Unexpected reply from master: a line of more than {LineReader.MaxLineBytes} bytes, are you sure the host and port are right?");
            return bytes.Length;
        }

        // Empty lines say that the primary is still there.
        if (isComplete && !_lines.Line.IsEmpty)
        {
            OnLine(_lines.Line);
        }

        return count;
    }

    private void OnLine(ReadOnlySpan<byte> line)
    {
        if (_stage == LinkStage.TransferHead)
        {
            OnTransferHead(line);
            return;
        }

        switch (_handshake.Take(line))
        {
            case HandshakeResult.Failed:
                End(_handshake.Reason, _handshake.ReasonLevel);
                break;
            case HandshakeResult.Refused:
                _side.Failover.OnRejected();
                break;
            case HandshakeResult.Continue:
                Follow(_side.StreamDatabase);
                break;
            case HandshakeResult.FullCopy:
                IsWithoutOffset = _handshake.Id is null;
                _stage = LinkStage.TransferHead;
                break;
        }
    }

    private void OnTransferHead(ReadOnlySpan<byte> line)
    {
        if (line[0] == (byte)'-')
        {
            End($"MASTER aborted replication with an error: {LineReader.Text(line[1..])}");
            return;
        }

        if (PayloadFrame.Parse(line) is not { } frame)
        {
            End($"Bad protocol from MASTER, the first byte is not '$' (we received '{LineReader.Text(line)}'), are you sure the host and port are right?");
            return;
        }

        _stage = LinkStage.Transfer;
        Guard((Link: this, Frame: frame), static x =>
        {
            PrimaryLink link = x.Link;
            link._sync = new FullSync(link._replication, x.Frame, link._handshake.Id == link._replication.State.Id);
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
            _stage = LinkStage.Load;
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
            if (rest.Length > 0)
            {
                Take(rest);
            }

            _socket.IsPaused = _applier is { IsFull: true };
            AskForTurn();
        }
    }

    /// <summary>
    /// The data has changed after this turn's look at who waits for that: clients, the log, this server's replicas. They are looked after in the next turn, which begins at once.
    /// </summary>
    private void AskForTurn() => _engine.Mailbox.Post(static () => { });

    private void Complete()
    {
        FullSync sync = _sync!;
        _sync = null;
        sync.Commit();
        int database = sync.Result!.ReplicationDatabase;
        sync.Dispose();
        _side.AdoptHistory(_handshake.Id, _handshake.Offset);
        Log(ServerLogLevel.Notice, "MASTER <-> REPLICA sync: Finished with success");
        Heard();
        Follow(database >= 0 && database < _engine.Keyspace.DatabaseCount ? database : 0);
        _side.OnDataReplaced();
    }

    private void Follow(int database)
    {
        _applier = new StreamApplier(_replication, _socket, database);
        _stage = LinkStage.Streaming;
        StreamingSinceMs = _engine.Clock.NowMs;
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

    private void Log(ServerLogLevel level, string message) => _engine.Log.Write(level, message);
}
