using Spinel.Engine.Dispatch;
using Spinel.Engine.Effects;

namespace Spinel.Engine.Commands.Generic;

/// <summary>Commands that set or clear the time at which a key goes.</summary>
internal static class ExpireCommands
{
    [Flags]
    private enum Condition : byte
    {
        None = 0,
        IfPersistent = 1,
        IfVolatile = 2,
        IfLater = 4,
        IfSooner = 8,
    }

    [Command("EXPIRE", "key seconds condition=[NX | XX | GT | LT]", Arity = -3, Flags = CommandFlags.Write | CommandFlags.Fast, Keys = "1 RW update",
        Group = CommandGroup.Generic, Since = "1.0.0", Complexity = "O(1)",
        Summary = "Has a key go after a number of seconds.",
        History = "7.0.0 Options NX, XX, GT and LT.")]
    internal static void Expire(ref CommandContext c) => Expire(ref c, seconds: true, fromMs: c.NowMs);

    [Command("PEXPIRE", "key milliseconds condition=[NX | XX | GT | LT]", Arity = -3, Flags = CommandFlags.Write | CommandFlags.Fast, Keys = "1 RW update",
        Group = CommandGroup.Generic, Since = "2.6.0", Complexity = "O(1)",
        Summary = "Has a key go after a number of milliseconds.",
        History = "7.0.0 Options NX, XX, GT and LT.")]
    internal static void PExpire(ref CommandContext c) => Expire(ref c, seconds: false, fromMs: c.NowMs);

    [Command("EXPIREAT", "key unix-time-seconds condition=[NX | XX | GT | LT]", Arity = -3, Flags = CommandFlags.Write | CommandFlags.Fast, Keys = "1 RW update",
        Group = CommandGroup.Generic, Since = "1.2.0", Complexity = "O(1)",
        Summary = "Has a key go at a Unix time in seconds.",
        History = "7.0.0 Options NX, XX, GT and LT.")]
    internal static void ExpireAt(ref CommandContext c) => Expire(ref c, seconds: true, fromMs: 0);

    [Command("PEXPIREAT", "key unix-time-milliseconds condition=[NX | XX | GT | LT]", Arity = -3, Flags = CommandFlags.Write | CommandFlags.Fast, Keys = "1 RW update",
        Group = CommandGroup.Generic, Since = "2.6.0", Complexity = "O(1)",
        Summary = "Has a key go at a Unix time in milliseconds.",
        History = "7.0.0 Options NX, XX, GT and LT.")]
    internal static void PExpireAt(ref CommandContext c) => Expire(ref c, seconds: false, fromMs: 0);

    [Command("PERSIST", "key", Arity = 2, Flags = CommandFlags.Write | CommandFlags.Fast, Keys = "1 RW update",
        Group = CommandGroup.Generic, Since = "2.2.0", Complexity = "O(1)",
        Summary = "Has a key stay until it is deleted.")]
    internal static void Persist(ref CommandContext c)
    {
        KeyWriter writer = c.OpenForWrite(1);
        if (!writer.Exists || !writer.Block.HasExpiry)
        {
            c.Reply.Integer(0);
            return;
        }

        writer.ClearExpiry();
        writer.Commit(KeyEvent.Persist);
        c.Reply.Integer(1);
    }

    private static void Expire(ref CommandContext c, bool seconds, long fromMs)
    {
        if (!TryCondition(ref c, out Condition condition) || !TryTime(ref c, seconds, fromMs, out long atMs))
        {
            return;
        }

        KeyWriter writer = c.OpenForWrite(1);
        if (!writer.Exists || !Holds(condition, writer.Block.HasExpiry, writer.Block.ExpiryMs, atMs))
        {
            c.Reply.Integer(0);
            return;
        }

        if (atMs <= c.Engine.Clock.ExpiryNowMs)
        {
            bool lazily = c.Keyspace.LazyFreeing.OnExpire;
            writer.Remove(lazily);
            writer.Commit(KeyEvent.Del);
            c.BeginEffect(lazily ? "UNLINK"u8 : "DEL"u8).Add(c[1]);
        }
        else
        {
            writer.SetExpiry(atMs);
            writer.Commit(KeyEvent.Expire);
            EffectStream effect = c.BeginEffect("PEXPIREAT"u8);
            effect.Add(c[1]);
            effect.Add(atMs);
        }

        c.Reply.Integer(1);
    }

    private static bool TryCondition(ref CommandContext c, out Condition condition)
    {
        condition = Condition.None;
        for (int i = 3; i < c.Count; i++)
        {
            Condition option =
                c.Is(i, "NX"u8) ? Condition.IfPersistent
                : c.Is(i, "XX"u8) ? Condition.IfVolatile
                : c.Is(i, "GT"u8) ? Condition.IfLater
                : c.Is(i, "LT"u8) ? Condition.IfSooner
                : Condition.None;
            if (option == Condition.None)
            {
                c.Error(Errors.UnsupportedOption(c[i]));
                return false;
            }

            condition |= option;
        }

        if ((condition & Condition.IfPersistent) != 0 && condition != Condition.IfPersistent)
        {
            c.Error(Errors.ExpiryOptionsNx);
            return false;
        }

        const Condition Both = Condition.IfLater | Condition.IfSooner;
        if ((condition & Both) == Both)
        {
            c.Error(Errors.ExpiryOptionsGtLt);
            return false;
        }

        return true;
    }

    /// <summary>Reads a time that, other than SET's, may be in the past or even before 1970.</summary>
    private static bool TryTime(ref CommandContext c, bool seconds, long fromMs, out long atMs)
    {
        if (!c.TryInteger(2, out atMs))
        {
            return false;
        }

        bool valid = !seconds || atMs is >= long.MinValue / 1000 and <= long.MaxValue / 1000;
        atMs = valid && seconds ? atMs * 1000 : atMs;
        if (!valid || atMs > long.MaxValue - fromMs)
        {
            c.Error(Errors.InvalidExpire(c.Command.Name));
            return false;
        }

        atMs += fromMs;
        return true;
    }

    /// <summary>A key without an expiry counts as one that goes at the end of time.</summary>
    private static bool Holds(Condition condition, bool hasExpiry, long presentMs, long atMs) =>
        ((condition & Condition.IfPersistent) == 0 || !hasExpiry)
        && ((condition & Condition.IfVolatile) == 0 || hasExpiry)
        && ((condition & Condition.IfLater) == 0 || (hasExpiry && atMs > presentMs))
        && ((condition & Condition.IfSooner) == 0 || !hasExpiry || atMs < presentMs);
}
