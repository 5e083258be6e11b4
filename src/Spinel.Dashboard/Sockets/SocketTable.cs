namespace Spinel.Dashboard.Sockets;

/// <summary>The open web sockets, at most so many.</summary>
internal sealed class SocketTable(int capacity)
{
    private readonly Lock _lock = new();
    private readonly HashSet<ViewerSocket> _sockets = [];
    private int _reserved;

    internal int Count
    {
        get
        {
            lock (_lock)
            {
                return _sockets.Count;
            }
        }
    }

    /// <summary>Sets a place aside; <see cref="Remove"/> gives it back.</summary>
    internal bool TryReserve()
    {
        lock (_lock)
        {
            if (_reserved >= capacity)
            {
                return false;
            }

            _reserved++;
            return true;
        }
    }

    internal void Add(ViewerSocket socket)
    {
        lock (_lock)
        {
            _sockets.Add(socket);
        }
    }

    internal void Remove(ViewerSocket? socket)
    {
        lock (_lock)
        {
            _reserved--;
            if (socket is not null)
            {
                _sockets.Remove(socket);
            }
        }
    }

    internal ViewerSocket[] ToArray()
    {
        lock (_lock)
        {
            return [.. _sockets];
        }
    }
}
