using System.Runtime.CompilerServices;

namespace Spinel.Protocol;

/// <summary>
/// A reusable, growable list of argument ranges. It keeps its array between requests, so that parsing allocates nothing
/// once the list has grown to the usual size of a request.
/// </summary>
public sealed class ArgumentList
{
    private const int InitialCapacity = 16;

    private ArgumentRange[] _ranges;
    private int _count;

    /// <summary>Makes an empty list with room for <paramref name="capacity"/> arguments.</summary>
    public ArgumentList(int capacity = InitialCapacity)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(capacity);
        _ranges = capacity == 0 ? [] : new ArgumentRange[capacity];
    }

    /// <summary>How many arguments the list holds.</summary>
    public int Count => _count;

    /// <summary>How many arguments fit before the list must grow.</summary>
    public int Capacity => _ranges.Length;

    /// <summary>The argument at <paramref name="index"/>, which must be below <see cref="Count"/>.</summary>
    public ArgumentRange this[int index]
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        get
        {
            if ((uint)index >= (uint)_count)
            {
                ThrowIndexOutOfRange();
            }

            return _ranges[index];
        }
    }

    /// <summary>The arguments as a span; valid until the list changes.</summary>
    public ReadOnlySpan<ArgumentRange> AsSpan() => new(_ranges, 0, _count);

    /// <summary>Appends one argument; amortized O(1).</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public void Add(ArgumentRange range)
    {
        ArgumentRange[] ranges = _ranges;
        int count = _count;
        if ((uint)count < (uint)ranges.Length)
        {
            ranges[count] = range;
            _count = count + 1;
        }
        else
        {
            Grow(range);
        }
    }

    /// <summary>Empties the list and keeps its room.</summary>
    public void Clear() => _count = 0;

    /// <summary>Makes this list equal to <paramref name="other"/>.</summary>
    public void CopyFrom(ArgumentList other)
    {
        ArgumentNullException.ThrowIfNull(other);
        if (_ranges.Length < other._count)
        {
            _ranges = new ArgumentRange[other._count];
        }

        other.AsSpan().CopyTo(_ranges);
        _count = other._count;
    }

    /// <summary>Moves every range by <paramref name="delta"/> bytes, after the buffer's content moved by as much.</summary>
    public void Shift(int delta)
    {
        foreach (ref ArgumentRange range in _ranges.AsSpan(0, _count))
        {
            range = new ArgumentRange(range.Offset + delta, range.Length);
        }
    }

    /// <summary>Gives back the room that one unusually long request left behind; the content stays.</summary>
    public void TrimExcess()
    {
        int capacity = Math.Max(_count, InitialCapacity);
        if (_ranges.Length > capacity)
        {
            Array.Resize(ref _ranges, capacity);
        }
    }

    private static void ThrowIndexOutOfRange() => throw new ArgumentOutOfRangeException("index");

    [MethodImpl(MethodImplOptions.NoInlining)]
    private void Grow(ArgumentRange range)
    {
        Array.Resize(ref _ranges, Math.Max(InitialCapacity, checked(_ranges.Length * 2)));
        _ranges[_count++] = range;
    }
}
