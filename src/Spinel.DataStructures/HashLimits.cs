namespace Spinel.DataStructures;

/// <summary>When a hash stops being a listpack: it has more than so many fields, or a field or value of more than so many bytes.</summary>
/// <param name="ListpackEntries">Most fields in a listpack.</param>
/// <param name="ListpackValueBytes">Longest field or value in a listpack.</param>
/// <param name="TableKey">The secret of the tables that larger hashes are.</param>
public readonly record struct HashLimits(long ListpackEntries, long ListpackValueBytes, HashKey TableKey);
