using Spinel.DataStructures;
using Spinel.Engine.Dispatch;

namespace Spinel.Engine.Commands.Generic;

/// <summary>Commands that only ask whether keys exist and of which type they are.</summary>
internal static class LookupCommands
{
    [Command("EXISTS", "key [key ...]", Arity = -2, Flags = CommandFlags.ReadOnly | CommandFlags.Fast, Keys = "1..-1 RO",
        Group = CommandGroup.Generic, Since = "1.0.0", Complexity = "O(N) with N the number of keys",
        Tips = "request_policy:multi_shard response_policy:agg_sum",
        Summary = "Counts how many of the keys exist; a key named twice counts twice.",
        History = "3.0.3 Several keys in one call.")]
    internal static void Exists(ref CommandContext c)
    {
        long count = 0;
        for (int i = 1; i < c.Count; i++)
        {
            count += c.Find(i, LookupFlags.NoTouch).IsNull ? 0 : 1;
        }

        c.Reply.Integer(count);
    }

    [Command("TOUCH", "key [key ...]", Arity = -2, Flags = CommandFlags.ReadOnly | CommandFlags.Fast, Keys = "1..-1 RO",
        Group = CommandGroup.Generic, Since = "3.2.1", Complexity = "O(N) with N the number of keys",
        Tips = "request_policy:multi_shard response_policy:agg_sum",
        Summary = "Marks keys as accessed now and counts those that exist.")]
    internal static void Touch(ref CommandContext c)
    {
        long count = 0;
        for (int i = 1; i < c.Count; i++)
        {
            // Not c.Find: this command is how a client with CLIENT NO-TOUCH marks a key after all.
            count += c.Keyspace.Find(c.Database, c[i], c.HashOf(i)).IsNull ? 0 : 1;
        }

        c.Reply.Integer(count);
    }

    [Command("TYPE", "key", Arity = 2, Flags = CommandFlags.ReadOnly | CommandFlags.Fast, Keys = "1 RO",
        Group = CommandGroup.Generic, Since = "1.0.0", Complexity = "O(1)",
        Summary = "Tells the type of the value under a key.")]
    internal static void Type(ref CommandContext c)
    {
        KeyBlock block = c.Find(1, LookupFlags.NoTouch);
        c.Reply.SimpleString(block.IsNull ? "none"u8 : ValueNames.Of(block.Kind));
    }
}
