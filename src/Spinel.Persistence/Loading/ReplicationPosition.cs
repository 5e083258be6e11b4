namespace Spinel.Persistence.Loading;

/// <summary>A place in a replication history.</summary>
/// <param name="Id">The history.</param>
/// <param name="Offset">Bytes of its stream up to there.</param>
/// <param name="Database">The database that the stream has selected there.</param>
internal sealed record ReplicationPosition(string Id, long Offset, int Database);
