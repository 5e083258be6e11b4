using Spinel.DataStructures;
using Spinel.Engine;
using Spinel.Engine.Dispatch;
using Spinel.Engine.Effects;
using Spinel.Persistence.Rdb;
using Spinel.Protocol;

namespace Spinel.Persistence.Commands;

/// <summary>DUMP and RESTORE: a key's value as a string that another server understands.</summary>
internal static class DumpCommands
{
    private const long MaxFrequency = 255;
    private const long NotGiven = -1;

    [Command("DUMP", "key", Arity = 2, Flags = CommandFlags.ReadOnly, Keys = "1 RO access", Group = CommandGroup.Generic, Since = "2.6.0",
        Complexity = "O(N) with N the size of the value", Tips = "nondeterministic_output",
        Summary = "Gives the value of a key in a form that RESTORE takes, here or on another server.")]
    internal static void Dump(ref CommandContext c)
    {
        KeyBlock block = c.Find(1);
        if (block.IsNull)
        {
            c.Reply.NullBulk();
            return;
        }

        c.Reply.BulkString(c.Engine.Extension<PersistenceExtension>().Dumps.Dump(block));
    }

    [Command("RESTORE", "key ttl:integer serialized-value [REPLACE] [ABSTTL] [IDLETIME seconds:integer] [FREQ frequency:integer]", Arity = -4,
        Flags = CommandFlags.Write | CommandFlags.DenyOom, Keys = "1 OW update", Group = CommandGroup.Generic, Since = "2.6.0",
        AclCategories = "dangerous", Complexity = "O(N) with N the size of the value, O(N*log(N)) for large sorted sets",
        History = "3.0.0 The option REPLACE.; 5.0.0 The option ABSTTL.; 5.0.0 The options IDLETIME and FREQ.",
        Summary = "Makes a key of a value that DUMP has given.")]
    internal static void Restore(ref CommandContext c)
    {
        if (!TryOptions(ref c, out RestoreOptions options))
        {
            return;
        }

        KeyWriter writer = c.OpenForWrite(1);
        if (writer.Exists && !options.Replace)
        {
            c.Error(Errors.BusyKey);
            return;
        }

        if (!c.TryInteger(2, out long ttl))
        {
            return;
        }

        if (ttl < 0)
        {
            c.Error(Errors.InvalidTtl);
            return;
        }

        if (!DumpCodec.IsIntact(c[3]))
        {
            c.Error(Errors.DumpChecksum);
            return;
        }

        options.TtlMs = ttl;
        long expiryMs = ttl == 0 ? KeyBlock.NoExpiry : options.IsAbsolute ? ttl : unchecked(c.NowMs + ttl);
        if (!c.Engine.Extension<PersistenceExtension>().Dumps.TryRestore(c[3], c[1], expiryMs, out KeyBlock block))
        {
            c.Error(Errors.BadDumpFormat);
            return;
        }

        if (ttl != 0 && expiryMs <= c.Engine.Clock.ExpiryNowMs)
        {
            CollectionPayload.Free(c.Keyspace.Heap, block);
            block.Free(c.Keyspace.Heap);
            ReplaceByNothing(ref c, ref writer);
            return;
        }

        c.Engine.AccessClock.Restore(block, options.IdleSeconds, (int)options.Frequency);
        writer.Put(block);
        writer.Commit(KeyEvent.Restore);
        RecordEffect(ref c, writer.Block, in options, expiryMs);
        c.Reply.Raw(Replies.Ok);
    }

