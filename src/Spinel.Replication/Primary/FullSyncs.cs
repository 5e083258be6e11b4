using System.Globalization;
using Spinel.Engine;
using Spinel.Engine.Sessions;
using Spinel.Persistence.Rdb;
using Spinel.Persistence.Snapshot;

namespace Spinel.Replication.Primary;

/// <summary>
/// Replicas that need all of the data: they wait together for a snapshot, get the same one, and go on with the stream from the offset at which it was taken.
/// <para>
/// Where <c>repl-diskless-sync</c> allows it and all of them recognize the end of a snapshot, they are sent it while it is made; otherwise it goes through a file.
/// One snapshot is under way at a time; who comes too late for it waits for the next, but may still join one that goes into a file.
/// </para>
/// </summary>
internal sealed class FullSyncs(PrimarySide primary, Snapshots snapshots, SpinelEngine engine)
{
    private const int FileReadBytes = 64 * 1024;

    /// <summary>So much of a file is in the output buffer of a replica at most, and sent in a turn: reading and sending it are the engine thread's work.</summary>
    private const int MaxFileAheadBytes = 128 * 1024;

    private readonly List<ReplicaLink> _links = [];
    private readonly OutputLimits _unlimited = new();
    private SocketTransfer? _socket;
    private FileTransfer? _file;
    private long _startOffset;

    /// <summary>Memory of what is under way.</summary>
    public long MemoryBytes => _socket is null ? 0 : SocketTransfer.MemoryBytes;

    /// <summary>Whether the snapshot under way is sent as it is made.</summary>
    public bool IsToSockets => _socket is not null;

    /// <summary>How long the loop may sleep.</summary>
    public int MaxTimeoutMs
    {
        get
        {
            if (_socket?.HasWork(_links) == true)
            {
                return 0;
            }

            foreach (ReplicaLink link in primary.Links)
            {
                if (link.State == LinkState.Sending && link.Session.Output.IsEmpty)
                {
                    return 0;
                }
            }

            return int.MaxValue;
        }
    }

    /// <summary>Takes in a replica that needs all of the data. It is told when its snapshot begins.</summary>
    public void Add(ReplicaLink link)
    {
        link.State = LinkState.AwaitsSnapshot;
        link.WaitingSinceMs = engine.Clock.NowMs;
        link.Cursor = primary.State.Offset;

        // What is sent before the stream is bounded here, and is no fault of a replica that is slow.
        link.Session.Output.Limits = _unlimited;
        if (_file is not null && _links.Count > 0 && link.WantsTheSameAs(_links[0]))
        {
            Log(ServerLogLevel.Notice, "Waiting for end of BGSAVE for SYNC");
            Join(link);
        }
        else if (_socket is not null)
        {
            Log(ServerLogLevel.Notice, "Current BGSAVE has socket target. Waiting for next BGSAVE for SYNC");
        }
        else if (_file is not null)
        {
            Log(ServerLogLevel.Notice, "Can't attach the replica to the current BGSAVE. Waiting for next BGSAVE for SYNC");
        }
        else if (snapshots.IsActive)
        {
            Log(ServerLogLevel.Notice, "No BGSAVE in progress, but another BG operation is active. BGSAVE for replication delayed");
        }
        else if (engine.Options.ReplDisklessSync && link.CanRecognizeEnd && engine.Options.ReplDisklessSyncDelaySeconds > 0)
        {
            Log(ServerLogLevel.Notice, "Delay next BGSAVE for diskless SYNC");
        }
    }

    /// <summary>Goes on with what is under way, and begins what is due.</summary>
    public void OnTurnEnd()
    {
        _socket?.Step(_links);
        foreach (ReplicaLink link in primary.Links)
        {
            if (link.State == LinkState.Sending && !link.Session.IsClosed)
            {
                Pump(link);
            }
        }

        BeginIfDue();
    }

    /// <summary>A replica is gone.</summary>
    public void Remove(ReplicaLink link)
    {
        link.Image?.Release();
        link.Image = null;
        if (_links.Remove(link) && _links.Count == 0 && snapshots.IsWriting(SnapshotPurpose.Replicas))
        {
            if (_socket is not null)
            {
                Log(ServerLogLevel.Notice, "Diskless rdb transfer, last replica dropped, killing fork child.");
            }

            snapshots.Cancel();
        }
    }

