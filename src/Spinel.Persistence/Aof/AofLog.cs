using System.Globalization;
using Microsoft.Win32.SafeHandles;
using Spinel.Engine;
using Spinel.Engine.Configuration;
using Spinel.Engine.Effects;
using Spinel.Memory;
using Spinel.Persistence.Files;
using Spinel.Persistence.Loading;

namespace Spinel.Persistence.Aof;

/// <summary>
/// The append-only log while the server runs: takes every effect, and writes those of a turn with one system call before any reply of the turn is sent.
/// What a client has been told survives the end of the process at any moment.
/// <para>
/// What survives the end of the machine is <c>appendfsync</c>'s choice. <c>always</c>: the turn's writes are forced to disk before its replies leave, once for all
/// clients of the turn (group commit). <c>everysec</c>: another thread forces them once a second; while it is at it a write might have to wait for the
/// disk, so it is put off, for two seconds at most. <c>no</c>: the system decides.
/// </para>
/// <para>
/// When the disk refuses, what could not be written stays in memory, in order, and is tried again; commands that write are refused until it has succeeded.
/// With <c>always</c> there is no such second chance: the promise is broken, and the server stops.
/// </para>
/// </summary>
internal sealed class AofLog : IEffectSubscriber, IDisposable
{
    private const long MaxPostponedMs = 2000;
    private const long RetryMs = 1000;
    private const int KeptBufferBytes = 1 << 20;

    private readonly SpinelEngine _engine;
    private readonly SyncThread _sync;
    private readonly NativeBuffer _buffer;
    private readonly Action _wake;
    private AofEncoder _encoder = new();
    private SafeFileHandle? _file;
    private long _lastSyncMs;
    private long _lastTimestampSeconds;
    private long _postponedSinceMs;
    private long _lastErrorMs;

    public AofLog(SpinelEngine engine, SyncThread sync)
    {
        _engine = engine;
        _sync = sync;
        _buffer = new NativeBuffer(engine.Heap);

        // A turn has to follow, which may be due to write what was put off, or to answer WAITAOF.
        _wake = () => engine.Mailbox.Post(static () => { });
    }

    /// <summary>True while effects are logged.</summary>
    public bool IsOn => _file is not null;

    /// <summary>Bytes of the file that is written to.</summary>
    public long FileBytes { get; private set; }

    /// <summary>Effects that are not written yet.</summary>
    public long BufferedBytes => _buffer.Length;

    /// <summary>Memory of the buffer.</summary>
    public long BufferCapacityBytes => _buffer.Capacity;

    /// <summary>Bytes logged since the server started, written or not: a position in the log that only grows.</summary>
    public long LoggedBytes { get; private set; }

    /// <summary>As <see cref="LoggedBytes"/>, of what is on disk for certain.</summary>
    public long SyncedBytes => _sync.SyncedBytes;

    /// <summary>The log was turned on while the server runs, and its first base is not complete: a start would find nothing of it, whatever has been forced to disk.</summary>
    public bool AwaitsBase { get; set; }

    /// <summary>As <see cref="LoggedBytes"/>, of what a start would find for certain; -1 for nothing.</summary>
    public long SafeBytes => IsOn && !AwaitsBase ? SyncedBytes : -1;

    public bool IsSyncing => _sync.IsSyncing;

    /// <summary>How often a write had to go ahead while the disk was still busy with the last sync.</summary>
    public long DelayedSyncs { get; private set; }

    /// <summary>False while the last write, or the last sync, has failed.</summary>
    public bool LastWriteSucceeded { get; private set; } = true;

    /// <summary>Sync no more for the time being: a snapshot is being written, and <c>no-appendfsync-on-rewrite</c> is set.</summary>
    public bool IsSyncSuspended { get; set; }

    /// <summary>Says which place in which history the data has; null, or a null answer, when nobody else knows the history.</summary>
    public Func<ReplicationPosition?>? Position { get; set; }

    /// <summary>How long the loop may sleep, in milliseconds.</summary>
    public int MaxTimeoutMs => !IsOn || (_buffer.Length == 0 && !HasUnsyncedBytes) ? int.MaxValue : 100;

    private bool HasUnsyncedBytes => _engine.Options.AppendFsync == AppendFsync.Everysec && SyncedBytes < LoggedBytes - _buffer.Length;

    /// <summary>Writes what is in the buffer. False: the disk refuses, and the file must not be changed for another one, for the rest belongs into this one.</summary>
    public bool TryFlush()
    {
        Write(force: true);
        return _buffer.Length == 0;
    }

    /// <summary>
    /// Starts logging to a file, which the log owns from then on, or goes on with another one: what is in the buffer still goes to the old one, so
    /// <see cref="TryFlush"/> comes first.
    /// </summary>
    public void Open(SafeFileHandle file, long length)
    {
        if (_file is { } old)
        {
            if (!TryFlush())
            {
                throw new InvalidOperationException("what belongs into the old file cannot be written to it");
            }

            _sync.Close(old);
        }
        else
        {
            _engine.Keyspace.Effects.Subscribe(this);
            _sync.NoteSynced(LoggedBytes);
        }

        _file = file;
        FileBytes = length;
        _encoder.ForgetDatabase();
        _lastTimestampSeconds = 0;
    }

    /// <summary>Writes what is left, forces it to disk and stops logging.</summary>
    public void Close()
    {
        if (_file is not { } file)
        {
            return;
        }

        Write(force: true);
        if (_buffer.Length == 0 && Position?.Invoke() is { } position)
        {
            _buffer.Append(PositionNote.Format(position));
            Write(force: true);
        }

        _ = PosixFile.SyncData(file);
        _engine.Keyspace.Effects.Unsubscribe(this);
        _file = null;
        IsSyncSuspended = false;
        _buffer.Clear();
        _sync.Close(file);
        _engine.RefuseWrites(WriteRefusal.DiskError, null);
        LastWriteSucceeded = true;
    }

