using System.Text.Json;
using Spinel.Dashboard.Channels;
using Spinel.Dashboard.Security;
using Spinel.Engine;
using Spinel.Insight.Accesses;

namespace Spinel.Dashboard.Topics;

/// <summary>The topic <c>profile</c>: the commands that clients run, in batches. What the browser is too slow for is dropped and counted. It needs the permission for MONITOR.</summary>
internal sealed class ProfileWatch(long id, IWatcher watcher, DashboardServices services, Viewer viewer, AccessFilter filter) : Watch(id, watcher)
{
    private const int Capacity = 1000;
    private static readonly TimeSpan Delay = TimeSpan.FromMilliseconds(100);

    private readonly List<AccessRecord> _batch = [];
    private ITimer? _timer;
    private AccessSubscription? _subscription;
    private string? _error;
    private bool _isOver;

    internal override void Start()
    {
        _timer = services.Time.CreateTimer(static watch => ((ProfileWatch)watch!).Changed(), this, Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
        services.Engine.Mailbox.Post(Subscribe);
    }

    protected override bool TryWriteState(Utf8JsonWriter json)
    {
        if (Volatile.Read(ref _error) is { } error)
        {
            json.WriteString("error"u8, error);
            return true;
        }

        if (Volatile.Read(ref _subscription) is not { } subscription)
        {
            return false;
        }

        _batch.Clear();
        Drop(subscription.Take(_batch));
        if (_batch.Count == 0)
        {
            return false;
        }

        json.WriteStartArray("data"u8);
        foreach (AccessRecord record in _batch)
        {
            Write(json, record);
        }

        json.WriteEndArray();
        return true;
    }

    protected override void Dispose(bool disposing)
    {
        services.Engine.Mailbox.Post(End);
        base.Dispose(disposing);
    }

    private static void Write(Utf8JsonWriter json, AccessRecord record)
    {
        json.WriteStartObject();
        json.WriteNumber("time"u8, record.TimeMicroseconds);
        json.WriteNumber("db"u8, record.Database);
        json.WriteString("client"u8, record.Client);
        json.WritePropertyName("name"u8);
        ReplyJson.WriteText(json, record.ClientName);
        json.WriteStartArray("command"u8);
        foreach (byte[] argument in record.Arguments)
        {
            ReplyJson.WriteText(json, argument);
        }

        json.WriteEndArray();
        json.WriteNumber("args"u8, record.ArgumentCount);
        json.WriteNumber("us"u8, record.Microseconds);
        json.WriteEndObject();
    }

    /// <summary>On the engine thread, as what follows.</summary>
    private void Subscribe()
    {
        if (_isOver)
        {
            return;
        }

        if (Permissions.Missing(services.Engine, viewer.User, "MONITOR", needsAllKeys: false) is { } error)
        {
            Volatile.Write(ref _error, error);
            ThreadPool.UnsafeQueueUserWorkItem(static watch => watch.Changed(), this, preferLocal: false);
            return;
        }

        Volatile.Write(ref _subscription, services.Insight!.Accesses.Subscribe(filter, Capacity, OnFirst));
    }

    /// <summary>The batch begins to fill: it is sent a moment later. Rights that are taken away end it.</summary>
    private void OnFirst()
    {
        if (Permissions.Missing(services.Engine, viewer.User, "MONITOR", needsAllKeys: false) is { } error)
        {
            Volatile.Write(ref _error, error);
            services.Engine.Mailbox.Post(() => _subscription?.End());
        }

        _timer!.Change(Delay, Timeout.InfiniteTimeSpan);
    }

    private void End()
    {
        _isOver = true;
        _subscription?.End();
        _timer?.Dispose();
    }
}
