using Spinel.DataStructures;
using Spinel.Engine.Dispatch;
using Spinel.Engine.Effects;
using Spinel.Protocol;

namespace Spinel.Engine.Commands.Strings;

/// <summary>Commands that store whole string values.</summary>
internal static class SetCommands
{
    private enum Condition : byte
    {
        None,
        IfMissing,
        IfExists,
        IfValue,
    }

    [Command("SET", "key value [NX | XX | IFEQ ifeq-value | IFNE ifne-value | IFDEQ ifdeq-digest | IFDNE ifdne-digest] [GET] [EX seconds:integer | PX milliseconds:integer | EXAT unix-time-seconds:unix-time | PXAT unix-time-milliseconds:unix-time | KEEPTTL]",
        Arity = -3, Flags = CommandFlags.Write | CommandFlags.DenyOom, Keys = "1 RW access update variable_flags", KeyExtractor = nameof(KeyExtractors.Set),
        Group = CommandGroup.String, Since = "1.0.0", Complexity = "O(1)",
        Summary = "Stores a string under a key, whatever the key held before, under a condition and with an expiry if asked.",
        History = "2.6.12 Options EX, PX, NX and XX.; 6.0.0 Option KEEPTTL.; 6.2.0 Options GET, EXAT and PXAT.; 7.0.0 NX and GET together.; 8.4.0 Options IFEQ, IFNE, IFDEQ and IFDNE.")]
    internal static void Set(ref CommandContext c)
    {
        // The common call has no options.
        if (c.Count == 3)
        {
            KeyWriter plain = c.OpenForWrite(1);
            plain.SetString(c[2], ExpiryChange.None);
            plain.Commit(KeyEvent.Set);
            c.Reply.Raw(Replies.Ok);
            return;
        }

        var expiry = default(ExpiryOption);
        var condition = Condition.None;
        var valueCondition = ValueCondition.None;
        int operandIndex = 0;
        bool get = false;
        for (int i = 3; i < c.Count; i++)
        {
            if (condition is Condition.None or Condition.IfMissing && c.Is(i, "NX"u8))
            {
                condition = Condition.IfMissing;
            }
            else if (condition is Condition.None or Condition.IfExists && c.Is(i, "XX"u8))
            {
                condition = Condition.IfExists;
            }
            else if (condition == Condition.None && i + 1 < c.Count && ValueConditions.Parse(in c, i) is var parsed and not ValueCondition.None)
            {
                condition = Condition.IfValue;
                valueCondition = parsed;
                operandIndex = ++i;
            }
            else if (c.Is(i, "GET"u8))
            {
                get = true;
            }
            else if (!(c.Is(i, "KEEPTTL"u8) ? expiry.TryTake(ExpiryWord.Keep) : expiry.TryTakeTime(in c, ref i)))
            {
                c.Error(Errors.Syntax);
                return;
            }
        }

        long atMs = -1;
        if (expiry.HasTime && !expiry.TryGetTime(ref c, out atMs))
        {
            return;
        }

        KeyWriter writer = c.OpenForWrite(1);
        if ((get || condition == Condition.IfValue) && writer.HoldsOtherThanString)
        {
            c.Error(Errors.WrongType);
            return;
        }

        bool holds = condition switch
        {
            Condition.IfMissing => !writer.Exists,
            Condition.IfExists => writer.Exists,

            // A missing key has no value, which therefore differs from every other.
            Condition.IfValue => valueCondition is ValueCondition.NotEqual or ValueCondition.DigestNotEqual,
            _ => true,
        };
        if (condition == Condition.IfValue && writer.Exists && !ValueConditions.TryEvaluate(ref c, writer.Block, valueCondition, operandIndex, out holds))
        {
            return;
        }

        if (get)
        {
            GetCommands.ReplyString(ref c, writer.Block);
        }

        if (!holds)
        {
            if (!get)
            {
                c.Reply.NullBulk();
            }

            return;
        }

        writer.SetString(c[2], expiry.Word == ExpiryWord.Keep ? ExpiryChange.Kept : expiry.HasTime ? ExpiryChange.At(atMs) : ExpiryChange.None);
        writer.Commit(KeyEvent.Set);
        if (expiry.HasTime)
        {
            writer.AlsoNotify(KeyEvent.Expire);
        }

        RecordSet(ref c, c[2], expiry.Word == ExpiryWord.Keep, atMs);
        if (!get)
        {
            c.Reply.Raw(Replies.Ok);
        }
    }

    [Command("SETNX", "key value", Arity = 3, Flags = CommandFlags.Write | CommandFlags.DenyOom | CommandFlags.Fast, Keys = "1 OW insert",
        Group = CommandGroup.String, Since = "1.0.0", Complexity = "O(1)", Deprecated = "2.6.12 `SET` with the `NX` argument",
        Summary = "Stores a string only if the key does not exist.")]
    internal static void SetNx(ref CommandContext c)
    {
        KeyWriter writer = c.OpenForWrite(1);
        if (writer.Exists)
        {
            c.Reply.Integer(0);
            return;
        }

        writer.SetString(c[2], ExpiryChange.None);
        writer.Commit(KeyEvent.Set);
        c.Reply.Integer(1);
    }

