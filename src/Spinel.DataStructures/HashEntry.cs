using System.Diagnostics;
using System.Runtime.CompilerServices;
using Spinel.Memory;

namespace Spinel.DataStructures;

/// <summary>
/// One field of a large hash: a native block with the field's name and its value. This is a handle (one pointer); default is none.
/// </summary>
/// <remarks>
/// One block, because a look-up then costs one cache miss for name and value together, and because 16 bytes of name and 16 of value
/// fit a block of 40.
/// <code>
///  0     flags: which of the following are wide or there at all
///  1     [expiry, unix ms, i64; place in the queue of expiries, i32]
///        field length, u8 or i32; value length, u8 or i32; field; value
/// </code>
/// Nothing is aligned and the size follows from the header. Methods named With… may move the block: they return the handle
/// to use from then on, and free the old block when it is another.
/// </remarks>
internal readonly unsafe struct HashEntry : IEquatable<HashEntry>
{
    public const long NoExpiry = -1;

    private const int WideFieldFlag = 1;
    private const int WideValueFlag = 2;
    private const int ExpiryFlag = 4;
    private const int ShortLimit = byte.MaxValue;
    private const int ExpiryOffset = 1;
    private const int QueueIndexOffset = 9;

    // The offsets of lengths and of the field for each combination of the three flags, one byte each.
    private const ulong LengthOffsets = 0x0D0D_0D0D_0101_0101;
    private const ulong FieldOffsets = 0x1512_120F_0906_0603;

    private readonly byte* _bytes;

    public HashEntry(nint address) => _bytes = (byte*)address;

    private HashEntry(byte* bytes) => _bytes = bytes;

    public nint Address => (nint)_bytes;

    public bool IsNull => _bytes == null;

    public ReadOnlySpan<byte> Field
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        get
        {
            // The block was allocated for these lengths.
            int flags = Flags;
            return new ReadOnlySpan<byte>(_bytes + Pick(FieldOffsets, flags), FieldLengthOf(flags));
        }
    }

    public ReadOnlySpan<byte> Value
    {
        get
        {
            int flags = Flags;
            return new ReadOnlySpan<byte>(_bytes + Pick(FieldOffsets, flags) + FieldLengthOf(flags), ValueLengthOf(flags));
        }
    }

    public bool HasExpiry => (Flags & ExpiryFlag) != 0;

    /// <summary>When the field expires, in Unix milliseconds, or <see cref="NoExpiry"/>.</summary>
    public long ExpiryMs => HasExpiry ? Unsafe.ReadUnaligned<long>(_bytes + ExpiryOffset) : NoExpiry;

    /// <summary>Where the field stands in its hash's queue of expiries. Precondition: <see cref="HasExpiry"/>.</summary>
    public int QueueIndex
    {
        get
        {
            Debug.Assert(HasExpiry);
            return Unsafe.ReadUnaligned<int>(_bytes + QueueIndexOffset);
        }

        set
        {
            Debug.Assert(HasExpiry);
            Unsafe.WriteUnaligned(_bytes + QueueIndexOffset, value);
        }
    }

    /// <summary>Bytes that the block occupies in the heap.</summary>
    public long MemoryBytes => (long)NativeHeap.UsableSize(Size);

    private int Flags => *_bytes;

    private nuint Size
    {
        get
        {
            int flags = Flags;
            return SizeOf(flags, FieldLengthOf(flags), ValueLengthOf(flags));
        }
    }

    public static bool operator ==(HashEntry left, HashEntry right) => left._bytes == right._bytes;

    public static bool operator !=(HashEntry left, HashEntry right) => left._bytes != right._bytes;

    public bool Equals(HashEntry other) => _bytes == other._bytes;

    public override bool Equals(object? obj) => obj is HashEntry other && Equals(other);

    public override int GetHashCode() => ((nint)_bytes).GetHashCode();

    public static HashEntry Create(NativeHeap heap, ReadOnlySpan<byte> field, ReadOnlySpan<byte> value, long expiryMs = NoExpiry)
    {
        int flags = (field.Length > ShortLimit ? WideFieldFlag : 0)
            | (value.Length > ShortLimit ? WideValueFlag : 0)
            | (expiryMs != NoExpiry ? ExpiryFlag : 0);
        HashEntry entry = new(heap.Allocate(SizeOf(flags, field.Length, value.Length)));
        *entry._bytes = (byte)flags;
        entry.WriteFieldLength(flags, field.Length);
        entry.WriteValueLength(flags, value.Length);
        if (expiryMs != NoExpiry)
        {
            entry.SetExpiryMs(expiryMs);
            entry.QueueIndex = -1;
        }

        // The block was allocated for both, one behind the other.
        byte* at = entry._bytes + Pick(FieldOffsets, flags);
        field.CopyTo(new Span<byte>(at, field.Length));
        value.CopyTo(new Span<byte>(at + field.Length, value.Length));
        return entry;
    }

    /// <summary>Overwrites the value; in place where the size class stays the same. Expiry and place in the queue are kept.</summary>
    public HashEntry WithValue(NativeHeap heap, ReadOnlySpan<byte> value)
    {
        int flags = Flags;
        int newFlags = (flags & ~WideValueFlag) | (value.Length > ShortLimit ? WideValueFlag : 0);
        ReadOnlySpan<byte> field = Field;
        nuint newSize = SizeOf(newFlags, field.Length, value.Length);
        if (newFlags == flags && NativeHeap.UsableSize(Size) == NativeHeap.UsableSize(newSize))
        {
            WriteValueLength(flags, value.Length);
            value.CopyTo(new Span<byte>(_bytes + Pick(FieldOffsets, flags) + field.Length, value.Length));
            return this;
        }

        return MoveTo(Create(heap, field, value, ExpiryMs), heap);
    }

    /// <summary>Sets when the field expires.</summary>
    public HashEntry WithExpiry(NativeHeap heap, long expiryMs)
    {
        if (HasExpiry)
        {
            SetExpiryMs(expiryMs);
            return this;
        }

        return MoveTo(Create(heap, Field, Value, expiryMs), heap);
    }

    /// <summary>Makes the field one that never expires.</summary>
    public HashEntry WithoutExpiry(NativeHeap heap)
    {
        if (!HasExpiry)
        {
            return this;
        }

        HashEntry moved = Create(heap, Field, Value);
        heap.Free(_bytes, Size);
        return moved;
    }

    public void Free(NativeHeap heap) => heap.Free(_bytes, Size);

    /// <summary>As <see cref="Free"/>, from a thread that does not own the heap.</summary>
    public void FreeFromOtherThread(NativeHeap heap) => heap.FreeFromOtherThread(_bytes, Size);

    private static int Pick(ulong offsets, int flags) => (int)(offsets >> (flags << 3)) & 0xFF;

    private static nuint SizeOf(int flags, int fieldLength, int valueLength) =>
        (nuint)(uint)Pick(FieldOffsets, flags) + (nuint)(uint)fieldLength + (nuint)(uint)valueLength;

    private HashEntry MoveTo(HashEntry moved, NativeHeap heap)
    {
        if (HasExpiry)
        {
            moved.QueueIndex = QueueIndex;
        }

        heap.Free(_bytes, Size);
        return moved;
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private int FieldLengthOf(int flags)
    {
        byte* at = _bytes + Pick(LengthOffsets, flags);
        return (flags & WideFieldFlag) == 0 ? *at : Unsafe.ReadUnaligned<int>(at);
    }

    private int ValueLengthOf(int flags)
    {
        byte* at = ValueLengthAt(flags);
        return (flags & WideValueFlag) == 0 ? *at : Unsafe.ReadUnaligned<int>(at);
    }

    private byte* ValueLengthAt(int flags) => _bytes + Pick(LengthOffsets, flags) + ((flags & WideFieldFlag) == 0 ? 1 : sizeof(int));

    private void WriteFieldLength(int flags, int length) =>
        Write(_bytes + Pick(LengthOffsets, flags), (flags & WideFieldFlag) != 0, length);

    private void WriteValueLength(int flags, int length) => Write(ValueLengthAt(flags), (flags & WideValueFlag) != 0, length);

    private static void Write(byte* at, bool wide, int length)
    {
        if (wide)
        {
            Unsafe.WriteUnaligned(at, length);
        }
        else
        {
            *at = (byte)length;
        }
    }

    private void SetExpiryMs(long expiryMs) => Unsafe.WriteUnaligned(_bytes + ExpiryOffset, expiryMs);
}

/// <summary>How the table sees a <see cref="HashEntry"/>.</summary>
internal readonly struct HashEntryOps : IEntryOps
{
    public static bool CanBeWatched => true;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static ReadOnlySpan<byte> KeyOf(nint entry) => new HashEntry(entry).Field;

    public static ulong Hash(HashKey key, ReadOnlySpan<byte> name) => key.Hash(name);
}
