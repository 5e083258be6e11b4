using System.Buffers.Binary;

namespace Spinel.Persistence.Rdb;

/// <summary>
/// Walks a zipmap: the form of small hashes before Redis 2.6. Only what the bytes have room for is read.
/// </summary>
/// <remarks>
/// One byte with the number of fields (254 when there are more), then fields and values in turns, then 255. A field is its length and its bytes; a value is
/// its length, one byte that counts unused bytes, its bytes and the unused ones. Lengths take one byte below 254, and otherwise 254 and
/// four, little-endian.
/// Source: the description of the format by Sripathi Krishnan, https://github.com/sripathikrishnan/redis-rdb-tools/wiki.
/// </remarks>
internal ref struct Zipmap
{
    private const byte WideLength = 254;
    private const byte End = 255;

    private ReadOnlySpan<byte> _rest;

    private Zipmap(ReadOnlySpan<byte> entries) => _rest = entries;

    /// <summary>False when a walk has met something that is no field.</summary>
    public bool IsSound { get; private set; } = true;

    /// <summary>Begins a walk; false when these bytes do not end as a zipmap.</summary>
    public static bool TryOpen(ReadOnlySpan<byte> bytes, out Zipmap map)
    {
        bool isOne = bytes.Length >= 2 && bytes[^1] == End;
        map = isOne ? new Zipmap(bytes[1..^1]) : default;
        return isOne;
    }

    /// <summary>Reads the next field with its value; false at the end, or where something stands that is none (<see cref="IsSound"/>).</summary>
    public bool TryRead(out ReadOnlySpan<byte> field, out ReadOnlySpan<byte> value)
    {
        field = default;
        value = default;
        if (_rest.IsEmpty)
        {
            return false;
        }

        IsSound = TryReadLength(out int length) && TryTake(length, out field)
            && TryReadLength(out length) && TryTake(1, out ReadOnlySpan<byte> unused)
            && TryTake(length, out value) && TryTake(unused[0], out _);
        return IsSound;
    }

    private bool TryReadLength(out int length)
    {
        length = 0;
        if (!TryTake(1, out ReadOnlySpan<byte> first))
        {
            return false;
        }

        if (first[0] < WideLength)
        {
            length = first[0];
            return true;
        }

        if (first[0] != WideLength || !TryTake(sizeof(uint), out ReadOnlySpan<byte> wide))
        {
            return false;
        }

        uint stated = BinaryPrimitives.ReadUInt32LittleEndian(wide);
        length = (int)Math.Min(stated, int.MaxValue);
        return true;
    }

    private bool TryTake(int count, out ReadOnlySpan<byte> bytes)
    {
        bytes = default;
        if (count > _rest.Length)
        {
            return false;
        }

        bytes = _rest[..count];
        _rest = _rest[count..];
        return true;
    }
}
