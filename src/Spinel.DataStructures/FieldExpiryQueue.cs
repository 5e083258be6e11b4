using Spinel.Memory;

namespace Spinel.DataStructures;

/// <summary>
/// The fields of one hash that expire, the next one first: a binary heap (Williams, "Algorithm 232: Heapsort", 1964) of
/// entries in a native array. Each entry knows its place, so that a field whose expiry changes, or that goes, is found at once.
/// </summary>
/// <remarks>
/// A heap and no ordered index, because nothing but the earliest is ever asked for. A change costs O(log n); a hash without
/// expiring fields has no array.
/// </remarks>
internal unsafe struct FieldExpiryQueue
{
    private const int SmallestCapacity = 4;

    private nint* _entries;
    private int _count;
    private int _capacity;

    public readonly int Count => _count;

    public readonly long MemoryBytes => _capacity == 0 ? 0 : (long)NativeHeap.UsableSize(BytesFor(_capacity));

    /// <summary>The field that expires next. Precondition: there is one.</summary>
    public readonly HashEntry First => new(_entries[0]);

    /// <summary>When the next field expires; the end of time when there is none.</summary>
    public readonly long NextMs => _count == 0 ? long.MaxValue : First.ExpiryMs;

    /// <summary>How many fields expire up to a time; looks at no more than twice as many others.</summary>
    public readonly long CountUpTo(long unixTimeMs) => CountFrom(0, unixTimeMs);

    /// <summary>Takes in an entry that has an expiry.</summary>
    public void Add(NativeHeap heap, HashEntry entry)
    {
        if (_count == _capacity)
        {
            Resize(heap, Math.Max(SmallestCapacity, checked(_capacity * 2)));
        }

        RiseFrom(_count++, entry);
    }

    /// <summary>Takes out an entry, which must be there.</summary>
    public void Remove(NativeHeap heap, HashEntry entry)
    {
        int index = entry.QueueIndex;
        HashEntry last = new(_entries[--_count]);
        if (index != _count)
        {
            Place(index, last);
        }

        if (_count == 0)
        {
            Free(heap, ownerThread: true);
        }
        else if (_count < _capacity / 4)
        {
            Resize(heap, _capacity / 2);
        }
    }

    /// <summary>Notes that the expiry of an entry has changed, or its block has moved.</summary>
    public readonly void Update(HashEntry entry) => Place(entry.QueueIndex, entry);

    public void Free(NativeHeap heap, bool ownerThread)
    {
        if (_capacity > 0 && ownerThread)
        {
            heap.Free((byte*)_entries, BytesFor(_capacity));
        }
        else if (_capacity > 0)
        {
            heap.FreeFromOtherThread((byte*)_entries, BytesFor(_capacity));
        }

        this = default;
    }

    private static nuint BytesFor(int capacity) => (nuint)capacity * (nuint)sizeof(nint);

    // What is below an entry expires no sooner. The depth is that of the heap.
    private readonly long CountFrom(long index, long unixTimeMs) => index >= _count || new HashEntry(_entries[index]).ExpiryMs > unixTimeMs
        ? 0
        : 1 + CountFrom((2 * index) + 1, unixTimeMs) + CountFrom((2 * index) + 2, unixTimeMs);

    private readonly void Place(int index, HashEntry entry)
    {
        if (index > 0 && new HashEntry(_entries[(index - 1) / 2]).ExpiryMs > entry.ExpiryMs)
        {
            RiseFrom(index, entry);
        }
        else
        {
            SinkFrom(index, entry);
        }
    }

    private readonly void RiseFrom(int index, HashEntry entry)
    {
        while (index > 0)
        {
            HashEntry parent = new(_entries[(index - 1) / 2]);
            if (parent.ExpiryMs <= entry.ExpiryMs)
            {
                break;
            }

            Set(index, parent);
            index = (index - 1) / 2;
        }

        Set(index, entry);
    }

    private readonly void SinkFrom(int index, HashEntry entry)
    {
        while (true)
        {
            long child = (2L * index) + 1;
            if (child >= _count)
            {
                break;
            }

            if (child + 1 < _count && new HashEntry(_entries[child + 1]).ExpiryMs < new HashEntry(_entries[child]).ExpiryMs)
            {
                child++;
            }

            HashEntry sooner = new(_entries[child]);
            if (sooner.ExpiryMs >= entry.ExpiryMs)
            {
                break;
            }

            Set(index, sooner);
            index = (int)child;
        }

        Set(index, entry);
    }

    // index < _count <= _capacity, the number of slots allocated.
    private readonly void Set(int index, HashEntry entry)
    {
        _entries[index] = entry.Address;
        entry.QueueIndex = index;
    }

    private void Resize(NativeHeap heap, int capacity)
    {
        _entries = _capacity == 0
            ? (nint*)heap.Allocate(BytesFor(capacity))
            : (nint*)heap.Reallocate((byte*)_entries, BytesFor(_capacity), BytesFor(capacity));
        _capacity = capacity;
    }
}
