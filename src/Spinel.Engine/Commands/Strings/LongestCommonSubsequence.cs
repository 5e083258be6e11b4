using System.Numerics;
using System.Runtime.InteropServices;
using Spinel.Memory;

namespace Spinel.Engine.Commands.Strings;

/// <summary>A run of bytes that a longest common subsequence takes from both strings; offsets of the first byte, and the length.</summary>
internal readonly record struct CommonRun(int FirstStart, int SecondStart, int Length);

/// <summary>
/// The longest common subsequence of two strings, 64 cells of the table at a time.
/// </summary>
/// <remarks>
/// The table L, where L[i, j] is the length for the first i bytes of one string and the first j bytes of the other, grows by 0 or 1 from a
/// cell to its right neighbour. One bit per cell says which, and a whole word of such bits follows from the word above it by a handful
/// of operations (a bit is set where the length does not grow):
/// <code>
///   U = V &amp; matches[byte];   V = (V + U + carry) | (V &amp; ~matches[byte])
/// </code>
/// The carry of the addition travels to the word on the right, so the table is computed in columns of 64 from left to right, and what is
/// kept between them is one carry per row. That costs n·m/64 steps, and n·m bits where the way back is wanted, a 32nd of the table itself.
/// <para>
/// The way back is the one that Redis takes, so that clients are shown the same of several longest subsequences: where the bytes are
/// equal diagonally, otherwise up when L[i-1, j] is greater than L[i, j-1], otherwise to the left. Where bytes differ, L[i, j] is the greater
/// of the two, so the way goes up exactly where L grows from [i, j-1] to [i, j]: the one bit that is there.
/// </para>
/// Source: H. Hyyrö, "Bit-parallel LCS-length computation revisited", 2004.
/// </remarks>
internal ref struct LongestCommonSubsequence
{
    private const int WordBits = 64;

    private readonly ReadOnlySpan<byte> _first;
    private readonly ReadOnlySpan<byte> _second;
    private readonly NativeBuffer _memory;
    private readonly bool _keepsTable;
    private int _i;
    private int _j;

    /// <summary>Computes the length and, when <paramref name="keepTable"/>, what <see cref="TryTakeRun"/> needs.</summary>
    /// <param name="first">One string.</param>
    /// <param name="second">The other.</param>
    /// <param name="memory">Empty; holds the table, <see cref="TableBytes"/> long.</param>
    /// <param name="keepTable">Whether the runs are wanted too.</param>
    public LongestCommonSubsequence(ReadOnlySpan<byte> first, ReadOnlySpan<byte> second, NativeBuffer memory, bool keepTable)
    {
        _first = first;
        _second = second;
        _memory = memory;
        _keepsTable = keepTable;
        int bytes = (int)TableBytes(first.Length, second.Length, keepTable);
        memory.GetSpan(bytes);
        memory.Advance(bytes);
        Length = Compute();
        Rewind();
    }

    /// <summary>The length of the subsequence.</summary>
    public int Length { get; }

    /// <summary>The memory that strings of these lengths take.</summary>
    public static long TableBytes(int firstLength, int secondLength, bool keepTable)
    {
        long words = ((long)secondLength + WordBits - 1) / WordBits;
        return firstLength + (keepTable ? words * firstLength * sizeof(ulong) : 0);
    }

    /// <summary>Goes back to the end of the strings.</summary>
    public void Rewind()
    {
        _i = _first.Length;
        _j = _second.Length;
    }

    /// <summary>The next run from the end of the strings towards their beginning. Precondition: the table was kept.</summary>
    public bool TryTakeRun(out CommonRun run)
    {
        Span<ulong> table = Table;
        int length = 0;
        while (_i > 0 && _j > 0)
        {
            if (_first[_i - 1] == _second[_j - 1])
            {
                _i--;
                _j--;
                length++;
                continue;
            }

            if (length > 0)
            {
                break;
            }

            ulong word = table[((_j - 1) / WordBits * _first.Length) + _i - 1];
            if ((word >> ((_j - 1) % WordBits) & 1) == 0)
            {
                _i--;
            }
            else
            {
                _j--;
            }
        }

        run = new CommonRun(_i, _j, length);
        return length > 0;
    }

    // The table comes first, for its alignment; behind it one byte of carry per row.
    private readonly Span<ulong> Table => MemoryMarshal.Cast<byte, ulong>(_memory.Span[..^_first.Length]);

    private readonly int Compute()
    {
        Span<byte> carries = _memory.Span[^_first.Length..];
        carries.Clear();
        Span<ulong> table = Table;
        Span<ulong> matches = stackalloc ulong[256];
        int length = 0;
        for (int column = 0; column < _second.Length; column += WordBits)
        {
            matches.Clear();
            ReadOnlySpan<byte> part = _second.Slice(column, Math.Min(WordBits, _second.Length - column));
            for (int i = 0; i < part.Length; i++)
            {
                matches[part[i]] |= 1UL << i;
            }

            Span<ulong> rows = _keepsTable ? table.Slice(column / WordBits * _first.Length, _first.Length) : default;
            ulong word = ulong.MaxValue;
            for (int i = 0; i < _first.Length; i++)
            {
                ulong match = matches[_first[i]];
                ulong sum = unchecked(word + (word & match));
                bool carry = sum < word;
                ulong total = unchecked(sum + carries[i]);
                carries[i] = carry || total < sum ? (byte)1 : (byte)0;
                word = total | (word & ~match);
                if (_keepsTable)
                {
                    rows[i] = word;
                }
            }

            // Bits beyond the end of the string match nothing, so they stay set.
            length += BitOperations.PopCount(~word);
        }

        return length;
    }
}
