using Spinel.DataStructures;
using Spinel.Engine.Dispatch;
using Spinel.Protocol;

namespace Spinel.Engine.Commands.Hashes;

/// <summary>Commands that set fields.</summary>
internal static class HashSetCommands
{
    [Command("HSET", "key field value [field value ...]", Arity = -4, Flags = CommandFlags.Write | CommandFlags.DenyOom | CommandFlags.Fast, Keys = "1 RW update",
        Group = CommandGroup.Hash, Since = "2.0.0", Complexity = "O(N) with N the number of fields set",
        Summary = "Sets fields of a hash and returns how many of them are new.",
        History = "4.0.0 Several fields at once.")]
    internal static void HSet(ref CommandContext c)
    {
        if (TrySetPairs(ref c, out long added))
        {
            c.Reply.Integer(added);
        }
    }

    [Command("HMSET", "key field value [field value ...]", Arity = -4, Flags = CommandFlags.Write | CommandFlags.DenyOom | CommandFlags.Fast, Keys = "1 RW update",
        Group = CommandGroup.Hash, Since = "2.0.0", Complexity = "O(N) with N the number of fields set", Deprecated = "4.0.0 `HSET` with multiple field-value pairs",
        Summary = "Sets fields of a hash.")]
    internal static void HMSet(ref CommandContext c)
    {
        if (TrySetPairs(ref c, out _))
        {
            c.Reply.Raw(Replies.Ok);
        }
    }

    [Command("HSETNX", "key field value", Arity = 4, Flags = CommandFlags.Write | CommandFlags.DenyOom | CommandFlags.Fast, Keys = "1 RW insert",
        Group = CommandGroup.Hash, Since = "2.0.0", Complexity = "O(1)",
        Summary = "Sets a field of a hash only if the hash does not have it.")]
    internal static void HSetNx(ref CommandContext c)
    {
        if (!HashAccess.TryOpen(ref c, 1, out KeyWriter writer, out HashValue hash))
        {
            return;
        }

        if (hash.IsNull)
        {
            hash = HashValue.Create(c.Keyspace.Heap);
        }
        else if (hash.Contains(c[2]))
        {
            c.Reply.Integer(0);
            return;
        }

        hash.Set(c[2], c[3], HashAccess.Limits(in c));
        HashAccess.Store(ref writer, in hash);
        writer.Commit(KeyEvent.HSet);
        c.Reply.Integer(1);
    }

    private static bool TrySetPairs(ref CommandContext c, out long added)
    {
        added = 0;
        if (c.Count % 2 != 0)
        {
            c.Error(Errors.WrongArity(c.Command.Name));
            return false;
        }

        if (!HashAccess.TryOpenOrCreate(ref c, 1, out KeyWriter writer, out HashValue hash))
        {
            return false;
        }

        HashLimits limits = HashAccess.Limits(in c);
        for (int i = 2; i < c.Count; i += 2)
        {
            added += hash.Set(c[i], c[i + 1], in limits) ? 1 : 0;
        }

        HashAccess.Store(ref writer, in hash);
        writer.Commit(KeyEvent.HSet, (c.Count - 2) / 2);
        return true;
    }
}
