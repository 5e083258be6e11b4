using Spinel.Engine.Dispatch;

namespace Spinel.Engine.Commands.Generic;

/// <summary>Commands that delete keys by name.</summary>
internal static class DeleteCommands
{
    [Command("DEL", "key [key ...]", Arity = -2, Flags = CommandFlags.Write, Keys = "1..-1 RM delete",
        Group = CommandGroup.Generic, Since = "1.0.0", Tips = "request_policy:multi_shard response_policy:agg_sum",
        Complexity = "O(N) with N the number of keys, plus, for each that is no string, its number of elements",
        Summary = "Deletes keys, whatever they hold.")]
    internal static void Del(ref CommandContext c) => Delete(ref c, lazily: c.Keyspace.LazyFreeing.OnUserDelete);

    [Command("UNLINK", "key [key ...]", Arity = -2, Flags = CommandFlags.Write | CommandFlags.Fast, Keys = "1..-1 RM delete",
        Group = CommandGroup.Generic, Since = "4.0.0", Tips = "request_policy:multi_shard response_policy:agg_sum",
        Complexity = "O(1) for each key; what takes long to free is freed by another thread",
        Summary = "Deletes keys and leaves the freeing of big values to another thread.")]
    internal static void Unlink(ref CommandContext c) => Delete(ref c, lazily: true);

    private static void Delete(ref CommandContext c, bool lazily)
    {
        long deleted = 0;
        for (int i = 1; i < c.Count; i++)
        {
            // What is about to go need not note that it was accessed.
            KeyWriter writer = c.Keyspace.OpenForWrite(c.Database, c[i], c.HashOf(i), LookupFlags.NoTouch);
            if (writer.Exists)
            {
                writer.Remove(lazily);
                writer.Commit(KeyEvent.Del);
                deleted++;
            }
        }

        c.Reply.Integer(deleted);
    }
}
