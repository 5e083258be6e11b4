using Spinel.DataStructures;
using Spinel.Engine.Dispatch;

namespace Spinel.Engine.Commands.Hashes;

/// <summary>Commands that read fields.</summary>
internal static class HashGetCommands
{
    [Flags]
    private enum Parts : byte
    {
        Fields = 1,
        Values = 2,
    }

    [Command("HGET", "key field", Arity = 3, Flags = CommandFlags.ReadOnly | CommandFlags.Fast, Keys = "1 RO access",
        Group = CommandGroup.Hash, Since = "2.0.0", Complexity = "O(1)",
        Summary = "Returns the value of a field of a hash.")]
    internal static void HGet(ref CommandContext c)
    {
        if (HashAccess.TryFind(ref c, 1, out HashValue hash))
        {
            ReplyField(ref c, in hash, 2);
        }
    }

    [Command("HMGET", "key field [field ...]", Arity = -3, Flags = CommandFlags.ReadOnly | CommandFlags.Fast, Keys = "1 RO access",
        Group = CommandGroup.Hash, Since = "2.0.0", Complexity = "O(N) with N the number of fields asked for",
        Summary = "Returns the values of several fields of a hash.")]
    internal static void HMGet(ref CommandContext c)
    {
        if (!HashAccess.TryFind(ref c, 1, out HashValue hash))
        {
            return;
        }

        c.Reply.ArrayHeader(c.Count - 2);
        for (int i = 2; i < c.Count; i++)
        {
            ReplyField(ref c, in hash, i);
        }
    }

    [Command("HGETALL", "key", Arity = 2, Flags = CommandFlags.ReadOnly, Keys = "1 RO access",
        Group = CommandGroup.Hash, Since = "2.0.0", Complexity = "O(N) with N the number of fields", Tips = "nondeterministic_output_order",
        Summary = "Returns all fields of a hash with their values.")]
    internal static void HGetAll(ref CommandContext c) => ReplyAll(ref c, Parts.Fields | Parts.Values);

    [Command("HKEYS", "key", Arity = 2, Flags = CommandFlags.ReadOnly, Keys = "1 RO access",
        Group = CommandGroup.Hash, Since = "2.0.0", Complexity = "O(N) with N the number of fields", Tips = "nondeterministic_output_order",
        Summary = "Returns the names of all fields of a hash.")]
    internal static void HKeys(ref CommandContext c) => ReplyAll(ref c, Parts.Fields);

    [Command("HVALS", "key", Arity = 2, Flags = CommandFlags.ReadOnly, Keys = "1 RO access",
        Group = CommandGroup.Hash, Since = "2.0.0", Complexity = "O(N) with N the number of fields", Tips = "nondeterministic_output_order",
        Summary = "Returns the values of all fields of a hash.")]
    internal static void HVals(ref CommandContext c) => ReplyAll(ref c, Parts.Values);

    [Command("HLEN", "key", Arity = 2, Flags = CommandFlags.ReadOnly | CommandFlags.Fast, Keys = "1 RO",
        Group = CommandGroup.Hash, Since = "2.0.0", Complexity = "O(1)",
        Summary = "Returns the number of fields of a hash.")]
    internal static void HLen(ref CommandContext c)
    {
        if (HashAccess.TryFind(ref c, 1, out HashValue hash))
        {
            c.Reply.Integer(hash.IsNull ? 0 : hash.Count);
        }
    }

    [Command("HEXISTS", "key field", Arity = 3, Flags = CommandFlags.ReadOnly | CommandFlags.Fast, Keys = "1 RO",
        Group = CommandGroup.Hash, Since = "2.0.0", Complexity = "O(1)",
        Summary = "Tells whether a hash has a field.")]
    internal static void HExists(ref CommandContext c)
    {
        if (HashAccess.TryFind(ref c, 1, out HashValue hash))
        {
            c.Reply.Integer(!hash.IsNull && hash.Contains(c[2]) ? 1 : 0);
        }
    }

    [Command("HSTRLEN", "key field", Arity = 3, Flags = CommandFlags.ReadOnly | CommandFlags.Fast, Keys = "1 RO",
        Group = CommandGroup.Hash, Since = "3.2.0", Complexity = "O(1)",
        Summary = "Returns the length of the value of a field in bytes.")]
    internal static void HStrLen(ref CommandContext c)
    {
        if (HashAccess.TryFind(ref c, 1, out HashValue hash))
        {
            c.Reply.Integer(!hash.IsNull && hash.TryGet(c[2], out ListpackValue value) ? value.Length : 0);
        }
    }

    /// <summary>Replies with the value of the field at an argument, or null.</summary>
    internal static void ReplyField(ref CommandContext c, in HashValue hash, int index)
    {
        if (!hash.IsNull && hash.TryGet(c[index], out ListpackValue value))
        {
            HashAccess.Reply(ref c, value);
        }
        else
        {
            c.Reply.NullBulk();
        }
    }

    private static void ReplyAll(ref CommandContext c, Parts parts)
    {
        if (!HashAccess.TryFind(ref c, 1, out HashValue hash))
        {
            return;
        }

        long count = hash.IsNull ? 0 : hash.VisibleCount;
        if (parts == (Parts.Fields | Parts.Values))
        {
            c.Reply.MapHeader(count);
        }
        else
        {
            c.Reply.ArrayHeader(count);
        }

        if (count == 0)
        {
            return;
        }

        if (hash.TryGetListpack(out Listpack pack))
        {
            ListpackReader reader = pack.Read();
            for (Parts part = Parts.Fields; reader.MoveNext(); part ^= Parts.Fields | Parts.Values)
            {
                if ((parts & part) != 0)
                {
                    c.Reply.WriteValue(in reader);
                }
            }

            return;
        }

        HashFields fields = hash.Fields;
        while (fields.MoveNext())
        {
            if ((parts & Parts.Fields) != 0)
            {
                HashAccess.Reply(ref c, fields.Field);
            }

            if ((parts & Parts.Values) != 0)
            {
                HashAccess.Reply(ref c, fields.Value);
            }
        }
    }
}
