using System.Buffers;
using Spinel.DataStructures;
using Spinel.Engine.Dispatch;
using Spinel.Memory;
using Spinel.Protocol;

namespace Spinel.Engine.Commands.Streams;

/// <summary>
/// Commands that delete entries with regard to what consumer groups still have to do with them. They follow https://redis.io/docs/latest/commands/xdelex/
/// and https://redis.io/docs/latest/commands/xackdel/.
/// </summary>
internal static class ReferenceCommands
{
    private const int IdsOnStack = 16;
    private const int NoSuchEntry = -1;
    private const int Deleted = 1;
    private const int StillReferenced = 2;

    [Command("XDELEX", "key [KEEPREF | DELREF | ACKED] IDS numids:integer id [id ...]", Arity = -5, Flags = CommandFlags.Write | CommandFlags.Fast,
        Keys = "1 RW delete", Group = CommandGroup.Stream, Since = "8.2.0",
        Complexity = "O(N log M) with N the number of ids and M that of the stream's entries",
        Summary = "Removes entries, whatever groups refer to them, with the references, or only where all groups have acknowledged them; tells of each what became of it.")]
    internal static void XDelEx(ref CommandContext c) => Run(ref c, groupIndex: 0);

    [Command("XACKDEL", "key group [KEEPREF | DELREF | ACKED] IDS numids:integer id [id ...]", Arity = -6, Flags = CommandFlags.Write | CommandFlags.Fast,
        Keys = "1 RW update delete", Group = CommandGroup.Stream, Since = "8.2.0",
        Complexity = "O(N log M) with N the number of ids and M that of the stream's entries",
        Summary = "Acknowledges entries in a group and removes them as XDELEX does; tells of each what became of it.")]
    internal static void XAckDel(ref CommandContext c) => Run(ref c, groupIndex: 2);

    /// <summary>The option that an argument is, if it is one.</summary>
    public static bool TryReadOption(ref readonly CommandContext c, int index, out StreamReferences references)
    {
        references = c.Is(index, "DELREF"u8) ? StreamReferences.Delete : c.Is(index, "ACKED"u8) ? StreamReferences.Acknowledged : StreamReferences.Keep;
        return references != StreamReferences.Keep || c.Is(index, "KEEPREF"u8);
    }

    private static void Run(ref CommandContext c, int groupIndex)
    {
        if (!TryReadArguments(ref c, groupIndex == 0 ? 2 : 3, out StreamReferences references, out int firstId, out int count))
        {
            return;
        }

        StreamId[]? rented = count > IdsOnStack ? ArrayPool<StreamId>.Shared.Rent(count) : null;
        Span<StreamId> ids = rented is null ? stackalloc StreamId[IdsOnStack] : rented;
        ids = ids[..count];
        if (StreamIdArgument.TryReadAll(ref c, firstId, ids) && StreamAccess.TryOpen(ref c, 1, out KeyWriter writer, out StreamValue stream))
        {
            Delete(ref c, writer, stream, groupIndex, references, ids);
        }

        if (rented is not null)
        {
            ArrayPool<StreamId>.Shared.Return(rented);
        }
    }

    private static bool TryReadArguments(ref CommandContext c, int first, out StreamReferences references, out int firstId, out int count)
    {
        references = StreamReferences.Keep;
        firstId = 0;
        count = 0;
        bool hasOption = false;
        for (int i = first; i < c.Count; i++)
        {
            if (!hasOption && TryReadOption(in c, i, out StreamReferences option))
            {
                hasOption = true;
                references = option;
            }
            else if (firstId == 0 && i + 1 < c.Count && c.Is(i, "IDS"u8))
            {
                if (!Int64Text.TryParse(c[i + 1], out long given) || given < 1)
                {
                    c.Error(Errors.NumIdsNotPositive);
                    return false;
                }

                firstId = i + 2;
                if (given > c.Count - firstId)
                {
                    c.Error(Errors.IdCountMismatch);
                    return false;
                }

                count = (int)given;
                i += count + 1;
            }
            else
            {
                c.Error(Errors.Syntax);
                return false;
            }
        }

        if (firstId == 0)
        {
            c.Error(Errors.Syntax);
        }

        return firstId != 0;
    }

    private static void Delete(
        ref CommandContext c, scoped KeyWriter writer, StreamValue stream, int groupIndex, StreamReferences references, scoped ReadOnlySpan<StreamId> ids)
    {
        NativeHeap heap = c.Keyspace.Heap;
        StreamGroup group = stream.IsNull || groupIndex == 0 ? default : stream.FindGroup(c[groupIndex]);
        bool isMissing = stream.IsNull || (groupIndex != 0 && group.IsNull);
        var effects = new RemovalEffects(c.Keyspace.Effects.IsActive);
        int groupPlace = group.IsNull ? -1 : PlaceOf(stream, c[groupIndex]);
        int deleted = 0;
        int dropped = 0;
        c.Reply.ArrayHeader(ids.Length);
        foreach (StreamId id in ids)
        {
            int outcome = NoSuchEntry;
            if (!isMissing)
            {
                bool isKnown = group.IsNull ? stream.Contains(id) : group.TryAcknowledge(heap, id);
                if (isKnown && !group.IsNull)
                {
                    dropped++;
                    effects.OnDropped(groupPlace, id);
                }

                dropped += references == StreamReferences.Delete ? stream.RemoveReferences(heap, id, ref effects) : 0;
                if (isKnown && (references != StreamReferences.Acknowledged || !stream.IsReferenced(id)))
                {
                    // Acknowledged in its group, an entry may have been deleted long ago.
                    if (stream.Delete(heap, new ReadOnlySpan<StreamId>(in id)) > 0)
                    {
                        deleted++;
                        effects.OnDeletedBehind(id);
                    }

                    outcome = Deleted;
                }
                else if (isKnown)
                {
                    outcome = StillReferenced;
                }
            }

            c.Reply.Integer(outcome);
        }

        effects.Record(ref c, 1, stream);
        if (deleted > 0)
        {
            writer.Commit(KeyEvent.XDel, deleted);
        }
        else if (dropped > 0)
        {
            writer.Commit(KeyEvent.StreamDelivery, dropped);
        }
    }

    /// <summary>The place of a group, which is there, in the order of names.</summary>
    private static int PlaceOf(StreamValue stream, scoped ReadOnlySpan<byte> group)
    {
        int place = 0;
        while (!stream.GroupAt(place).Name.SequenceEqual(group))
        {
            place++;
        }

        return place;
    }
}
