using System.Globalization;
using Microsoft.Win32.SafeHandles;
using Spinel.Engine;
using Spinel.Persistence.Files;
using Spinel.Persistence.Loading;
using Spinel.Persistence.Snapshot;

namespace Spinel.Persistence.Aof;

/// <summary>
/// The append-only log as a whole: turns it on and off, opens its files, and rewrites it.
/// <para>
/// A rewrite begins a new increment and, at the same moment, a snapshot that becomes the new base. Until the base is complete and the manifest names it, the old
/// base and all increments stand, so nothing is lost whenever the server ends. When a log is turned on while the server runs there is no old
/// base: its first increment is kept under a temporary name until the base that it belongs to is there.
/// </para>
/// </summary>
internal sealed class AofRewrites
{
    private const long RetryMs = 60_000;

    private readonly SpinelEngine _engine;
    private readonly Snapshots _snapshots;
    private readonly SyncThread _sync;
    private readonly AofLog _log;
    private readonly AofDirectory _directory;
    private long _lastFailureMs = -RetryMs;
    private long _firstKept;
    private bool _isScheduled;
    private bool _baseIsRdb;
    private bool _knowsLog;
    private string? _firstIncrement;

    public AofRewrites(SpinelEngine engine, Snapshots snapshots, SyncThread sync, AofLog log, AofDirectory directory)
    {
        _engine = engine;
        _snapshots = snapshots;
        _sync = sync;
        _log = log;
        _directory = directory;
    }

    public bool IsInProgress => _snapshots.IsWriting(SnapshotPurpose.LogBase);

    public bool IsScheduled => _isScheduled;

    /// <summary>True from when the log was turned on until its first base is complete: until then a start would not find what was logged.</summary>
    public bool IsWaitingForBase => _firstIncrement is not null;

    public bool LastSucceeded { get; private set; } = true;

    /// <summary>How long the last rewrite took; -1 before the first.</summary>
    public long LastSeconds { get; private set; } = -1;

    public long Count { get; private set; }

    public long ConsecutiveFailures { get; private set; }

    /// <summary>Bytes of the whole log at the end of the last rewrite, or at the start.</summary>
    public long BaseBytes { get; private set; }

    /// <summary>Bytes of the whole log.</summary>
    public long CurrentBytes => _otherBytes + _log.FileBytes;

    private long _otherBytes;

    private bool RewriteFails => _engine.Clock.NowMs - _lastFailureMs < RetryMs;

    public void Schedule() => _isScheduled = true;

    /// <summary>Opens the log after the start, when its data has been loaded: goes on with the last increment, or begins a log.</summary>
    /// <exception cref="PersistenceException">The files cannot be opened.</exception>
    public void OpenAtStart()
    {
        try
        {
            AofManifest manifest = _directory.Manifest;
            if (manifest.Base is null && manifest.Increments.Count == 0)
            {
                BeginLog();
                return;
            }

            if (manifest.Increments.Count == 0)
            {
                _log.Open(AddIncrement(out AofFile first), 0);
                _engine.Log.Write(ServerLogLevel.Notice, $"Creating AOF incr file {first.Name} on server start");
            }
            else
            {
                AofFile last = manifest.Increments[^1];
                _log.Open(_directory.OpenForAppend(last, out long length), length);
                _engine.Log.Write(ServerLogLevel.Notice, $"Opening AOF incr file {last.Name} on server start");
            }

            _knowsLog = true;
            RemoveHistory();
            UpdateSizes();
            BaseBytes = CurrentBytes;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new PersistenceException($"Can't open the append-only file in {_directory.ManifestPath}: {FileErrorText.Of(e)}", e);
        }
    }

    /// <summary>Turns the log on while the server runs: everything from here on is logged, and the data up to here becomes the base.</summary>
    /// <returns>Whether it could be begun; the log of the server has the reason otherwise.</returns>
    public bool TryTurnOn()
    {
        try
        {
            _directory.Create();
            if (_directory.Exists)
            {
                _directory.Read();
                TellOfOtherLog();
            }

            string first = _directory.PathOf("temp-" + _directory.NextIncrement().Name);
            _log.Open(AofDirectory.Make(first), 0);
            _firstIncrement = first;
            _log.AwaitsBase = true;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or PersistenceException)
        {
            _engine.Log.Write(ServerLogLevel.Warning, $"Can't turn on the append-only file: {(e is PersistenceException ? e.Message : FileErrorText.Of(e))}");
            return false;
        }

        if (_snapshots.IsActive || _engine.IsInTransaction)
        {
            // What is logged until the rewrite begins is in its base, too; it starts the increment over. Within a transaction that holds for what the
            // transaction has already changed and only logs at its end.
            _isScheduled = true;
            _engine.Log.Write(ServerLogLevel.Notice, "AOF was enabled but there is already another background operation. An AOF background was scheduled to start when possible.");
            return true;
        }

        if (TryBegin())
        {
            return true;
        }

        TurnOff();
        return false;
    }

