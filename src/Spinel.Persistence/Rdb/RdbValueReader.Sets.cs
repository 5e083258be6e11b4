using System.Globalization;
using Spinel.DataStructures;

namespace Spinel.Persistence.Rdb;

internal sealed partial class RdbValueReader
{
    private const string MemberTwice = "A set has a member twice";

    /// <summary>A set; without a payload when it has no members.</summary>
    private SetValue ReadSet(scoped ref RdbReader reader, RdbType type) => type switch
    {
        RdbType.SetIntset => ReadIntset(ref reader),
        RdbType.SetListpack => ReadSetListpack(ref reader),
        _ => ReadMembers(ref reader),
    };

    private SetValue ReadIntset(scoped ref RdbReader reader)
    {
        ReadOnlySpan<byte> bytes = reader.ReadString();
        if (bytes.Length == Intset.EmptyBytes)
        {
            return default;
        }

        return Intset.Validate(bytes, deep: true)
            ? SetValue.Take(_engine.Sets, Intset.FromBytes(_heap, bytes))
            : throw reader.Damaged("An intset is damaged");
    }

    private SetValue ReadSetListpack(scoped ref RdbReader reader)
    {
        Listpack pack = ReadListpack(ref reader);
        if (!pack.IsEmpty && SetValue.TryTake(_engine.Sets, pack, out SetValue set, LooksForDuplicates))
        {
            return set;
        }

        bool isEmpty = pack.IsEmpty;
        pack.Free(_heap);
        return isEmpty ? default : throw reader.Damaged(MemberTwice);
    }

    private SetValue ReadMembers(scoped ref RdbReader reader)
    {
        long count = reader.ReadCount(1);
        if (count == 0)
        {
            return default;
        }

        Span<byte> digits = stackalloc byte[ListpackNumber.MaxLength];
        SetSettings settings = _engine.Sets;
        SetValue set = default;
        try
        {
            for (long left = count; left > 0; left--)
            {
                ReadOnlySpan<byte> member = reader.ReadStringOrInteger().GetText(digits);
                if (set.Payload == 0)
                {
                    set = count > Math.Max(settings.IntsetEntries, settings.ListpackEntries)
                        ? SetValue.CreateTable(settings, Expected(count))
                        : SetValue.CreateFor(settings, member);
                }

                set = set.Add(settings, member, out bool added);
                if (!added)
                {
                    throw reader.Damaged(MemberTwice);
                }
            }
        }
        catch
        {
            if (set.Payload != 0)
            {
                set.Free(_heap);
            }

            throw;
        }

        return set;
    }

    /// <summary>A sorted set; without a payload when it has no members.</summary>
    private SortedSet ReadSortedSet(scoped ref RdbReader reader, RdbType type)
    {
        if (type == RdbType.SortedSetListpack)
        {
            return ReadSortedSetListpack(ref reader);
        }

        SortedSet set = default;
        bool isLarge = false;
        try
        {
            if (type == RdbType.SortedSetZiplist)
            {
                Ziplist entries = OpenZiplist(ref reader, out int statedCount);
                set = SortedSet.CreateLarge(_heap, _engine.Keyspace.HashKey, Math.Max(statedCount, 0) / 2);
                isLarge = true;
                AddPairs(ref reader, ref entries, set);
                CheckEnd(ref reader, in entries, statedCount);
            }
            else
            {
                long count = reader.ReadCount(2);
                set = SortedSet.CreateLarge(_heap, _engine.Keyspace.HashKey, Expected(count));
                isLarge = true;
                AddScored(ref reader, set, count, isText: type == RdbType.SortedSetText);
            }

            if (set.Count > 0)
            {
                set.TryPack(_heap, SortedSetLimits);
                return set;
            }
        }
        catch
        {
            if (isLarge)
            {
                set.Free(_heap);
            }

            throw;
        }

        set.Free(_heap);
        return default;
    }

    private SortedSet ReadSortedSetListpack(scoped ref RdbReader reader)
    {
        Listpack pack = ReadListpack(ref reader);
        if (!pack.IsEmpty && SortedSet.TryTake(_heap, pack, SortedSetLimits, out SortedSet packed))
        {
            return packed;
        }

        bool isEmpty = pack.IsEmpty;
        pack.Free(_heap);
        return isEmpty ? default : throw reader.Damaged("A listpack is not the content of a sorted set");
    }

    private void AddScored(scoped ref RdbReader reader, SortedSet set, long count, bool isText)
    {
        Span<byte> digits = stackalloc byte[ListpackNumber.MaxLength];
        for (long left = count; left > 0; left--)
        {
            // The score comes behind the member, and reading it may move the window.
            ReadOnlySpan<byte> member = reader.Scratch.Hold(reader.ReadStringOrInteger().GetText(digits));
            double score = isText ? ReadTextScore(ref reader) : reader.ReadDouble();
            if (double.IsNaN(score))
            {
                throw reader.Damaged("A sorted set has a score that is not a number");
            }

            if (!set.TryAddLarge(_heap, member, score))
            {
                throw reader.Damaged(MemberTwice);
            }
        }
    }

    private void AddPairs(scoped ref RdbReader reader, ref Ziplist entries, SortedSet set)
    {
        Span<byte> nameDigits = stackalloc byte[ListpackNumber.MaxLength];
        Span<byte> scoreDigits = stackalloc byte[ListpackNumber.MaxLength];
        while (entries.TryRead(out RdbString member))
        {
            if (!entries.TryRead(out RdbString text) || !TryParseScore(text.GetText(scoreDigits), out double score))
            {
                throw reader.Damaged("A ziplist is not the content of a sorted set");
            }

            if (!set.TryAddLarge(_heap, member.GetText(nameDigits), score))
            {
                throw reader.Damaged(MemberTwice);
            }
        }
    }

    private static double ReadTextScore(scoped ref RdbReader reader)
    {
        byte length = reader.ReadByte();
        switch (length)
        {
            case RdbFormat.TextNaN:
                return double.NaN;
            case RdbFormat.TextInfinity:
                return double.PositiveInfinity;
            case RdbFormat.TextMinusInfinity:
                return double.NegativeInfinity;
        }

        return double.TryParse(reader.ReadBytes(length), NumberStyles.Float, CultureInfo.InvariantCulture, out double score)
            ? score
            : throw reader.Damaged("A sorted set has a score that is not a number");
    }
}
