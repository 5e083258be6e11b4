using Spinel.DataStructures;
using Spinel.Engine.Dispatch;
using Spinel.Engine.Effects;
using Spinel.Protocol;

namespace Spinel.Engine.Commands.Strings;

/// <summary>Commands that return whole string values.</summary>
internal static class GetCommands
{
    [Command("GET", "key", Arity = 2, Flags = CommandFlags.ReadOnly | CommandFlags.Fast, Keys = "1 RO access",
        Group = CommandGroup.String, Since = "1.0.0", Complexity = "O(1)",
        Summary = "Returns the string stored under a key.")]
    internal static void Get(ref CommandContext c)
    {
        if (c.TryFindString(1, out KeyBlock block))
        {
            ReplyString(ref c, block);
        }
    }

    [Command("MGET", "key [key ...]", Arity = -2, Flags = CommandFlags.ReadOnly | CommandFlags.Fast, Keys = "1..-1 RO access",
        Group = CommandGroup.String, Since = "1.0.0", Complexity = "O(N) with N the number of keys", Tips = "request_policy:multi_shard",
        Summary = "Returns the strings stored under several keys.")]
    internal static void MGet(ref CommandContext c)
    {
        c.Reply.ArrayHeader(c.Count - 1);
        for (int i = 1; i < c.Count; i++)
        {
            KeyBlock block = c.Find(i);
            ReplyString(ref c, !block.IsNull && block.Kind == ValueKind.String ? block : default);
        }
    }

    [Command("GETDEL", "key", Arity = 2, Flags = CommandFlags.Write | CommandFlags.Fast, Keys = "1 RW access delete",
        Group = CommandGroup.String, Since = "6.2.0", Complexity = "O(1)",
        Summary = "Returns the string stored under a key and deletes the key.")]
    internal static void GetDel(ref CommandContext c)
    {
        bool isString = c.TryOpenString(1, out KeyWriter writer);
        writer.CountAsRead();
        if (!isString)
        {
            return;
        }

        ReplyString(ref c, writer.Block);
        if (writer.Exists)
        {
            writer.Remove(lazily: c.Keyspace.LazyFreeing.OnUserDelete);
            writer.Commit(KeyEvent.Del);
            c.BeginEffect("DEL"u8).Add(c[1]);
        }
    }

    [Command("GETEX", "key [EX seconds:integer | PX milliseconds:integer | EXAT unix-time-seconds:unix-time | PXAT unix-time-milliseconds:unix-time | PERSIST]",
        Arity = -2, Flags = CommandFlags.Write | CommandFlags.Fast, Keys = "1 RW access update -- RW and UPDATE because it changes the TTL",
        Group = CommandGroup.String, Since = "6.2.0", Complexity = "O(1)",
        Summary = "Returns the string stored under a key and sets or removes the key's expiry.")]
    internal static void GetEx(ref CommandContext c)
    {
        var expiry = default(ExpiryOption);
        for (int i = 2; i < c.Count; i++)
        {
            if (!(c.Is(i, "PERSIST"u8) ? expiry.TryTake(ExpiryWord.Persist) : expiry.TryTakeTime(in c, ref i)))
            {
                c.Error(Errors.Syntax);
                return;
            }
        }

        bool isString = c.TryOpenString(1, out KeyWriter writer);
        writer.CountAsRead();
        if (!isString)
        {
            return;
        }

        if (!writer.Exists)
        {
            c.Reply.NullBulk();
            return;
        }

        long atMs = -1;
        if (expiry.HasTime && !expiry.TryGetTime(ref c, out atMs))
        {
            return;
        }

        ReplyString(ref c, writer.Block);
        if (expiry.HasTime && atMs <= c.Engine.Clock.ExpiryNowMs)
        {
            writer.Remove(lazily: c.Keyspace.LazyFreeing.OnUserDelete);
            writer.Commit(KeyEvent.Del);
            c.BeginEffect("DEL"u8).Add(c[1]);
        }
        else if (expiry.HasTime)
        {
            writer.SetExpiry(atMs);
            writer.Commit(KeyEvent.Expire);
            EffectStream effect = c.BeginEffect("PEXPIREAT"u8);
            effect.Add(c[1]);
            effect.Add(atMs);
        }
        else if (expiry.Word == ExpiryWord.Persist && writer.Block.HasExpiry)
        {
            writer.ClearExpiry();
            writer.Commit(KeyEvent.Persist);
            c.BeginEffect("PERSIST"u8).Add(c[1]);
        }
    }

    /// <summary>Replies with a string value, or null when there is none.</summary>
    internal static void ReplyString(ref CommandContext c, KeyBlock block)
    {
        if (block.IsNull)
        {
            c.Reply.NullBulk();
        }
        else if (block.IsInteger)
        {
            c.Reply.BulkString(block.Integer);
        }
        else
        {
            c.Reply.BulkString(block.StringBytes);
        }
    }
}
