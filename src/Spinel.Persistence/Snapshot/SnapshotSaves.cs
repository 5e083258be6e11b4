using System.Globalization;
using Spinel.Engine;
using Spinel.Engine.Configuration;
using Spinel.Persistence.Rdb;

namespace Spinel.Persistence.Snapshot;

/// <summary>The snapshot file: when it is written, and what became of it.</summary>
internal sealed class SnapshotSaves
{
    private const long RetryMs = 5000;

    private readonly SpinelEngine _engine;
    private readonly Snapshots _snapshots;
    private readonly bool _followsSavePoints;
    private long _lastTryMs;
    private long _dirtyAtStart;
    private bool _isScheduled;

    /// <param name="engine">The engine.</param>
    /// <param name="snapshots">What writes.</param>
    /// <param name="followsSavePoints">Whether the option <c>save</c> is obeyed.</param>
    public SnapshotSaves(SpinelEngine engine, Snapshots snapshots, bool followsSavePoints)
    {
        _engine = engine;
        _snapshots = snapshots;
        _followsSavePoints = followsSavePoints;
        LastSaveMs = engine.Clock.StartMs;
    }

    /// <summary>Unix milliseconds of the last save that succeeded, or of the start.</summary>
    public long LastSaveMs { get; private set; }

    /// <summary>False while the last save in the background has failed.</summary>
    public bool LastSaveSucceeded { get; private set; } = true;

    /// <summary>How long the last save in the background took, in seconds; -1 before the first.</summary>
    public long LastSaveSeconds { get; private set; } = -1;

    /// <summary>The number of saves since the start.</summary>
    public long Count { get; private set; }

    /// <remarks>A copy for replicas is a save too, for those who ask.</remarks>
    public bool IsInProgress => _snapshots.IsWriting(SnapshotPurpose.Save) || _snapshots.IsWriting(SnapshotPurpose.Replicas);

    /// <summary>Where the file is.</summary>
    public string FilePath => Path.Combine(_engine.Options.WorkingDirectory, _engine.Options.DbFileName);

    /// <summary>Saves as soon as nothing else is under way.</summary>
    public void Schedule() => _isScheduled = true;

    /// <summary>Starts a save in the background.</summary>
    /// <returns>Whether it could be started; the log has the reason otherwise.</returns>
    public bool TryBegin()
    {
        _lastTryMs = _engine.Clock.NowMs;
        _isScheduled = false;
        if (OpenFile() is not { } file)
        {
            Fail();
            return false;
        }

        _dirtyAtStart = _engine.Keyspace.Dirty;
        _engine.Log.Write(ServerLogLevel.Notice, string.Create(CultureInfo.InvariantCulture, $"Background saving started by pid {Environment.ProcessId}"));
        _snapshots.Begin(SnapshotPurpose.Save, file, _snapshots.Info(isAofBase: false), OnEnded);
        return true;
    }

    /// <summary>Saves here and now.</summary>
    /// <returns>Whether it succeeded; the log has the reason otherwise.</returns>
    public bool TrySave()
    {
        _snapshots.FinishSweep();
        if (_snapshots.IsHeldBack || OpenFile() is not { } file)
        {
            return false;
        }

        Exception? failure = _snapshots.Make(SnapshotPurpose.Save, file, _snapshots.Info(isAofBase: false));
        if (failure is not null)
        {
            LogFailure(failure);
            return false;
        }

        _engine.Log.Write(ServerLogLevel.Notice, "DB saved on disk");
        Succeed(_engine.Keyspace.Dirty);
        return true;
    }

