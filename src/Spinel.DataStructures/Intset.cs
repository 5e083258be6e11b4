using System.Numerics;
using Spinel.Memory;

namespace Spinel.DataStructures;

/// <summary>
/// A set of integers in one native block: the form of small sets whose members are all integers. This is a handle (one
/// pointer); default is none.
/// </summary>
/// <remarks>
/// The bytes are Redis's own, so that RDB files, DUMP and replication carry them as they are:
/// <code>
///  0..3   width of a member in bytes: 2, 4 or 8, u32 little-endian
///  4..7   count of members, u32
///  8      members, signed, little-endian, ascending, each once
/// </code>
/// The width is that of the widest member so far; it grows for a wider one and never shrinks. Finding is a binary search,
/// adding and removing move what is behind: O(n), for sets of a few hundred members cheaper than any pointer.
/// The block's size in the heap is the size class of these bytes. Methods that change it may move the block and return the
/// handle to use from then on.
/// </remarks>
public readonly unsafe partial struct Intset : IEquatable<Intset>
{
    /// <summary>Bytes of a set without members.</summary>
    public const int EmptyBytes = HeaderBytes;

    private const int HeaderBytes = 8;

    private readonly byte* _bytes;

    /// <summary>The set at <see cref="Address"/> of an earlier handle.</summary>
    public Intset(nint address) => _bytes = (byte*)address;

    private Intset(byte* bytes) => _bytes = bytes;

    public bool IsNull => _bytes == null;

    /// <summary>The block's address: what a key holds as its payload.</summary>
    public nint Address => (nint)_bytes;

    /// <summary>How many members there are.</summary>
    public int Count
    {
        get => *(int*)(_bytes + 4);
        private set => *(int*)(_bytes + 4) = value;
    }

    /// <summary>Bytes that each member takes: 2, 4 or 8.</summary>
    public int Width
    {
        get => *(int*)_bytes;
        private set => *(int*)_bytes = value;
    }

    /// <summary>Length of the whole in bytes.</summary>
    public int TotalBytes => BytesOf(Count, Width);

    /// <summary>Bytes that the block occupies in the heap.</summary>
    public long MemoryBytes => (long)NativeHeap.UsableSize((nuint)TotalBytes);

    /// <summary>The bytes as they go into files.</summary>
    public ReadOnlySpan<byte> Bytes => new(_bytes, TotalBytes);

    /// <summary>The smallest member. Precondition: there is one.</summary>
    public long Min => At(0);

    /// <summary>The greatest member. Precondition: there is one.</summary>
    public long Max => At(Count - 1);

    private byte* Members => _bytes + HeaderBytes;

    public static bool operator ==(Intset left, Intset right) => left._bytes == right._bytes;

    public static bool operator !=(Intset left, Intset right) => left._bytes != right._bytes;

    /// <summary>An empty set.</summary>
    public static Intset Create(NativeHeap heap) => new(heap.Allocate(EmptyBytes)) { Width = sizeof(short), Count = 0 };

    /// <summary>A set of the given bytes. Precondition: <see cref="Validate"/> accepts them, or they come from a set.</summary>
    public static Intset FromBytes(NativeHeap heap, ReadOnlySpan<byte> bytes)
    {
        if (!IsHeaderValid(bytes))
        {
            throw new ArgumentException("Not the bytes of an intset.", nameof(bytes));
        }

        byte* block = heap.Allocate((nuint)bytes.Length);
        bytes.CopyTo(new Span<byte>(block, bytes.Length));
        return new Intset(block);
    }

    /// <summary>A copy in a block of its own.</summary>
    public Intset Copy(NativeHeap heap) => FromBytes(heap, Bytes);

    /// <summary>Moves to where the heap would rather have it: see <see cref="NativeHeap.MoveIfSparse"/>.</summary>
    public Intset Compact(NativeHeap heap) => new(heap.MoveIfSparse(_bytes, (nuint)TotalBytes));

    public void Free(NativeHeap heap) => heap.Free(_bytes, (nuint)TotalBytes);

    /// <summary>As <see cref="Free"/>, from a thread that does not own the heap.</summary>
    public void FreeFromOtherThread(NativeHeap heap) => heap.FreeFromOtherThread(_bytes, (nuint)TotalBytes);

    /// <summary>The member at an index in ascending order.</summary>
    public long At(int index)
    {
        ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual((uint)index, (uint)Count, nameof(index));
        return Read(index);
    }

    public bool Contains(long value) => Find(value) >= 0;

    /// <summary>The index of a member, or the complement (~) of the index at which it would stand.</summary>
    public int Find(long value) => Width switch
    {
        sizeof(short) when value == (short)value => Search((short*)Members, Count, (short)value),
        sizeof(int) when value == (int)value => Search((int*)Members, Count, (int)value),
        sizeof(long) => Search((long*)Members, Count, value),
        _ => value < 0 ? ~0 : ~Count,
    };

    /// <summary>A random member. Precondition: there is one.</summary>
    public long Random(Random random)
    {
        ArgumentNullException.ThrowIfNull(random);
        return At(random.Next(Count));
    }

    /// <summary>Makes <paramref name="value"/> a member; <paramref name="added"/> tells whether it was none.</summary>
    public Intset Add(NativeHeap heap, long value, out bool added)
    {
        int index = Find(value);
        added = index < 0;
        if (!added)
        {
            return this;
        }

        int width = WidthOf(value);
        if (width > Width)
        {
            return AddWider(heap, value, width);
        }

        index = ~index;
        int count = Count;
        Intset result = Resize(heap, count + 1, Width);
        width = result.Width;
        byte* at = result.Members + ((long)index * width);
        Buffer.MemoryCopy(at, at + width, (long)(count - index) * width, (long)(count - index) * width);
        result.Count = count + 1;
        result.Write(index, value);
        return result;
    }

    /// <summary>Removes <paramref name="value"/>; <paramref name="removed"/> tells whether it was a member.</summary>
    public Intset Remove(NativeHeap heap, long value, out bool removed)
    {
        int index = Find(value);
        removed = index >= 0;
        return removed ? RemoveAt(heap, index) : this;
    }

    /// <summary>Removes the member at an index in ascending order.</summary>
    public Intset RemoveAt(NativeHeap heap, int index)
    {
        int count = Count;
        ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual((uint)index, (uint)count, nameof(index));
        int width = Width;
        byte* at = Members + ((long)index * width);
        long behind = (long)(count - index - 1) * width;
        Buffer.MemoryCopy(at + width, at, behind, behind);
        Intset result = Resize(heap, count - 1, width);
        result.Count = count - 1;
        return result;
    }

    public bool Equals(Intset other) => _bytes == other._bytes;

    public override bool Equals(object? obj) => obj is Intset other && Equals(other);

    public override int GetHashCode() => ((nint)_bytes).GetHashCode();

    private static int BytesOf(int count, int width) => checked(HeaderBytes + (count * width));

    private static int WidthOf(long value) =>
        value == (short)value ? sizeof(short) : value == (int)value ? sizeof(int) : sizeof(long);

    private static int Search<T>(T* members, int count, T value)
        where T : unmanaged, IBinaryInteger<T>
    {
        int low = 0;
        int high = count - 1;

        // Ascending additions are the rule when sets are loaded.
        if (count > 0 && members[high] < value)
        {
            return ~count;
        }

        while (low <= high)
        {
            int middle = (int)((uint)(low + high) >> 1);
            T member = members[middle];
            if (member == value)
            {
                return middle;
            }

            if (member < value)
            {
                low = middle + 1;
            }
            else
            {
                high = middle - 1;
            }
        }

        return ~low;
    }

    /// <summary>Adds a value beyond the range of the present width: it is the new smallest or the new greatest member.</summary>
    private Intset AddWider(NativeHeap heap, long value, int width)
    {
        int count = Count;
        int oldWidth = Width;
        int shift = value < 0 ? 1 : 0;
        Intset result = Resize(heap, count + 1, width);

        // From the greatest down: a wider member ends at or behind the end of its narrow form, so none is overwritten unread.
        for (int i = count - 1; i >= 0; i--)
        {
            result.Width = oldWidth;
            long member = result.Read(i);
            result.Width = width;
            result.Write(i + shift, member);
        }

        result.Width = width;
        result.Count = count + 1;
        result.Write(shift == 1 ? 0 : count, value);
        return result;
    }

    /// <summary>Gives the block the size for other contents; header and members stay as they are.</summary>
    private Intset Resize(NativeHeap heap, int count, int width)
    {
        nuint oldBytes = (nuint)TotalBytes;
        nuint newBytes = (nuint)BytesOf(count, width);
        return NativeHeap.UsableSize(oldBytes) == NativeHeap.UsableSize(newBytes)
            ? this
            : new Intset(heap.Reallocate(_bytes, oldBytes, newBytes));
    }

    // The callers have checked the index, or made room for it.
    private long Read(int index) => Width switch
    {
        sizeof(short) => ((short*)Members)[index],
        sizeof(int) => ((int*)Members)[index],
        _ => ((long*)Members)[index],
    };

    private void Write(int index, long value)
    {
        switch (Width)
        {
            case sizeof(short):
                ((short*)Members)[index] = (short)value;
                break;
            case sizeof(int):
                ((int*)Members)[index] = (int)value;
                break;
            default:
                ((long*)Members)[index] = value;
                break;
        }
    }
}
