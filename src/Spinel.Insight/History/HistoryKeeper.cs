using Spinel.Engine;

namespace Spinel.Insight.History;

/// <summary>
/// Keeps the history and its file: read at the start, written every minute and at the end, all on other threads. A file that is damaged is put aside by beginning
/// anew; the log says so.
/// </summary>
internal sealed class HistoryKeeper
{
    private const long WritePeriodMs = 60_000;
    private const int BufferBytes = 64 * 1024;

    private readonly SpinelEngine _engine;
    private readonly string? _path;
    private readonly Task<SampleHistory?>? _loading;
    private readonly Lock _writing = new();
    private byte[]? _buffer;
    private SampleHistory _samples = new();
    private bool _isLoaded;
    private long _nextWriteMs;
    private int _isBusy;
    private bool _hasFailed;

    public HistoryKeeper(SpinelEngine engine, bool keepsFiles)
    {
        _engine = engine;
        _nextWriteMs = engine.Clock.NowMs + WritePeriodMs;
        _isLoaded = true;
        if (keepsFiles)
        {
            _path = Path.GetFullPath(Path.Combine(engine.Options.WorkingDirectory, HistoryFile.Name));
            if (File.Exists(_path))
            {
                _isLoaded = false;
                _loading = Task.Run(Load);
            }
        }
    }

    /// <summary>What there is; without the days before, for the moment that these are being read.</summary>
    public SampleHistory Samples
    {
        get
        {
            TakeLoaded();
            return _samples;
        }
    }

    public void Add(long nowMs, ReadOnlySpan<double> values)
    {
        if (!_engine.Options.InsightHistory)
        {
            return;
        }

        TakeLoaded();
        _samples.Add(nowMs / 1000, values);
        if (_path is not null && _isLoaded && (nowMs >= _nextWriteMs || _nextWriteMs - nowMs > WritePeriodMs))
        {
            _nextWriteMs = nowMs + WritePeriodMs;
            if (Interlocked.Exchange(ref _isBusy, 1) == 0)
            {
                ThreadPool.UnsafeQueueUserWorkItem(static keeper => keeper.Write(), this, preferLocal: false);
            }
        }
    }

    /// <summary>Writes the file for the last time.</summary>
    public void Close()
    {
        _loading?.Wait();
        TakeLoaded();
        if (_path is not null && _engine.Options.InsightHistory && _samples.Rings[0].Count > 0)
        {
            Write();
        }
    }

    private void TakeLoaded()
    {
        if (_isLoaded || _loading is not { IsCompleted: true } loading)
        {
            return;
        }

        _isLoaded = true;
        if (loading.Result is { } loaded)
        {
            // What was sampled meanwhile is a second or two.
            _samples = loaded;
        }
    }

    private SampleHistory? Load()
    {
        try
        {
            HistoryFile.RemoveLeftovers(_path!, _engine.Clock.Provider.GetUtcNow().UtcDateTime);
            return HistoryFile.Read(_path!);
        }
        catch (Exception e) when (e is IOException or InvalidDataException or UnauthorizedAccessException)
        {
            _engine.Log.Write(ServerLogLevel.Warning, $"The history of this server begins anew: {_path} cannot be used: {e.Message}");
            return null;
        }
    }

    private void Write()
    {
        lock (_writing)
        {
            try
            {
                HistoryFile.Write(_path!, _samples, _buffer ??= new byte[BufferBytes]);
                _hasFailed = false;
            }
            catch (Exception e) when (e is IOException or UnauthorizedAccessException)
            {
                if (!_hasFailed)
                {
                    _hasFailed = true;
                    _engine.Log.Write(ServerLogLevel.Warning, $"The history of this server cannot be written: {FileErrorText.Of(e)}");
                }
            }
            finally
            {
                Volatile.Write(ref _isBusy, 0);
            }
        }
    }
}
