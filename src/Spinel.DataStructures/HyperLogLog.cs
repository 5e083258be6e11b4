using System.Buffers.Binary;
using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics.X86;

namespace Spinel.DataStructures;

/// <summary>
/// A HyperLogLog: the approximate number of distinct elements seen, with a standard error of 0.81 %, in at most 12 KB. These are operations on
/// the bytes of one; the bytes are a string like any other.
/// </summary>
/// <remarks>
/// Each element is hashed to 64 bits. 14 of them choose one of 16,384 registers; the register keeps the longest run of zeros, plus one, with which
/// the other 50 began. The bytes are Redis's own, so that strings, files and replication carry them between servers:
/// <code>
///  0..3    "HYLL"
///  4       encoding: 0 dense, 1 sparse
///  5..7    not used
///  8..15   the count as computed last, u64 little-endian; its highest bit set: out of date
///  16      registers
/// </code>
/// Dense: 6 bits a register, the first in the low bits of the first byte: 12,288 bytes.
/// Sparse (HyperLogLog.Sparse.cs): runs of equal registers, as long as that is short and no register exceeds 32.
/// Which runs a sequence of additions leaves behind is part of the format: two servers that saw the same commands hold the same bytes.
/// <para>
/// Merging goes through a span of one byte a register (<see cref="RegisterCount"/> bytes).
/// Sources: Flajolet et al., "HyperLogLog"; Heule et al., "HyperLogLog in practice"; the estimator is Ertl's, arXiv:1702.01284.
/// </para>
/// </remarks>
public static partial class HyperLogLog
{
    /// <summary>How many registers there are.</summary>
    public const int RegisterCount = 1 << IndexBits;

    /// <summary>Bytes of the dense form.</summary>
    public const int DenseBytes = HeaderBytes + (RegisterCount * RegisterBits / 8);

    private const int HeaderBytes = 16;
    private const int EncodingOffset = 4;
    private const int CountOffset = 8;
    private const byte DenseEncoding = 0;
    private const byte SparseEncoding = 1;
    private const int IndexBits = 14;
    private const int RunBits = 64 - IndexBits;
    private const int RegisterBits = 6;
    private const int RegisterMax = (1 << RegisterBits) - 1;
    private const ulong OutOfDateBit = 1UL << 63;
    private const ulong RegistersInWord = 0x3F3F_3F3F_3F3F_3F3F;
    private const ulong HashSeed = 0xadc83b19;

    private static ReadOnlySpan<byte> Magic => "HYLL"u8;

    /// <summary>Whether a string may be a HyperLogLog: header and, of a dense one, length are right. A sparse one may still be damaged.</summary>
    public static bool HasForm(ReadOnlySpan<byte> bytes) =>
        bytes.Length >= HeaderBytes && bytes.StartsWith(Magic)
        && (bytes[EncodingOffset] == SparseEncoding || (bytes[EncodingOffset] == DenseEncoding && bytes.Length == DenseBytes));

    /// <summary>Whether the registers are in the dense form. Precondition, as of all that follow: <see cref="HasForm"/>.</summary>
    public static bool IsDense(ReadOnlySpan<byte> bytes) => bytes[EncodingOffset] == DenseEncoding;

    /// <summary>The count as it was computed last; false when elements came since.</summary>
    public static bool TryGetKnownCount(ReadOnlySpan<byte> bytes, out ulong count)
    {
        count = BinaryPrimitives.ReadUInt64LittleEndian(bytes[CountOffset..]);
        return (count & OutOfDateBit) == 0;
    }

    /// <summary>Remembers the count.</summary>
    public static void SetKnownCount(Span<byte> bytes, ulong count) => BinaryPrimitives.WriteUInt64LittleEndian(bytes[CountOffset..], count);

    /// <summary>Marks the remembered count as out of date; its other bits stay as they are.</summary>
    public static void ForgetCount(Span<byte> bytes) => bytes[HeaderBytes - 1] |= (byte)(OutOfDateBit >> 56);

    /// <summary>The register that an element belongs to, and the value that it asks for.</summary>
    public static RegisterUpdate Locate(ReadOnlySpan<byte> element)
    {
        ulong hash = MurmurHash64.Hash(element, HashSeed);

        // A bit behind the last makes the run end, at 51 at most.
        int run = BitOperations.TrailingZeroCount((hash >> IndexBits) | (1UL << RunBits));
        return new RegisterUpdate((int)(hash & (RegisterCount - 1)), (byte)(run + 1));
    }

    /// <summary>The value of a register of the dense form.</summary>
    public static byte GetDense(ReadOnlySpan<byte> bytes, int index)
    {
        int bit = index * RegisterBits;
        int at = HeaderBytes + (bit >> 3);

        // The last register ends with the last byte: it needs no second.
        int pair = bytes[at] | (at + 1 < bytes.Length ? bytes[at + 1] << 8 : 0);
        return (byte)((pair >> (bit & 7)) & RegisterMax);
    }

    /// <summary>Raises a register of the dense form; false when it has the value or more already.</summary>
    public static bool RaiseDense(Span<byte> bytes, RegisterUpdate update)
    {
        if (GetDense(bytes, update.Index) >= update.Value)
        {
            return false;
        }

        int bit = update.Index * RegisterBits;
        int at = HeaderBytes + (bit >> 3);
        int shift = bit & 7;
        int mask = RegisterMax << shift;
        int value = update.Value << shift;
        bytes[at] = (byte)((bytes[at] & ~mask) | value);
        if (shift > 8 - RegisterBits)
        {
            bytes[at + 1] = (byte)((bytes[at + 1] & ~(mask >> 8)) | (value >> 8));
        }

        return true;
    }