    [Command("SETEX", "key seconds:integer value", Arity = 4, Flags = CommandFlags.Write | CommandFlags.DenyOom, Keys = "1 OW update",
        Group = CommandGroup.String, Since = "2.0.0", Complexity = "O(1)", Deprecated = "2.6.12 `SET` with the `EX` argument",
        Summary = "Stores a string with an expiry in seconds.")]
    internal static void SetEx(ref CommandContext c) => SetWithExpiry(ref c, seconds: true);

    [Command("PSETEX", "key milliseconds:integer value", Arity = 4, Flags = CommandFlags.Write | CommandFlags.DenyOom, Keys = "1 OW update",
        Group = CommandGroup.String, Since = "2.6.0", Complexity = "O(1)", Deprecated = "2.6.12 `SET` with the `PX` argument",
        Summary = "Stores a string with an expiry in milliseconds.")]
    internal static void PSetEx(ref CommandContext c) => SetWithExpiry(ref c, seconds: false);

    [Command("GETSET", "key value", Arity = 3, Flags = CommandFlags.Write | CommandFlags.DenyOom | CommandFlags.Fast, Keys = "1 RW access update",
        Group = CommandGroup.String, Since = "1.0.0", Complexity = "O(1)", Deprecated = "6.2.0 `SET` with the `!GET` argument",
        Summary = "Stores a string and returns the one that it replaces.")]
    internal static void GetSet(ref CommandContext c)
    {
        if (!c.TryOpenString(1, out KeyWriter writer))
        {
            return;
        }

        GetCommands.ReplyString(ref c, writer.Block);
        writer.SetString(c[2], ExpiryChange.None);
        writer.Commit(KeyEvent.Set);
        RecordSet(ref c, c[2], keepExpiry: false, atMs: -1);
    }

    [Command("MSET", "key value [key value ...]", Arity = -3, Flags = CommandFlags.Write | CommandFlags.DenyOom, Keys = "1..-1/2 OW update",
        Group = CommandGroup.String, Since = "1.0.1", Complexity = "O(N) with N the number of keys", Tips = "request_policy:multi_shard response_policy:all_succeeded",
        Summary = "Stores several strings at once.")]
    internal static void MSet(ref CommandContext c)
    {
        if (c.Count % 2 == 0)
        {
            c.Error(Errors.WrongArity(c.Command.Name));
            return;
        }

        SetPairs(ref c);
        c.Reply.Raw(Replies.Ok);
    }

    [Command("MSETNX", "key value [key value ...]", Arity = -3, Flags = CommandFlags.Write | CommandFlags.DenyOom, Keys = "1..-1/2 OW insert",
        Group = CommandGroup.String, Since = "1.0.1", Complexity = "O(N) with N the number of keys", Tips = "request_policy:multi_shard response_policy:agg_min",
        Summary = "Stores several strings only if none of the keys exists.")]
    internal static void MSetNx(ref CommandContext c)
    {
        if (c.Count % 2 == 0)
        {
            c.Error(Errors.WrongArity(c.Command.Name));
            return;
        }

        for (int i = 1; i < c.Count; i += 2)
        {
            if (c.OpenForWrite(i).Exists)
            {
                c.Reply.Integer(0);
                return;
            }
        }

        SetPairs(ref c);
        c.Reply.Integer(1);
    }

    /// <summary>Records a SET as its outcome: without conditions, and with the time at which the key goes.</summary>
    private static void RecordSet(ref CommandContext c, ReadOnlySpan<byte> value, bool keepExpiry, long atMs) =>
        RecordSet(ref c, c[1], value, keepExpiry, atMs);

    /// <summary>As above, for any key.</summary>
    internal static void RecordSet(ref CommandContext c, ReadOnlySpan<byte> key, ReadOnlySpan<byte> value, bool keepExpiry, long atMs)
    {
        EffectStream effect = c.BeginEffect("SET"u8);
        effect.Add(key);
        effect.Add(value);
        if (atMs >= 0)
        {
            effect.Add("PXAT"u8);
            effect.Add(atMs);
        }
        else if (keepExpiry)
        {
            effect.Add("KEEPTTL"u8);
        }
    }

    private static void SetWithExpiry(ref CommandContext c, bool seconds)
    {
        if (!c.TryInteger(2, out long value) || !ExpiryOption.TryGetTime(ref c, value, seconds, relative: true, out long atMs))
        {
            return;
        }

        KeyWriter writer = c.OpenForWrite(1);
        writer.SetString(c[3], ExpiryChange.At(atMs));
        writer.Commit(KeyEvent.Set);
        writer.AlsoNotify(KeyEvent.Expire);
        RecordSet(ref c, c[3], keepExpiry: false, atMs);
        c.Reply.Raw(Replies.Ok);
    }

    private static void SetPairs(ref CommandContext c)
    {
        for (int i = 1; i < c.Count; i += 2)
        {
            KeyWriter writer = c.OpenForWrite(i);
            writer.SetString(c[i + 1], ExpiryChange.None);
            writer.Commit(KeyEvent.Set);
        }
    }
}
