using Spinel.Engine.Dispatch;
using Spinel.Engine.Sessions;

namespace Spinel.Engine.Statistics;

/// <summary>
/// The commands that took longer than <c>slowlog-log-slower-than</c>, the latest <c>slowlog-max-len</c> of them. What it forgets it uses again for what
/// comes, so that a server that logs every command produces no garbage.
/// </summary>
public sealed class SlowLog
{
    private const int FirstCapacity = 16;
    private SlowLogEntry[] _ring = [];
    private int _start;
    private long _nextId;

    /// <summary>The number of entries.</summary>
    public int Count { get; private set; }

    /// <summary>How many entries are kept; more leave with the next entry.</summary>
    public long MaxCount { get; internal set; }

    /// <summary>An entry, the latest first.</summary>
    public SlowLogEntry this[int index] => _ring[(_start + Count - 1 - index) % _ring.Length];

    /// <summary>Forgets all entries. Their numbers are not given again.</summary>
    public void Clear()
    {
        _ring = [];
        _start = 0;
        Count = 0;
    }

    /// <summary>Enters a command.</summary>
    internal void Add(CommandDescriptor command, CommandArguments arguments, Session session, long unixSeconds, long runMicroseconds, long waitMicroseconds)
    {
        while (Count > 0 && Count >= MaxCount)
        {
            // Its place in the ring stays filled, for the next entry to use.
            _start = (_start + 1) % _ring.Length;
            Count--;
        }

        if (MaxCount <= 0)
        {
            _nextId++;
            return;
        }

        if (Count == _ring.Length)
        {
            Grow();
        }

        SlowLogEntry entry = _ring[(_start + Count) % _ring.Length] ??= new SlowLogEntry();
        Count++;
        entry.Set(_nextId++, unixSeconds, runMicroseconds, waitMicroseconds, session);
        entry.CopyArguments(command, arguments);
    }

    private void Grow()
    {
        var ring = new SlowLogEntry[(int)Math.Min(Math.Max(FirstCapacity, _ring.Length * 2L), Math.Min(MaxCount, Array.MaxLength))];
        for (int i = 0; i < Count; i++)
        {
            ring[i] = _ring[(_start + i) % _ring.Length];
        }

        _ring = ring;
        _start = 0;
    }
}
