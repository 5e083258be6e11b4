namespace Spinel.Persistence.Snapshot;

/// <summary>Where the bytes of a snapshot go: a file, or replicas. Called on the thread that encodes it.</summary>
internal interface ISnapshotSink : IDisposable
{
    /// <summary>Takes the bytes.</summary>
    Stream Stream { get; }

    /// <summary>So many bytes have been written to the stream so far.</summary>
    /// <exception cref="IOException">They cannot be kept: the snapshot has failed.</exception>
    void OnWritten(long bytes);

    /// <summary>Everything has been written. When this returns it is durable.</summary>
    /// <exception cref="IOException">It cannot be made so.</exception>
    void Complete();

    /// <summary>
    /// Nobody will make room any more: a write that waits for it, or is yet to, fails. Called on the engine thread, which may be about to wait for the other.
    /// </summary>
    void GiveUp()
    {
    }

    /// <summary>The snapshot has failed, or is given up: what there is of it goes away.</summary>
    void Abandon();
}