    /// <summary>The engine is about to go: the other thread must not wait for it.</summary>
    public void Dispose() => _socket?.GiveUp();

    private void BeginIfDue()
    {
        ReplicaLink? first = null;
        int count = 0;
        bool recognizeEnd = true;
        foreach (ReplicaLink link in primary.Links)
        {
            if (link.State == LinkState.AwaitsSnapshot && !link.Session.IsClosed && (first is null || link.WantsTheSameAs(first)))
            {
                first ??= link;
                count++;
                recognizeEnd &= link.CanRecognizeEnd;
            }
        }

        if (first is null || engine.IsLoading || snapshots.IsActive)
        {
            return;
        }

        bool toSockets = recognizeEnd && (engine.Options.ReplDisklessSync || first.ExcludesData);
        if (!toSockets || IsDelayOver(first, count))
        {
            Begin(first, toSockets);
        }
    }

    /// <summary>A copy that nobody can join once it has begun waits for others to come.</summary>
    private bool IsDelayOver(ReplicaLink first, int count)
    {
        int most = engine.Options.ReplDisklessSyncMaxReplicas;
        return (most > 0 && count >= most)
            || engine.Clock.NowMs - first.WaitingSinceMs >= engine.Options.ReplDisklessSyncDelaySeconds * 1000L;
    }

    private void Begin(ReplicaLink first, bool toSockets)
    {
        Log(ServerLogLevel.Notice, "Starting BGSAVE for SYNC with target: " + (toSockets ? "replicas sockets" : "disk"));
        FileTransfer? file = null;
        if (!toSockets && !TryOpenFile(out file))
        {
            return;
        }

        // Whatever has happened so far belongs to the snapshot, and what follows must say where it belongs.
        engine.Keyspace.Effects.Publish();
        primary.Writer.ForgetDatabase();
        _startOffset = primary.State.Offset;
        RdbFileInfo info = snapshots.Info(isAofBase: false);
        foreach (ReplicaLink link in primary.Links)
        {
            if (link.State == LinkState.AwaitsSnapshot && !link.Session.IsClosed && link.WantsTheSameAs(first))
            {
                Join(link);
            }
        }

        if (first.ExcludesData)
        {
            SendWithoutData(first.ExcludesFunctions ? info with { Functions = [] } : info);
        }
        else if (toSockets)
        {
            var socket = new SocketTransfer(engine);
            _socket = socket;
            foreach (ReplicaLink link in _links)
            {
                link.Send(socket.Header);
            }

            snapshots.Begin(SnapshotPurpose.Replicas, socket, info, failure => EndToSockets(socket, failure));
            Log(ServerLogLevel.Notice, string.Create(CultureInfo.InvariantCulture, $"Background RDB transfer started by pid {Environment.ProcessId}"));
        }
        else
        {
            _file = file;
            snapshots.Begin(SnapshotPurpose.Replicas, file!, info, failure => EndToFile(file!, failure));
            Log(ServerLogLevel.Notice, string.Create(CultureInfo.InvariantCulture, $"Background saving started by pid {Environment.ProcessId}"));
        }
    }

    private bool TryOpenFile(out FileTransfer? file)
    {
        try
        {
            file = new FileTransfer(engine);
            return true;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            file = null;
            Log(ServerLogLevel.Warning, "BGSAVE for replication failed: " + FileErrorText.Of(e));
            foreach (ReplicaLink link in primary.Links)
            {
                if (link.State == LinkState.AwaitsSnapshot)
                {
                    link.Send("-ERR BGSAVE failed, replication can't continue\r\n");
                    link.Session.CloseWhenFlushed();
                }
            }

            return false;
        }
    }

    private void Join(ReplicaLink link)
    {
        link.State = LinkState.InSnapshot;
        link.Cursor = _startOffset;
        link.ProgressMs = engine.Clock.NowMs;
        _links.Add(link);
        if (!link.IsSimple)
        {
            link.Send(string.Create(CultureInfo.InvariantCulture, $"+FULLRESYNC {primary.State.Id} {_startOffset}\r\n"));
        }
    }

