using System.Numerics;
using System.Runtime.InteropServices;

namespace Spinel.DataStructures;

/// <summary>
/// Combines strings bit by bit. A string that is shorter than the longest counts as if it were padded with zero bytes.
/// </summary>
/// <remarks>
/// Goes through the strings in chunks that fit the first-level cache: a chunk of the result is finished, from all sources, before the next
/// is begun. So each byte is read once, and the result may overwrite one of the sources, provided that source has its length.
/// </remarks>
public static class BitCombination
{
    private const int ChunkBytes = 4096;

    private interface IKernel
    {
        static abstract Vector<byte> Apply(Vector<byte> target, Vector<byte> other);

        static abstract byte Apply(byte target, byte other);
    }

    /// <summary>Writes the combination of the sources to <paramref name="result"/>.</summary>
    /// <param name="operation">Diff, Diff1 and AndOr need two sources, Not takes the first alone.</param>
    /// <param name="sources">Keys of strings, at least one; a null block is an empty string.</param>
    /// <param name="result">As long as the longest source. May be the content of one that has this length.</param>
    public static void Combine(BitOperation operation, ReadOnlySpan<KeyBlock> sources, Span<byte> result)
    {
        Span<byte> combined = stackalloc byte[ChunkBytes];
        Span<byte> scratch = stackalloc byte[ChunkBytes];
        for (int at = 0; at < result.Length; at += ChunkBytes)
        {
            Span<byte> chunk = combined[..Math.Min(ChunkBytes, result.Length - at)];
            CombineChunk(operation, sources, at, chunk, scratch[..chunk.Length]);
            chunk.CopyTo(result[at..]);
        }
    }

    private static void CombineChunk(BitOperation operation, ReadOnlySpan<KeyBlock> sources, int at, Span<byte> chunk, Span<byte> scratch)
    {
        Span<byte> digits = stackalloc byte[KeyBlock.IntegerScratchBytes];
        ReadOnlySpan<byte> first = Part(sources[0], at, chunk.Length, digits);
        switch (operation)
        {
            case BitOperation.And:
                Load(first, chunk);
                foreach (KeyBlock source in sources[1..])
                {
                    And(chunk, Part(source, at, chunk.Length, digits));
                }

                break;
            case BitOperation.Or:
                Load(first, chunk);
                Union(sources[1..], at, chunk, digits);
                break;
            case BitOperation.Xor:
                Load(first, chunk);
                foreach (KeyBlock source in sources[1..])
                {
                    Apply<XorKernel>(chunk, Part(source, at, chunk.Length, digits));
                }

                break;
            case BitOperation.Not:
                chunk.Fill(0xFF);
                Apply<XorKernel>(chunk, first);
                break;
            case BitOperation.Diff:
                // The union of the others is inverted by the pass that meets X.
                chunk.Clear();
                Union(sources[1..], at, chunk, digits);
                Load(Part(sources[0], at, chunk.Length, digits), scratch);
                Apply<NotAndKernel>(chunk, scratch);
                break;
            case BitOperation.Diff1:
                chunk.Clear();
                Union(sources[1..], at, chunk, digits);
                Apply<AndNotKernel>(chunk, Part(sources[0], at, chunk.Length, digits));
                break;
            case BitOperation.AndOr:
                chunk.Clear();
                Union(sources[1..], at, chunk, digits);
                And(chunk, Part(sources[0], at, chunk.Length, digits));
                break;
            case BitOperation.One:
                ExactlyOne(sources, at, chunk, scratch, digits);
                break;
            default:
                throw new ArgumentOutOfRangeException(nameof(operation), operation, null);
        }
    }

    /// <summary>Bits seen in any source, less those seen again in a later one.</summary>
    private static void ExactlyOne(ReadOnlySpan<KeyBlock> sources, int at, Span<byte> seen, Span<byte> again, Span<byte> digits)
    {
        Span<byte> both = stackalloc byte[ChunkBytes];
        both = both[..seen.Length];
        seen.Clear();
        again.Clear();
        foreach (KeyBlock source in sources)
        {
            ReadOnlySpan<byte> part = Part(source, at, seen.Length, digits);
            seen.CopyTo(both);
            And(both, part);
            Apply<OrKernel>(again, both);
            Apply<OrKernel>(seen, part);
        }

        Apply<AndNotKernel>(seen, again);
    }

    private static void Union(ReadOnlySpan<KeyBlock> sources, int at, Span<byte> chunk, Span<byte> digits)
    {
        foreach (KeyBlock source in sources)
        {
            Apply<OrKernel>(chunk, Part(source, at, chunk.Length, digits));
        }
    }

    private static void And(Span<byte> target, ReadOnlySpan<byte> other)
    {
        Apply<AndKernel>(target, other);
        target[other.Length..].Clear();
    }

    private static void Load(ReadOnlySpan<byte> part, Span<byte> chunk)
    {
        part.CopyTo(chunk);
        chunk[part.Length..].Clear();
    }

    /// <summary>What a source has at an offset, at most <paramref name="length"/> bytes.</summary>
    private static ReadOnlySpan<byte> Part(KeyBlock source, int at, int length, Span<byte> digits)
    {
        ReadOnlySpan<byte> value = source.IsNull ? default : source.GetString(digits);
        return value.Length <= at ? default : value.Slice(at, Math.Min(length, value.Length - at));
    }

    private static void Apply<TKernel>(Span<byte> target, ReadOnlySpan<byte> other)
        where TKernel : struct, IKernel
    {
        target = target[..other.Length];
        Span<Vector<byte>> targets = MemoryMarshal.Cast<byte, Vector<byte>>(target);
        ReadOnlySpan<Vector<byte>> others = MemoryMarshal.Cast<byte, Vector<byte>>(other);
        for (int i = 0; i < targets.Length; i++)
        {
            targets[i] = TKernel.Apply(targets[i], others[i]);
        }

        for (int i = targets.Length * Vector<byte>.Count; i < target.Length; i++)
        {
            target[i] = TKernel.Apply(target[i], other[i]);
        }
    }

    private readonly struct AndKernel : IKernel
    {
        public static Vector<byte> Apply(Vector<byte> target, Vector<byte> other) => target & other;

        public static byte Apply(byte target, byte other) => (byte)(target & other);
    }

    private readonly struct OrKernel : IKernel
    {
        public static Vector<byte> Apply(Vector<byte> target, Vector<byte> other) => target | other;

        public static byte Apply(byte target, byte other) => (byte)(target | other);
    }

    private readonly struct XorKernel : IKernel
    {
        public static Vector<byte> Apply(Vector<byte> target, Vector<byte> other) => target ^ other;

        public static byte Apply(byte target, byte other) => (byte)(target ^ other);
    }

    private readonly struct AndNotKernel : IKernel
    {
        public static Vector<byte> Apply(Vector<byte> target, Vector<byte> other) => target & ~other;

        public static byte Apply(byte target, byte other) => (byte)(target & ~other);
    }

    private readonly struct NotAndKernel : IKernel
    {
        public static Vector<byte> Apply(Vector<byte> target, Vector<byte> other) => ~target & other;

        public static byte Apply(byte target, byte other) => (byte)(~target & other);
    }
}
