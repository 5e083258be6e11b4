using System.Globalization;
using System.Text;
using Spinel.DataStructures;
using Spinel.Engine;
using Spinel.Engine.Eviction;

namespace Spinel.Persistence.Rdb;

/// <summary>What an RDB file says about itself and the server that wrote it.</summary>
public sealed record RdbFileInfo
{
    /// <summary>The Unix time at which it was begun, in seconds.</summary>
    public long CreatedSeconds { get; init; }

    /// <summary>The memory that the data took.</summary>
    public long UsedMemoryBytes { get; init; }

    /// <summary>The history to which the data belongs; null where the file is not to say so.</summary>
    public string? ReplicationId { get; init; }

    /// <summary>The place in that history.</summary>
    public long ReplicationOffset { get; init; }

    /// <summary>The database that the stream of effects has selected at this place.</summary>
    public int ReplicationDatabase { get; init; }

    /// <summary>Whether the file is the beginning of an append-only log.</summary>
    public bool IsAofBase { get; init; }

    /// <summary>The sources of libraries of functions.</summary>
    public IReadOnlyList<byte[]> Functions { get; init; } = [];
}

/// <summary>
/// The parts of an RDB file around the records of its keys, and the saving of everything in one go. What saves in slices uses the parts:
/// <code>
/// WriteHead; for each database that has keys: WriteDatabase, then a record for each key (<see cref="RdbValueWriter"/>); RdbFileOutput.Complete
/// </code>
/// </summary>
public static class RdbFileWriter
{
    /// <summary>Writes magic, version, and what the file says about itself.</summary>
    public static void WriteHead(RdbChunk chunk, Keyspace keyspace, RdbFileInfo info)
    {
        ArgumentNullException.ThrowIfNull(chunk);
        ArgumentNullException.ThrowIfNull(info);
        chunk.WriteBytes(Encoding.ASCII.GetBytes("REDIS" + VersionFor(keyspace).ToString("D4", CultureInfo.InvariantCulture)));
        WriteAux(chunk, "redis-ver"u8, ProductVersion.Compatible);
        WriteAux(chunk, "redis-bits"u8, "64");
        WriteAux(chunk, "ctime"u8, info.CreatedSeconds);
        WriteAux(chunk, "used-mem"u8, info.UsedMemoryBytes);
        if (info.ReplicationId is not null)
        {
            WriteAux(chunk, "repl-stream-db"u8, info.ReplicationDatabase);
            WriteAux(chunk, "repl-id"u8, info.ReplicationId);
            WriteAux(chunk, "repl-offset"u8, info.ReplicationOffset);
        }

        WriteAux(chunk, "aof-base"u8, info.IsAofBase ? 1 : 0);
        foreach (byte[] function in info.Functions)
        {
            chunk.WriteByte(RdbOpcode.Function);
            chunk.WriteString(function);
        }
    }

    /// <summary>Begins the keys of a database, and says how many there will be.</summary>
    public static void WriteDatabase(RdbChunk chunk, int index, long keys, long expiringKeys)
    {
        ArgumentNullException.ThrowIfNull(chunk);
        chunk.WriteByte(RdbOpcode.SelectDatabase);
        chunk.WriteLength(index);
        chunk.WriteByte(RdbOpcode.ResizeDatabase);
        chunk.WriteLength(keys);
        chunk.WriteLength(expiringKeys);
    }

    /// <summary>The version that a file of this data needs: the oldest one that can hold it, as far as is known before all of it has been looked at.</summary>
    public static int VersionFor(Keyspace keyspace)
    {
        ArgumentNullException.ThrowIfNull(keyspace);
        if (keyspace.MayHaveSentMessages)
        {
            // An older server is to refuse the file, rather than to stop in the middle of it.
            return RdbFormat.IdempotentStreamVersion;
        }

        for (int i = 0; i < keyspace.DatabaseCount; i++)
        {
            if (keyspace[i].FieldExpires.Count > 0)
            {
                return RdbFormat.FieldExpiryVersion;
            }
        }

        return RdbFormat.Version;
    }

    /// <summary>What records are to say of a key's last use: what the eviction policy goes by.</summary>
    public static AccessNote AccessOf(SpinelEngine engine, KeyBlock block)
    {
        ArgumentNullException.ThrowIfNull(engine);
        AccessClock clock = engine.AccessClock;
        return engine.Options.MaxMemoryPolicy switch
        {
            Engine.Configuration.MaxMemoryPolicy.AllkeysLru or Engine.Configuration.MaxMemoryPolicy.VolatileLru =>
                new AccessNote(clock.IdleSeconds(block), -1),
            Engine.Configuration.MaxMemoryPolicy.AllkeysLfu or Engine.Configuration.MaxMemoryPolicy.VolatileLfu =>
                new AccessNote(-1, clock.Frequency(block)),
            _ => AccessNote.None,
        };
    }

    /// <summary>Writes everything that a server holds, and the end of the file. Nobody else is served meanwhile.</summary>
    public static void Save(SpinelEngine engine, RdbFileOutput output, RdbFileInfo info)
    {
        ArgumentNullException.ThrowIfNull(engine);
        ArgumentNullException.ThrowIfNull(output);
        var visitor = new SavingVisitor(engine, output);
        WriteHead(visitor.Chunk, engine.Keyspace, info);
        for (int i = 0; i < engine.Keyspace.DatabaseCount; i++)
        {
            Database database = engine.Keyspace[i];
            if (database.Count == 0)
            {
                continue;
            }

            WriteDatabase(visitor.Chunk, i, database.Count, database.Expires.Count);
            ulong cursor = 0;
            do
            {
                cursor = database.Keys.Scan(cursor, ref visitor);
            }
            while (cursor != 0);
        }

        output.Write(visitor.Chunk);
        output.Complete();
    }

    private static void WriteAux(RdbChunk chunk, ReadOnlySpan<byte> name, long value)
    {
        chunk.WriteByte(RdbOpcode.Aux);
        chunk.WriteString(name);
        chunk.WriteString(value);
    }

    private static void WriteAux(RdbChunk chunk, ReadOnlySpan<byte> name, string value)
    {
        chunk.WriteByte(RdbOpcode.Aux);
        chunk.WriteString(name);
        chunk.WriteString(Encoding.ASCII.GetBytes(value));
    }

    private readonly struct SavingVisitor(SpinelEngine engine, RdbFileOutput output) : IKeyVisitor
    {
        private readonly RdbValueWriter _writer = new(engine.Heap);

        public RdbChunk Chunk { get; } = new();

        public void Visit(KeyBlock block)
        {
            _writer.Access = AccessOf(engine, block);
            _writer.BeginRecord(block);
            bool isComplete;
            do
            {
                if (Chunk.IsFull)
                {
                    output.Write(Chunk);
                    Chunk.Clear();
                }

                isComplete = _writer.WriteSome(Chunk);
            }
            while (!isComplete);
        }
    }
}
