namespace Spinel.Engine.Observation;

/// <summary>What the parts around the engine know about themselves, read once a second. What nobody fills in stays not a number, or zero for a total.</summary>
public struct ServerFigures
{
    public ServerFigures()
    {
    }

    /// <summary>The share of a snapshot under way that has been written, 0 to 1.</summary>
    public double SnapshotProgress { get; set; } = double.NaN;

    /// <summary>Seconds since the last snapshot that succeeded, or since the start.</summary>
    public double SnapshotAgeSeconds { get; set; } = double.NaN;

    /// <summary>Bytes of the append-only log, base and increments.</summary>
    public double LogBytes { get; set; } = double.NaN;

    /// <summary>How long the last forcing of the log to disk took, in milliseconds.</summary>
    public double SyncMs { get; set; } = double.NaN;

    /// <summary>The greatest distance of a replica that is connected, in bytes.</summary>
    public double ReplicationLagBytes { get; set; } = double.NaN;

    /// <summary>Replicas that are connected.</summary>
    public double Replicas { get; set; } = double.NaN;

    /// <summary>The replication offset.</summary>
    public double ReplicationOffset { get; set; } = double.NaN;

    /// <summary>Bytes of backlog and of replicas' buffers.</summary>
    public double ReplicationBytes { get; set; } = double.NaN;
}
