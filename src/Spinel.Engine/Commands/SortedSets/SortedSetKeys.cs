using Spinel.DataStructures;
using Spinel.Engine.Effects;
using Spinel.Memory;
using Spinel.Protocol;

namespace Spinel.Engine.Commands.SortedSets;

/// <summary>What the commands of sorted sets do with the keys that hold them.</summary>
internal static class SortedSetKeys
{
    private const int MembersPerEffect = 1024;

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
    /// <param name="c">The call.</param>
    /// <param name="keyArgument">The argument that is the key.</param>
    /// <param name="result">The result.</param>
    /// <param name="keyEvent">What has happened.</param>
    /// <param name="tellsMembers">Whether the effect is the members: servers of Redis 7.0 do not know how they were found.</param>
    public static void StoreResult(ref CommandContext c, int keyArgument, SortedSet result, KeyEvent keyEvent, bool tellsMembers = false)
    {
        NativeHeap heap = c.Keyspace.Heap;
        long count = result.Count;
        KeyWriter writer = c.OpenForWrite(keyArgument);
        if (tellsMembers && c.Keyspace.Effects.IsActive)
        {
            Record(ref c, keyArgument, writer.Exists, result);
        }

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

    private static void Record(ref CommandContext c, int keyArgument, bool replaces, SortedSet result)
    {
        if (replaces)
        {
            c.BeginEffect("DEL"u8).Add(c[keyArgument]);
        }

        EffectStream effects = c.Keyspace.Effects;
        Span<byte> name = stackalloc byte[SortedSet.ScratchBytes];
        Span<byte> score = stackalloc byte[64];
        SortedSetCursor cursor = result.Count > 0 ? result.At(0) : default;
        for (long i = 0; i < result.Count; i++)
        {
            if (i % MembersPerEffect == 0)
            {
                c.BeginEffect("ZADD"u8).Add(c[keyArgument]);
            }

            effects.Add(score[..DoubleText.Format(cursor.Score, score)]);
            effects.Add(cursor.GetName(name));
            cursor.MoveNext();
        }
    }
}
