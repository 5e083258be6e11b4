using Spinel.DataStructures;
using Spinel.Engine.Dispatch;
using Spinel.Engine.Effects;
using Spinel.Protocol;

namespace Spinel.Engine.Commands.Hashes;

/// <summary>HSETEX: fields with an expiry, all or none of them.</summary>
internal static class HashSetExCommand
{
    private enum Condition : byte
    {
        None,
        IfNoneExists,
        IfAllExist,
    }

    [Command("HSETEX", "key [NX | XX] [FNX | FXX] [EX seconds:integer | PX milliseconds:integer | EXAT unix-time-seconds:unix-time | PXAT unix-time-milliseconds:unix-time | KEEPTTL] FIELDS numfields:integer field value [field value ...]",
        Arity = -6, Flags = CommandFlags.Write | CommandFlags.DenyOom | CommandFlags.Fast, Keys = "1 RW update",
        Group = CommandGroup.Hash, Since = "8.0.0", Complexity = "O(N log M) with N the number of fields set and M that of fields that expire",
        Summary = "Sets fields of a hash with an expiry, under a condition if asked.",
        History = "9.0.0 NX and XX, as in Valkey.")]
    internal static void HSetEx(ref CommandContext c)
    {
        if (!TryParse(ref c, out Arguments arguments) || !HashAccess.TryOpen(ref c, 1, out KeyWriter writer, out HashValue hash))
        {
            return;
        }

        if (!Holds(in c, in hash, in arguments))
        {
            c.Reply.Integer(0);
            return;
        }

        c.Reply.Integer(1);
        if (arguments.HasTime && arguments.AtMs <= c.Engine.Clock.ExpiryNowMs)
        {
            RemoveAll(ref c, writer, hash, in arguments);
        }
        else
        {
            SetAll(ref c, writer, hash, in arguments);
        }
    }

    private static bool TryParse(ref CommandContext c, out Arguments arguments)
    {
        arguments = default;
        for (int i = 2; i < c.Count; i++)
        {
            if (c.Is(i, "FIELDS"u8))
            {
                return TryPairs(ref c, i, ref arguments);
            }

            Condition condition = c.Is(i, "FNX"u8) ? Condition.IfNoneExists : c.Is(i, "FXX"u8) ? Condition.IfAllExist : Condition.None;
            if (c.Is(i, "NX"u8) || c.Is(i, "XX"u8))
            {
                if (arguments.KeyCondition != Condition.None)
                {
                    c.Error(Errors.Syntax);
                    return false;
                }

                arguments.KeyCondition = c.Is(i, "NX"u8) ? Condition.IfNoneExists : Condition.IfAllExist;
                continue;
            }

            bool keep = c.Is(i, "KEEPTTL"u8);
            bool hasTime = FieldTime.TryWord(in c, i, out FieldTime time);
            if (condition != Condition.None)
            {
                if (arguments.Condition != Condition.None)
                {
                    c.Error(Errors.OneFieldCondition);
                    return false;
                }

                arguments.Condition = condition;
                continue;
            }

            if (!keep && !hasTime)
            {
                c.Error(Errors.UnknownArgument(c[i]));
                return false;
            }

            if (arguments.KeepExpiry || arguments.HasTime)
            {
                c.Error(Errors.OneFieldExpiry);
                return false;
            }

            arguments.KeepExpiry = keep;
            arguments.HasTime = hasTime;
            if (hasTime && ++i == c.Count)
            {
                c.Error(Errors.MissingExpire);
                return false;
            }

            if (hasTime && !time.TryRead(ref c, i, out arguments.AtMs))
            {
                return false;
            }
        }

        c.Error(Errors.FieldsMissing);
        return false;
    }

    private static bool TryPairs(ref CommandContext c, int at, ref Arguments arguments)
    {
        if (at + 1 >= c.Count || !Int64Text.TryParse(c[at + 1], out long count) || count is < 1 or > int.MaxValue)
        {
            c.Error(Errors.InvalidFieldCount);
            return false;
        }

        if (count * 2 != c.Count - at - 2)
        {
            c.Error(Errors.FieldCountMismatch);
            return false;
        }

        arguments.First = at + 2;
        return true;
    }