    /// <summary>As RESTORE. In a cluster it takes a key of a slot that is still on its way to the server, without the ASKING that has to come before other commands then.</summary>
    [Command("RESTORE-ASKING", "key ttl:integer serialized-value [REPLACE] [ABSTTL] [IDLETIME seconds:integer] [FREQ frequency:integer]", Arity = -4,
        Flags = CommandFlags.Write | CommandFlags.DenyOom | CommandFlags.Asking, Keys = "1 OW update", Group = CommandGroup.Server, Since = "3.0.0",
        AclCategories = "keyspace dangerous", Complexity = "O(N) with N the size of the value, O(N*log(N)) for large sorted sets",
        History = "3.0.0 The option REPLACE.; 5.0.0 The option ABSTTL.; 5.0.0 The options IDLETIME and FREQ.",
        Summary = "RESTORE, for servers that move keys to each other.")]
    internal static void RestoreAsking(ref CommandContext c) => Restore(ref c);

    /// <summary>What was restored has expired already: only what it would have replaced goes.</summary>
    private static void ReplaceByNothing(ref CommandContext c, ref KeyWriter writer)
    {
        if (writer.Exists)
        {
            bool lazily = c.Keyspace.LazyFreeing.OnServerDelete;
            writer.Remove(lazily);
            writer.Commit(KeyEvent.Del);
            c.BeginEffect(lazily ? "UNLINK"u8 : "DEL"u8).Add(c[1]);
        }

        c.Reply.Raw(Replies.Ok);
    }

    /// <summary>The same command, with the moment in place of the time left, and with the oldest form that the value has: a payload of a newer server tells an older one nothing.</summary>
    private static void RecordEffect(ref CommandContext c, KeyBlock block, in RestoreOptions options, long expiryMs)
    {
        bool isNewer = DumpCodec.VersionOf(c[3]) > RdbFormat.Version;
        bool isRelative = expiryMs != KeyBlock.NoExpiry && !options.IsAbsolute;
        if (!c.Keyspace.Effects.IsActive || !(isNewer || isRelative))
        {
            return;
        }

        EffectStream effect = c.BeginEffect(c[0]);
        effect.Add(c[1]);
        effect.Add(isRelative ? expiryMs : options.TtlMs);
        effect.Add(isNewer ? c.Engine.Extension<PersistenceExtension>().Dumps.Dump(block) : c[3]);
        for (int i = 4; i < c.Count; i++)
        {
            effect.Add(c[i]);
        }

        if (isRelative)
        {
            effect.Add("ABSTTL"u8);
        }
    }

    private static bool TryOptions(ref CommandContext c, out RestoreOptions options)
    {
        options = new RestoreOptions { IdleSeconds = NotGiven, Frequency = NotGiven };
        for (int i = 4; i < c.Count; i++)
        {
            bool hasValue = i + 1 < c.Count;
            if (c.Is(i, "REPLACE"u8))
            {
                options.Replace = true;
            }
            else if (c.Is(i, "ABSTTL"u8))
            {
                options.IsAbsolute = true;
            }
            else if (hasValue && options.Frequency == NotGiven && c.Is(i, "IDLETIME"u8))
            {
                if (!TryNumber(ref c, ++i, long.MaxValue, Errors.InvalidIdleTime, out options.IdleSeconds))
                {
                    return false;
                }
            }
            else if (hasValue && options.IdleSeconds == NotGiven && c.Is(i, "FREQ"u8))
            {
                if (!TryNumber(ref c, ++i, MaxFrequency, Errors.InvalidFrequency, out options.Frequency))
                {
                    return false;
                }
            }
            else
            {
                c.Error(Errors.Syntax);
                return false;
            }
        }

        return true;
    }

    private static bool TryNumber(ref CommandContext c, int index, long most, ReadOnlySpan<byte> error, out long value)
    {
        if (!c.TryInteger(index, out value))
        {
            return false;
        }

        if (value >= 0 && value <= most)
        {
            return true;
        }

        c.Error(error);
        return false;
    }

    private struct RestoreOptions
    {
        public bool Replace;
        public bool IsAbsolute;

        /// <summary>As given: the time left, or when the key goes.</summary>
        public long TtlMs;
        public long IdleSeconds;
        public long Frequency;
    }
}
