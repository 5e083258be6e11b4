using Spinel.Memory;

namespace Spinel.DataStructures;

/// <summary>
/// Makes a listpack of many values: the block grows by half of itself instead of from one size class to the next, and is cut to size
/// at the end. Use it in a using statement: what was not built is then freed.
/// </summary>
public unsafe ref struct ListpackBuilder : IDisposable
{
    private readonly NativeHeap _heap;
    private byte* _bytes;
    private int _capacity;
    private int _end;
    private int _count;

    /// <summary>Begins with no values and with room for <paramref name="capacityBytes"/> bytes in all.</summary>
    public ListpackBuilder(NativeHeap heap, int capacityBytes = 64)
    {
        ArgumentNullException.ThrowIfNull(heap);
        _heap = heap;
        _capacity = (int)NativeHeap.UsableSize((nuint)Math.Max(capacityBytes, Listpack.EmptyBytes));
        _bytes = heap.Allocate((nuint)_capacity);
        _end = Listpack.EmptyBytes - 1;
    }

    /// <summary>Begins with the values of a listpack, whose handle must not be used afterwards.</summary>
    public ListpackBuilder(NativeHeap heap, Listpack start)
    {
        ArgumentNullException.ThrowIfNull(heap);
        _heap = heap;
        _count = start.Count;
        _end = start.EndPosition;
        _capacity = (int)start.MemoryBytes;
        _bytes = (byte*)start.Address;
    }

    /// <summary>How many values there are so far.</summary>
    public readonly int Count => _count;

    /// <summary>Length of the listpack so far, in bytes.</summary>
    public readonly int TotalBytes => _end + 1;

    /// <summary>Adds a value at the end.</summary>
    public void Append(scoped ListpackElement element)
    {
        int needed = checked(_end + element.TotalBytes + 1);
        if (needed > _capacity)
        {
            Grow(needed);
        }

        _end = (int)(element.Write(_bytes + _end) - _bytes);
        _count++;
    }

    /// <summary>The listpack. The builder is spent.</summary>
    public Listpack Build()
    {
        int total = _end + 1;
        byte* bytes = NativeHeap.UsableSize((nuint)total) == (nuint)_capacity
            ? _bytes
            : _heap.Reallocate(_bytes, (nuint)_capacity, (nuint)total);
        _bytes = null;
        return Listpack.Complete(bytes, total, _count);
    }

    /// <summary>Frees what was not built.</summary>
    public void Dispose()
    {
        if (_bytes != null)
        {
            _heap.Free(_bytes, (nuint)_capacity);
            _bytes = null;
        }
    }

    private void Grow(int needed)
    {
        nuint wanted = Math.Max((nuint)needed, (nuint)_capacity + ((nuint)_capacity / 2));
        int capacity = checked((int)NativeHeap.UsableSize(wanted));
        _bytes = _heap.Reallocate(_bytes, (nuint)_capacity, (nuint)capacity);
        _capacity = capacity;
    }
}
