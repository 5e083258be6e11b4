using Spinel.Memory;

namespace Spinel.DataStructures;

/// <summary>What a thing in a <see cref="NameTable"/> begins with: where its name lies in its own block.</summary>
internal struct NamedHeader
{
    public int NameOffset;
    public int NameLength;
}

/// <summary>
/// Things by name in bytewise order: the groups of a stream, the consumers of a group. A sorted array of addresses, since there are few, they come
/// and go rarely, and clients see them in this order. Finding takes O(log n), a change O(n). All zero, it is empty.
/// </summary>
internal unsafe struct NameTable
{
    private const int SmallestCapacity = 2;

    private nint* _items;
    private int _capacity;

    public int Count { get; private set; }

    public readonly long MemoryBytes => _capacity == 0 ? 0 : (long)NativeHeap.UsableSize(Bytes(_capacity));

    // index < Count <= _capacity, the number of slots allocated.
    public readonly nint this[int index] => _items[index];

    public static ReadOnlySpan<byte> NameOf(nint item)
    {
        NamedHeader* named = (NamedHeader*)item;
        return new ReadOnlySpan<byte>((byte*)item + named->NameOffset, named->NameLength);
    }

    /// <summary>A zeroed block of <paramref name="headerBytes"/> bytes with a name behind it.</summary>
    public static nint CreateItem(NativeHeap heap, int headerBytes, scoped ReadOnlySpan<byte> name)
    {
        byte* block = heap.AllocateZeroed((nuint)headerBytes + (nuint)name.Length);
        *(NamedHeader*)block = new NamedHeader { NameOffset = headerBytes, NameLength = name.Length };
        name.CopyTo(new Span<byte>(block + headerBytes, name.Length));
        return (nint)block;
    }

    public static void FreeItem(NativeHeap heap, nint item, bool ownerThread)
    {
        nuint bytes = ItemBytes(item);
        if (ownerThread)
        {
            heap.Free((byte*)item, bytes);
        }
        else
        {
            heap.FreeFromOtherThread((byte*)item, bytes);
        }
    }

    public static long ItemMemoryBytes(nint item) => (long)NativeHeap.UsableSize(ItemBytes(item));

    /// <summary>The thing with a name, or zero.</summary>
    public readonly nint Find(scoped ReadOnlySpan<byte> name) => TryLocate(name, out int index) ? _items[index] : 0;

    /// <summary>Takes in a thing whose name is not there.</summary>
    public void Add(NativeHeap heap, nint item)
    {
        TryLocate(NameOf(item), out int index);
        if (Count == _capacity)
        {
            int capacity = Math.Max(SmallestCapacity, checked(_capacity * 2));
            _items = _capacity == 0
                ? (nint*)heap.Allocate(Bytes(capacity))
                : (nint*)heap.Reallocate((byte*)_items, Bytes(_capacity), Bytes(capacity));
            _capacity = capacity;
        }

        int behind = Count++ - index;
        new Span<nint>(_items + index, behind).CopyTo(new Span<nint>(_items + index + 1, behind));
        _items[index] = item;
    }

    /// <summary>Takes out a thing that is there.</summary>
    public void Remove(NativeHeap heap, nint item)
    {
        TryLocate(NameOf(item), out int index);
        int behind = --Count - index;
        new Span<nint>(_items + index + 1, behind).CopyTo(new Span<nint>(_items + index, behind));
        if (Count == 0)
        {
            Free(heap, ownerThread: true);
        }
    }

    /// <summary>Frees the array; the things are the caller's.</summary>
    public void Free(NativeHeap heap, bool ownerThread)
    {
        if (_capacity > 0 && ownerThread)
        {
            heap.Free((byte*)_items, Bytes(_capacity));
        }
        else if (_capacity > 0)
        {
            heap.FreeFromOtherThread((byte*)_items, Bytes(_capacity));
        }

        this = default;
    }

    private static nuint ItemBytes(nint item)
    {
        NamedHeader* named = (NamedHeader*)item;
        return (nuint)named->NameOffset + (nuint)named->NameLength;
    }

    private static nuint Bytes(int capacity) => (nuint)capacity * (nuint)sizeof(nint);

    private readonly bool TryLocate(scoped ReadOnlySpan<byte> name, out int index)
    {
        int low = 0;
        for (int high = Count; low < high;)
        {
            int middle = (low + high) >> 1;
            int order = NameOf(_items[middle]).SequenceCompareTo(name);
            if (order == 0)
            {
                index = middle;
                return true;
            }

            if (order < 0)
            {
                low = middle + 1;
            }
            else
            {
                high = middle;
            }
        }

        index = low;
        return false;
    }
}
