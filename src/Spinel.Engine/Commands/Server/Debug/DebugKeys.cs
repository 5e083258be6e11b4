using System.Globalization;
using System.Text;
using Spinel.DataStructures;
using Spinel.Engine.Commands.Generic;
using Spinel.Engine.Dispatch;
using Spinel.Protocol;

namespace Spinel.Engine.Commands.Server.Debug;

/// <summary>DEBUG subcommands on single keys.</summary>
internal static class DebugKeys
{
    private const LookupFlags Unnoticed = LookupFlags.NoTouch | LookupFlags.NoStatistics;

    /// <summary>DEBUG OBJECT: where a value is and how it is kept.</summary>
    public static void DescribeValue(ref CommandContext c)
    {
        if (!TryFind(ref c, out KeyBlock block))
        {
            return;
        }

        string encoding = Encoding.ASCII.GetString(ValueNames.EncodingOf(block));
        long idleSeconds = c.Keyspace.AccessClock.IdleSeconds(block);
        string text = string.Create(
            CultureInfo.InvariantCulture,
            $"Value at:0x{block.Address:x} refcount:1 encoding:{encoding} serializedlength:{SerializedLength(block)} lru:{block.AccessClock} lru_seconds_idle:{idleSeconds}");
        c.Reply.SimpleString(Encoding.ASCII.GetBytes(text));
    }

    /// <summary>DEBUG SDSLEN: lengths of a key and of its string. The key and a short string share a block, so neither has room of its own.</summary>
    public static void DescribeString(ref CommandContext c)
    {
        if (!TryFind(ref c, out KeyBlock block))
        {
            return;
        }

        if (block.Kind != ValueKind.String || block.IsInteger)
        {
            c.Error(Errors.NotARawString);
            return;
        }

        long outside = block.MemoryBytes - block.BlockBytes;
        long spare = outside == 0 ? 0 : Math.Max(0, outside - block.StringLength);
        string text = string.Create(
            CultureInfo.InvariantCulture,
            $"key_sds_len:{block.Key.Length}, key_sds_avail:0, key_zmalloc: {block.BlockBytes}, val_sds_len:{block.StringLength}, val_sds_avail:{spare}, val_zmalloc: {outside}");
        c.Reply.SimpleString(Encoding.ASCII.GetBytes(text));
    }

    /// <summary>DEBUG POPULATE: makes many strings at once, for measuring. It has no effect on replicas, as documented.</summary>
    public static void Populate(ref CommandContext c)
    {
        int size = 0;
        if (!TryNotNegative(ref c, 2, out long count) || (c.Count == 5 && !TrySize(ref c, out size)))
        {
            return;
        }

        byte[] prefix = c.Count >= 4 ? c[3].ToArray() : "key"u8.ToArray();
        byte[] key = new byte[prefix.Length + 1 + Int64Text.MaxLength];
        prefix.CopyTo(key, 0);
        key[prefix.Length] = (byte)':';
        byte[] text = new byte["value:"u8.Length + Int64Text.MaxLength];
        "value:"u8.CopyTo(text);
        byte[] sized = new byte[size];
        for (long i = 0; i < count; i++)
        {
            int keyLength = prefix.Length + 1 + Int64Text.Format(i, key.AsSpan(prefix.Length + 1));
            int textLength = "value:"u8.Length + Int64Text.Format(i, text.AsSpan("value:"u8.Length));
            ReadOnlySpan<byte> value = text.AsSpan(0, textLength);
            if (size > 0)
            {
                value[..Math.Min(size, textLength)].CopyTo(sized);
                value = sized;
            }

            ReadOnlySpan<byte> name = key.AsSpan(0, keyLength);
            KeyWriter writer = c.Keyspace.OpenForWrite(c.Database, name, c.Database.Keys.Hash(name));
            if (!writer.Exists)
            {
                writer.SetString(value, ExpiryChange.None);
                writer.Commit(KeyEvent.New);
            }
        }

        c.Reply.Raw(Replies.Ok);
    }

    /// <summary>Finds the key that is the second argument, or replies that there is none.</summary>
    public static bool TryFind(ref CommandContext c, out KeyBlock block)
    {
        block = c.Find(2, Unnoticed);
        if (block.IsNull)
        {
            c.Error(Errors.NoSuchKey);
            return false;
        }

        return true;
    }

    private static bool TrySize(ref CommandContext c, out int size)
    {
        size = 0;
        if (!TryNotNegative(ref c, 4, out long wide))
        {
            return false;
        }

        if (wide > Math.Min(c.Engine.Limits.StringBytes, Array.MaxLength))
        {
            c.Error(Errors.StringTooLong);
            return false;
        }

        size = (int)wide;
        return true;
    }

    private static bool TryNotNegative(ref CommandContext c, int index, out long value)
    {
        if (Int64Text.TryParse(c[index], out value) && value >= 0)
        {
            return true;
        }

        c.Error(Errors.OutOfRangePositive);
        return false;
    }

    /// <summary>The bytes that a string takes in a snapshot, without compression: a length or a type, and the bytes or the integer.</summary>
    private static long SerializedLength(KeyBlock block)
    {
        const int ShortestWithTwoByteLength = 1 << 6;
        const int ShortestWithFiveByteLength = 1 << 14;
        const int LongestIntegerText = 11;
        if (block.Kind != ValueKind.String)
        {
            return 0;
        }

        Span<byte> scratch = stackalloc byte[KeyBlock.IntegerScratchBytes];
        ReadOnlySpan<byte> text = block.GetString(scratch);
        if (text.Length <= LongestIntegerText && Int64Text.TryParse(text, out long integer))
        {
            switch (integer)
            {
                case >= sbyte.MinValue and <= sbyte.MaxValue:
                    return 1 + sizeof(sbyte);
                case >= short.MinValue and <= short.MaxValue:
                    return 1 + sizeof(short);
                case >= int.MinValue and <= int.MaxValue:
                    return 1 + sizeof(int);
            }
        }

        int lengthBytes = text.Length < ShortestWithTwoByteLength ? 1 : text.Length < ShortestWithFiveByteLength ? 2 : 5;
        return lengthBytes + (long)text.Length;
    }
}
