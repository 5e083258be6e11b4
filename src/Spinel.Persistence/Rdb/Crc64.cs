using System.Buffers.Binary;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;

namespace Spinel.Persistence.Rdb;

/// <summary>
/// The checksum of RDB files and of DUMP payloads: CRC-64 with the polynomial of David T. Jones, reflected, starting from zero and without a final
/// inversion. The check value of "123456789" is e9c6d914c4b8d9ca.
/// </summary>
/// <remarks>
/// A checksum is one polynomial division, and what precedes can be folded forward: 64 bytes are multiplied onto the next 64 with carry-less multiplications,
/// which is faster than memory delivers. Where the processor has no such instruction, eight tables take eight bytes at a time.
/// Source: Gopal et al., "Fast CRC computation for generic polynomials using PCLMULQDQ instruction", 2009; Kounavis and Berry, "A systematic
/// approach to building high performance software-based CRC generators", 2005.
/// </remarks>
public static class Crc64
{
    // The polynomial ad93d23594c935a9 with its bits in reverse order.
    private const ulong Polynomial = 0x95AC_9329_AC4B_C9B5;
    private const int Lanes = 4;
    private const int LaneBytes = 16;
    private const int FoldedBytes = Lanes * LaneBytes;

    private static readonly ulong[] Tables = CreateTables();

    // Multipliers that move a lane forward by four lanes, and by one: for the lane's low half, and for its high half.
    private static readonly Vector128<ulong> ByFourLanes = Vector128.Create(PowerOfX((FoldedBytes * 8) + 63), PowerOfX((FoldedBytes * 8) - 1));
    private static readonly Vector128<ulong> ByOneLane = Vector128.Create(PowerOfX((LaneBytes * 8) + 63), PowerOfX((LaneBytes * 8) - 1));

    /// <summary>The checksum of bytes that follow others: <paramref name="crc"/> is the checksum of those, 0 at the start.</summary>
    public static ulong Append(ulong crc, ReadOnlySpan<byte> bytes)
    {
        if (Pclmulqdq.IsSupported && bytes.Length >= FoldedBytes * 2)
        {
            return AppendFolded(crc, bytes);
        }

        return AppendByTables(crc, bytes);
    }

    internal static ulong AppendByTables(ulong crc, ReadOnlySpan<byte> bytes)
    {
        ulong[] t = Tables;
        while (bytes.Length >= 8)
        {
            ulong word = crc ^ BinaryPrimitives.ReadUInt64LittleEndian(bytes);
            crc = t[(7 * 256) + (int)(word & 0xFF)]
                ^ t[(6 * 256) + (int)(word >> 8 & 0xFF)]
                ^ t[(5 * 256) + (int)(word >> 16 & 0xFF)]
                ^ t[(4 * 256) + (int)(word >> 24 & 0xFF)]
                ^ t[(3 * 256) + (int)(word >> 32 & 0xFF)]
                ^ t[(2 * 256) + (int)(word >> 40 & 0xFF)]
                ^ t[256 + (int)(word >> 48 & 0xFF)]
                ^ t[(int)(word >> 56)];
            bytes = bytes[8..];
        }

        foreach (byte b in bytes)
        {
            crc = t[(int)((crc ^ b) & 0xFF)] ^ (crc >> 8);
        }

        return crc;
    }

    private static ulong AppendFolded(ulong crc, ReadOnlySpan<byte> bytes)
    {
        Vector128<ulong> lane0 = Load(bytes, 0) ^ Vector128.CreateScalar(crc);
        Vector128<ulong> lane1 = Load(bytes, 1);
        Vector128<ulong> lane2 = Load(bytes, 2);
        Vector128<ulong> lane3 = Load(bytes, 3);
        Vector128<ulong> by = ByFourLanes;
        for (bytes = bytes[FoldedBytes..]; bytes.Length >= FoldedBytes; bytes = bytes[FoldedBytes..])
        {
            lane0 = Fold(lane0, by) ^ Load(bytes, 0);
            lane1 = Fold(lane1, by) ^ Load(bytes, 1);
            lane2 = Fold(lane2, by) ^ Load(bytes, 2);
            lane3 = Fold(lane3, by) ^ Load(bytes, 3);
        }

        by = ByOneLane;
        lane1 ^= Fold(lane0, by);
        lane2 ^= Fold(lane1, by);
        lane3 ^= Fold(lane2, by);

        // The last lane stands for everything so far: its own checksum is that of the whole.
        Span<byte> last = stackalloc byte[LaneBytes];
        MemoryMarshal.Write(last, in lane3);
        return AppendByTables(AppendByTables(0, last), bytes);
    }

    private static Vector128<ulong> Load(ReadOnlySpan<byte> bytes, int lane) =>
        MemoryMarshal.Read<Vector128<ulong>>(bytes[(lane * LaneBytes)..]);

    private static Vector128<ulong> Fold(Vector128<ulong> lane, Vector128<ulong> by) =>
        Pclmulqdq.CarrylessMultiply(lane, by, 0x00) ^ Pclmulqdq.CarrylessMultiply(lane, by, 0x11);

    /// <summary>x to the power of n, modulo the polynomial. In the reflected form the top bit is x^0.</summary>
    private static ulong PowerOfX(int n)
    {
        ulong power = 1UL << 63;
        for (; n > 0; n--)
        {
            power = (power >> 1) ^ ((power & 1) * Polynomial);
        }

        return power;
    }

    private static ulong[] CreateTables()
    {
        var tables = new ulong[8 * 256];
        for (int i = 0; i < 256; i++)
        {
            ulong crc = (ulong)i;
            for (int bit = 0; bit < 8; bit++)
            {
                crc = (crc >> 1) ^ ((crc & 1) * Polynomial);
            }

            tables[i] = crc;
        }

        for (int i = 256; i < tables.Length; i++)
        {
            ulong before = tables[i - 256];
            tables[i] = tables[(int)(before & 0xFF)] ^ (before >> 8);
        }

        return tables;
    }
}
