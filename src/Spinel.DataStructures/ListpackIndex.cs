using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using Spinel.Memory;

namespace Spinel.DataStructures;

/// <summary>
/// Finds the values of a listpack by hash, for one command that looks for many of them: the positions of the values in an
/// open-addressed table at most half full. It costs a few nanoseconds a value to make, where a search without it walks half of the
/// listpack.
/// </summary>
/// <remarks>
/// The hash has no secret: it looks at the length and at both ends. Values made to collide turn a search into the walk that it
/// replaces, and <see cref="MostEntries"/> bounds that.
/// </remarks>
internal readonly unsafe struct ListpackIndex
{
    public const int MostEntries = 1024;

    private const ulong Multiplier = 0x9E37_79B9_7F4A_7C15;

    // The first word is the logarithm of the number of slots, which follow. No value stands at position 0, so 0 is an empty slot.
    private readonly int* _words;

    public ListpackIndex(NativeHeap heap, Listpack values)
    {
        int capacityLog2 = 1 + BitOperations.Log2((uint)Math.Max(values.Count, 1)) + 1;
        _words = (int*)heap.AllocateZeroed(SizeOf(capacityLog2));
        _words[0] = capacityLog2;
        int* slots = _words + 1;
        ulong mask = Mask;
        ListpackReader reader = values.Read();
        for (int position = reader.NextPosition; reader.MoveNext(); position = reader.NextPosition)
        {
            ulong slot = reader.IsInteger ? SlotOf(reader.Integer) : SlotOf(reader.Bytes);
            while (slots[slot] != 0)
            {
                slot = (slot + 1) & mask;
            }

            slots[slot] = position;
        }
    }

    private ListpackIndex(int* words) => _words = words;

    public nint Address => (nint)_words;

    private ulong Mask => (1UL << _words[0]) - 1;

    public static ListpackIndex At(nint address) => new((int*)address);

    /// <summary>Whether the listpack has this text. The caller has parsed it, for it may search in several.</summary>
    public bool Contains(Listpack values, ReadOnlySpan<byte> text, bool isInteger, long integer)
    {
        // SlotOf and Mask keep the slot within the table, and half of the slots are empty: the walk ends.
        int* slots = _words + 1;
        ulong mask = Mask;
        ulong slot = isInteger ? SlotOf(integer) : SlotOf(text);
        for (; slots[slot] != 0; slot = (slot + 1) & mask)
        {
            if (values.Matches(slots[slot], text, isInteger, integer))
            {
                return true;
            }
        }

        return false;
    }

    /// <summary>Whether the listpack has the value that the reader is at.</summary>
    public bool Contains(Listpack values, scoped in ListpackReader reader)
    {
        if (!reader.IsInteger)
        {
            return Contains(values, reader.Bytes, false, 0);
        }

        int* slots = _words + 1;
        ulong mask = Mask;
        for (ulong slot = SlotOf(reader.Integer); slots[slot] != 0; slot = (slot + 1) & mask)
        {
            if (values.Equals(slots[slot], reader.Integer))
            {
                return true;
            }
        }

        return false;
    }

    public void Free(NativeHeap heap) => heap.Free((byte*)_words, SizeOf(_words[0]));

    private static nuint SizeOf(int capacityLog2) => sizeof(int) + ((nuint)sizeof(int) << capacityLog2);

    private ulong SlotOf(long integer) => ((ulong)integer * Multiplier) >> (64 - _words[0]);

    private ulong SlotOf(ReadOnlySpan<byte> text)
    {
        ref byte start = ref MemoryMarshal.GetReference(text);
        int length = text.Length;
        ulong head = 0;
        ulong tail = 0;
        if (length >= sizeof(ulong))
        {
            head = Unsafe.ReadUnaligned<ulong>(ref start);
            tail = Unsafe.ReadUnaligned<ulong>(ref Unsafe.Add(ref start, length - sizeof(ulong)));
        }
        else if (length >= sizeof(uint))
        {
            head = Unsafe.ReadUnaligned<uint>(ref start);
            tail = Unsafe.ReadUnaligned<uint>(ref Unsafe.Add(ref start, length - sizeof(uint)));
        }
        else
        {
            foreach (byte b in text)
            {
                head = (head << 8) | b;
            }
        }

        ulong mixed = (head ^ BitOperations.RotateLeft(tail, 29) ^ (ulong)length) * Multiplier;
        return ((mixed ^ (mixed >> 32)) * Multiplier) >> (64 - _words[0]);
    }
}