    public void OnEffects(in EffectBatch batch)
    {
        if (_engine.IsLoading)
        {
            // It comes from the log.
            return;
        }

        int before = _buffer.Length;
        if (_engine.Options.AofTimestampEnabled && _engine.Clock.NowMs / 1000 is long now && now != _lastTimestampSeconds)
        {
            _lastTimestampSeconds = now;
            AofEncoder.AppendTimestamp(_buffer, now);
        }

        _encoder.Append(_buffer, in batch);
        LoggedBytes += _buffer.Length - before;
        _engine.Keyspace.Effects.LoggedBytes = LoggedBytes;
    }

    /// <summary>Writes what has come together, and sees to it that it gets to disk as the option says.</summary>
    /// <param name="force">Even though it may have to wait for the disk.</param>
    public void Write(bool force)
    {
        if (_file is null)
        {
            return;
        }

        AppendFsync policy = _engine.Options.AppendFsync;
        long now = _engine.Clock.NowMs;
        if (_buffer.Length > 0)
        {
            if (!LastWriteSucceeded && !force && now - _lastErrorMs < RetryMs && now >= _lastErrorMs)
            {
                return;
            }

            if (!force && policy == AppendFsync.Everysec && IsPostponed(now))
            {
                return;
            }

            _postponedSinceMs = 0;
            if (!TryAppend(now))
            {
                return;
            }
        }

        Sync(policy, now);
    }

    /// <summary>Writes everything and waits until it is on disk.</summary>
    /// <returns>Whether it is.</returns>
    public bool TrySyncNow()
    {
        if (_file is null)
        {
            return true;
        }

        Write(force: true);
        if (_buffer.Length > 0 || PosixFile.SyncData(_file) != 0)
        {
            return false;
        }

        _sync.NoteSynced(LoggedBytes);
        return true;
    }

    public void Dispose()
    {
        _file?.Dispose();
        _buffer.Dispose();
    }

    private bool IsPostponed(long now)
    {
        if (!_sync.IsSyncing)
        {
            return false;
        }

        if (_postponedSinceMs == 0)
        {
            _postponedSinceMs = now;
        }

        if (now - _postponedSinceMs is >= 0 and < MaxPostponedMs)
        {
            return true;
        }

        DelayedSyncs++;
        _engine.Log.Write(ServerLogLevel.Notice, "Asynchronous AOF fsync is taking too long (disk is busy?). Writing the AOF buffer without waiting for fsync to complete, this may slow down the server.");
        return false;
    }

    private bool TryAppend(long now)
    {
        ReadOnlySpan<byte> bytes = _buffer.WrittenSpan;
        int written = PosixFile.Append(_file!, bytes, out int error);
        if (written == bytes.Length)
        {
            FileBytes += written;
            _buffer.Clear();
            if (_buffer.Capacity > KeptBufferBytes)
            {
                _buffer.Shrink(0);
            }


            Recover();
            return true;
        }

        if (written > 0 && !PosixFile.TryTruncate(_file!, FileBytes))
        {
            // The torn end stays, so the rest must follow it.
            FileBytes += written;
            _buffer.Consume(written);
            written = 0;
        }

        Fail(now, error, string.Create(CultureInfo.InvariantCulture, $"Short write while writing to the AOF file: (nwritten={written}, expected={bytes.Length})"), "write");
        return false;
    }

    private void Sync(AppendFsync policy, long now)
    {
        if (!LastWriteSucceeded && _sync.LastError == 0)
        {
            Recover();
        }

        if (IsSyncSuspended || SyncedBytes >= LoggedBytes)
        {
            return;
        }

        if (policy == AppendFsync.Always)
        {
            int error = PosixFile.SyncData(_file!);
            if (error != 0)
            {
                throw new PersistenceException($"Can't persist AOF for fsync error when the AOF fsync policy is 'always': {PosixFile.ErrorText(error)}. Exiting...");
            }

            _sync.NoteSynced(LoggedBytes);
        }
        else if (policy == AppendFsync.Everysec && !_sync.IsSyncing && (now - _lastSyncMs >= 1000 || now < _lastSyncMs))
        {
            if (_sync.LastError != 0)
            {
                Fail(now, _sync.LastError, "Fail to fsync the AOF file", "fsync");
            }

            _lastSyncMs = now;
            _sync.Sync(_file!, LoggedBytes, _wake);
        }
    }

    private void Fail(long now, int error, string what, string call)
    {
        string reason = PosixFile.ErrorText(error);
        if (_engine.Options.AppendFsync == AppendFsync.Always)
        {
            throw new PersistenceException($"{what}: {reason}. Can't recover from AOF {call} error when the AOF fsync policy is 'always'. Exiting...");
        }

        if (LastWriteSucceeded || now - _lastErrorMs >= 30_000)
        {
            _engine.Log.Write(ServerLogLevel.Warning, $"{what}: {reason}");
        }

        LastWriteSucceeded = false;
        _lastErrorMs = now;
        _engine.RefuseWrites(WriteRefusal.DiskError, System.Text.Encoding.UTF8.GetBytes("MISCONF Errors writing to the AOF file: " + reason));
    }


    private void Recover()
    {
        if (!LastWriteSucceeded && _sync.LastError == 0)
        {
            LastWriteSucceeded = true;
            _engine.Log.Write(ServerLogLevel.Warning, "AOF write error looks solved. The server can write again.");
            _engine.RefuseWrites(WriteRefusal.DiskError, null);
        }
    }
}
