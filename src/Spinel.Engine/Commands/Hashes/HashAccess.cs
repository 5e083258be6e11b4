using Spinel.DataStructures;

namespace Spinel.Engine.Commands.Hashes;

/// <summary>How the commands on hashes come to their hash, and what they share.</summary>
internal static class HashAccess
{
    /// <summary>How many fields whose time has come a command removes before it does its own work, besides those that it names.</summary>
    public const int MaxExpiredAtOnce = 1000;

    /// <summary>When a hash outgrows its listpack, as the options say at this moment.</summary>
    public static HashLimits Limits(ref readonly CommandContext c) =>
        new(c.Engine.Options.HashMaxListpackEntries, c.Engine.Options.HashMaxListpackValueBytes, c.Keyspace.HashKey);

    /// <summary>
    /// Looks up a hash for reading. Returns false, having replied WRONGTYPE, when the key holds something else; <paramref name="hash"/> is null
    /// when it does not exist. No field that the command names is past its time, and walks over the hash do not show any that is.
    /// </summary>
    public static bool TryFind(ref CommandContext c, int index, out HashValue hash)
    {
        bool isHash = c.TryFind(index, ValueKind.Hash, out KeyBlock block);
        hash = isHash && !block.IsNull ? new HashValue(c.Keyspace.Heap, block) : default;
        if (HasDueFields(in c, in hash))
        {
            hash = DropDueFields(in c, block, c.HashOf(index)) ? new HashValue(c.Keyspace.Heap, block) : default;
            if (!hash.IsNull)
            {
                hash.HideDue(c.Engine.Clock.ExpiryNowMs);
            }
        }

        return isHash;
    }

    /// <summary>
    /// Opens a hash for writing, to be stored afterwards. Returns false, having replied WRONGTYPE, when the key holds something else;
    /// <paramref name="hash"/> is null when it does not exist. No field that the command names is past its time.
    /// </summary>
    public static bool TryOpen(ref CommandContext c, int index, out KeyWriter writer, out HashValue hash)
    {
        bool isHash = c.TryOpen(index, ValueKind.Hash, out writer);
        hash = isHash && writer.Exists ? new HashValue(c.Keyspace.Heap, writer.Block) : default;
        if (HasDueFields(in c, in hash) && !DropDueFields(in c, writer.Block, c.HashOf(index)))
        {
            writer = c.OpenForWrite(index);
            hash = default;
        }

        return isHash;
    }

    /// <summary>As <see cref="TryOpen"/>, but a hash that does not exist is made.</summary>
    public static bool TryOpenOrCreate(ref CommandContext c, int index, out KeyWriter writer, out HashValue hash)
    {
        if (!TryOpen(ref c, index, out writer, out hash))
        {
            return false;
        }

        if (hash.IsNull)
        {
            hash = HashValue.Create(c.Keyspace.Heap);
        }

        return true;
    }

    /// <summary>Puts a hash that has changed, or is new, into its key. The commit is the caller's.</summary>
    public static void Store(ref KeyWriter writer, in HashValue hash)
    {
        if (writer.Exists)
        {
            writer.SetPayload(hash.Payload, hash.Encoding);
        }
        else
        {
            writer.SetObject(ValueKind.Hash, hash.Encoding, hash.Payload, ExpiryChange.None);
        }
    }

    /// <summary>Commits the removal of fields; a hash without fields goes.</summary>
    public static void StoreRemoval(scoped KeyWriter writer, in HashValue hash, KeyEvent keyEvent, long removed)
    {
        Store(ref writer, in hash);
        writer.CommitRemoval(keyEvent, removed, isEmpty: hash.Count == 0);
    }

    /// <summary>Replies with a field or a value as a bulk string.</summary>
    public static void Reply(ref CommandContext c, ListpackValue value)
    {
        if (value.IsInteger)
        {
            c.Reply.BulkString(value.Integer);
        }
        else
        {
            c.Reply.BulkString(value.Bytes);
        }
    }

    /// <summary>
    /// Removes fields whose time has come, but not so many that others notice: a million at once are removed in portions, by active expiry too, and
    /// until then those that the command names are removed before it looks and others are hidden.
    /// </summary>
    /// <returns>Whether the key is still there.</returns>
    private static bool DropDueFields(ref readonly CommandContext c, KeyBlock block, ulong keyHash)
    {
        if (!c.Keyspace.Removals.ExpireFields(c.Database, block, keyHash, MaxExpiredAtOnce))
        {
            return false;
        }

        for (int i = 2; i < c.Count && HashValue.NextExpiryOf(block) <= c.Engine.Clock.ExpiryNowMs; i++)
        {
            if (!c.Keyspace.Removals.ExpireFieldIfDue(c.Database, block, keyHash, c[i]))
            {
                return false;
            }
        }

        return true;
    }

    /// <summary>A replica leaves it to its primary to remove fields: if it went ahead, what the primary did to them a moment before would find them gone.</summary>
    private static bool HasDueFields(ref readonly CommandContext c, in HashValue hash) =>
        !hash.IsNull && hash.NextExpiryMs <= c.Engine.Clock.ExpiryNowMs && !c.Keyspace.IsReplica;
}
