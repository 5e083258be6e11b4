using System.Numerics;
using Spinel.Memory;

namespace Spinel.DataStructures;

/// <summary>
/// The places that a random draw has taken already: words in an open-addressed table of fixed size, at most half full. They come
/// from chance, so a multiplication is hash enough (Knuth, volume 3, 6.4).
/// </summary>
internal unsafe ref struct PlaceSet : IDisposable
{
    private const ulong Multiplier = 0x9E37_79B9_7F4A_7C15;

    private readonly NativeHeap _heap;
    private readonly long* _slots;
    private readonly int _capacityLog2;
    private bool _hasZero;

    public PlaceSet(NativeHeap heap, long capacity)
    {
        _heap = heap;
        _capacityLog2 = 65 - BitOperations.LeadingZeroCount((ulong)Math.Max(capacity, 4));
        _slots = (long*)heap.AllocateZeroed(SizeBytes);
    }

    private readonly nuint SizeBytes => (nuint)sizeof(long) << _capacityLog2;

    /// <summary>Whether the word was not there yet. Precondition: fewer than the capacity were added.</summary>
    public bool Add(long place)
    {
        // Zero marks an empty slot, and is a place only in a set of integers.
        if (place == 0)
        {
            bool isNew = !_hasZero;
            _hasZero = true;
            return isNew;
        }

        // The index is taken to the table's size at each step, so all reads lie within it.
        ulong mask = (1UL << _capacityLog2) - 1;
        ulong index = ((ulong)place * Multiplier) >> (64 - _capacityLog2);
        while (_slots[index] != 0)
        {
            if (_slots[index] == place)
            {
                return false;
            }

            index = (index + 1) & mask;
        }

        _slots[index] = place;
        return true;
    }

    public readonly void Dispose() => _heap.Free((byte*)_slots, SizeBytes);
}
