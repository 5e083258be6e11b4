using System.Diagnostics.CodeAnalysis;
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

    private readonly Dictionary<Place, (TargetConnection Connection, long SinceMs)> _idle = [];

    /// <summary>Takes one out that leads where the order wants to go; null when there is none.</summary>
    public TargetConnection? Take(MigrationOrder order) => _idle.Remove(Place.Of(order), out (TargetConnection Connection, long SinceMs) idle) ? idle.Connection : null;

    /// <summary>Keeps a connection for later, or closes it: where it has failed, or one to the same place is here already.</summary>
    [SuppressMessage("Reliability", "CA2000", Justification = "What is kept is closed later.")]
    public void Return(TargetConnection connection)
    {
        if (!connection.IsOpen || _idle.Count >= MaxConnections || !_idle.TryAdd(Place.Of(connection.Order), (connection, clock.NowMs)))
        {
            connection.Dispose();
        }
    }

    /// <summary>Closes those that nobody has wanted for a while.</summary>
    public void CloseOld()
    {
        foreach ((Place place, (TargetConnection connection, long sinceMs)) in _idle)
        {
            if (Math.Abs(clock.NowMs - sinceMs) > MaxIdleMs)
            {
                _idle.Remove(place);
                connection.Dispose();
            }
        }
    }

    /// <summary>Closes all of them.</summary>
    public void Clear()
    {
        foreach ((TargetConnection connection, _) in _idle.Values)
        {
            connection.Dispose();
        }

        _idle.Clear();
    }

    /// <summary>Where a connection leads, and as whom: texts of bytes, one character each, for they are compared by value.</summary>
    private readonly record struct Place(string Host, int Port, long Database, string User, string? Password)
    {
        public static Place Of(MigrationOrder order) =>
            new(order.Host, order.Port, order.TargetDatabase, Text(order.User), order.Password is { } password ? Text(password) : null);

        private static string Text(byte[] bytes) => System.Text.Encoding.Latin1.GetString(bytes);
    }
}
