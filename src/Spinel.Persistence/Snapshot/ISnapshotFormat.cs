using Spinel.Engine;
using Spinel.Persistence.Aof;
using Spinel.Persistence.Rdb;

namespace Spinel.Persistence.Snapshot;

/// <summary>In which form a snapshot is written.</summary>
internal interface ISnapshotFormat
{
    /// <summary>What a reader of the form needs behind the last key is written: for files that are not a sequence of requests.</summary>
    bool HasEnd { get; }

    IRecordWriter CreateWriter(SpinelEngine engine);

    void WriteHead(RdbChunk chunk, SpinelEngine engine, RdbFileInfo info);

    void WriteDatabase(RdbChunk chunk, int number, long keys, long expiringKeys);
}

/// <summary>Writes one key after the other, each in as many steps as its size needs; see <see cref="RdbValueWriter"/> for the protocol.</summary>
internal interface IRecordWriter
{
    AccessNote Access { get; set; }

    /// <summary>Shows the string that is being written, when it is a long one.</summary>
    DataStructures.StringParts Text { get; }

    void BeginRecord(DataStructures.KeyBlock block);

    bool WriteSome(RdbChunk chunk);

    bool TryFreeze(IRdbChunkTarget target);

    void Thaw();
}

/// <summary>A file in the format of snapshots.</summary>
internal sealed class RdbSnapshotFormat : ISnapshotFormat
{
    public bool HasEnd => true;

    public IRecordWriter CreateWriter(SpinelEngine engine) => new RdbValueWriter(engine.Heap);

    public void WriteHead(RdbChunk chunk, SpinelEngine engine, RdbFileInfo info) => RdbFileWriter.WriteHead(chunk, engine.Keyspace, info);

    public void WriteDatabase(RdbChunk chunk, int number, long keys, long expiringKeys) =>
        RdbFileWriter.WriteDatabase(chunk, number, keys, expiringKeys);
}

/// <summary>The requests that make the data: the base of a log where <c>aof-use-rdb-preamble</c> is off.</summary>
internal sealed class CommandSnapshotFormat : ISnapshotFormat
{
    public bool HasEnd => false;

    public IRecordWriter CreateWriter(SpinelEngine engine) => new CommandRecordWriter(engine.Heap);

    public void WriteHead(RdbChunk chunk, SpinelEngine engine, RdbFileInfo info)
    {
        if (engine.Options.AofTimestampEnabled)
        {
            CommandText.WriteTimestamp(chunk, info.CreatedSeconds);
        }
    }

    public void WriteDatabase(RdbChunk chunk, int number, long keys, long expiringKeys)
    {
        CommandText.BeginArray(chunk, 2);
        CommandText.Write(chunk, "SELECT"u8);
        CommandText.Write(chunk, number);
    }
}
