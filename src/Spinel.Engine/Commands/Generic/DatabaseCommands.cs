using Spinel.Engine.Dispatch;
using Spinel.Protocol;

namespace Spinel.Engine.Commands.Generic;

/// <summary>Commands on databases as a whole.</summary>
internal static class DatabaseCommands
{
    [Command("SELECT", "index", Arity = 2, Flags = CommandFlags.Loading | CommandFlags.Stale | CommandFlags.Fast,
        Group = CommandGroup.Connection, Since = "1.0.0", Complexity = "O(1)",
        Summary = "Chooses the database that the connection works on.")]
    internal static void Select(ref CommandContext c)
    {
        if (c.TryDatabase(1, out int index))
        {
            c.Session.DatabaseIndex = index;
            c.Reply.Raw(Replies.Ok);
        }
    }

    [Command("DBSIZE", "", Arity = 1, Flags = CommandFlags.ReadOnly | CommandFlags.Fast, AclCategories = "keyspace",
        Group = CommandGroup.Server, Since = "1.0.0", Complexity = "O(1)", Tips = "request_policy:all_shards response_policy:agg_sum",
        Summary = "Counts the keys of the database.")]
    internal static void DbSize(ref CommandContext c) => c.Reply.Integer(c.Database.Count);

    [Command("SWAPDB", "index1 index2", Arity = 3, Flags = CommandFlags.Write | CommandFlags.Fast, AclCategories = "keyspace dangerous",
        Group = CommandGroup.Server, Since = "4.0.0", Complexity = "O(N) with N the clients that watch or wait for keys of either database",
        Summary = "Lets two databases trade places.")]
    internal static void SwapDb(ref CommandContext c)
    {
        if (!c.TryInt32(1, out int first, Errors.InvalidFirstDatabase) || !c.TryInt32(2, out int second, Errors.InvalidSecondDatabase))
        {
            return;
        }

        uint count = (uint)c.Keyspace.DatabaseCount;
        if ((uint)first >= count || (uint)second >= count)
        {
            c.Error(Errors.DatabaseOutOfRange);
            return;
        }

        if (first != second)
        {
            c.Keyspace.Swap(first, second);
        }
        else
        {
            c.Keyspace.Dirty++;
        }

        c.RecordAlways();
        c.Reply.Raw(Replies.Ok);
    }

    [Command("FLUSHDB", "[ASYNC | SYNC]", Arity = -1, Flags = CommandFlags.Write, AclCategories = "keyspace dangerous",
        Group = CommandGroup.Server, Since = "1.0.0", Complexity = "O(N) with N the number of keys; with ASYNC the work is another thread's",
        Tips = "request_policy:all_shards response_policy:all_succeeded",
        Summary = "Deletes all keys of the database.",
        History = "4.0.0 Option ASYNC.; 6.2.0 Option SYNC.")]
    internal static void FlushDb(ref CommandContext c)
    {
        if (TryLaziness(ref c, out bool lazily))
        {
            c.Keyspace.Flush(c.Database, lazily);
            c.RecordAlways();
            c.Reply.Raw(Replies.Ok);
        }
    }

    [Command("FLUSHALL", "[ASYNC | SYNC]", Arity = -1, Flags = CommandFlags.Write, AclCategories = "keyspace dangerous",
        Group = CommandGroup.Server, Since = "1.0.0", Complexity = "O(N) with N the number of keys; with ASYNC the work is another thread's",
        Tips = "request_policy:all_shards response_policy:all_succeeded",
        Summary = "Deletes all keys of all databases.",
        History = "4.0.0 Option ASYNC.; 6.2.0 Option SYNC.")]
    internal static void FlushAll(ref CommandContext c)
    {
        if (!TryLaziness(ref c, out bool lazily))
        {
            return;
        }

        c.Keyspace.FlushAll(lazily);
        c.Engine.Extensions.OnFlushAll();
        c.RecordAlways();
        c.Reply.Raw(Replies.Ok);
    }

    private static bool TryLaziness(ref CommandContext c, out bool lazily)
    {
        lazily = c.Keyspace.LazyFreeing.OnUserFlush;
        if (c.Count == 1)
        {
            return true;
        }

        lazily = c.Is(1, "ASYNC"u8);
        if (c.Count == 2 && (lazily || c.Is(1, "SYNC"u8)))
        {
            return true;
        }

        c.Error(Errors.Syntax);
        return false;
    }
}
