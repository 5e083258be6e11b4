using System.Diagnostics;
using System.Runtime.CompilerServices;
using Spinel.Memory;

namespace Spinel.DataStructures;

/// <summary>
/// A member of a large sorted set: one block with its score and its name, to which both the table of members and the tree of scores point.
/// <code>
///  0  score, f64
///  8  length of the name when below 255; otherwise 255, and the length follows as u32
///  9  name
/// </code>
/// The block never moves: a new score is written in place.
/// </summary>
internal readonly unsafe struct ScoredMember(nint address)
{
    private const int LengthOffset = sizeof(double);
    private const int NameOffset = LengthOffset + 1;
    private const int WideLength = 255;
    private const int WideNameOffset = NameOffset + sizeof(uint);

    private readonly byte* _bytes = (byte*)address;

    public nint Address => (nint)_bytes;

    public double Score
    {
        get => *(double*)_bytes;
        set => *(double*)_bytes = value;
    }

    public ReadOnlySpan<byte> Name
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        get
        {
            int length = _bytes[LengthOffset];
            return length != WideLength ? new(_bytes + NameOffset, length) : new(_bytes + WideNameOffset, Unsafe.ReadUnaligned<int>(_bytes + NameOffset));
        }
    }

    /// <summary>Bytes that the block occupies in the heap.</summary>
    public long MemoryBytes => (long)NativeHeap.UsableSize(SizeOf(Name.Length));

    private static nuint SizeOf(int length) => (nuint)(length < WideLength ? NameOffset : WideNameOffset) + (nuint)(uint)length;

    public static ScoredMember Create(NativeHeap heap, ReadOnlySpan<byte> name, double score)
    {
        byte* bytes = heap.Allocate(SizeOf(name.Length));
        *(double*)bytes = score;
        byte* start = bytes + NameOffset;
        if (name.Length < WideLength)
        {
            bytes[LengthOffset] = (byte)name.Length;
        }
        else
        {
            bytes[LengthOffset] = WideLength;
            Unsafe.WriteUnaligned(start, name.Length);
            start = bytes + WideNameOffset;
        }

        // SizeOf has counted the bytes behind start.
        name.CopyTo(new Span<byte>(start, name.Length));
        return new ScoredMember((nint)bytes);
    }

    public void Free(NativeHeap heap, bool ownerThread)
    {
        nuint size = SizeOf(Name.Length);
        if (ownerThread)
        {
            heap.Free(_bytes, size);
        }
        else
        {
            heap.FreeFromOtherThread(_bytes, size);
        }
    }

    /// <summary>
    /// The upper half of a score in a form whose unsigned order is that of the scores: what tree nodes hold of each entry. Scores with the same
    /// prefix have to be compared in full. Zero has one prefix, whatever its sign.
    /// </summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static uint PrefixOf(double score)
    {
        Debug.Assert(!double.IsNaN(score));
        long bits = BitConverter.DoubleToInt64Bits(score + 0.0);

        // Positive numbers are ordered like their bits, negative ones the other way around and below all positive ones.
        return (uint)((ulong)(bits ^ ((bits >> 63) | long.MinValue)) >> 32);
    }
}

/// <summary>How the table of members sees a <see cref="ScoredMember"/>.</summary>
internal readonly struct ScoredMemberOps : IEntryOps
{
    public static bool CanBeWatched => false;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static ReadOnlySpan<byte> KeyOf(nint entry) => new ScoredMember(entry).Name;

    public static ulong Hash(HashKey key, ReadOnlySpan<byte> name) => key.Hash(name);
}
