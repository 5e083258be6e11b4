using System.Buffers;
using Spinel.DataStructures;
using Spinel.Engine.Dispatch;
using Spinel.Engine.Effects;
using Spinel.Protocol;

namespace Spinel.Engine.Commands.Streams;

/// <summary>Commands that remove entries, and the one that sets a stream's counters.</summary>
internal static class RemoveCommands
{
    private const int IdsOnStack = 16;

    [Command("XTRIM", "key <MAXLEN | MINID> [= | ~] threshold [LIMIT count] [KEEPREF | DELREF | ACKED]", Arity = -4, Flags = CommandFlags.Write, Keys = "1 RW delete",
        Group = CommandGroup.Stream, Since = "5.0.0", Complexity = "O(N) with N the number of entries removed", Tips = "nondeterministic_output",
        Summary = "Removes the oldest entries of a stream, by their number or by id.",
        History = "6.2.0 MINID and LIMIT; 8.2.0 KEEPREF, DELREF and ACKED.")]
    internal static void XTrim(ref CommandContext c)
    {
        if (!StreamTrimming.TryRead(ref c, beforeId: false, out StreamTrimming trimming, out _)
            || !trimming.TryComplete(ref c, mustTrim: true)
            || !StreamAccess.TryOpen(ref c, 1, out KeyWriter writer, out StreamValue stream))
        {
            return;
        }

        var effects = new RemovalEffects(c.Keyspace.Effects.IsActive);
        long removed = stream.IsNull ? 0 : trimming.Apply(c.Keyspace, stream, ref effects);
        if (removed > 0)
        {
            writer.Commit(KeyEvent.XTrim, removed);
            if (trimming.MustBeTold && removed > effects.DeletedCount)
            {
                EffectStream effect = c.BeginEffect("XTRIM"u8);
                effect.Add(c[1]);
                trimming.Record(ref c, effect, stream, effects.DeletedCount);
            }

            effects.Record(ref c, 1, stream);
        }

        c.Reply.Integer(removed);
    }

    [Command("XDEL", "key id [id ...]", Arity = -3, Flags = CommandFlags.Write | CommandFlags.Fast, Keys = "1 RW delete",
        Group = CommandGroup.Stream, Since = "5.0.0", Complexity = "O(N log M) with N the number of ids and M that of the stream's entries",
        Summary = "Removes entries of a stream and returns how many of them there were.")]
    internal static void XDel(ref CommandContext c)
    {
        if (!StreamAccess.TryOpen(ref c, 1, out KeyWriter writer, out StreamValue stream))
        {
            return;
        }

        if (stream.IsNull)
        {
            c.Reply.Integer(0);
            return;
        }

        int count = c.Count - 2;
        StreamId[]? rented = count > IdsOnStack ? ArrayPool<StreamId>.Shared.Rent(count) : null;
        Span<StreamId> ids = rented is null ? stackalloc StreamId[IdsOnStack] : rented;
        ids = ids[..count];
        if (StreamIdArgument.TryReadAll(ref c, 2, ids))
        {
            int deleted = stream.Delete(c.Keyspace.Heap, ids);
            if (deleted > 0)
            {
                writer.Commit(KeyEvent.XDel, deleted);
            }

            c.Reply.Integer(deleted);
        }

        if (rented is not null)
        {
            ArrayPool<StreamId>.Shared.Return(rented);
        }
    }

    [Command("XSETID", "key last-id [ENTRIESADDED entries-added:integer] [MAXDELETEDID max-deleted-entry-id]", Arity = -3,
        Flags = CommandFlags.Write | CommandFlags.DenyOom | CommandFlags.Fast, Keys = "1 RW update", Group = CommandGroup.Stream, Since = "5.0.0",
        Complexity = "O(1)", Summary = "Sets the greatest id of a stream and its counters, for replicas and files.",
        History = "7.0.0 ENTRIESADDED and MAXDELETEDID.")]
    internal static void XSetId(ref CommandContext c)
    {
        if (!StreamIdArgument.TryRead(ref c, 2, out StreamId id) || !TryReadCounters(ref c, id, out long entriesAdded, out StreamId maxDeleted)
            || !StreamAccess.TryOpen(ref c, 1, out KeyWriter writer, out StreamValue stream))
        {
            return;
        }

        ReadOnlySpan<byte> error = default;
        if (stream.IsNull)
        {
            error = Errors.NoSuchKey;
        }
        else if (stream.Length > 0 && id < stream.LastEntryId)
        {
            error = Errors.SetIdBelowTop;
        }
        else if (stream.Length > 0 && entriesAdded >= 0 && stream.Length > entriesAdded)
        {
            error = Errors.SetIdEntriesAdded;
        }

        if (!error.IsEmpty)
        {
            c.Error(error);
            return;
        }

        stream.SetLastId(id);
        if (entriesAdded >= 0)
        {
            stream.SetEntriesAdded(entriesAdded);
        }

        if (!maxDeleted.IsZero)
        {
            stream.SetMaxDeletedId(maxDeleted);
        }

        writer.Commit(KeyEvent.XSetId);
        c.Reply.Raw(Replies.Ok);
    }

    private static bool TryReadCounters(ref CommandContext c, StreamId id, out long entriesAdded, out StreamId maxDeleted)
    {
        entriesAdded = -1;
        maxDeleted = default;
        for (int i = 3; i < c.Count; i += 2)
        {
            bool hasMore = i + 1 < c.Count;
            if (hasMore && c.Is(i, "ENTRIESADDED"u8))
            {
                if (!c.TryInteger(i + 1, out entriesAdded))
                {
                    return false;
                }

                if (entriesAdded < 0)
                {
                    c.Error(Errors.EntriesAddedNegative);
                    return false;
                }
            }
            else if (hasMore && c.Is(i, "MAXDELETEDID"u8))
            {
                if (!StreamIdArgument.TryRead(ref c, i + 1, out maxDeleted))
                {
                    return false;
                }

                if (id < maxDeleted)
                {
                    c.Error(Errors.SetIdBelowGivenDeleted);
                    return false;
                }
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
