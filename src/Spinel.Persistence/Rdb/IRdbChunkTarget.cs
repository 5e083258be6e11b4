namespace Spinel.Persistence.Rdb;

/// <summary>Where a record is written while others may come in between: the chunk at its end.</summary>
public interface IRdbChunkTarget
{
    RdbChunk Chunk { get; }

    /// <summary>Something has been written to <see cref="Chunk"/>, which may be full now.</summary>
    void OnWritten();
}
