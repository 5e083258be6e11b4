using Spinel.DataStructures;

namespace Spinel.Engine.Commands.Hashes;

/// <summary>How the commands on hashes come to their hash, and what they share.</summary>
internal static class HashAccess
{
    /// <summary>When a hash outgrows its listpack, as the options say at this moment.</summary>
    public static HashLimits Limits(ref readonly CommandContext c) =>
        new(c.Engine.Options.HashMaxListpackEntries, c.Engine.Options.HashMaxListpackValueBytes, c.Keyspace.HashKey);

    /// <summary>
    /// Looks up a hash for reading. Returns false, having replied WRONGTYPE, when the key holds something else; <paramref name="hash"/> is null
    /// when it does not exist.
    /// </summary>
    public static bool TryFind(ref CommandContext c, int index, out HashValue hash)
    {
        bool isHash = c.TryFind(index, ValueKind.Hash, out KeyBlock block);
        hash = isHash && !block.IsNull ? Of(in c, block, c.HashOf(index)) : default;
        return isHash;
    }

    /// <summary>The hash at a key that was found, without the fields whose time has come; null when none is left, and the key is gone too.</summary>
    public static HashValue Of(ref readonly CommandContext c, KeyBlock block, ulong keyHash)
    {
        var hash = new HashValue(c.Keyspace.Heap, block);
        return HasDueFields(in c, in hash) && !c.Keyspace.ExpireFields(c.Database, block, keyHash) ? default : hash;
    }

    /// <summary>
    /// Opens a hash for writing, to be stored afterwards. Returns false, having replied WRONGTYPE, when the key holds something else;
    /// <paramref name="hash"/> is null when it does not exist.
    /// </summary>
    public static bool TryOpen(ref CommandContext c, int index, out KeyWriter writer, out HashValue hash)
    {
        bool isHash = c.TryOpen(index, ValueKind.Hash, out writer);
        hash = isHash && writer.Exists ? new HashValue(c.Keyspace.Heap, writer.Block) : default;
        if (HasDueFields(in c, in hash) && !c.Keyspace.ExpireFields(c.Database, writer.Block, c.HashOf(index)))
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
    public static void StoreRemoval(ref CommandContext c, scoped KeyWriter writer, in HashValue hash, KeyEvent keyEvent, long removed)
    {
        Store(ref writer, in hash);
        bool isEmpty = hash.Count == 0;
        if (isEmpty)
        {
            writer.Remove(lazily: c.Keyspace.LazyFreeing.OnServerDelete);
        }

        writer.Commit(keyEvent, removed);
        if (isEmpty)
        {
            writer.AlsoNotify(KeyEvent.Del);
        }
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

    private static bool HasDueFields(ref readonly CommandContext c, in HashValue hash) => !hash.IsNull && hash.NextExpiryMs <= c.NowMs;
}
