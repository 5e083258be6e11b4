using System.Numerics;
using System.Runtime.CompilerServices;
using Spinel.Memory;

namespace Spinel.DataStructures;

/// <summary>
/// A leaf of a <see cref="NameIndex"/>: some dozens of names in order, each stored as what it does not share with the one before it, with the facts about its key.
/// </summary>
/// <remarks>
/// <code>
///  0     bytes of entries, i32
///  4     number of entries, i32
///  8     size that the block was asked for, i32
/// 12     entries: varint shared, varint length of all that follows: kind (low 3 bits) and TTL bucket (next 3), varint bytes, [expiry, u32], own bytes of the name
/// </code>
/// A search passes most entries by: the first two bytes say how far the next one is.
/// <para/>
/// How much two neighbours share is always exact. So a search compares every byte of the sought name at most once: an entry that shares more with its predecessor than
/// the sought name does is less than that too, one that shares less is greater. No name is put together on the way.
/// The block is as long as its entries, not a fixed size: a leaf that is half full costs half.
/// </remarks>
internal readonly unsafe struct NameLeaf(byte* block)
{
    public const int HeaderBytes = 12;

    /// <summary>The most that an entry takes besides the name: three varints of which one is of 64 bits, tag, expiry.</summary>
    public const int MaxEntryHead = 3 + 3 + 1 + 10 + 4;

    public byte* Block => block;

    public int UsedBytes
    {
        get => *(int*)block;
        set => *(int*)block = value;
    }

    public int Count
    {
        get => *(int*)(block + 4);
        set => *(int*)(block + 4) = value;
    }

    private int AskedBytes
    {
        get => *(int*)(block + 8);
        set => *(int*)(block + 8) = value;
    }

    public byte* First => block + HeaderBytes;

    public byte* End => First + UsedBytes;

    public static NameLeaf Create(NativeHeap heap, ReadOnlySpan<byte> entries, int count)
    {
        int bytes = HeaderBytes + entries.Length;
        var leaf = new NameLeaf(heap.Allocate((nuint)bytes)) { UsedBytes = entries.Length, Count = count, AskedBytes = bytes };
        entries.CopyTo(new Span<byte>(leaf.First, entries.Length));
        return leaf;
    }

    public void Free(NativeHeap heap) => heap.Free(block, (nuint)AskedBytes);

    /// <summary>Fetches a leaf of average length.</summary>
    public static void Prefetch(byte* block)
    {
        const int Line = 64;
        const int Lines = 8;
        for (int i = 0; i < Lines; i++)
        {
            Bucket.Prefetch(block + (i * Line));
        }
    }

    /// <summary>Finds a name, or the place where it belongs.</summary>
    public NamePlace Find(ReadOnlySpan<byte> name)
    {
        byte* at = First;
        byte* end = End;
        int match = 0;
        while (at < end)
        {
            byte* start = at;
            int shared = ReadShort(ref at);
            int length = ReadShort(ref at);
            if (shared > match)
            {
                at += length;
                continue;
            }

            at = start;
            if (shared < match)
            {
                return new NamePlace((int)(at - First), match, shared, false);
            }

            NameEntry entry = Read(at);
            ReadOnlySpan<byte> own = new(entry.Own, entry.OwnLength);
            int common = name[match..].CommonPrefixLength(own);
            bool isWhole = match + common == name.Length;
            if (common == own.Length && isWhole)
            {
                return new NamePlace((int)(at - First), match, 0, true);
            }

            if (common < own.Length && (isWhole || own[common] > name[match + common]))
            {
                return new NamePlace((int)(at - First), match, match + common, false);
            }

            match += common;
            at = entry.Next;
        }

        return new NamePlace(UsedBytes, match, 0, false);
    }

    /// <summary>Adds what the entries less than a bound come to.</summary>
    public void TallyBelow(ReadOnlySpan<byte> bound, ref KeyTally tally)
    {
        byte* end = First + Find(bound).Offset;
        for (byte* at = First; at < end;)
        {
            NameEntry entry = Read(at);
            tally.AddKey(entry.Kind, entry.Bytes, entry.Bucket);
            at = entry.Next;
        }
    }

    /// <summary>What all entries come to.</summary>
    public KeyTally Tally()
    {
        KeyTally tally = default;
        for (byte* at = First; at < End;)
        {
            NameEntry entry = Read(at);
            tally.AddKey(entry.Kind, entry.Bytes, entry.Bucket);
            at = entry.Next;
        }

        return tally;
    }

    /// <summary>Puts bytes in the place of others. The leaf may move.</summary>
    /// <returns>The leaf from now on.</returns>
    public NameLeaf Splice(NativeHeap heap, int offset, int oldLength, ReadOnlySpan<byte> bytes)
    {
        int used = UsedBytes;
        int now = used - oldLength + bytes.Length;
        NameLeaf leaf = now > used ? Resize(heap, now) : this;
        byte* at = leaf.First + offset;

        // Both ranges lie within the entries, before and after: offset + oldLength ≤ used.
        Buffer.MemoryCopy(at + oldLength, at + bytes.Length, long.MaxValue, used - offset - oldLength);
        bytes.CopyTo(new Span<byte>(at, bytes.Length));
        leaf.UsedBytes = now;
        return now < used ? leaf.Resize(heap, now) : leaf;
    }

    /// <summary>Reads an entry.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static NameEntry Read(byte* at)
    {
        NameEntry entry;
        entry.Shared = ReadShort(ref at);
        int length = ReadShort(ref at);
        entry.Next = at + length;
        entry.TagAt = at;
        entry.Tag = *at++;
        entry.Bytes = ReadLong(ref at);
        entry.ExpirySeconds = 0;
        if ((entry.Tag & NameEntry.BucketMask) != 0)
        {
            entry.ExpirySeconds = Unsafe.ReadUnaligned<uint>(at);
            at += sizeof(uint);
        }

        entry.Own = at;
        entry.OwnLength = (int)(entry.Next - at);
        return entry;
    }

    /// <summary>Writes an entry. The room is <see cref="MaxEntryHead"/> bytes and the name's.</summary>
    /// <returns>Its length.</returns>
    public static int Write(Span<byte> room, NameFacts facts, TtlBucket bucket, int shared, ReadOnlySpan<byte> own, ReadOnlySpan<byte> moreOwn = default)
    {
        int factsLength = 1 + LengthOfVarint((ulong)facts.Bytes) + (bucket != TtlBucket.None ? sizeof(uint) : 0);
        int length = WriteVarint(room, (ulong)shared);
        length += WriteVarint(room[length..], (ulong)(factsLength + own.Length + moreOwn.Length));
        room[length++] = (byte)((int)facts.Kind | ((int)bucket << NameEntry.BucketShift));
        length += WriteVarint(room[length..], (ulong)facts.Bytes);
        if (bucket != TtlBucket.None)
        {
            Unsafe.WriteUnaligned(ref room[length], facts.ExpirySeconds);
            length += sizeof(uint);
        }

        own.CopyTo(room[length..]);
        moreOwn.CopyTo(room[(length + own.Length)..]);
        return length + own.Length + moreOwn.Length;
    }

    private NameLeaf Resize(NativeHeap heap, int used)
    {
        int asked = HeaderBytes + used;
        byte* moved = heap.Reallocate(block, (nuint)AskedBytes, (nuint)asked);
        return new NameLeaf(moved) { AskedBytes = asked };
    }

    private static int LengthOfVarint(ulong value) => (BitOperations.Log2(value | 1) / 7) + 1;

    private static int WriteVarint(Span<byte> room, ulong value)
    {
        int length = 0;
        while (value >= 0x80)
        {
            room[length++] = (byte)(value | 0x80);
            value >>= 7;
        }

        room[length++] = (byte)value;
        return length;
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static int ReadShort(ref byte* at)
    {
        int value = *at++;
        return value < 0x80 ? value : (value & 0x7F) | (*at++ << 7);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static long ReadLong(ref byte* at)
    {
        long value = *at++;
        if (value < 0x80)
        {
            return value;
        }

        value &= 0x7F;
        for (int shift = 7; ; shift += 7)
        {
            long next = *at++;
            value |= (next & 0x7F) << shift;
            if (next < 0x80)
            {
                return value;
            }
        }
    }
}

/// <summary>An entry as it lies in a leaf.</summary>
internal unsafe struct NameEntry
{
    public const int BucketShift = 3;
    public const int KindMask = 7;
    public const int BucketMask = 7 << BucketShift;

    public byte Tag;

    public byte* TagAt;

    /// <summary>How many bytes the name shares with the one before it.</summary>
    public int Shared;

    public int OwnLength;
    public long Bytes;
    public uint ExpirySeconds;

    /// <summary>The bytes after those that are shared.</summary>
    public byte* Own;

    public byte* Next;

    public readonly ValueKind Kind => (ValueKind)(Tag & KindMask);

    public readonly TtlBucket Bucket => (TtlBucket)(Tag >> BucketShift);

    public readonly NameFacts Facts => new(Kind, Bytes, ExpirySeconds);

    public readonly ReadOnlySpan<byte> OwnBytes => new(Own, OwnLength);
}

/// <summary>Where a name is in a leaf, or where it belongs.</summary>
/// <param name="Offset">From the first entry; of the entry itself, or of the one that the name comes before.</param>
/// <param name="Shared">How much the name shares with the entry before that.</param>
/// <param name="SharedWithNext">When it is not there: how much it shares with the entry at the offset.</param>
/// <param name="IsFound">Whether it is there.</param>
internal readonly record struct NamePlace(int Offset, int Shared, int SharedWithNext, bool IsFound);
