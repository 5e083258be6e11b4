using Spinel.Memory;

namespace Spinel.DataStructures;

/// <summary>
/// A member of a large set in a block of its own: its length, then its bytes. The length takes one byte up to 254, and
/// otherwise four behind a mark.
/// <code>
///  0       length, or 255
///  1..4    length, u32, when byte 0 is 255
///  1 or 5  the member
/// </code>
/// </summary>
internal readonly unsafe struct SetEntry(nint address)
{
    private const byte WideMark = 255;
    private const int ShortHeaderBytes = 1;
    private const int WideHeaderBytes = 5;

    private readonly byte* _bytes = (byte*)address;

    public ReadOnlySpan<byte> Member
    {
        get
        {
            int length = *_bytes;
            return length < WideMark
                ? new ReadOnlySpan<byte>(_bytes + ShortHeaderBytes, length)
                : new ReadOnlySpan<byte>(_bytes + WideHeaderBytes, *(int*)(_bytes + ShortHeaderBytes));
        }
    }

    /// <summary>Bytes that the block occupies in the heap.</summary>
    public long MemoryBytes => (long)NativeHeap.UsableSize(SizeOf(Member.Length));

    /// <summary>A block with a copy of the member.</summary>
    public static nint Create(NativeHeap heap, ReadOnlySpan<byte> member)
    {
        byte* bytes = heap.Allocate(SizeOf(member.Length));
        byte* at = bytes + ShortHeaderBytes;
        if (member.Length < WideMark)
        {
            *bytes = (byte)member.Length;
        }
        else
        {
            *bytes = WideMark;
            *(int*)at = member.Length;
            at = bytes + WideHeaderBytes;
        }

        // SizeOf has counted the header and these bytes.
        member.CopyTo(new Span<byte>(at, member.Length));
        return (nint)bytes;
    }

    public void Free(NativeHeap heap) => heap.Free(_bytes, SizeOf(Member.Length));

    /// <summary>As <see cref="Free"/>, from a thread that does not own the heap.</summary>
    public void FreeFromOtherThread(NativeHeap heap) => heap.FreeFromOtherThread(_bytes, SizeOf(Member.Length));

    private static nuint SizeOf(int length) => (nuint)(length + (length < WideMark ? ShortHeaderBytes : WideHeaderBytes));
}

/// <summary>Binds the table of a set to <see cref="SetEntry"/>.</summary>
internal readonly struct SetEntryOps : IEntryOps
{
    public static bool CanBeWatched => true;

    public static ReadOnlySpan<byte> KeyOf(nint entry) => new SetEntry(entry).Member;

    public static ulong Hash(HashKey key, ReadOnlySpan<byte> name) => key.Hash(name);
}