    private static bool Holds(ref readonly CommandContext c, in HashValue hash, in Arguments arguments)
    {
        if (arguments.KeyCondition != Condition.None && hash.IsNull != (arguments.KeyCondition == Condition.IfNoneExists))
        {
            return false;
        }

        if (arguments.Condition == Condition.None)
        {
            return true;
        }

        for (int i = arguments.First; i < c.Count; i += 2)
        {
            bool exists = !hash.IsNull && hash.Contains(c[i]);
            if (exists != (arguments.Condition == Condition.IfAllExist))
            {
                return false;
            }
        }

        return true;
    }

    private static void SetAll(ref CommandContext c, scoped KeyWriter writer, HashValue hash, in Arguments arguments)
    {
        if (hash.IsNull)
        {
            hash = HashValue.Create(c.Keyspace.Heap);
        }

        HashLimits limits = HashAccess.Limits(in c);
        for (int i = arguments.First; i < c.Count; i += 2)
        {
            hash.Set(c[i], c[i + 1], in limits, arguments.KeepExpiry);
            if (arguments.HasTime)
            {
                hash.SetExpiry(c[i], arguments.AtMs, in limits);
            }
        }

        HashAccess.Store(ref writer, in hash);
        writer.Commit(KeyEvent.HSet, (c.Count - arguments.First) / 2);
        if (arguments.HasTime)
        {
            writer.AlsoNotify(KeyEvent.HExpire);
        }

        RecordSet(ref c, in hash, in arguments);
    }

    /// <summary>
    /// The outcome, without conditions: the fields, and where some expire, when they go. So the command is one of Redis 7.4, or of any version when none does.
    /// </summary>
    private static void RecordSet(ref CommandContext c, in HashValue hash, in Arguments arguments)
    {
        if (!c.Keyspace.Effects.IsActive)
        {
            return;
        }

        EffectStream effect = c.BeginEffect("HSET"u8);
        effect.Add(c[1]);
        for (int i = arguments.First; i < c.Count; i++)
        {
            effect.Add(c[i]);
        }

        if (arguments.HasTime)
        {
            c.BeginEffect("HPEXPIREAT"u8).Add(c[1]);
            effect.Add(arguments.AtMs);
            effect.Add("FIELDS"u8);
            effect.Add((c.Count - arguments.First) / 2);
            for (int i = arguments.First; i < c.Count; i += 2)
            {
                effect.Add(c[i]);
            }
        }

        for (int i = arguments.First; i < c.Count && arguments.KeepExpiry; i += 2)
        {
            FieldExpiryChange.RecordKept(ref c, in hash, i);
        }
    }

    /// <summary>Fields that are past their time when they are set are gone at once, and with them what they were before.</summary>
    private static void RemoveAll(ref CommandContext c, scoped KeyWriter writer, HashValue hash, in Arguments arguments)
    {
        long removed = 0;
        for (int i = arguments.First; i < c.Count && !hash.IsNull; i += 2)
        {
            removed += hash.Remove(c[i]) ? 1 : 0;
        }

        if (removed == 0)
        {
            return;
        }

        EffectStream effect = c.BeginEffect("HDEL"u8);
        effect.Add(c[1]);
        for (int i = arguments.First; i < c.Count; i += 2)
        {
            effect.Add(c[i]);
        }

        HashAccess.StoreRemoval(writer, in hash, KeyEvent.HDel, removed);
    }

    private struct Arguments
    {
        public Condition Condition;

        /// <summary>What is asked of the hash itself.</summary>
        public Condition KeyCondition;
        public bool KeepExpiry;
        public bool HasTime;
        public long AtMs;

        /// <summary>The argument that is the first field.</summary>
        public int First;
    }
}