    /// <summary>What somebody gets who wants no keys is made at once.</summary>
    private void SendWithoutData(RdbFileInfo info)
    {
        var bytes = new MemoryStream();
        var output = new RdbFileOutput(bytes, engine.Options.RdbCompression, engine.Options.RdbChecksum);
        var chunk = new RdbChunk();
        RdbFileWriter.WriteHead(chunk, engine.Keyspace, info);
        output.Write(chunk);
        output.Complete();
        string mark = RandomName.Create();
        foreach (ReplicaLink link in _links)
        {
            link.Send($"$EOF:{mark}\r\n");
            link.Session.Push(bytes.ToArray());
            link.Send(mark);
        }

        PutOnline();
    }

    private void EndToSockets(SocketTransfer socket, Exception? failure)
    {
        socket.End(_links);
        _socket = null;
        if (failure is not null)
        {
            Log(ServerLogLevel.Warning, _links.Count == 0 || failure is OperationCanceledException ? "Background transfer terminated by signal" : "Background transfer error");
            DropAll();
            return;
        }

        Log(ServerLogLevel.Notice, "Background RDB transfer terminated with success");
        PutOnline();
    }

    private void PutOnline()
    {
        foreach (ReplicaLink link in _links)
        {
            if (link.IsSnapshotOnly)
            {
                primary.NoteTransmitted(link);
                continue;
            }

            if (link.HasAcknowledged)
            {
                primary.PutOnline(link);
                continue;
            }

            link.State = LinkState.Online;
            link.AwaitsFirstAcknowledgement = true;
            link.AcknowledgedMs = engine.Clock.NowMs;
            Log(ServerLogLevel.Notice, $"Streamed replication with replica {link.Name} (socket) succeeded. Waiting for REPLCONF ACK from replica to enable streaming");
        }

        _links.Clear();
        primary.CountGoodReplicas();
    }

    private void EndToFile(FileTransfer file, Exception? failure)
    {
        _file = null;
        if (failure is not null)
        {
            Log(ServerLogLevel.Warning, "Background saving error: " + FileErrorText.Of(failure));
            DropAll();
            return;
        }

        Log(ServerLogLevel.Notice, "Background saving terminated with success");
        SnapshotImage image = file.TakeImage();
        image.Hold();
        foreach (ReplicaLink link in _links)
        {
            image.Hold();
            link.Image = image;
            link.ImagePosition = 0;
            link.State = LinkState.Sending;
            link.ProgressMs = engine.Clock.NowMs;
            link.Send(string.Create(CultureInfo.InvariantCulture, $"${image.Length}\r\n"));
        }

        image.Release();
        _links.Clear();
    }

    private void DropAll()
    {
        foreach (ReplicaLink link in _links)
        {
            link.Close();
        }

        _links.Clear();
    }

    /// <summary>Reads on in the file of a replica, which has just been written and so is in memory.</summary>
    private void Pump(ReplicaLink link)
    {
        SnapshotImage image = link.Image!;
        OutputBuffer output = link.Session.Output;
        while (link.ImagePosition < image.Length && output.Length < MaxFileAheadBytes)
        {
            Span<byte> room = output.GetSpan(FileReadBytes);
            int wanted = (int)Math.Min(room.Length, image.Length - link.ImagePosition);
            int read;
            try
            {
                read = RandomAccess.Read(image.Handle, room[..wanted], link.ImagePosition);
            }
            catch (IOException e)
            {
                Log(ServerLogLevel.Warning, "Read error sending DB to replica: " + FileErrorText.Of(e));
                link.Close();
                return;
            }

            if (read == 0)
            {
                Log(ServerLogLevel.Warning, "Read error sending DB to replica: premature EOF");
                link.Close();
                return;
            }

            output.Advance(read);
            link.ImagePosition += read;
            engine.AddPendingWrite(link.Session);
        }

        if (link.ImagePosition == image.Length && output.IsEmpty)
        {
            link.Image = null;
            image.Release();
            if (link.IsSnapshotOnly)
            {
                primary.NoteTransmitted(link);
            }
            else
            {
                primary.PutOnline(link);
            }
        }
    }

    private void Log(ServerLogLevel level, string text) => engine.Log.Write(level, text);
}
