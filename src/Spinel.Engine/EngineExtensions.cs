using Spinel.Engine.Dispatch;

namespace Spinel.Engine;

/// <summary>The parts of the server around the engine, in the order in which they were given, and what all of them are told and asked.</summary>
internal sealed class EngineExtensions(IReadOnlyList<IEngineExtension> extensions) : IDisposable
{
    private readonly IEngineExtension[] _extensions = [.. extensions];

    public int Count => _extensions.Length;

    /// <summary>What the parts declare.</summary>
    public IEnumerable<CommandSet> Commands => _extensions.Select(static extension => extension.Commands).OfType<CommandSet>();

    /// <summary>How long the loop may sleep at most, in milliseconds.</summary>
    public int MaxTimeoutMs
    {
        get
        {
            int timeout = int.MaxValue;
            foreach (IEngineExtension extension in _extensions)
            {
                timeout = Math.Min(timeout, extension.MaxTimeoutMs);
            }

            return timeout;
        }
    }

    /// <summary>How long the loop should sleep although there is work, in microseconds.</summary>
    public int RestMicroseconds
    {
        get
        {
            int rest = 0;
            foreach (IEngineExtension extension in _extensions)
            {
                rest = Math.Max(rest, extension.RestMicroseconds);
            }

            return rest;
        }
    }

    /// <summary>Memory that holds the replication stream.</summary>
    public long ReplicationBufferBytes
    {
        get
        {
            long bytes = 0;
            foreach (IEngineExtension extension in _extensions)
            {
                bytes += extension.ReplicationBufferBytes;
            }

            return bytes;
        }
    }

    /// <summary>Memory that holds what is on its way out of the server.</summary>
    public long OutgoingBytes
    {
        get
        {
            long bytes = 0;
            foreach (IEngineExtension extension in _extensions)
            {
                bytes += extension.OutgoingBytes;
            }

            return bytes;
        }
    }

    public ReadOnlySpan<IEngineExtension>.Enumerator GetEnumerator() => new ReadOnlySpan<IEngineExtension>(_extensions).GetEnumerator();

    /// <summary>The part of type <typeparamref name="T"/>.</summary>
    /// <exception cref="InvalidOperationException">The engine was made without it.</exception>
    public T Get<T>()
        where T : class, IEngineExtension
    {
        foreach (IEngineExtension extension in _extensions)
        {
            if (extension is T wanted)
            {
                return wanted;
            }
        }

        throw new InvalidOperationException($"the engine has no {typeof(T).Name}");
    }

    public void Attach(SpinelEngine engine)
    {
        foreach (IEngineExtension extension in _extensions)
        {
            extension.Attach(engine);
        }
    }

    public void OnCron()
    {
        foreach (IEngineExtension extension in _extensions)
        {
            extension.OnCron();
        }
    }

    public void OnTurnEnd()
    {
        foreach (IEngineExtension extension in _extensions)
        {
            extension.OnTurnEnd();
        }
    }

    public void RunBackground()
    {
        foreach (IEngineExtension extension in _extensions)
        {
            extension.RunBackground();
        }
    }

    public void OnFlushAll()
    {
        foreach (IEngineExtension extension in _extensions)
        {
            extension.OnFlushAll();
        }
    }

    public void OnStop()
    {
        foreach (IEngineExtension extension in _extensions)
        {
            extension.OnStop();
        }
    }

    public void Dispose()
    {
        foreach (IEngineExtension extension in _extensions)
        {
            extension.Dispose();
        }
    }
}
