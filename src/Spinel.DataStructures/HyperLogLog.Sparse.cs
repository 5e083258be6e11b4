using System.Runtime.CompilerServices;

namespace Spinel.DataStructures;

// The sparse form. Behind the header, runs of registers from the first to the last, each one or two bytes:
//
//   00nnnnnn            n+1 registers are 0                                 (1 to 64)
//   01nnnnnn nnnnnnnn   n+1 registers are 0                                 (1 to 16384)
//   1vvvvvnn            n+1 registers are v+1                               (1 to 4 registers, 1 to 32)
//
// An empty HyperLogLog is one run of 16384: 18 bytes. Raising a register splits the run in which it lies and then joins equal
// neighbours, looking at five runs only: enough to undo what the split did, and constant time.
public static partial class HyperLogLog
{
    /// <summary>Bytes that raising a register may add.</summary>
    public const int SparseGrowthBytes = 3;

    /// <summary>Bytes of an empty HyperLogLog.</summary>
    public const int EmptyBytes = HeaderBytes + 2;

    private const int SparseValueMax = 32;
    private const int ShortZerosMax = 64;
    private const int ValueRunMax = 4;
    private const int JoinedRuns = 5;

    private enum RunKind : byte
    {
        Zeros,
        LongZeros,
        Value,
    }

    /// <summary>Writes a HyperLogLog that has seen nothing: <see cref="EmptyBytes"/> bytes.</summary>
    public static void WriteEmpty(Span<byte> bytes)
    {
        bytes[..EmptyBytes].Clear();
        Magic.CopyTo(bytes);
        bytes[EncodingOffset] = SparseEncoding;
        WriteZeros(bytes[HeaderBytes..], RegisterCount);
    }

    /// <summary>Says what raising a register of the sparse form would do, without doing it.</summary>
    public static SparseOutcome TestSparse(ReadOnlySpan<byte> bytes, RegisterUpdate update)
    {
        if (update.Value > SparseValueMax)
        {
            return SparseOutcome.NeedsDense;
        }

        return !TryFindRun(bytes, update.Index, out Place place) ? SparseOutcome.Damaged
            : place.Run.Value >= update.Value ? SparseOutcome.Unchanged
            : SparseOutcome.Raised;
    }

    /// <summary>Raises a register of the sparse form.</summary>
    /// <param name="buffer">The bytes, and room for <see cref="SparseGrowthBytes"/> more.</param>
    /// <param name="length">How many of them are the HyperLogLog; may change by a few.</param>
    /// <param name="update">The register and its value.</param>
    /// <param name="maxBytes">The sparse form does not grow beyond this length.</param>
    public static SparseOutcome RaiseSparse(Span<byte> buffer, ref int length, RegisterUpdate update, long maxBytes)
    {
        if (update.Value > SparseValueMax)
        {
            return SparseOutcome.NeedsDense;
        }

        if (!TryFindRun(buffer[..length], update.Index, out Place place))
        {
            return SparseOutcome.Damaged;
        }

        Run run = place.Run;
        if (run.Value >= update.Value)
        {
            return SparseOutcome.Unchanged;
        }

        Span<byte> replacement = stackalloc byte[5];
        int newBytes = 0;
        int before = update.Index - place.FirstRegister;
        int behind = run.Length - before - 1;
        newBytes += WriteRun(replacement[newBytes..], run.Value, before);
        newBytes += WriteRun(replacement[newBytes..], update.Value, 1);
        newBytes += WriteRun(replacement[newBytes..], run.Value, behind);

        int growth = newBytes - run.Bytes;
        if (growth > 0 && length + growth > maxBytes)
        {
            return SparseOutcome.NeedsDense;
        }

        if (growth != 0)
        {
            buffer[(place.At + run.Bytes)..length].CopyTo(buffer[(place.At + newBytes)..]);
            length += growth;
        }

        replacement[..newBytes].CopyTo(buffer[place.At..]);
        Join(buffer, ref length, place.AtPrevious);
        return SparseOutcome.Raised;
    }

    /// <summary>Writes the runs of the sparse form for people: <c>z:</c> and <c>Z:</c> with a length, <c>v:</c> with value and length.</summary>
    public static string DescribeSparse(ReadOnlySpan<byte> bytes)
    {
        var text = new System.Text.StringBuilder();
        for (int at = HeaderBytes; at < bytes.Length;)
        {
            Run run = ReadRun(bytes, at);
            text.Append(at > HeaderBytes ? " " : "").Append(run.Kind switch { RunKind.Zeros => "z:", RunKind.LongZeros => "Z:", _ => "v:" });
            if (run.Kind == RunKind.Value)
            {
                text.Append(run.Value).Append(',');
            }

            text.Append(run.Length);
            at += run.Bytes;
        }

        return text.ToString();
    }

