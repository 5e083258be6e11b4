using System.Buffers.Binary;
using System.Globalization;
using Spinel.DataStructures;

namespace Spinel.Engine.Commands.HyperLogLogs;

/// <summary>What PFSELFTEST does: counts known numbers of elements and looks whether the estimates stay within the promised error.</summary>
internal static class HyperLogLogSelfTest
{
    private const int ElementCount = 100_000;
    private const int SparseElementCount = 500;

    // Standard deviations from the true count that are still believed to be chance.
    private const double Tolerance = 6;

    /// <summary>Null when all is well, otherwise what is wrong.</summary>
    public static string? Run()
    {
        Span<byte> dense = new byte[HyperLogLog.DenseBytes];
        Span<byte> sparse = new byte[HyperLogLog.DenseBytes];
        HyperLogLog.WriteEmpty(dense);
        HyperLogLog.WriteEmpty(sparse);
        HyperLogLog.WriteDense(dense, new byte[HyperLogLog.RegisterCount]);
        int sparseLength = HyperLogLog.EmptyBytes;
        Span<byte> element = stackalloc byte[sizeof(long)];
        double relativeError = 1.04 / Math.Sqrt(HyperLogLog.RegisterCount);
        for (int i = 1, checkpoint = 1; i <= ElementCount; i++)
        {
            BinaryPrimitives.WriteInt64LittleEndian(element, i * 0x5DEECE66DL);
            RegisterUpdate update = HyperLogLog.Locate(element);
            HyperLogLog.RaiseDense(dense, update);
            if (i <= SparseElementCount)
            {
                HyperLogLog.RaiseSparse(sparse, ref sparseLength, update, sparse.Length);
            }

            if (i != checkpoint)
            {
                continue;
            }

            checkpoint *= 10;
            if (!HyperLogLog.TryCount(dense, out ulong count) || Math.Abs((double)count - i) > Math.Ceiling(relativeError * Tolerance * i))
            {
                return string.Create(CultureInfo.InvariantCulture, $"Too big error: {count} instead of {i}");
            }

            if (i <= SparseElementCount && (!HyperLogLog.TryCount(sparse[..sparseLength], out ulong sparseCount) || sparseCount != count))
            {
                return string.Create(CultureInfo.InvariantCulture, $"Dense and sparse forms disagree at {i} elements");
            }
        }

        return null;
    }
}