    public void TurnOff()
    {
        _isScheduled = false;
        if (IsInProgress)
        {
            _snapshots.Cancel();
        }

        _log.Close();
        if (_firstIncrement is { } temporary)
        {
            _sync.Remove(temporary);
            _firstIncrement = null;
            _log.AwaitsBase = false;
        }
    }

    /// <summary>Starts a rewrite.</summary>
    /// <returns>Whether it could be started; the log of the server has the reason otherwise.</returns>
    public bool TryBegin()
    {
        _isScheduled = false;
        try
        {
            if (!_log.TryFlush())
            {
                Fail("Can't rewrite the append-only file: what belongs into its present increment cannot be written.");
                return false;
            }

            _directory.Create();
            if (!_log.IsOn && _directory.Exists)
            {
                // Nobody has looked at it since the start, if then.
                _directory.Read();
                TellOfOtherLog();
            }

            _firstKept = _directory.Manifest.NextIncrementSequence;
            if (_firstIncrement is not null)
            {
                // The data is the base now, whatever was logged of it before.
                _log.Open(AofDirectory.Make(_firstIncrement), 0);
            }
            else if (_log.IsOn)
            {
                _log.Open(AddIncrement(out _), 0);
                UpdateSizes();
            }

            ISnapshotFormat format = ChooseFormat();
            var sink = new SnapshotFile(_directory.TemporaryBasePath, _directory.PathOf(_directory.NextBase(_baseIsRdb)), _engine.Options.AofRewriteIncrementalFsync);
            _log.IsSyncSuspended = _engine.Options.NoAppendFsyncOnRewrite;
            _engine.Log.Write(ServerLogLevel.Notice, string.Create(CultureInfo.InvariantCulture, $"Background append only file rewriting started by pid {Environment.ProcessId}"));
            _snapshots.Begin(SnapshotPurpose.LogBase, sink, _snapshots.Info(isAofBase: true), OnEnded, format);
            return true;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or PersistenceException)
        {
            Fail($"Can't rewrite the append-only file: {(e is PersistenceException ? e.Message : FileErrorText.Of(e))}");
            return false;
        }
    }

    /// <summary>Starts what is due.</summary>
    public void OnCron()
    {
        if (_snapshots.IsActive || _engine.IsLoading)
        {
            return;
        }

        int percentage = _engine.Options.AutoAofRewritePercentage;
        if (_isScheduled || (_firstIncrement is not null && !RewriteFails))
        {
            TryBegin();
        }
        else if (_log.IsOn && percentage > 0 && CurrentBytes > _engine.Options.AutoAofRewriteMinSizeBytes && !RewriteFails)
        {
            long growth = (CurrentBytes * 100 / Math.Max(1, BaseBytes)) - 100;
            if (growth >= percentage)
            {
                _engine.Log.Write(ServerLogLevel.Notice, string.Create(CultureInfo.InvariantCulture, $"Starting automatic rewriting of AOF on {growth}% growth"));
                TryBegin();
            }
        }
    }

    private ISnapshotFormat ChooseFormat()
    {
        // Libraries of functions are kept in snapshots only.
        _baseIsRdb = _engine.Options.AofUseRdbPreamble || _snapshots.Info(isAofBase: true).Functions.Count > 0;
        return _baseIsRdb ? new RdbSnapshotFormat() : new CommandSnapshotFormat();
    }

