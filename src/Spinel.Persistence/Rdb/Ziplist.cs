using System.Buffers.Binary;

namespace Spinel.Persistence.Rdb;

/// <summary>
/// Walks a ziplist: the compact form of small collections up to Redis 6.2. Only what the bytes have room for is read.
/// </summary>
/// <remarks>
/// <code>
///  0..3   total bytes, u32 little-endian
///  4..7   offset of the last entry, u32
///  8..9   number of entries, u16; 65535 when they must be counted
///  10     entries
///  last   0xFF
/// </code>
/// An entry begins with the length of the one before it, one byte, or 254 and four; then what it is:
/// <code>
///  00nnnnnn                  string of up to 63 bytes
///  01nnnnnn n                string of up to 16383 bytes, big-endian
///  10...... nnnn             string, 32 bits, big-endian
///  11000000, 11010000, 11100000, 11110000, 11111110     numbers of 16, 32, 64, 24 and 8 bits, little-endian
///  1111nnnn                  the number n - 1; n is 1 to 13
/// </code>
/// Source: the description of the format by Sripathi Krishnan, https://github.com/sripathikrishnan/redis-rdb-tools/wiki.
/// </remarks>
internal ref struct Ziplist
{
    private const int HeaderBytes = 10;
    private const int CountOffset = 8;
    private const int UnknownCount = ushort.MaxValue;
    private const byte WidePrevious = 254;
    private const byte End = 255;

    private ReadOnlySpan<byte> _rest;
    private int _previousBytes;

    private Ziplist(ReadOnlySpan<byte> entries) => _rest = entries;

    /// <summary>How many entries have been read.</summary>
    public int Count { get; private set; }

    /// <summary>False when a walk has met something that is no entry.</summary>
    public bool IsSound { get; private set; } = true;

    /// <summary>Begins a walk; false when these bytes do not begin and end as a ziplist.</summary>
    public static bool TryOpen(ReadOnlySpan<byte> bytes, out Ziplist list)
    {
        bool isOne = bytes.Length > HeaderBytes && BinaryPrimitives.ReadUInt32LittleEndian(bytes) == (uint)bytes.Length && bytes[^1] == End;
        list = isOne ? new Ziplist(bytes[HeaderBytes..^1]) : default;
        return isOne;
    }

    /// <summary>The number of entries that the header states; -1 when it states none.</summary>
    public static int StatedCount(ReadOnlySpan<byte> bytes)
    {
        int count = BinaryPrimitives.ReadUInt16LittleEndian(bytes[CountOffset..]);
        return count == UnknownCount ? -1 : count;
    }

    /// <summary>Reads the next entry; false at the end, or where something stands that is none (<see cref="IsSound"/>).</summary>
    public bool TryRead(out RdbString value)
    {
        value = default;
        if (_rest.IsEmpty)
        {
            return false;
        }

        ReadOnlySpan<byte> entry = _rest;
        IsSound = TryReadPrevious(ref entry, out uint previous) && previous == (uint)_previousBytes && TryReadContent(ref entry, out value);
        if (!IsSound)
        {
            return false;
        }

        _previousBytes = _rest.Length - entry.Length;
        _rest = entry;
        Count++;
        return true;
    }

    private static bool TryReadPrevious(scoped ref ReadOnlySpan<byte> entry, out uint length)
    {
        length = entry[0];
        if (length < WidePrevious)
        {
            entry = entry[1..];
            return true;
        }

        if (length != WidePrevious || entry.Length < 1 + sizeof(uint))
        {
            return false;
        }

        length = BinaryPrimitives.ReadUInt32LittleEndian(entry[1..]);
        entry = entry[(1 + sizeof(uint))..];
        return true;
    }

    private static bool TryReadContent(scoped ref ReadOnlySpan<byte> entry, out RdbString value)
    {
        value = default;
        if (entry.IsEmpty)
        {
            return false;
        }

        int head = entry[0];
        long length;
        int headBytes;
        switch (head >> 6)
        {
            case 0:
                length = head & 0x3F;
                headBytes = 1;
                break;
            case 1 when entry.Length >= 2:
                length = ((head & 0x3F) << 8) | entry[1];
                headBytes = 2;
                break;
            case 2 when entry.Length >= 1 + sizeof(uint):
                length = BinaryPrimitives.ReadUInt32BigEndian(entry[1..]);
                headBytes = 1 + sizeof(uint);
                break;
            case 3:
                return TryReadInteger(ref entry, out value);
            default:
                return false;
        }

        if (length > entry.Length - headBytes)
        {
            return false;
        }

        value = new RdbString(entry.Slice(headBytes, (int)length));
        entry = entry[(headBytes + (int)length)..];
        return true;
    }

    private static bool TryReadInteger(scoped ref ReadOnlySpan<byte> entry, out RdbString value)
    {
        int head = entry[0];
        int width = head switch
        {
            0xC0 => sizeof(short),
            0xD0 => sizeof(int),
            0xE0 => sizeof(long),
            0xF0 => 3,
            0xFE => 1,
            >= 0xF1 and <= 0xFD => 0,
            _ => int.MaxValue,
        };
        value = default;
        if (width >= entry.Length)
        {
            return false;
        }

        ReadOnlySpan<byte> number = entry.Slice(1, width);
        value = new RdbString(width switch
        {
            0 => (head & 0x0F) - 1,
            1 => (sbyte)number[0],
            sizeof(short) => BinaryPrimitives.ReadInt16LittleEndian(number),
            3 => (sbyte)number[2] << 16 | BinaryPrimitives.ReadUInt16LittleEndian(number),
            sizeof(int) => BinaryPrimitives.ReadInt32LittleEndian(number),
            _ => BinaryPrimitives.ReadInt64LittleEndian(number),
        });
        entry = entry[(1 + width)..];
        return true;
    }
}
