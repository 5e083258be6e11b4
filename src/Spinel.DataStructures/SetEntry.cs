using System.Runtime.CompilerServices;
using Spinel.Memory;

namespace Spinel.DataStructures;

/// <summary>
/// A member of a large set in a block of its own. Members of 8, 16, 24 … 56 bytes fill their blocks to the last byte: of those the table's pointer says how
/// long they are, in its low three bits, which the address of a block does not need. All others begin with their length, in one byte up to 254 and
/// otherwise in four behind a mark.
/// <code>
///  pointer's low bits 1..7: that many words of member
///  pointer's low bits 0:    0       length, or 255
///                           1..4    length, u32, when byte 0 is 255
///                           1 or 5  the member
/// </code>
/// A byte more would make a block of 16 bytes one of 24: many members are identifiers of such a size.
/// </summary>
internal readonly unsafe struct SetEntry(nint pointer)
{
    private const byte WideMark = 255;
    private const int ShortHeaderBytes = 1;
    private const int WideHeaderBytes = 5;
    private const int WordBytes = 8;
    private const int WordsMask = 7;

    private readonly byte* _pointer = (byte*)pointer;

    public ReadOnlySpan<byte> Member
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        get
        {
            int words = (int)(nuint)_pointer & WordsMask;
            if (words != 0)
            {
                return new ReadOnlySpan<byte>(_pointer - words, words * WordBytes);
            }

            int length = *_pointer;
            return length < WideMark ? new ReadOnlySpan<byte>(_pointer + ShortHeaderBytes, length) : WideMember;
        }
    }

    /// <summary>Bytes that the block occupies in the heap.</summary>
    public long MemoryBytes => (long)NativeHeap.UsableSize(SizeOf(Member.Length));

    private byte* Block => (byte*)((nuint)_pointer & ~(nuint)WordsMask);

    private ReadOnlySpan<byte> WideMember => new(_pointer + WideHeaderBytes, *(int*)(_pointer + ShortHeaderBytes));

    /// <summary>A block with a copy of the member; returns the pointer to it.</summary>
    public static nint Create(NativeHeap heap, ReadOnlySpan<byte> member)
    {
        int length = member.Length;
        byte* bytes = heap.Allocate(SizeOf(length));
        int words = WordsOf(length);
        byte* at = bytes;
        if (words == 0)
        {
            at = bytes + ShortHeaderBytes;
            if (length < WideMark)
            {
                *bytes = (byte)length;
            }
            else
            {
                *bytes = WideMark;
                *(int*)at = length;
                at = bytes + WideHeaderBytes;
            }
        }

        // SizeOf has counted the header and these bytes.
        member.CopyTo(new Span<byte>(at, length));
        return (nint)bytes | words;
    }

    public void Free(NativeHeap heap) => heap.Free(Block, SizeOf(Member.Length));

    /// <summary>As <see cref="Free"/>, from a thread that does not own the heap.</summary>
    public void FreeFromOtherThread(NativeHeap heap) => heap.FreeFromOtherThread(Block, SizeOf(Member.Length));

    /// <summary>The number of words of a member that needs no header, or 0.</summary>
    private static int WordsOf(int length) => length % WordBytes == 0 && length <= WordsMask * WordBytes ? length / WordBytes : 0;

    private static nuint SizeOf(int length) =>
        (nuint)(length + (WordsOf(length) != 0 ? 0 : length < WideMark ? ShortHeaderBytes : WideHeaderBytes));
}

/// <summary>Binds the table of a set to <see cref="SetEntry"/>.</summary>
internal readonly struct SetEntryOps : IEntryOps
{
    public static bool CanBeWatched => true;

    public static ReadOnlySpan<byte> KeyOf(nint entry) => new SetEntry(entry).Member;

    public static ulong Hash(HashKey key, ReadOnlySpan<byte> name) => key.Hash(name);
}
