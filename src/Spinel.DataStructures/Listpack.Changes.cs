using System.Diagnostics;
using Spinel.Memory;

namespace Spinel.DataStructures;

public readonly unsafe partial struct Listpack
{
    /// <summary>Adds a value at the end.</summary>
    public Listpack Append(NativeHeap heap, scoped ListpackElement element) => InsertBefore(heap, EndPosition, element);

    /// <summary>Adds two values at the end, as of a hash or a sorted set, with one growth of the block.</summary>
    public Listpack AppendPair(NativeHeap heap, scoped ListpackElement first, scoped ListpackElement second) =>
        InsertPairBefore(heap, EndPosition, first, second);

    /// <summary>Adds a value at the start.</summary>
    public Listpack Prepend(NativeHeap heap, scoped ListpackElement element) => InsertBefore(heap, HeaderBytes, element);

    /// <summary>Adds a value before that at <paramref name="position"/>, where it then stands. <see cref="EndPosition"/> appends.</summary>
    public Listpack InsertBefore(NativeHeap heap, int position, scoped ListpackElement element)
    {
        AssertForeign(element);
        Listpack result = OpenGap(heap, position, 0, element.TotalBytes, 1);
        element.Write(result._bytes + position);
        return result;
    }

    /// <summary>Adds a value after that at <paramref name="position"/>, where <see cref="Next"/> then leads.</summary>
    public Listpack InsertAfter(NativeHeap heap, int position, scoped ListpackElement element)
    {
        AssertEntry(position);
        return InsertBefore(heap, position + ListpackEntry.FullSize(_bytes + position), element);
    }

    /// <summary>Adds two values before that at <paramref name="position"/>, where the first then stands. <see cref="EndPosition"/> appends.</summary>
    public Listpack InsertPairBefore(NativeHeap heap, int position, scoped ListpackElement first, scoped ListpackElement second)
    {
        AssertForeign(first);
        AssertForeign(second);
        Listpack result = OpenGap(heap, position, 0, checked(first.TotalBytes + second.TotalBytes), 2);
        second.Write(first.Write(result._bytes + position));
        return result;
    }

    /// <summary>Replaces the value at <paramref name="position"/>; the new one stands there. In place when the size is the same.</summary>
    public Listpack Replace(NativeHeap heap, int position, scoped ListpackElement element)
    {
        AssertEntry(position);
        AssertForeign(element);
        int oldBytes = ListpackEntry.FullSize(_bytes + position);
        int newBytes = element.TotalBytes;
        Listpack result = oldBytes == newBytes ? this : OpenGap(heap, position, oldBytes, newBytes, 0);
        element.Write(result._bytes + position);
        return result;
    }

    /// <summary>
    /// Removes up to <paramref name="count"/> values from <paramref name="position"/> on. What followed them then stands there, or the end:
    /// see <see cref="OrNone"/>.
    /// </summary>
    public Listpack Delete(NativeHeap heap, int position, int count = 1)
    {
        AssertEntry(position);
        byte* p = _bytes + position;
        int deleted = 0;
        for (; deleted < count && *p != ListpackEntry.End; deleted++)
        {
            p += ListpackEntry.FullSize(p);
        }

        return deleted == 0 ? this : OpenGap(heap, position, (int)(p - _bytes) - position, 0, -deleted);
    }

    /// <summary>Moves the values from <paramref name="position"/> on into a listpack of their own.</summary>
    public Listpack SplitBefore(NativeHeap heap, int position, out Listpack rest)
    {
        int movedBytes = EndPosition - position;
        byte* bytes = heap.Allocate((nuint)(EmptyBytes + movedBytes));
        *(int*)bytes = EmptyBytes + movedBytes;
        *(ushort*)(bytes + CountOffset) = UnknownCount;

        // The end mark moves along: movedBytes + 1 bytes from position are the rest of this block.
        Buffer.MemoryCopy(_bytes + position, bytes + HeaderBytes, movedBytes + 1, movedBytes + 1);
        rest = new Listpack(bytes);
        int moved = rest.CountEntries();
        rest.SetCount(moved);
        return moved == 0 ? this : OpenGap(heap, position, movedBytes, 0, -moved);
    }

    /// <summary>The values of both in one listpack, those of <paramref name="first"/> first. Neither may be used afterwards.</summary>
    public static Listpack Merge(NativeHeap heap, Listpack first, Listpack second)
    {
        if (first == second)
        {
            throw new ArgumentException("A listpack cannot be merged with itself.", nameof(second));
        }

        int position = first.EndPosition;
        int addedBytes = second.TotalBytes - EmptyBytes;
        bool known = first.StoredCount != UnknownCount && second.StoredCount != UnknownCount;
        int count = known ? first.StoredCount + second.StoredCount : UnknownCount;
        Listpack result = first.OpenGap(heap, position, 0, addedBytes, 0);
        Buffer.MemoryCopy(second._bytes + HeaderBytes, result._bytes + position, addedBytes, addedBytes);
        result.SetCount(count);
        second.Free(heap);
        return result;
    }

    /// <summary>
    /// Makes <paramref name="newBytes"/> bytes of room at <paramref name="position"/> in place of <paramref name="oldBytes"/>, with all that this
    /// means for the block, its header and the bytes behind. The caller fills the room.
    /// </summary>
    private Listpack OpenGap(NativeHeap heap, int position, int oldBytes, int newBytes, int countChange)
    {
        int total = TotalBytes;
        Debug.Assert(position >= HeaderBytes && position + oldBytes < total);
        int newTotal = checked(total - oldBytes + newBytes);
        int tailBytes = total - position - oldBytes;
        byte* bytes = _bytes;
        if (newBytes > oldBytes)
        {
            bytes = Resize(heap, bytes, total, newTotal);
        }

        // Both ranges end within max(total, newTotal), and the block has that many bytes at this moment.
        Buffer.MemoryCopy(bytes + position + oldBytes, bytes + position + newBytes, tailBytes, tailBytes);
        if (newBytes < oldBytes)
        {
            bytes = Resize(heap, bytes, total, newTotal);
        }

        Listpack result = new(bytes) { TotalBytes = newTotal };
        if (countChange != 0 && result.StoredCount != UnknownCount)
        {
            result.SetCount(result.StoredCount + countChange);
        }

        return result;
    }

    private static byte* Resize(NativeHeap heap, byte* bytes, int oldTotal, int newTotal) =>
        NativeHeap.UsableSize((nuint)oldTotal) == NativeHeap.UsableSize((nuint)newTotal)
            ? bytes
            : heap.Reallocate(bytes, (nuint)oldTotal, (nuint)newTotal);

    private void SetCount(int count) => *(ushort*)(_bytes + CountOffset) = (ushort)Math.Min(count, UnknownCount);

    // In release builds too: the bytes would be read from a freed or overwritten block.
    private void AssertForeign(scoped ListpackElement element)
    {
        if (element.IsWithin(_bytes, TotalBytes))
        {
            throw new ArgumentException("The value lies within the listpack that is changed.", nameof(element));
        }
    }
}
