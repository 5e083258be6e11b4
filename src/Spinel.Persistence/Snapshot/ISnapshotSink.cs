namespace Spinel.Persistence.Snapshot;

/// <summary>Where the bytes of a snapshot go: a file, or replicas. Called on the thread that encodes it.</summary>
internal interface ISnapshotSink
{
    /// <summary>Takes the next bytes.</summary>
    /// <exception cref="IOException">They cannot be kept: the snapshot has failed.</exception>
    void Write(ReadOnlySpan<byte> bytes);

    /// <summary>Everything has been written. When this returns it is durable.</summary>
    /// <exception cref="IOException">It cannot be made so.</exception>
    void Complete();

    /// <summary>The snapshot has failed, or is given up: what there is of it goes away.</summary>
    void Abandon();
}
