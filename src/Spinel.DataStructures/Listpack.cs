using System.Diagnostics;
using System.Runtime.CompilerServices;
using Spinel.Memory;

namespace Spinel.DataStructures;

/// <summary>
/// A sequence of short values in one native block: the form of every small hash, set, sorted set, and of the nodes of lists and streams.
/// This is a handle (one pointer); default is none.
/// </summary>
/// <remarks>
/// The bytes are Redis's own, so that RDB files, DUMP and replication carry them as they are:
/// <code>
///  0..3   total bytes, u32 little-endian, header and end included
///  4..5   count of values, u16; 65535 when there are that many or more: then they must be counted
///  6      entries, see <see cref="ListpackEntry"/>
///  last   0xFF
/// </code>
/// Nothing else is stored: the block's size in the heap is the size class of the total, and a change that keeps the class
/// happens in place.
/// <para>
/// A position is the offset of an entry in the block; -1 is none. Going to a neighbour costs O(1), to an index O(n), and a
/// change O(bytes behind it): collections give listpacks up for other structures before that hurts.
/// </para>
/// <para>
/// Methods that change it may move the block and return the handle to use from then on. A change at a position leaves the positions
/// before it valid; values read before are not. A value written must not come from the block that is changed: this is
/// checked. The read path trusts the block, so bytes of foreign origin must pass <see cref="Validate"/> first.
/// </para>
/// Source: the listpack specification of Salvatore Sanfilippo, https://github.com/antirez/listpack.
/// </remarks>
public readonly unsafe partial struct Listpack : IEquatable<Listpack>
{
    /// <summary>Bytes of a listpack without values.</summary>
    public const int EmptyBytes = HeaderBytes + 1;

    /// <summary>The total, in bytes, that collections keep below: see <see cref="SafeToAdd"/>.</summary>
    public const int SafeBytes = 1 << 30;

    private const int HeaderBytes = 6;
    private const int CountOffset = 4;
    private const int UnknownCount = ushort.MaxValue;

    private readonly byte* _bytes;

    /// <summary>The listpack at <see cref="Address"/> of an earlier handle.</summary>
    public Listpack(nint address) => _bytes = (byte*)address;

    private Listpack(byte* bytes) => _bytes = bytes;

    public bool IsNull => _bytes == null;

    /// <summary>The block's address: what a key holds as its payload.</summary>
    public nint Address => (nint)_bytes;

    /// <summary>Length of the whole in bytes.</summary>
    public int TotalBytes
    {
        get => *(int*)_bytes;
        private set => *(int*)_bytes = value;
    }

    /// <summary>Bytes that the block occupies in the heap.</summary>
    public long MemoryBytes => (long)NativeHeap.UsableSize((nuint)TotalBytes);

    /// <summary>The bytes as they go into files.</summary>
    public ReadOnlySpan<byte> Bytes => new(_bytes, TotalBytes);

    /// <summary>How many values there are: O(1) below 65535, otherwise they are counted.</summary>
    public int Count
    {
        get
        {
            int count = StoredCount;
            return count != UnknownCount ? count : CountEntries();
        }
    }

    public bool IsEmpty => _bytes[HeaderBytes] == ListpackEntry.End;

    /// <summary>Position of the first value, or -1.</summary>
    public int First => OrNone(HeaderBytes);

    /// <summary>Position of the last value, or -1.</summary>
    public int Last => Previous(EndPosition);

    /// <summary>The position behind the last value, before which <see cref="InsertBefore(NativeHeap, int, ListpackElement)"/> appends.</summary>
    public int EndPosition => TotalBytes - 1;

    // Whatever is 65535 or more reads as unknown.
    private int StoredCount => *(ushort*)(_bytes + CountOffset);

    public static bool operator ==(Listpack left, Listpack right) => left._bytes == right._bytes;

    public static bool operator !=(Listpack left, Listpack right) => left._bytes != right._bytes;

    /// <summary>An empty listpack.</summary>
    public static Listpack Create(NativeHeap heap) => Complete(heap.Allocate(EmptyBytes), EmptyBytes, 0);

    /// <summary>A listpack of the given bytes. Precondition: <see cref="Validate"/> accepts them, or they come from a listpack.</summary>
    public static Listpack FromBytes(NativeHeap heap, ReadOnlySpan<byte> bytes)
    {
        if (!Validate(bytes, deep: false))
        {
            throw new ArgumentException("Not the bytes of a listpack.", nameof(bytes));
        }

        byte* block = heap.Allocate((nuint)bytes.Length);
        bytes.CopyTo(new Span<byte>(block, bytes.Length));
        return new Listpack(block);
    }

    /// <summary>A copy in a block of its own.</summary>
    public Listpack Copy(NativeHeap heap) => FromBytes(heap, Bytes);

    public void Free(NativeHeap heap) => heap.Free(_bytes, (nuint)TotalBytes);

    /// <summary>Moves to where the heap would rather have it: see <see cref="NativeHeap.MoveIfSparse"/>.</summary>
    public Listpack Compact(NativeHeap heap) => new(heap.MoveIfSparse(_bytes, (nuint)TotalBytes));

    /// <summary>As <see cref="Free"/>, from a thread that does not own the heap.</summary>
    public void FreeFromOtherThread(NativeHeap heap) => heap.FreeFromOtherThread(_bytes, (nuint)TotalBytes);

    /// <summary>Whether values of <paramref name="addedBytes"/> bytes may be added: all together stay within 1 GB.</summary>
    public bool SafeToAdd(long addedBytes) => addedBytes <= SafeBytes - TotalBytes;

    /// <summary>Whether <paramref name="text"/> may be added: all together stay within 1 GB.</summary>
    public bool SafeToAdd(ReadOnlySpan<byte> text) => SafeToAdd((long)text.Length);

    /// <summary>The position after <paramref name="position"/>, or -1.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public int Next(int position)
    {
        AssertEntry(position);
        return OrNone(position + ListpackEntry.FullSize(_bytes + position));
    }

    /// <summary>The position before <paramref name="position"/>, which may be <see cref="EndPosition"/>, or -1.</summary>
    public int Previous(int position)
    {
        if (position <= HeaderBytes)
        {
            return -1;
        }

        int size = ListpackEntry.ReadBacklen(_bytes + position - 1, out int backlenBytes);
        int previous = position - backlenBytes - size;
        return previous >= HeaderBytes ? previous : throw new InvalidOperationException("Damaged listpack: a backlen leads out of it.");
    }

    /// <summary>
    /// The position of a value by its index, or -1. Negative indexes count from the end, -1 being the last. Walks from the nearer end
    /// when the count is known.
    /// </summary>
    public int Seek(int index)
    {
        int count = StoredCount;
        if (count != UnknownCount)
        {
            long fromStart = index < 0 ? (long)index + count : index;
            if ((ulong)fromStart >= (ulong)count)
            {
                return -1;
            }

            index = (int)(fromStart < count / 2 ? fromStart : fromStart - count);
        }

        int position;
        if (index >= 0)
        {
            for (position = First; position >= 0 && index > 0; index--)
            {
                position = Next(position);
            }
        }
        else
        {
            for (position = Last; position >= 0 && index < -1; index++)
            {
                position = Previous(position);
            }
        }

        return position;
    }

    /// <summary>The position <paramref name="count"/> values after <paramref name="position"/>, or -1.</summary>
    public int Skip(int position, int count)
    {
        for (; count > 0 && position >= 0; count--)
        {
            position = Next(position);
        }

        return position;
    }

    /// <summary>Whether no value stands at <paramref name="position"/>: after deleting the last ones it is the end.</summary>
    public bool IsEnd(int position) => _bytes[position] == ListpackEntry.End;

    /// <summary><paramref name="position"/>, or -1 where no value stands: after <see cref="Delete"/>, the position of the value that followed.</summary>
    public int OrNone(int position) => _bytes[position] == ListpackEntry.End ? -1 : position;

    /// <summary>The value at a position.</summary>
    public ListpackValue Get(int position)
    {
        AssertEntry(position);
        byte* p = _bytes + position;
        int head = *p;
        if (ListpackEntry.IsInteger(head))
        {
            return new ListpackValue(ListpackEntry.ReadInteger(p));
        }

        return new ListpackValue(head switch
        {
            < ListpackEntry.Integer13 => new ReadOnlySpan<byte>(p + 1, head & 0x3F),
            < ListpackEntry.String32 => new ReadOnlySpan<byte>(p + 2, (head & 0x0F) << 8 | p[1]),
            ListpackEntry.String32 => new ReadOnlySpan<byte>(p + 5, *(int*)(p + 1)),
            _ => throw ListpackEntry.Damaged(head),
        });
    }

    /// <summary>The text of the value at a position: bytes of the block, or digits written to <paramref name="scratch"/>.</summary>
    /// <param name="position">A value's position.</param>
    /// <param name="scratch">At least <see cref="ListpackNumber.MaxLength"/> bytes.</param>
    public ReadOnlySpan<byte> GetBytes(int position, Span<byte> scratch) => Get(position).GetBytes(scratch);

    /// <summary>The length of the text of the value at a position, in bytes.</summary>
    public int GetLength(int position) => Get(position).Length;

    public bool Equals(Listpack other) => _bytes == other._bytes;

    public override bool Equals(object? obj) => obj is Listpack other && Equals(other);

    public override int GetHashCode() => ((nint)_bytes).GetHashCode();

    /// <summary>Gives a block that holds entries its header and its end.</summary>
    internal static Listpack Complete(byte* bytes, int totalBytes, int count)
    {
        Listpack result = new(bytes) { TotalBytes = totalBytes };
        result.SetCount(count);
        bytes[totalBytes - 1] = ListpackEntry.End;
        return result;
    }

    private int CountEntries()
    {
        int count = 0;
        for (byte* p = _bytes + HeaderBytes; *p != ListpackEntry.End; p += ListpackEntry.FullSize(p))
        {
            count++;
        }

        return count;
    }

    [Conditional("DEBUG")]
    private void AssertEntry(int position) => Debug.Assert(position >= HeaderBytes && position < EndPosition);
}
