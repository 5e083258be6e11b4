namespace Spinel.Replication.Migration;

/// <summary>What MIGRATE was told.</summary>
internal sealed class MigrationOrder
{
    public required string Host { get; init; }

    public int Port { get; set; }

    /// <summary>The database of the keys here.</summary>
    public required int Database { get; init; }

    /// <summary>The number of the database there.</summary>
    public long TargetDatabase { get; set; }

    /// <summary>How long the other server may keep silent, in milliseconds.</summary>
    public int TimeoutMs { get; set; }

    /// <summary>Who this server is there; empty for the default user.</summary>
    public byte[] User { get; set; } = [];

    /// <summary>Null when the other server asks for none.</summary>
    public byte[]? Password { get; set; }

    /// <summary>The keys stay here, too.</summary>
    public bool Copies { get; set; }

    /// <summary>Keys of these names there make way.</summary>
    public bool Replaces { get; set; }

    /// <summary>The names of those keys that there are.</summary>
    public List<byte[]> Keys { get; } = [];
}