    /// <summary>
    /// All data has been deleted on purpose. A save that is under way would bring it back at the next start, so it is given up; and where the file is kept up to date at all,
    /// it is replaced by an empty one at once.
    /// </summary>
    public void OnFlushAll()
    {
        if (_snapshots.IsActive && _snapshots.Purpose == SnapshotPurpose.Save)
        {
            _engine.Log.Write(ServerLogLevel.Notice, "Background saving is given up: all data has been deleted");
            _snapshots.CancelNow();
        }

        if (!_followsSavePoints || _engine.Options.SavePoints.Count == 0 || OpenFile() is not { } file)
        {
            return;
        }

        try
        {
            var output = new RdbFileOutput(file.Stream, _engine.Options.RdbCompression, _engine.Options.RdbChecksum);
            RdbFileWriter.Save(_engine, output, _snapshots.Info(isAofBase: false));
            file.Complete();
            _engine.Log.Write(ServerLogLevel.Notice, "DB saved on disk");
            Succeed(_engine.Keyspace.Dirty);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            file.Abandon();
            LogFailure(e);
        }
        finally
        {
            file.Dispose();
        }
    }

    /// <summary>Starts what is due.</summary>
    public void OnCron()
    {
        if (_snapshots.IsActive || _engine.IsLoading)
        {
            return;
        }

        long now = _engine.Clock.NowMs;
        if (_isScheduled && (LastSaveSucceeded || now - _lastTryMs > RetryMs))
        {
            TryBegin();
            return;
        }

        foreach (SavePoint point in _followsSavePoints ? _engine.Options.SavePoints : [])
        {
            if (_engine.Keyspace.Dirty >= point.Changes && now - LastSaveMs > point.Seconds * 1000L && (LastSaveSucceeded || now - _lastTryMs > RetryMs))
            {
                _engine.Log.Write(ServerLogLevel.Notice, string.Create(CultureInfo.InvariantCulture, $"{point.Changes} changes in {point.Seconds} seconds. Saving..."));
                TryBegin();
                return;
            }
        }
    }

    /// <summary>Brings the refusal of writes up to date with the option and the last result.</summary>
    public void UpdateRefusal()
    {
        bool refuse = !LastSaveSucceeded && _engine.Options.StopWritesOnBgsaveError && _engine.Options.SavePoints.Count > 0;
        _engine.RefuseWrites(WriteRefusal.SnapshotError, refuse ? PersistenceErrors.SnapshotFailed.ToArray() : null);
    }

    private void OnEnded(Exception? failure)
    {
        LastSaveSeconds = (_engine.Clock.NowMs - _snapshots.StartMs) / 1000;
        if (failure is not null)
        {
            if (failure is OperationCanceledException)
            {
                return;
            }

            LogFailure(failure);
            _engine.Log.Write(ServerLogLevel.Warning, "Background saving error");
            Fail();
            return;
        }

        _engine.Log.Write(ServerLogLevel.Notice, "DB saved on disk");
        _engine.Log.Write(ServerLogLevel.Notice, "Background saving terminated with success");
        Succeed(_dirtyAtStart);
    }

    private void Succeed(long savedChanges)
    {
        _engine.Keyspace.Dirty -= savedChanges;
        LastSaveMs = _engine.Clock.NowMs;
        LastSaveSucceeded = true;
        Count++;
        UpdateRefusal();
    }

    private void Fail()
    {
        LastSaveSucceeded = false;
        UpdateRefusal();
    }

    private SnapshotFile? OpenFile()
    {
        string directory = _engine.Options.WorkingDirectory;
        string temporary = Path.Combine(directory, string.Create(CultureInfo.InvariantCulture, $"temp-{Environment.ProcessId}-{_engine.RunId.AsSpan(0, 8)}.rdb"));
        try
        {
            return new SnapshotFile(temporary, FilePath, _engine.Options.RdbSaveIncrementalFsync);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            _engine.Log.Write(ServerLogLevel.Warning, $"Failed opening the temp RDB file {Path.GetFileName(temporary)} (in server root dir {directory}) for saving: {FileErrorText.Of(e)}");
            return null;
        }
    }

    private void LogFailure(Exception failure) =>
        _engine.Log.Write(ServerLogLevel.Warning, $"Write error saving DB on disk({FilePath}): {FileErrorText.Of(failure)}");
}
