using Spinel.DataStructures;
using Spinel.Engine.Dispatch;

namespace Spinel.Engine.Commands.Hashes;

/// <summary>Commands that set and clear the time at which fields go.</summary>
internal static class FieldExpireCommands
{
    private const int NoSuchField = -2;
    private const int NoExpiry = -1;
    private const int ConditionFailed = 0;
    private const int Done = 1;
    private const int Deleted = 2;

    private enum Condition : byte
    {
        None,
        IfPersistent,
        IfVolatile,
        IfLater,
        IfSooner,
    }

    [Command("HEXPIRE", "key seconds:integer condition=[NX | XX | GT | LT] FIELDS numfields:integer field [field ...]",
        Arity = -6, Flags = CommandFlags.Write | CommandFlags.DenyOom | CommandFlags.Fast, Keys = "1 RW update",
        Group = CommandGroup.Hash, Since = "7.4.0", Complexity = "O(N log M) with N the number of fields given and M that of fields that expire",
        Summary = "Has fields of a hash go after a number of seconds.")]
    internal static void HExpire(ref CommandContext c) => Expire(ref c, new FieldTime(InSeconds: true, IsRelative: true));

    [Command("HPEXPIRE", "key milliseconds:integer condition=[NX | XX | GT | LT] FIELDS numfields:integer field [field ...]",
        Arity = -6, Flags = CommandFlags.Write | CommandFlags.DenyOom | CommandFlags.Fast, Keys = "1 RW update",
        Group = CommandGroup.Hash, Since = "7.4.0", Complexity = "O(N log M) with N the number of fields given and M that of fields that expire",
        Summary = "Has fields of a hash go after a number of milliseconds.")]
    internal static void HPExpire(ref CommandContext c) => Expire(ref c, new FieldTime(InSeconds: false, IsRelative: true));

    [Command("HEXPIREAT", "key unix-time-seconds:unix-time condition=[NX | XX | GT | LT] FIELDS numfields:integer field [field ...]",
        Arity = -6, Flags = CommandFlags.Write | CommandFlags.DenyOom | CommandFlags.Fast, Keys = "1 RW update",
        Group = CommandGroup.Hash, Since = "7.4.0", Complexity = "O(N log M) with N the number of fields given and M that of fields that expire",
        Summary = "Has fields of a hash go at a Unix time in seconds.")]
    internal static void HExpireAt(ref CommandContext c) => Expire(ref c, new FieldTime(InSeconds: true, IsRelative: false));

    [Command("HPEXPIREAT", "key unix-time-milliseconds:unix-time condition=[NX | XX | GT | LT] FIELDS numfields:integer field [field ...]",
        Arity = -6, Flags = CommandFlags.Write | CommandFlags.DenyOom | CommandFlags.Fast, Keys = "1 RW update",
        Group = CommandGroup.Hash, Since = "7.4.0", Complexity = "O(N log M) with N the number of fields given and M that of fields that expire",
        Summary = "Has fields of a hash go at a Unix time in milliseconds.")]
    internal static void HPExpireAt(ref CommandContext c) => Expire(ref c, new FieldTime(InSeconds: false, IsRelative: false));

    [Command("HPERSIST", "key FIELDS numfields:integer field [field ...]",
        Arity = -5, Flags = CommandFlags.Write | CommandFlags.Fast, Keys = "1 RW update",
        Group = CommandGroup.Hash, Since = "7.4.0", Complexity = "O(N log M) with N the number of fields given and M that of fields that expire",
        Summary = "Has fields of a hash stay until they are deleted.")]
    internal static void HPersist(ref CommandContext c)
    {
        if (!HashAccess.TryOpen(ref c, 1, out KeyWriter writer, out HashValue hash)
            || !FieldArguments.TryRead(ref c, 2, Errors.FieldCountNotPositive, out FieldArguments fields))
        {
            return;
        }

        HashLimits limits = HashAccess.Limits(in c);
        long changes = 0;
        c.Reply.ArrayHeader(fields.Count);
        for (int i = fields.First; i < fields.End; i++)
        {
            if (hash.IsNull || !hash.TryGetExpiry(c[i], out long presentMs))
            {
                c.Reply.Integer(NoSuchField);
            }
            else if (presentMs == KeyBlock.NoExpiry)
            {
                c.Reply.Integer(NoExpiry);
            }
            else
            {
                hash.SetExpiry(c[i], KeyBlock.NoExpiry, in limits);
                changes++;
                c.Reply.Integer(Done);
            }
        }

        if (changes > 0)
        {
            HashAccess.Store(ref writer, in hash);
            writer.Commit(KeyEvent.HPersist, changes);
        }
    }

    private static void Expire(ref CommandContext c, FieldTime time)
    {
        if (!HashAccess.TryOpen(ref c, 1, out KeyWriter writer, out HashValue hash) || !time.TryRead(ref c, 2, out long atMs))
        {
            return;
        }

        Condition condition =
            c.Is(3, "NX"u8) ? Condition.IfPersistent
            : c.Is(3, "XX"u8) ? Condition.IfVolatile
            : c.Is(3, "GT"u8) ? Condition.IfLater
            : c.Is(3, "LT"u8) ? Condition.IfSooner
            : Condition.None;
        if (!FieldArguments.TryRead(ref c, condition == Condition.None ? 3 : 4, Errors.NumFieldsNotPositive, out FieldArguments fields))
        {
            return;
        }

        HashLimits limits = HashAccess.Limits(in c);
        bool isPast = atMs <= c.Engine.Clock.ExpiryNowMs;
        long changes = 0;
        c.Reply.ArrayHeader(fields.Count);
        for (int i = fields.First; i < fields.End; i++)
        {
            if (hash.IsNull || !hash.TryGetExpiry(c[i], out long presentMs))
            {
                c.Reply.Integer(NoSuchField);
            }
            else if (!Holds(condition, presentMs, atMs))
            {
                c.Reply.Integer(ConditionFailed);
            }
            else if (isPast)
            {
                hash.Remove(c[i]);
                changes++;
                c.Reply.Integer(Deleted);
            }
            else
            {
                hash.SetExpiry(c[i], atMs, in limits);
                changes++;
                c.Reply.Integer(Done);
            }
        }

        if (changes > 0 && isPast)
        {
            FieldExpiryChange.CommitRemoval(ref c, writer, in hash, fields, changes);
        }
        else if (changes > 0)
        {
            FieldExpiryChange.CommitSet(ref c, writer, in hash, fields, atMs, changes);
        }
    }

    /// <summary>A field without an expiry counts as one that goes at the end of time.</summary>
    private static bool Holds(Condition condition, long presentMs, long atMs)
    {
        bool isVolatile = presentMs != KeyBlock.NoExpiry;
        return condition switch
        {
            Condition.IfPersistent => !isVolatile,
            Condition.IfVolatile => isVolatile,
            Condition.IfLater => isVolatile && atMs > presentMs,
            Condition.IfSooner => !isVolatile || atMs < presentMs,
            _ => true,
        };
    }
}