    /// <summary>Raises each register to that of a HyperLogLog; false when that is damaged, and then some may be raised.</summary>
    [SkipLocalsInit]
    public static bool TryMergeInto(Span<byte> registers, ReadOnlySpan<byte> bytes)
    {
        if (!IsDense(bytes))
        {
            return TryMergeSparse(registers, bytes);
        }

        Span<byte> unpacked = stackalloc byte[RegisterCount];
        UnpackDense(bytes, unpacked);
        int i = 0;
        for (; i + Vector<byte>.Count <= RegisterCount; i += Vector<byte>.Count)
        {
            Vector<byte> theirs = new(unpacked[i..]);
            Vector.Max(new Vector<byte>(registers[i..]), theirs).CopyTo(registers[i..]);
        }

        return true;
    }

    /// <summary>
    /// Turns a header into that of a dense HyperLogLog and writes its registers. <paramref name="bytes"/> is <see cref="DenseBytes"/> long and begins
    /// with the header as it was.
    /// </summary>
    public static void WriteDense(Span<byte> bytes, ReadOnlySpan<byte> registers)
    {
        bytes[EncodingOffset] = DenseEncoding;
        Span<byte> packed = bytes[HeaderBytes..];
        int done = 0;
        if (Bmi2.X64.IsSupported)
        {
            // Eight registers are six bytes; the word written runs into the next six, which come later. The last eight have none.
            for (; done < RegisterCount - 8; done += 8)
            {
                ulong eight = Bmi2.X64.ParallelBitExtract(MemoryMarshal.Read<ulong>(registers[done..]), RegistersInWord);
                MemoryMarshal.Write(packed[(done / 8 * RegisterBits)..], in eight);
            }
        }

        for (int i = done; i < RegisterCount; i += 4)
        {
            int four = registers[i] | (registers[i + 1] << 6) | (registers[i + 2] << 12) | (registers[i + 3] << 18);
            int at = i / 8 * RegisterBits + (i % 8 == 0 ? 0 : 3);
            packed[at] = (byte)four;
            packed[at + 1] = (byte)(four >> 8);
            packed[at + 2] = (byte)(four >> 16);
        }
    }

    /// <summary>Estimates the count; false when the bytes are damaged.</summary>
    [SkipLocalsInit]
    public static bool TryCount(ReadOnlySpan<byte> bytes, out ulong count)
    {
        count = 0;
        if (IsDense(bytes))
        {
            Span<byte> registers = stackalloc byte[RegisterCount];
            UnpackDense(bytes, registers);
            count = Count(registers);
            return true;
        }

        Span<int> histogram = stackalloc int[RegisterMax + 1];
        histogram.Clear();
        if (!TryMakeHistogram(bytes, histogram))
        {
            return false;
        }

        count = HyperLogLogEstimator.Estimate(histogram);
        return true;
    }

    /// <summary>Estimates the count from registers of one byte each.</summary>
    public static ulong Count(ReadOnlySpan<byte> registers)
    {
        // Four histograms, so that equal neighbours do not wait for each other's sum.
        Span<int> histograms = stackalloc int[4 * (RegisterMax + 1)];
        histograms.Clear();
        for (int i = 0; i + 3 < registers.Length; i += 4)
        {
            histograms[registers[i]]++;
            histograms[64 + registers[i + 1]]++;
            histograms[128 + registers[i + 2]]++;
            histograms[192 + registers[i + 3]]++;
        }

        Span<int> sum = histograms[..(RegisterMax + 1)];
        for (int i = 0; i < sum.Length; i++)
        {
            sum[i] += histograms[64 + i] + histograms[128 + i] + histograms[192 + i];
        }

        return HyperLogLogEstimator.Estimate(sum);
    }

    /// <summary>Spreads the registers of the dense form to one byte each.</summary>
    public static void UnpackDense(ReadOnlySpan<byte> bytes, Span<byte> registers)
    {
        ReadOnlySpan<byte> packed = bytes[HeaderBytes..];
        int done = 0;
        if (Bmi2.X64.IsSupported)
        {
            for (; done < RegisterCount - 8; done += 8)
            {
                ulong eight = MemoryMarshal.Read<ulong>(packed[(done / 8 * RegisterBits)..]);
                ulong spread = Bmi2.X64.ParallelBitDeposit(eight, RegistersInWord);
                MemoryMarshal.Write(registers[done..], in spread);
            }
        }

        for (int i = done; i < RegisterCount; i += 4)
        {
            int at = i / 8 * RegisterBits + (i % 8 == 0 ? 0 : 3);
            int four = packed[at] | (packed[at + 1] << 8) | (packed[at + 2] << 16);
            registers[i] = (byte)(four & RegisterMax);
            registers[i + 1] = (byte)((four >> 6) & RegisterMax);
            registers[i + 2] = (byte)((four >> 12) & RegisterMax);
            registers[i + 3] = (byte)(four >> 18);
        }
    }
}

/// <summary>A register and the least value that it should have.</summary>
public readonly record struct RegisterUpdate(int Index, byte Value);
