using System.Buffers.Binary;
using System.Text;
using Spinel.Persistence.Rdb;

namespace Spinel.Persistence.Tests.Rdb;

/// <summary>Builds parts of RDB files by hand, in the forms that servers of all times have used.</summary>
internal static class RdbBytes
{
    public static byte[] Length(ulong length)
    {
        switch (length)
        {
            case < 64:
                return [(byte)length];
            case < 16384:
                return [(byte)(0x40 | (int)(length >> 8)), (byte)length];
            default:
                byte[] bytes = [0x80, 0, 0, 0, 0];
                BinaryPrimitives.WriteUInt32BigEndian(bytes.AsSpan(1), (uint)length);
                return bytes;
        }
    }

    public static byte[] String(string text) => String(Encoding.Latin1.GetBytes(text));

    public static byte[] String(byte[] bytes) => [.. Length((ulong)bytes.Length), .. bytes];

    public static byte[] Int64(long value) => BitConverter.GetBytes(value);

    public static byte[] StreamId(ulong ms, ulong sequence)
    {
        byte[] id = new byte[16];
        BinaryPrimitives.WriteUInt64BigEndian(id, ms);
        BinaryPrimitives.WriteUInt64BigEndian(id.AsSpan(8), sequence);
        return id;
    }

    /// <summary>A payload as DUMP gives it.</summary>
    public static byte[] Payload(byte type, byte[] body, int version = 10)
    {
        byte[] summed = [type, .. body, (byte)version, (byte)(version >> 8)];
        return [.. summed, .. BitConverter.GetBytes(Crc64.Append(0, summed))];
    }

    /// <summary>The same payload after its bytes were changed, with the checksum that goes with them.</summary>
    public static byte[] Resummed(byte[] payload)
    {
        byte[] summed = payload[..^8];
        return [.. summed, .. BitConverter.GetBytes(Crc64.Append(0, summed))];
    }

    /// <summary>A file with these records.</summary>
    public static byte[] File(string magic, params byte[][] records)
    {
        byte[] summed = [.. Encoding.ASCII.GetBytes(magic), .. records.SelectMany(record => record), 0xFF];
        return [.. summed, .. BitConverter.GetBytes(Crc64.Append(0, summed))];
    }

    /// <summary>A ziplist; numbers take the shortest form.</summary>
    public static byte[] Ziplist(params object[] values)
    {
        var entries = new List<byte>();
        int previous = 0;
        int tail = 10;
        foreach (object value in values)
        {
            tail = 10 + entries.Count;
            byte[] content = value is long or int ? ZiplistInteger(Convert.ToInt64(value, System.Globalization.CultureInfo.InvariantCulture)) : ZiplistString((string)value);
            byte[] head = previous < 254 ? [(byte)previous] : [254, .. BitConverter.GetBytes(previous)];
            entries.AddRange(head);
            entries.AddRange(content);
            previous = head.Length + content.Length;
        }

        return
        [
            .. BitConverter.GetBytes(entries.Count + 11),
            .. BitConverter.GetBytes(tail),
            .. BitConverter.GetBytes((ushort)values.Length),
            .. entries,
            255,
        ];
    }

    /// <summary>A listpack of texts and numbers, made independently of the one under test.</summary>
    public static byte[] Listpack(params object[] values)
    {
        var entries = new List<byte>();
        foreach (object value in values)
        {
            byte[] content = value is long or int
                ? [0xF4, .. BitConverter.GetBytes(Convert.ToInt64(value, System.Globalization.CultureInfo.InvariantCulture))]
                : [0xF0, .. BitConverter.GetBytes(((string)value).Length), .. Encoding.Latin1.GetBytes((string)value)];
            entries.AddRange(content);
            entries.AddRange(content.Length < 128 ? [(byte)content.Length] : [(byte)(content.Length >> 7), (byte)(content.Length & 0x7F | 0x80)]);
        }

        return [.. BitConverter.GetBytes(entries.Count + 7), .. BitConverter.GetBytes((ushort)values.Length), .. entries, 255];
    }

    private static byte[] ZiplistString(string text) => text.Length switch
    {
        < 64 => [(byte)text.Length, .. Encoding.Latin1.GetBytes(text)],
        < 16384 => [(byte)(0x40 | text.Length >> 8), (byte)text.Length, .. Encoding.Latin1.GetBytes(text)],
        _ => [0x80, (byte)(text.Length >> 24), (byte)(text.Length >> 16), (byte)(text.Length >> 8), (byte)text.Length, .. Encoding.Latin1.GetBytes(text)],
    };

    private static byte[] ZiplistInteger(long value) => value switch
    {
        >= 0 and <= 12 => [(byte)(0xF1 + value)],
        >= sbyte.MinValue and <= sbyte.MaxValue => [0xFE, (byte)value],
        >= short.MinValue and <= short.MaxValue => [0xC0, .. BitConverter.GetBytes((short)value)],
        >= -(1 << 23) and < 1 << 23 => [0xF0, (byte)value, (byte)(value >> 8), (byte)(value >> 16)],
        >= int.MinValue and <= int.MaxValue => [0xD0, .. BitConverter.GetBytes((int)value)],
        _ => [0xE0, .. BitConverter.GetBytes(value)],
    };
}
