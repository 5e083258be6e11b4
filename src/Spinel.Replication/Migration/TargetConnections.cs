using Spinel.Engine;

namespace Spinel.Replication.Migration;

/// <summary>
/// Connections to servers that keys have moved to, for the next ones that go there: who moves keys moves many. Each has been let in as a certain user and stands in a certain database, and
/// is lent only for the same again. It is closed when nobody has wanted it for a while. Used on the engine thread.
/// </summary>
internal sealed class TargetConnections(EngineClock clock)
{
    private const long MaxIdleMs = 10_000;
    private const int MaxConnections = 64;

    private readonly List<Idle> _idle = [];

    /// <summary>Takes one out that leads where the order wants to go; null when there is none.</summary>
    public TargetConnection? Take(MigrationOrder order)
    {
        // The last one that has come: those that are not needed get old.
        var place = Place.Of(order);
        int index = _idle.FindLastIndex(idle => idle.Place == place);
        if (index < 0)
        {
            return null;
        }

        TargetConnection connection = _idle[index].Connection;
        _idle.RemoveAt(index);
        if (connection.IsQuiet)
        {
            return connection;
        }

        connection.Dispose();
        return null;
    }

    /// <summary>Keeps a connection for later, or closes it where it has failed, or where there are too many.</summary>
    public void Return(TargetConnection connection)
    {
        if (connection.IsOpen && _idle.Count < MaxConnections)
        {
            _idle.Add(new Idle(Place.Of(connection.Order), connection, clock.NowMs));
        }
        else
        {
            connection.Dispose();
        }
    }

    /// <summary>Closes those that nobody has wanted for a while.</summary>
    public void CloseOld()
    {
        for (int i = _idle.Count - 1; i >= 0; i--)
        {
            if (Math.Abs(clock.NowMs - _idle[i].SinceMs) > MaxIdleMs)
            {
                _idle[i].Connection.Dispose();
                _idle.RemoveAt(i);
            }
        }
    }

    /// <summary>Closes all of them.</summary>
    public void Clear()
    {
        foreach (Idle idle in _idle)
        {
            idle.Connection.Dispose();
        }

        _idle.Clear();
    }

    private readonly record struct Idle(Place Place, TargetConnection Connection, long SinceMs);

    /// <summary>Where a connection leads, and as whom: texts of bytes, one character each, for they are compared by value.</summary>
    private readonly record struct Place(string Host, int Port, long Database, string User, string? Password)
    {
        public static Place Of(MigrationOrder order) =>
            new(order.Host, order.Port, order.TargetDatabase, Text(order.User), order.Password is { } password ? Text(password) : null);

        private static string Text(byte[] bytes) => System.Text.Encoding.Latin1.GetString(bytes);
    }
}
