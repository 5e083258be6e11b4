using System.Text.Json;

namespace Spinel.Dashboard.Topics;

/// <summary>
/// One topic as one browser watches it. The watch gathers what is new, bounded, and says <see cref="Changed"/>; when the browser can take it,
/// <see cref="TryWrite"/> is asked for the newest state.
/// </summary>
internal abstract class Watch(long id, IWatcher watcher) : IDisposable
{
    private long _dropped;

    /// <summary>The browser's name for it.</summary>
    internal long Id { get; } = id;

    /// <summary>It stands in the browser's queue. Of that queue.</summary>
    internal bool IsQueued { get; set; }

    protected IWatcher Watcher { get; } = watcher;

    /// <summary>Begins to watch.</summary>
    internal abstract void Start();

    /// <summary>Writes the message with the newest state. False: there is nothing to tell.</summary>
    internal bool TryWrite(Utf8JsonWriter json)
    {
        json.WriteStartObject();
        json.WriteNumber("watch"u8, Id);
        if (!TryWriteState(json))
        {
            return false;
        }

        json.WriteNumber("dropped"u8, Interlocked.Exchange(ref _dropped, 0));
        json.WriteEndObject();
        return true;
    }

    public void Dispose()
    {
        Dispose(true);
        GC.SuppressFinalize(this);
    }

    /// <summary>Writes the member <c>data</c>, or <c>error</c>. On the browser's sending thread.</summary>
    protected abstract bool TryWriteState(Utf8JsonWriter json);

    /// <summary>There is a newer state.</summary>
    protected void Changed() => Watcher.OnChanged(this);

    /// <summary>Something was replaced or left out before the browser had seen it.</summary>
    protected void Drop(long count = 1) => Interlocked.Add(ref _dropped, count);

    protected virtual void Dispose(bool disposing)
    {
    }
}

/// <summary>The browser that watches.</summary>
internal interface IWatcher
{
    /// <summary>A watch has a newer state; called on any thread.</summary>
    void OnChanged(Watch watch);
}
