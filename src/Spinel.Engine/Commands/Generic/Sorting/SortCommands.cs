using Spinel.DataStructures;
using Spinel.Engine.Commands.Lists;
using Spinel.Engine.Dispatch;
using Spinel.Protocol;

namespace Spinel.Engine.Commands.Generic.Sorting;

/// <summary>SORT and its reading form.</summary>
internal static class SortCommands
{
    [Command("SORT", "key [BY pattern@1] [LIMIT offset count] [GET pattern@1 [GET pattern@1 ...]] [ASC | DESC] [ALPHA] [STORE destination@2]",
        Arity = -2, Flags = CommandFlags.Write | CommandFlags.DenyOom,
        Keys = "1 RO access; ? RO access -- The keys that BY and GET look up follow from the elements.; ? OW update -- The destination is wherever STORE stands.",
        KeyExtractor = nameof(KeyExtractors.Sort), Group = CommandGroup.Generic, Since = "1.0.0",
        Complexity = "O(N+M*log(M)) with N the number of elements and M the number of those returned", AclCategories = "dangerous list set sortedset -keyspace",
        Summary = "Sorts the elements of a list, a set or a sorted set, by themselves or by the values of other keys, and returns or stores them.")]
    internal static void Sort(ref CommandContext c) => Sort(ref c, readOnly: false);

    [Command("SORT_RO", "key [BY pattern@1] [LIMIT offset count] [GET pattern@1 [GET pattern@1 ...]] [ASC | DESC] [ALPHA]",
        Arity = -2, Flags = CommandFlags.ReadOnly, Keys = "1 RO access; ? RO access -- The keys that BY and GET look up follow from the elements.",
        KeyExtractor = nameof(KeyExtractors.SortReadOnly), Group = CommandGroup.Generic, Since = "7.0.0",
        Complexity = "O(N+M*log(M)) with N the number of elements and M the number of those returned", AclCategories = "dangerous list set sortedset -keyspace",
        Summary = "Sorts as SORT does and returns the elements; it cannot store them.")]
    internal static void SortReadOnly(ref CommandContext c) => Sort(ref c, readOnly: true);

    private static void Sort(ref CommandContext c, bool readOnly)
    {
        if (!SortOptions.TryRead(ref c, readOnly, out SortOptions options))
        {
            return;
        }

        KeyBlock block = c.Find(1);
        if (!block.IsNull && block.Kind is not (ValueKind.List or ValueKind.Set or ValueKind.SortedSet))
        {
            c.Error(Errors.WrongType);
            return;
        }

        if (options.KeepsOrder && options.StoreArgument > 0 && !block.IsNull && block.Kind == ValueKind.Set)
        {
            // A set has no order to keep, and what is stored must be the same on every replica.
            options.SortByText();
        }

        SortVector vector = c.Engine.Scratch.Sort;
        try
        {
            if (!block.IsNull)
            {
                vector.Load(block);
                if (options.KeepsOrder && options.Descending && block.Kind != ValueKind.Set)
                {
                    vector.Reverse();
                }
            }

            if (!options.KeepsOrder && !TrySort(ref c, vector, options))
            {
                return;
            }

            (int start, int count) = options.Window(vector.Count);
            if (options.StoreArgument > 0)
            {
                Store(ref c, vector, options, start, count);
            }
            else
            {
                Reply(ref c, vector, options, start, count);
            }
        }
        finally
        {
            vector.Release();
        }
    }

    private static bool TrySort(ref CommandContext c, SortVector vector, SortOptions options)
    {
        bool byWeight = options.ByArgument > 0;
        bool stored = options.StoreArgument > 0;
        SortOrder order = !options.Alphabetic ? SortOrder.Numeric
            : byWeight ? (stored ? SortOrder.WeightBytes : SortOrder.WeightText)
            : stored ? SortOrder.Bytes : SortOrder.Text;
        if ((byWeight || order == SortOrder.Numeric) && !TryLoadWeights(ref c, vector, byWeight ? options.ByArgument : 0, options.Alphabetic))
        {
            c.Error(Errors.SortScores);
            return false;
        }

        vector.Sort(order, options.Descending);
        return true;
    }

