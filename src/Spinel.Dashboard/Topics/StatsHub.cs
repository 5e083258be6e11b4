using System.Text.Json;
using Spinel.Dashboard.Security;
using Spinel.Dashboard.Sockets;
using Spinel.Engine;
using Spinel.Insight;
using Spinel.Insight.History;

namespace Spinel.Dashboard.Topics;

/// <summary>Writes each sample of the server's series once, for all who watch. While nobody does, samples do not come here.</summary>
internal sealed class StatsHub(SpinelEngine engine, InsightExtension insight)
{
    private readonly Lock _lock = new();
    private readonly JsonFrame _frame = new();
    private StatsWatch[] _watches = [];
    private bool _isSubscribed;
    private byte[] _latest = [];

    /// <summary>The newest sample as JSON; empty before the first.</summary>
    internal byte[] Latest => Volatile.Read(ref _latest);

    internal void Add(StatsWatch watch)
    {
        engine.Mailbox.Post(() => Subscribe(watch));
    }

    internal void Remove(StatsWatch watch)
    {
        lock (_lock)
        {
            watch.IsOver = true;
            _watches = Array.FindAll(_watches, other => other != watch);
        }
    }

    /// <summary>On the engine thread, as what follows.</summary>
    private void Subscribe(StatsWatch watch)
    {
        if (Permissions.Missing(engine, watch.Viewer.User, "INSIGHT HISTORY FROM 0 TO 0 SERIES x", needsAllKeys: false) is { } error)
        {
            ThreadPool.UnsafeQueueUserWorkItem(static refused => refused.Watch.Fail(refused.Error), (Watch: watch, Error: error), preferLocal: false);
            return;
        }

        lock (_lock)
        {
            if (watch.IsOver)
            {
                return;
            }

            _watches = [.. _watches, watch];
        }

        if (!_isSubscribed)
        {
            _isSubscribed = true;
            insight.Sampled += OnSample;
        }

        // Whoever comes sees something at once.
        OnSample();
    }

    private void OnSample()
    {
        StatsWatch[] watches;
        lock (_lock)
        {
            watches = _watches;
        }

        if (watches.Length == 0)
        {
            insight.Sampled -= OnSample;
            _isSubscribed = false;
            return;
        }

        if (insight.LatestSampleMs == 0)
        {
            return;
        }

        Volatile.Write(ref _latest, Write());
        ThreadPool.UnsafeQueueUserWorkItem(
            static watches =>
            {
                foreach (StatsWatch watch in watches)
                {
                    watch.OnSample();
                }
            },
            watches,
            preferLocal: false);
    }

    private byte[] Write()
    {
        Utf8JsonWriter json = _frame.Begin();
        json.WriteStartObject();
        json.WriteNumber("time"u8, insight.LatestSampleMs);
        json.WriteStartObject("values"u8);
        ReadOnlySpan<double> values = insight.LatestSample;
        for (int i = 0; i < values.Length; i++)
        {
            json.WritePropertyName(SeriesCatalog.All[i].Name);
            Numbers.Write(json, values[i]);
        }

        json.WriteEndObject();
        json.WriteEndObject();
        json.Flush();
        return _frame.Written.ToArray();
    }
}

/// <summary>The topic <c>stats</c>: the newest sample of all series, once a second.</summary>
internal sealed class StatsWatch(long id, IWatcher watcher, StatsHub hub, Viewer viewer) : Watch(id, watcher)
{
    private int _isNew;
    private string? _error;

    internal Viewer Viewer { get; } = viewer;

    /// <summary>Nobody watches any more. Of the hub.</summary>
    internal bool IsOver { get; set; }

    internal override void Start() => hub.Add(this);

    internal void OnSample()
    {
        if (Interlocked.Exchange(ref _isNew, 1) == 1)
        {
            Drop();
        }

        Changed();
    }

    internal void Fail(string error)
    {
        Volatile.Write(ref _error, error);
        Changed();
    }

    protected override bool TryWriteState(Utf8JsonWriter json)
    {
        if (Volatile.Read(ref _error) is { } error)
        {
            json.WriteString("error"u8, error);
            return true;
        }

        byte[] latest = hub.Latest;
        if (Interlocked.Exchange(ref _isNew, 0) == 0 || latest.Length == 0)
        {
            return false;
        }

        json.WritePropertyName("data"u8);
        json.WriteRawValue(latest, skipInputValidation: true);
        return true;
    }

    protected override void Dispose(bool disposing)
    {
        hub.Remove(this);
        base.Dispose(disposing);
    }
}
