using Spinel.DataStructures;

namespace Spinel.Persistence.Rdb;

internal sealed partial class RdbValueReader
{
    private const string FieldTwice = "A hash has a field twice";

    /// <summary>Redis keeps times of fields in 48 bits and says with this one that there is none.</summary>
    private const ulong NoEarliestMs = 1UL << 48;

    /// <summary>A hash; null when it has no fields.</summary>
    private HashValue ReadHash(scoped ref RdbReader reader, RdbType type, int version) => type switch
    {
        RdbType.HashListpack => ReadHashListpack(ref reader),
        RdbType.HashZiplist => ReadHashZiplist(ref reader),
        RdbType.HashZipmap => ReadHashZipmap(ref reader),
        RdbType.HashListpackExpiry or RdbType.HashListpackExpiryOld => ReadHashListpackExpiry(ref reader, type),
        _ => ReadFields(ref reader, type, version),
    };

    private HashValue ReadHashListpack(scoped ref RdbReader reader)
    {
        Listpack pack = ReadListpack(ref reader);
        if (pack.IsEmpty)
        {
            pack.Free(_heap);
            return default;
        }

        if (HashValue.TryTake(_heap, pack, HashLimits, out HashValue hash, LooksForDuplicates))
        {
            return hash;
        }

        pack.Free(_heap);
        throw reader.Damaged("A listpack is not the content of a hash");
    }

    private HashValue ReadFields(scoped ref RdbReader reader, RdbType type, int version)
    {
        bool isValkey = type == RdbType.HashExpiry22 && version >= RdbFormat.FirstValkeyVersion;
        bool isRelative = type == RdbType.HashExpiry;
        bool hasTimeFirst = isRelative || (type == RdbType.HashExpiry22 && !isValkey);
        ulong earliestMs = isRelative ? reader.ReadUInt64() : 0;
        long count = reader.ReadCount(2);
        var hash = new HashAssembly(_heap, HashLimits, Expected(count));
        try
        {
            for (long left = count; left > 0; left--)
            {
                long expiryMs = hasTimeFirst ? ExpiryOf(ref reader, reader.ReadLength(), isRelative, earliestMs) : KeyBlock.NoExpiry;
                ReadOnlySpan<byte> field = reader.Scratch.Hold(reader.ReadString());
                RdbString value = reader.ReadStringOrInteger();
                if (isValkey)
                {
                    value = HoldValue(ref reader, value);
                    field = reader.Scratch.First;
                    expiryMs = Math.Max(reader.ReadInt64(), KeyBlock.NoExpiry);
                }

                if (!hash.Add(new RdbString(field), value, expiryMs))
                {
                    throw reader.Damaged(FieldTwice);
                }
            }

            return count == 0 ? default : Complete(ref reader, ref hash);
        }
        finally
        {
            hash.Dispose();
        }
    }

    private HashValue ReadHashZiplist(scoped ref RdbReader reader)
    {
        Ziplist entries = OpenZiplist(ref reader, out int statedCount);
        var hash = new HashAssembly(_heap, HashLimits, Math.Max(statedCount, 0) / 2);
        try
        {
            while (entries.TryRead(out RdbString field))
            {
                if (!entries.TryRead(out RdbString value) || !hash.Add(field, value))
                {
                    throw reader.Damaged("A ziplist is not the content of a hash");
                }
            }

            CheckEnd(ref reader, in entries, statedCount);
            return entries.Count == 0 ? default : Complete(ref reader, ref hash);
        }
        finally
        {
            hash.Dispose();
        }
    }

    private HashValue ReadHashZipmap(scoped ref RdbReader reader)
    {
        if (!Zipmap.TryOpen(reader.ReadString(), out Zipmap map))
        {
            throw reader.Damaged("A zipmap is damaged");
        }

        var hash = new HashAssembly(_heap, HashLimits, 0);
        try
        {
            bool isEmpty = true;
            for (; map.TryRead(out ReadOnlySpan<byte> field, out ReadOnlySpan<byte> value); isEmpty = false)
            {
                if (!hash.Add(new RdbString(field), new RdbString(value)))
                {
                    throw reader.Damaged(FieldTwice);
                }
            }

            if (!map.IsSound)
            {
                throw reader.Damaged("A zipmap is damaged");
            }

            return isEmpty ? default : Complete(ref reader, ref hash);
        }
        finally
        {
            hash.Dispose();
        }
    }

    private HashValue ReadHashListpackExpiry(scoped ref RdbReader reader, RdbType type)
    {
        if (type == RdbType.HashListpackExpiry)
        {
            // The earliest time, which the listpack says as well.
            reader.ReadInt64();
        }

        Listpack pack = ReadListpack(ref reader);
        var hash = new HashAssembly(_heap, HashLimits, pack.Count / 3);
        try
        {
            for (int position = pack.First; position >= 0;)
            {
                int valueAt = pack.Next(position);
                int timeAt = valueAt < 0 ? -1 : pack.Next(valueAt);
                if (timeAt < 0 || !pack.Get(timeAt).TryGetInteger(out long timeMs) || timeMs < 0)
                {
                    throw reader.Damaged("A listpack is not the content of a hash whose fields expire");
                }

                if (!hash.Add(StringOf(pack.Get(position)), StringOf(pack.Get(valueAt)), timeMs == 0 ? KeyBlock.NoExpiry : timeMs))
                {
                    throw reader.Damaged(FieldTwice);
                }

                position = pack.Next(timeAt);
            }

            return pack.IsEmpty ? default : Complete(ref reader, ref hash);
        }
        finally
        {
            hash.Dispose();
            pack.Free(_heap);
        }
    }

    private static HashValue Complete(scoped ref RdbReader reader, ref HashAssembly hash) =>
        hash.TryComplete(out HashValue complete) ? complete : throw reader.Damaged(FieldTwice);

    /// <summary>Keeps a value beside the field that is held already, so that its time can be read.</summary>
    private static RdbString HoldValue(scoped ref RdbReader reader, RdbString value)
    {
        Span<byte> digits = stackalloc byte[ListpackNumber.MaxLength];
        return new RdbString(reader.Scratch.HoldSecond(value.GetText(digits)));
    }

    private static RdbString StringOf(ListpackValue value) => value.IsInteger ? new RdbString(value.Integer) : new RdbString(value.Bytes);

    /// <summary>The time that a field's record means. Zero is none; otherwise it is absolute, or one more than its distance from the earliest.</summary>
    private static long ExpiryOf(scoped ref RdbReader reader, ulong time, bool isRelative, ulong earliestMs)
    {
        if (time == 0)
        {
            return KeyBlock.NoExpiry;
        }

        ulong absolute = isRelative ? unchecked(earliestMs + time - 1) : time;
        return absolute < NoEarliestMs ? (long)absolute : throw reader.Damaged("A field has an impossible time of expiry");
    }

    /// <summary>For how many elements to make room at once: those that are announced, as long as a lie costs little.</summary>
    private static long Expected(long count) => Math.Min(count, 1 << 20);
}
