namespace Spinel.Persistence.Loading;

/// <summary>How far the loading of data has come, and what it came to.</summary>
internal sealed class LoadProgress
{
    public long StartMs { get; set; }

    public long TotalBytes { get; set; }

    public long LoadedBytes { get; set; }

    /// <summary>The memory of the server that wrote the snapshot, as its notes say; 0 when they do not.</summary>
    public long MemoryWhenWritten { get; set; }

    /// <summary>Keys of the snapshot that was loaded last.</summary>
    public long LoadedKeys { get; set; }

    /// <summary>The sources of libraries of functions, which nothing here can run: they are kept, and written back with the data.</summary>
    public List<byte[]> Functions { get; } = [];

    /// <summary>The place in a history that the data has which was loaded; null when what was loaded does not say.</summary>
    public ReplicationPosition? Position { get; set; }

    /// <summary>Keys of it whose time had come.</summary>
    public long ExpiredKeys { get; set; }
}
