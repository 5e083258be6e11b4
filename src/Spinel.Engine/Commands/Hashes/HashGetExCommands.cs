using Spinel.DataStructures;
using Spinel.Engine.Dispatch;

namespace Spinel.Engine.Commands.Hashes;

/// <summary>Commands that return fields and change them.</summary>
internal static class HashGetExCommands
{
    [Command("HGETDEL", "key FIELDS numfields:integer field [field ...]", Arity = -5, Flags = CommandFlags.Write | CommandFlags.Fast, Keys = "1 RW access delete",
        Group = CommandGroup.Hash, Since = "8.0.0", Complexity = "O(N) with N the number of fields given",
        Summary = "Returns the values of fields of a hash and deletes the fields.")]
    internal static void HGetDel(ref CommandContext c)
    {
        if (!FieldArguments.TryRead(ref c, 2, Errors.FieldCountNotPositive, out FieldArguments fields)
            || !HashAccess.TryOpen(ref c, 1, out KeyWriter writer, out HashValue hash))
        {
            return;
        }

        long removed = 0;
        c.Reply.ArrayHeader(fields.Count);
        for (int i = fields.First; i < fields.End; i++)
        {
            HashGetCommands.ReplyField(ref c, in hash, i);
            removed += !hash.IsNull && hash.Remove(c[i]) ? 1 : 0;
        }

        if (removed > 0)
        {
            FieldExpiryChange.CommitRemoval(ref c, writer, in hash, fields, removed);
        }
    }

    [Command("HGETEX", "key [EX seconds:integer | PX milliseconds:integer | EXAT unix-time-seconds:unix-time | PXAT unix-time-milliseconds:unix-time | PERSIST] FIELDS numfields:integer field [field ...]",
        Arity = -5, Flags = CommandFlags.Write | CommandFlags.Fast, Keys = "1 RW access update",
        Group = CommandGroup.Hash, Since = "8.0.0", Complexity = "O(N log M) with N the number of fields given and M that of fields that expire",
        Summary = "Returns the values of fields of a hash and sets or removes their expiry.")]
    internal static void HGetEx(ref CommandContext c)
    {
        bool hasTime = FieldTime.TryWord(in c, 2, out FieldTime time);
        bool persist = c.Is(2, "PERSIST"u8);
        long atMs = KeyBlock.NoExpiry;
        if ((hasTime && !time.TryRead(ref c, 3, out atMs))
            || !FieldArguments.TryRead(ref c, hasTime ? 4 : persist ? 3 : 2, Errors.FieldCountNotPositive, out FieldArguments fields)
            || !HashAccess.TryOpen(ref c, 1, out KeyWriter writer, out HashValue hash))
        {
            return;
        }

        HashLimits limits = HashAccess.Limits(in c);
        bool isPast = hasTime && atMs <= c.Engine.Clock.ExpiryNowMs;
        long changes = 0;
        c.Reply.ArrayHeader(fields.Count);
        for (int i = fields.First; i < fields.End; i++)
        {
            HashGetCommands.ReplyField(ref c, in hash, i);
            if (hash.IsNull || !(hasTime || persist) || !hash.TryGetExpiry(c[i], out long presentMs) || (persist && presentMs == KeyBlock.NoExpiry))
            {
                continue;
            }

            changes++;
            if (isPast)
            {
                hash.Remove(c[i]);
            }
            else
            {
                hash.SetExpiry(c[i], atMs, in limits);
            }
        }

        if (changes == 0)
        {
            return;
        }

        if (isPast)
        {
            FieldExpiryChange.CommitRemoval(ref c, writer, in hash, fields, changes);
        }
        else if (hasTime)
        {
            FieldExpiryChange.CommitSet(ref c, writer, in hash, fields, atMs, changes);
        }
        else
        {
            HashAccess.Store(ref writer, in hash);
            writer.Commit(KeyEvent.HPersist, changes);
            RecordPersist(ref c, fields);
        }
    }

    private static void RecordPersist(ref CommandContext c, FieldArguments fields)
    {
        Effects.EffectStream effect = c.BeginEffect("HPERSIST"u8);
        effect.Add(c[1]);
        effect.Add("FIELDS"u8);
        effect.Add(fields.Count);
        for (int i = fields.First; i < fields.End; i++)
        {
            effect.Add(c[i]);
        }
    }
}
