using System.Diagnostics;
using System.Runtime.CompilerServices;
using Spinel.Memory;

namespace Spinel.DataStructures;

/// <summary>
/// The bytes of a string that is too long to live inside its key's block.
/// One native block: length (i64), capacity (i64), then <c>capacity</c> bytes of which the first <c>length</c> count.
/// It knows its capacity so that APPEND grows it in amortised constant time per byte, and can be moved by the heap
/// (large blocks: page remapping, no copy).
/// </summary>
internal readonly unsafe struct StringBody
{
    public const int HeaderBytes = 16;

    /// <summary>Longest string, in bytes: what one span can show.</summary>
    public const long MaxLength = int.MaxValue - 4096;

    private const long DoublingLimitBytes = 1024 * 1024;

    private readonly byte* _bytes;

    public StringBody(nint address) => _bytes = (byte*)address;

    private StringBody(byte* bytes) => _bytes = bytes;

    public nint Address => (nint)_bytes;

    public long Length
    {
        get => *(long*)_bytes;
        private set => *(long*)_bytes = value;
    }

    public long Capacity
    {
        get => *(long*)(_bytes + 8);
        private set => *(long*)(_bytes + 8) = value;
    }

    // Length <= MaxLength < int.MaxValue: Create and Resize refuse more.
    public Span<byte> Content => new(_bytes + HeaderBytes, (int)Length);

    public long MemoryBytes => (long)NativeHeap.UsableSize((nuint)(HeaderBytes + Capacity));

    public static StringBody Create(NativeHeap heap, ReadOnlySpan<byte> value)
    {
        StringBody body = CreateEmpty(heap, value.Length);
        body.Length = value.Length;
        value.CopyTo(body.Content);
        return body;
    }

    /// <summary>An empty body with room for at least <paramref name="capacity"/> bytes: all that their size class offers.</summary>
    public static StringBody CreateEmpty(NativeHeap heap, long capacity)
    {
        long usable = UsableCapacity(capacity);
        StringBody body = new(heap.Allocate((nuint)(HeaderBytes + usable)));
        body.Length = 0;
        body.Capacity = usable;
        return body;
    }

    /// <summary>Whether a value of this length may overwrite the present one without a new block and without wasting half of it.</summary>
    public bool Suits(long length) => length <= Capacity && length >= Capacity / 2;

    public void Overwrite(ReadOnlySpan<byte> value)
    {
        Debug.Assert(value.Length <= Capacity);
        Length = value.Length;
        value.CopyTo(Content);
    }

    /// <summary>
    /// Changes the length; added bytes are zero. Growth beyond the capacity doubles it up to 1 MB and adds 1 MB beyond,
    /// except from empty, where the first write says best how much is needed.
    /// </summary>
    public StringBody Resize(NativeHeap heap, long newLength)
    {
        StringBody body = this;
        long oldLength = Length;
        if (newLength > Capacity)
        {
            long wanted = oldLength == 0 ? newLength : GrownCapacity(newLength);
            long usable = UsableCapacity(wanted);
            body = new StringBody(heap.Reallocate(_bytes, (nuint)(HeaderBytes + Capacity), (nuint)(HeaderBytes + usable)));
            body.Capacity = usable;
        }

        body.Length = newLength;
        if (newLength > oldLength)
        {
            // oldLength < newLength <= Capacity: the cleared range lies inside the block.
            Unsafe.InitBlockUnaligned(body._bytes + HeaderBytes + oldLength, 0, (uint)(newLength - oldLength));
        }

        return body;
    }

    /// <summary>Moves to where the heap would rather have it.</summary>
    public StringBody Compact(NativeHeap heap) => new(heap.MoveIfSparse(_bytes, (nuint)(HeaderBytes + Capacity)));

    public void Free(NativeHeap heap) => heap.Free(_bytes, (nuint)(HeaderBytes + Capacity));

    public void FreeFromOtherThread(NativeHeap heap) => heap.FreeFromOtherThread(_bytes, (nuint)(HeaderBytes + Capacity));

    /// <summary>The capacity to ask for when a growing string needs <paramref name="length"/> bytes.</summary>
    public static long GrownCapacity(long length) =>
        length < DoublingLimitBytes ? length * 2 : length + DoublingLimitBytes;

    private static long UsableCapacity(long capacity) =>
        (long)NativeHeap.UsableSize((nuint)(HeaderBytes + capacity)) - HeaderBytes;
}