    private static bool TryLoadWeights(ref CommandContext c, SortVector vector, int byArgument, bool alphabetic)
    {
        Span<byte> scratch = stackalloc byte[KeyBlock.IntegerScratchBytes];
        Span<byte> elementScratch = stackalloc byte[ListpackNumber.MaxLength];
        SortPattern pattern = byArgument > 0 ? new SortPattern(c[byArgument]) : default;
        bool valid = true;
        if (alphabetic)
        {
            vector.BeginWeights();
        }

        for (int i = 0; i < vector.Count; i++)
        {
            if (byArgument == 0 && vector.TryGetInteger(i, out long integer))
            {
                vector.SetScore(i, integer);
                continue;
            }

            scoped ReadOnlySpan<byte> weight = vector.GetText(i, elementScratch);
            if (byArgument > 0 && !pattern.TryLookUp(in c, weight, scratch, out weight))
            {
                if (!alphabetic)
                {
                    vector.SetScore(i, 0);
                }
            }
            else if (alphabetic)
            {
                vector.SetWeight(i, weight);
            }
            else if (SortScore.TryParse(weight, out double score))
            {
                vector.SetScore(i, score);
            }
            else
            {
                valid = false;
            }
        }

        return valid;
    }

    private static void Reply(ref CommandContext c, SortVector vector, SortOptions options, int start, int count)
    {
        Span<byte> scratch = stackalloc byte[KeyBlock.IntegerScratchBytes];
        Span<byte> elementScratch = stackalloc byte[ListpackNumber.MaxLength];
        c.Reply.ArrayHeader(options.GetCount > 0 ? (long)count * options.GetCount : count);
        for (int i = start; i < start + count; i++)
        {
            if (options.GetCount == 0)
            {
                ReplyElement(ref c, vector, i);
                continue;
            }

            for (int get = SortOptions.NextGet(in c, 1); get > 0; get = SortOptions.NextGet(in c, get))
            {
                var pattern = new SortPattern(c[get]);
                if (pattern.IsElement)
                {
                    ReplyElement(ref c, vector, i);
                }
                else if (pattern.TryLookUp(in c, vector.GetText(i, elementScratch), scratch, out ReadOnlySpan<byte> value))
                {
                    c.Reply.BulkString(value);
                }
                else
                {
                    c.Reply.NullBulk();
                }
            }
        }
    }

    private static void ReplyElement(ref CommandContext c, SortVector vector, int index)
    {
        if (vector.TryGetInteger(index, out long integer))
        {
            c.Reply.BulkString(integer);
        }
        else
        {
            c.Reply.BulkString(vector.GetText(index, default));
        }
    }

    private static void Store(ref CommandContext c, SortVector vector, SortOptions options, int start, int count)
    {
        Span<byte> scratch = stackalloc byte[KeyBlock.IntegerScratchBytes];
        Span<byte> elementScratch = stackalloc byte[ListpackNumber.MaxLength];
        Quicklist list = Quicklist.Create(c.Keyspace.Heap);
        QuicklistNodeLimit limit = c.Engine.Limits.ListNode;
        for (int i = start; i < start + count; i++)
        {
            if (options.GetCount == 0)
            {
                list.PushLast(c.Keyspace.Heap, vector.GetText(i, elementScratch), limit);
                continue;
            }

            for (int get = SortOptions.NextGet(in c, 1); get > 0; get = SortOptions.NextGet(in c, get))
            {
                var pattern = new SortPattern(c[get]);
                scoped ReadOnlySpan<byte> value = vector.GetText(i, elementScratch);
                if (!pattern.IsElement && !pattern.TryLookUp(in c, value, scratch, out value))
                {
                    value = default;
                }

                list.PushLast(c.Keyspace.Heap, value, limit);
            }
        }

        KeyWriter writer = c.OpenForWrite(options.StoreArgument);
        long stored = list.Count;
        if (stored > 0)
        {
            writer.SetObject(ValueKind.List, ValueEncoding.QuickList, list.Address, ExpiryChange.None);
            writer.Commit(KeyEvent.SortStore, stored);
        }
        else
        {
            list.Free(c.Keyspace.Heap);
            writer.CommitEmptyResult();
        }

        c.Reply.Integer(stored);
    }
}
