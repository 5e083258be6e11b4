using System.Diagnostics;
using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;

namespace Spinel.DataStructures;

/// <summary>
/// One cache line of an <see cref="EntryTable{TOps}"/>: up to nine entries with a one-byte tag each.
/// </summary>
/// <remarks>
/// <code>
///  0..53   nine slots of 6 bytes: the addresses of entries (48 bits, little endian)
///  54..62  their tags: the hash's top byte, never 0; 0 marks an empty slot
///  63      meta: number of entries (low 4 bits), has-child flag (top bit)
/// </code>
/// With a child, slot 8 holds the child's address and tag 8 is 0, so that no search can take it for an entry.
/// Entries fill the slots from 0 without holes, and only the last bucket of a chain is less than full.
/// The nine tags are compared at once: a 16-byte vector loaded at offset 48 has them in lanes 6 to 14.
/// Tags compared with SIMD are the idea of Abseil's Swiss tables; here they share the line with the addresses.
/// </remarks>
internal readonly unsafe struct Bucket(byte* bytes)
{
    public const int SizeBytes = 64;
    public const int Capacity = 9;
    public const int CapacityWithChild = 8;

    private const int SlotBytes = 6;
    private const int TagsOffset = 54;
    private const int MetaOffset = 63;
    private const int VectorOffset = 48;
    private const int FirstTagLane = TagsOffset - VectorOffset;
    private const uint TagLanes = (1 << Capacity) - 1;
    private const int CountMask = 0x0F;
    private const byte HasChildFlag = 0x80;
    private const int ChildSlot = 8;

    private readonly byte* _bytes = bytes;

    public byte* Address => _bytes;

    public int Count => _bytes[MetaOffset] & CountMask;

    public bool HasChild => _bytes[MetaOffset] >= HasChildFlag;

    public Bucket Child
    {
        get
        {
            Debug.Assert(HasChild);
            return new Bucket((byte*)Entry(ChildSlot));
        }
    }

    public bool IsFull => _bytes[MetaOffset] >= Capacity;

    /// <summary>The hash's top byte, made different from the mark of an empty slot. Buckets are chosen by the low bits.</summary>
    public static byte TagOf(ulong hash)
    {
        uint top = (uint)(hash >> 56);
        return (byte)(top == 0 ? 1 : top);
    }

    /// <summary>One bit per slot whose tag is the one looked for.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public uint Matches(Vector128<byte> tag) =>
        (Vector128.Equals(Vector128.Load(_bytes + VectorOffset), tag).ExtractMostSignificantBits() >> FirstTagLane) & TagLanes;

    // slot <= 8: the eight bytes read end at offset 56, inside the line.
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public nint Entry(int slot) => (nint)(Unsafe.ReadUnaligned<ulong>(_bytes + (slot * SlotBytes)) & 0x0000_FFFF_FFFF_FFFF);

    public byte Tag(int slot) => _bytes[TagsOffset + slot];

    /// <summary>Overwrites the address in a slot; the tag stays.</summary>
    public void SetEntry(int slot, nint entry)
    {
        Debug.Assert((ulong)entry >> 48 == 0);
        byte* at = _bytes + (slot * SlotBytes);
        Unsafe.WriteUnaligned(at, (uint)entry);
        Unsafe.WriteUnaligned(at + 4, (ushort)((ulong)entry >> 32));
    }

    public void Clear() => Unsafe.InitBlock(_bytes, 0, SizeBytes);

    public void Add(nint entry, byte tag)
    {
        Debug.Assert(!IsFull);
        int slot = _bytes[MetaOffset]++;
        SetEntry(slot, entry);
        _bytes[TagsOffset + slot] = tag;
    }

    public void RemoveLast()
    {
        Debug.Assert(!HasChild && Count > 0);
        int slot = --_bytes[MetaOffset];
        _bytes[TagsOffset + slot] = 0;
    }

    public void CopyEntry(int slot, Bucket from, int fromSlot)
    {
        SetEntry(slot, from.Entry(fromSlot));
        _bytes[TagsOffset + slot] = from.Tag(fromSlot);
    }

    /// <summary>Turns the ninth slot of a full bucket into the link to an empty child, to which its entry moves.</summary>
    public void Link(Bucket child)
    {
        Debug.Assert(Count == Capacity && child.Count == 0);
        child.Add(Entry(ChildSlot), Tag(ChildSlot));
        SetEntry(ChildSlot, (nint)child._bytes);
        _bytes[TagsOffset + ChildSlot] = 0;
        _bytes[MetaOffset] = CapacityWithChild | HasChildFlag;
    }

    /// <summary>Takes the only entry of the child in the place of the link. The child is the caller's to free.</summary>
    public void Unlink()
    {
        Bucket child = Child;
        Debug.Assert(!child.HasChild && child.Count == 1);
        _bytes[MetaOffset] = Capacity;
        CopyEntry(ChildSlot, child, 0);
    }

    /// <summary>Asks for the memory of all entries, and of the child.</summary>
    public void PrefetchEntries()
    {
        int slots = HasChild ? Capacity : Count;
        for (int slot = 0; slot < slots; slot++)
        {
            Prefetch((void*)Entry(slot));
            Prefetch((void*)(Entry(slot) + 64));
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Prefetch(void* address)
    {
        // Other processors offer no prefetch to managed code: there it is left to their out-of-order window.
        if (Sse.IsSupported)
        {
            Sse.Prefetch0(address);
        }
    }
}
