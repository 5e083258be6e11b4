using Spinel.DataStructures;
using Spinel.Engine;
using Spinel.Engine.Dispatch;
using Spinel.Insight.Keys;
using Spinel.Insight.Tree;

namespace Spinel.Insight.Commands;

/// <summary>Reads the arguments of INSIGHT TREE.</summary>
internal static class TreeArguments
{
    private const int MaxCount = 1000;

    private const int MaxPatternBytes = NameIndex.MaxNameBytes;

    /// <summary>Ordered by a figure, so many children are kept in the order at most.</summary>
    private const int MaxRanked = 20_000;

    public static bool TryRead(ref CommandContext c, out TreeRequest? request)
    {
        request = null;
        var read = new TreeRequest { Prefix = c[2].ToArray() };
        for (int i = 3; i < c.Count; i += 2)
        {
            if (i + 1 >= c.Count)
            {
                c.Error(Errors.Syntax);
                return false;
            }

            if (c.Is(i, "DELIMITERS"u8) && c[i + 1].Length > 0)
            {
                read = read with { Delimiters = c[i + 1].ToArray() };
            }
            else if (c.Is(i, "OFFSET"u8) || c.Is(i, "COUNT"u8))
            {
                bool isOffset = c.Is(i, "OFFSET"u8);
                if (!c.TryInteger(i + 1, out long value))
                {
                    return false;
                }

                if (value < 0)
                {
                    c.Error(Errors.OutOfRangePositive);
                    return false;
                }

                int clamped = (int)Math.Min(value, isOffset ? int.MaxValue / 2 : MaxCount);
                read = isOffset ? read with { Offset = clamped } : read with { Count = clamped };
            }
            else if (c.Is(i, "SORT"u8) && TryOrder(ref c, i + 1, out TreeOrder order))
            {
                read = read with { Order = order };
            }
            else if (c.Is(i, "MATCH"u8) && c[i + 1].Length > MaxPatternBytes)
            {
                c.Error("ERR the pattern is longer than any name that is kept whole"u8);
                return false;
            }
            else if (c.Is(i, "MATCH"u8))
            {
                read = read with { Match = c[i + 1].ToArray() };
            }
            else if (c.Is(i, "TYPE"u8) && KeyFacts.TryParseKind(c[i + 1], out ValueKind kind))
            {
                read = read with { Kind = kind };
            }
            else if (c.Is(i, "AFTER"u8))
            {
                read = read with { After = c[i + 1].ToArray() };
            }
            else
            {
                c.Error(Errors.Syntax);
                return false;
            }
        }

        if (read.Order != TreeOrder.Name && read.Offset > MaxRanked)
        {
            read = read with { Offset = MaxRanked, Count = 0 };
        }

        request = read;
        return true;
    }

    private static bool TryOrder(ref CommandContext c, int index, out TreeOrder order)
    {
        order = c.Is(index, "KEYS"u8) ? TreeOrder.Keys : c.Is(index, "BYTES"u8) ? TreeOrder.Bytes : TreeOrder.Name;
        return order != TreeOrder.Name || c.Is(index, "NAME"u8);
    }
}

/// <summary>How many, and of which type: the arguments of the lists.</summary>
internal readonly record struct KeyListArguments(int Count, ValueKind? Kind)
{
    private const int DefaultCount = 20;
    private const int MaxCount = 512;

    public static bool TryRead(ref CommandContext c, bool allowType, out KeyListArguments arguments)
    {
        arguments = new KeyListArguments(DefaultCount, null);
        for (int i = 2; i < c.Count; i += 2)
        {
            if (i + 1 < c.Count && c.Is(i, "COUNT"u8))
            {
                if (!c.TryInteger(i + 1, out long count))
                {
                    return false;
                }

                if (count < 1)
                {
                    c.Error(Errors.OutOfRangePositive);
                    return false;
                }

                arguments = arguments with { Count = (int)Math.Min(count, MaxCount) };
            }
            else if (allowType && i + 1 < c.Count && c.Is(i, "TYPE"u8) && KeyFacts.TryParseKind(c[i + 1], out ValueKind kind))
            {
                arguments = arguments with { Kind = kind };
            }
            else
            {
                c.Error(Errors.Syntax);
                return false;
            }
        }

        return true;
    }
}