    private static bool TryMergeSparse(Span<byte> registers, ReadOnlySpan<byte> bytes)
    {
        int index = 0;
        for (int at = HeaderBytes; at < bytes.Length;)
        {
            Run run = ReadRun(bytes, at);
            at += run.Bytes;
            if (run.Kind == RunKind.Value)
            {
                if (index + run.Length > RegisterCount)
                {
                    return false;
                }

                foreach (ref byte register in registers.Slice(index, run.Length))
                {
                    register = Math.Max(register, run.Value);
                }
            }

            index += run.Length;
            if (index > RegisterCount)
            {
                return false;
            }
        }

        return index == RegisterCount;
    }

    private static bool TryMakeHistogram(ReadOnlySpan<byte> bytes, Span<int> histogram)
    {
        long index = 0;
        for (int at = HeaderBytes; at < bytes.Length;)
        {
            Run run = ReadRun(bytes, at);
            at += run.Bytes;
            index += run.Length;
            if (index > RegisterCount)
            {
                return false;
            }

            histogram[run.Value] += run.Length;
        }

        return index == RegisterCount;
    }

    /// <summary>The run in which a register lies; false when the runs end before it.</summary>
    private static bool TryFindRun(ReadOnlySpan<byte> bytes, int index, out Place place)
    {
        int first = 0;
        int previous = HeaderBytes;
        for (int at = HeaderBytes; at < bytes.Length;)
        {
            Run run = ReadRun(bytes, at);
            if (index < first + run.Length)
            {
                // A long run cut off by the end of the string cannot be rewritten in place.
                place = new Place(at, previous, first, run);
                return at + run.Bytes <= bytes.Length;
            }

            previous = at;
            at += run.Bytes;
            first += run.Length;
        }

        place = default;
        return false;
    }

    /// <summary>Joins runs of equal value, from the one at an offset on.</summary>
    private static void Join(Span<byte> buffer, ref int length, int at)
    {
        for (int left = JoinedRuns; left > 0 && at < length; left--)
        {
            Run run = ReadRun(buffer[..length], at);
            if (run.Kind == RunKind.Value && at + 1 < length)
            {
                Run next = ReadRun(buffer[..length], at + 1);
                if (next.Kind == RunKind.Value && next.Value == run.Value && run.Length + next.Length <= ValueRunMax)
                {
                    buffer[(at + 1)..length].CopyTo(buffer[at..]);
                    length--;
                    WriteRun(buffer[at..], run.Value, run.Length + next.Length);

                    // The joined run may be joined with the one behind it.
                    continue;
                }
            }

            at += run.Bytes;
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Run ReadRun(ReadOnlySpan<byte> bytes, int at)
    {
        int b = bytes[at];
        if (b >= 0x80)
        {
            return new Run(RunKind.Value, 1, (byte)(((b >> 2) & 0x1F) + 1), (b & 3) + 1);
        }

        if (b < 0x40)
        {
            return new Run(RunKind.Zeros, 1, 0, b + 1);
        }

        // A damaged string may end here: what is missing counts as zero.
        int low = at + 1 < bytes.Length ? bytes[at + 1] : 0;
        return new Run(RunKind.LongZeros, 2, 0, ((b & 0x3F) << 8 | low) + 1);
    }

    /// <summary>Writes a run, none for a length of 0, and returns the bytes it takes.</summary>
    private static int WriteRun(Span<byte> bytes, int value, int length)
    {
        if (length == 0)
        {
            return 0;
        }

        if (value == 0)
        {
            return WriteZeros(bytes, length);
        }

        bytes[0] = (byte)(0x80 | ((value - 1) << 2) | (length - 1));
        return 1;
    }

    private static int WriteZeros(Span<byte> bytes, int length)
    {
        if (length <= ShortZerosMax)
        {
            bytes[0] = (byte)(length - 1);
            return 1;
        }

        bytes[0] = (byte)(0x40 | ((length - 1) >> 8));
        bytes[1] = (byte)(length - 1);
        return 2;
    }

    private readonly record struct Run(RunKind Kind, int Bytes, byte Value, int Length);

    /// <summary>A run, its offset, that of the run before it (its own if it is the first), and the first register in it.</summary>
    private readonly record struct Place(int At, int AtPrevious, int FirstRegister, Run Run);
}

/// <summary>What raising a register of a sparse HyperLogLog comes to.</summary>
public enum SparseOutcome : byte
{
    /// <summary>The register has the value or more already.</summary>
    Unchanged,

    /// <summary>The register is raised.</summary>
    Raised,

    /// <summary>Nothing is changed: the sparse form cannot hold the result.</summary>
    NeedsDense,

    /// <summary>Nothing is changed: the runs do not cover the register.</summary>
    Damaged,
}