    private void BeginLog()
    {
        _directory.Create();
        ISnapshotFormat format = ChooseFormat();
        AofFile first = _directory.NextBase(_baseIsRdb);
        var sink = new SnapshotFile(_directory.TemporaryBasePath, _directory.PathOf(first), syncsOnTheWay: false);
        if (_snapshots.Make(SnapshotPurpose.LogBase, sink, _snapshots.Info(isAofBase: true), format) is { } failure)
        {
            throw new PersistenceException($"Can't create the AOF base file {first.Name}: {FileErrorText.Of(failure)}", failure);
        }

        _engine.Log.Write(ServerLogLevel.Notice, $"Creating AOF base file {first.Name} on server start");
        AofFile increment = _directory.NextIncrement();
        SafeFileHandle file = _directory.Make(increment);
        _directory.Write(new AofManifest(first, [increment], _directory.Manifest.History));
        _log.Open(file, 0);
        _knowsLog = true;
        _engine.Log.Write(ServerLogLevel.Notice, $"Creating AOF incr file {increment.Name} on server start");
        UpdateSizes();
        BaseBytes = CurrentBytes;
    }

    /// <summary>The log that is about to be replaced may hold data that this server has never seen: its files go once the new base is complete.</summary>
    private void TellOfOtherLog()
    {
        if (_knowsLog || !StartWarnings.HasData(_engine, _directory))
        {
            return;
        }

        _knowsLog = true;
        string files = string.Join(", ", _directory.Manifest.Parts.Select(static part => part.Name));
        string fate = _engine.Options.AofDisableAutoGc ? "they are kept, because 'aof-disable-auto-gc' is on" : "they are removed: copy them now if their data is wanted";
        _engine.Log.Write(
            ServerLogLevel.Warning,
            string.Create(CultureInfo.InvariantCulture, $"WARNING: there is an append-only log of an earlier run, {_directory.ManifestPath}, that was not loaded when this one started. The data that the server has now takes its place. Once the new base is complete, its files ({files}, {_directory.TotalBytes()} bytes) no longer count, and {fate}."));
    }

    private SafeFileHandle AddIncrement(out AofFile next)
    {
        // It has to be there before the manifest says so.
        next = _directory.NextIncrement();
        SafeFileHandle file = _directory.Make(next);
        try
        {
            _directory.Write(_directory.Manifest.WithIncrement(next));
            return file;
        }
        catch
        {
            file.Dispose();
            throw;
        }
    }

    private void OnEnded(Exception? failure)
    {
        _log.IsSyncSuspended = false;
        LastSeconds = (_engine.Clock.NowMs - _snapshots.StartMs) / 1000;
        if (failure is OperationCanceledException)
        {
            return;
        }

        if (failure is not null)
        {
            Fail($"Error writing append only file base on disk: {FileErrorText.Of(failure)}");
            return;
        }

        try
        {
            Install();
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            Fail($"Error installing the rewritten append only file: {FileErrorText.Of(e)}");
            return;
        }

        _knowsLog = true;
        LastSucceeded = true;
        ConsecutiveFailures = 0;
        Count++;
        _engine.Log.Write(ServerLogLevel.Notice, "Background AOF rewrite terminated with success");
        RemoveHistory();
        UpdateSizes();
        BaseBytes = CurrentBytes;
        _engine.Log.Write(ServerLogLevel.Notice, "Background AOF rewrite finished successfully");
    }

    private void Install()
    {
        AofManifest manifest = _directory.Manifest.WithBase(_directory.NextBase(_baseIsRdb), _firstKept);
        if (_firstIncrement is { } temporary)
        {
            AofFile first = _directory.NextIncrement();
            File.Move(temporary, _directory.PathOf(first), overwrite: true);
            _directory.Write(manifest.WithIncrement(first));
            _firstIncrement = null;
            _log.AwaitsBase = false;
        }
        else
        {
            _directory.Write(manifest);
        }
    }

    private void RemoveHistory()
    {
        AofManifest manifest = _directory.Manifest;
        if (manifest.History.Count == 0 || _engine.Options.AofDisableAutoGc)
        {
            return;
        }

        foreach (AofFile file in manifest.History)
        {
            _sync.Remove(_directory.PathOf(file));
        }

        _directory.Write(manifest.WithoutHistory());
    }

    private void UpdateSizes() => _otherBytes = Math.Max(0, _directory.TotalBytes() - (_log.IsOn ? _log.FileBytes : 0));

    private void Fail(string why)
    {
        LastSucceeded = false;
        ConsecutiveFailures++;
        _lastFailureMs = _engine.Clock.NowMs;
        _engine.Log.Write(ServerLogLevel.Warning, why);
        _engine.Log.Write(ServerLogLevel.Warning, "Background AOF rewrite terminated with error");
    }
}
