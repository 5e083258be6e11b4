using Spinel.DataStructures;
using Spinel.Engine.Dispatch;
using Spinel.Protocol;

namespace Spinel.Engine.Commands.Strings;

/// <summary>Commands that compare the value of a key, and delete the key when it is the one expected.</summary>
internal static class ConditionalDeleteCommands
{
    [Command("DELEX", "key [IFEQ ifeq-value | IFNE ifne-value | IFDEQ ifdeq-digest | IFDNE ifdne-digest]",
        Arity = -2, Flags = CommandFlags.Write | CommandFlags.Fast, Keys = "1 RW delete variable_flags", KeyExtractor = nameof(DelExKeys),
        Group = CommandGroup.String, Since = "8.4.0", Complexity = "O(1); with IFDEQ and IFDNE O(N) with N the length of the string",
        Summary = "Deletes a key if its string, or the digest of its string, is or is not the one given.")]
    internal static void DelEx(ref CommandContext c)
    {
        if (c.Count is not (2 or 4))
        {
            c.Error(Errors.WrongArity(c.Command.Name));
            return;
        }

        KeyWriter writer = c.OpenForWrite(1);
        if (writer.Exists && c.Count == 4)
        {
            if (writer.HoldsOtherThanString)
            {
                c.Error(Errors.ConditionNeedsString);
                return;
            }

            ValueCondition condition = ValueConditions.Parse(in c, 2);
            if (condition == ValueCondition.None)
            {
                c.Error(Errors.InvalidValueCondition);
                return;
            }

            if (!ValueConditions.TryEvaluate(ref c, writer.Block, condition, 3, out bool holds))
            {
                return;
            }

            if (!holds)
            {
                c.Reply.Integer(0);
                return;
            }
        }

        DeleteAndReply(ref c, ref writer);
    }

    [Command("DELIFEQ", "key value", Arity = 3, Flags = CommandFlags.Write | CommandFlags.Fast, Keys = "1 RM access delete",
        Group = CommandGroup.String, Since = "9.0.0", Complexity = "O(1)",
        Summary = "Deletes a key if its string is the one given.")]
    internal static void DelIfEq(ref CommandContext c)
    {
        if (!c.TryOpenString(1, out KeyWriter writer))
        {
            return;
        }

        bool holds = false;
        if (writer.Exists && ValueConditions.TryEvaluate(ref c, writer.Block, ValueCondition.Equal, 2, out holds) && holds)
        {
            DeleteAndReply(ref c, ref writer);
            return;
        }

        c.Reply.Integer(0);
    }

    [Command("DIGEST", "key", Arity = 2, Flags = CommandFlags.ReadOnly | CommandFlags.Fast, Keys = "1 RO access",
        Group = CommandGroup.String, Since = "8.4.0", Complexity = "O(N) with N the length of the string",
        Summary = "Returns the XXH3 digest of the string stored under a key, in hexadecimal.")]
    internal static void Digest(ref CommandContext c)
    {
        if (!c.TryFindString(1, out KeyBlock block))
        {
            return;
        }

        if (block.IsNull)
        {
            c.Reply.NullBulk();
            return;
        }

        Span<byte> scratch = stackalloc byte[KeyBlock.IntegerScratchBytes];
        Span<byte> digest = stackalloc byte[ValueDigest.Length];
        ValueDigest.Write(block.GetString(scratch), digest);
        c.Reply.BulkString(digest);
    }

    /// <summary>DELEX: without a condition it removes the key unseen.</summary>
    internal static bool DelExKeys(CommandArguments arguments, ref KeyList keys)
    {
        keys.Add(1, arguments.Count > 2
            ? KeySpecFlags.ReadWrite | KeySpecFlags.Access | KeySpecFlags.Delete
            : KeySpecFlags.Remove | KeySpecFlags.Delete);
        return true;
    }

    private static void DeleteAndReply(ref CommandContext c, ref KeyWriter writer)
    {
        if (!writer.Exists)
        {
            c.Reply.Integer(0);
            return;
        }

        writer.Remove(lazily: c.Keyspace.LazyFreeing.OnUserDelete);
        writer.Commit(KeyEvent.Del);
        c.BeginEffect("DEL"u8).Add(c[1]);
        c.Reply.Integer(1);
    }
}
