using Spinel.Engine.Dispatch;

namespace Spinel.Engine.Commands.Strings;

/// <summary>MSETEX: several strings at once, under one condition and with one expiry.</summary>
internal static class MSetExCommand
{
    private enum Condition : byte
    {
        None,
        IfMissing,
        IfExists,
    }

    [Command("MSETEX", "numkeys:integer key value [key value ...] [NX | XX] [EX seconds:integer | PX milliseconds:integer | EXAT unix-time-seconds:unix-time | PXAT unix-time-milliseconds:unix-time | KEEPTTL]",
        Arity = -4, Flags = CommandFlags.Write | CommandFlags.DenyOom, Keys = "1#0,1,2 OW update",
        Group = CommandGroup.String, Since = "8.4.0", Complexity = "O(N) with N the number of keys", Tips = "request_policy:multi_shard response_policy:all_succeeded",
        Summary = "Stores several strings at once, all or none, under a condition and with an expiry if asked.")]
    internal static void MSetEx(ref CommandContext c)
    {
        if (!c.TryInt32(1, out int pairs, Errors.InvalidNumKeys))
        {
            return;
        }

        if (pairs <= 0)
        {
            c.Error(Errors.InvalidNumKeys);
            return;
        }

        if (pairs > (c.Count - 2) / 2)
        {
            c.Error(Errors.WrongPairCount);
            return;
        }

        int end = 2 + (pairs * 2);
        var expiry = default(ExpiryOption);
        var condition = Condition.None;
        for (int i = end; i < c.Count; i++)
        {
            if (condition is Condition.None or Condition.IfMissing && c.Is(i, "NX"u8))
            {
                condition = Condition.IfMissing;
            }
            else if (condition is Condition.None or Condition.IfExists && c.Is(i, "XX"u8))
            {
                condition = Condition.IfExists;
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

        if (condition != Condition.None && !Holds(in c, condition, end))
        {
            c.Reply.Integer(0);
            return;
        }

        // One SET each tells the outcome to every replica, also to one that does not know this command.
        bool keep = expiry.Word == ExpiryWord.Keep;
        ExpiryChange change = keep ? ExpiryChange.Kept : expiry.HasTime ? ExpiryChange.At(atMs) : ExpiryChange.None;
        for (int i = 2; i < end; i += 2)
        {
            KeyWriter writer = c.OpenForWrite(i);
            writer.SetString(c[i + 1], change);
            writer.Commit(KeyEvent.Set);
            if (expiry.HasTime)
            {
                writer.AlsoNotify(KeyEvent.Expire);
            }

            SetCommands.RecordSet(ref c, c[i], c[i + 1], keep, atMs);
        }

        c.Reply.Integer(1);
    }

    private static bool Holds(ref readonly CommandContext c, Condition condition, int end)
    {
        for (int i = 2; i < end; i += 2)
        {
            if (c.OpenForWrite(i).Exists == (condition == Condition.IfMissing))
            {
                return false;
            }
        }

        return true;
    }
}
