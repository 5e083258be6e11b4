using Spinel.DataStructures;
using Spinel.Memory;

namespace Spinel.Engine.Commands.SortedSets;

/// <summary>What the commands of sorted sets do with the keys that hold them.</summary>
internal static class SortedSetKeys
{
    /// <summary>The set that a key holds. Precondition: it holds one.</summary>
    public static SortedSet Of(KeyBlock block) => new(block.Payload, block.Encoding);

    public static SortedSetLimits LimitsOf(in CommandContext c) =>
        new(c.Keyspace.HashKey, c.Engine.Options.ZsetMaxListpackEntries, c.Engine.Options.ZsetMaxListpackValueBytes);

    /// <summary>Stores a set from which members have been removed; the key goes with the last one.</summary>
    public static void StoreRest(scoped ref KeyWriter writer, SortedSet set, KeyEvent keyEvent, long removed)
    {
        writer.SetPayload(set.Payload, set.Encoding);
        writer.CommitRemoval(keyEvent, removed, isEmpty: set.Count == 0);
    }

    /// <summary>Stores a result in place of whatever the key holds and replies with its size; an empty one removes the key.</summary>
    public static void StoreResult(ref CommandContext c, int keyArgument, SortedSet result, KeyEvent keyEvent)
    {
        NativeHeap heap = c.Keyspace.Heap;
        long count = result.Count;
        KeyWriter writer = c.OpenForWrite(keyArgument);
        if (count > 0)
        {
            writer.SetObject(ValueKind.SortedSet, result.Encoding, result.Payload, ExpiryChange.None);
            writer.Commit(keyEvent);
        }
        else
        {
            result.Free(heap);
            writer.CommitEmptyResult();
        }

        c.Reply.Integer(count);
    }
}
