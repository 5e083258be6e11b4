using Spinel.Engine;
using Spinel.Engine.Sessions;
using Spinel.Memory;
using Spinel.Persistence;

namespace Spinel.Replication.Replica;

/// <summary>
/// Applies the stream of the primary, and passes it on: what has been applied goes byte for byte into the own backlog, so that this server's replicas get the same
/// stream at the same offsets.
/// <para>
/// A byte counts when the request that it belongs to has been applied, and those of a transaction count when all of it has: what comes again after an interruption
/// begins exactly behind what counted, so nothing is applied twice and nothing half. Until then bytes are held here.
/// </para>
/// <para>
/// While clients are paused the stream waits, too: it is held back here, and beyond a limit in the socket.
/// </para>
/// <para>
/// While the stream runs no key expires: the primary has dealt with keys as they were at its time, and tells itself when one goes.
/// </para>
/// </summary>
internal sealed class StreamApplier : IDisposable
{
    /// <summary>A buffer above this size is given back when it is empty.</summary>
    private const int MaxKeptBytes = 1 << 20;

    /// <summary>So much is held back at most.</summary>
    private const int MaxHeldBackBytes = 1 << 20;

    private readonly ReplicationExtension _replication;
    private readonly Session _session;
    private readonly TrustedFeed _feed;
    private readonly NativeBuffer _held;

    /// <summary>How much of what is held has been run: commands of a transaction that wait for its end.</summary>
    private int _queued;

    private bool _isRunning;

    public StreamApplier(ReplicationExtension replication, IConnection connection, int database)
    {
        _replication = replication;
        _held = new NativeBuffer(replication.Engine.Heap);
        _session = replication.Engine.OpenPrimarySession(connection);
        _feed = _session.Feed!;
        _session.SelectDatabase(database);
    }

    /// <summary>The database that the stream has selected.</summary>
    public int Database => _session.DatabaseIndex;

    /// <summary>Somebody has closed the session (CLIENT KILL).</summary>
    public bool IsClosed => _session.IsClosed || _session.CloseAfterReply;

    /// <summary>Bytes that have come and do not count yet.</summary>
    public int HeldBytes => _held.Length;

    /// <summary>There are bytes that could be applied and are not, because clients are paused.</summary>
    public bool HoldsBack { get; private set; }

    /// <summary>There is no room for more until the pause is over.</summary>
    public bool IsFull => HoldsBack && _held.Length > MaxHeldBackBytes;

    /// <summary>The place in the stream up to which everything is applied, within a command of the stream, too.</summary>
    public long AppliedOffset => _replication.State.Offset + (_isRunning && _feed.CompletedInput > 0 ? _queued + _feed.CompletedInput : 0);

    /// <summary>Applies what is complete with these bytes.</summary>
    /// <param name="bytes">What has come.</param>
    /// <param name="isHeld">Nothing is to be applied now; the next call that may goes on with it.</param>
    /// <returns>Why the stream cannot be followed any more; null when all is well.</returns>
    /// <exception cref="PersistenceException">The server must not go on.</exception>
    public string? Apply(Span<byte> bytes, bool isHeld)
    {
        _session.CountInput(bytes.Length);
        HoldsBack = isHeld;
        if (isHeld)
        {
            _held.Append(bytes);
            return null;
        }

        if (_held.Length == 0)
        {
            int count = Run(bytes, out int consumed);
            _replication.Backlog.Append(bytes[..count]);
            _held.Append(bytes[count..]);
            _queued = consumed - count;
        }
        else
        {
            _held.Append(bytes);
            int count = Run(_held.Span[_queued..], out int consumed);
            int queued = _queued + consumed;
            if (count > 0)
            {
                count += _queued;
                _replication.Backlog.Append(_held.Span[..count]);
                _held.Consume(count);
            }

            _queued = queued - count;
        }

        if (_held is { Length: 0, Capacity: > MaxKeptBytes })
        {
            _held.Dispose();
        }

        if (_feed.IsRefusalFatal)
        {
            throw new PersistenceException(_feed.Refusal!);
        }

        return _feed.Refusal ?? (IsClosed ? "the connection was closed" : null);
    }

    public void Dispose()
    {
        _session.OnDisconnected();
        _held.Dispose();
    }

    /// <returns>How many bytes count now, from the beginning of the input; when some do, all that was queued before does, too.</returns>
    private int Run(Span<byte> input, out int consumed)
    {
        EngineClock clock = _replication.Engine.Clock;
        clock.IsExpirySuspended = true;
        _isRunning = true;
        try
        {
            consumed = _session.Run(input);
        }
        finally
        {
            _isRunning = false;
            clock.IsExpirySuspended = false;
        }

        if (_feed.Refusal is not null || _session.IsInTransaction)
        {
            consumed = _feed.Refusal is null ? consumed : _feed.CompletedInput;
            return _feed.CompletedInput;
        }

        return consumed;
    }
}
