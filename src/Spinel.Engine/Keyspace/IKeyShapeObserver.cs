using Spinel.DataStructures;

namespace Spinel.Engine;

/// <summary>
/// Is told when a key comes or goes or changes its type, its expiry or the bytes that it occupies, and of nothing else: an index of all keys subscribes. A key that is
/// told of more often than it has changed is possible.
/// </summary>
internal interface IKeyShapeObserver
{
    /// <param name="database">Where the key is.</param>
    /// <param name="key">Its name.</param>
    /// <param name="hash">The hash of its name.</param>
    /// <param name="block">The key as it is now; null when it is gone. Valid during the call only.</param>
    /// <param name="isWorthMeasuring">False for a collection that takes long to measure and has changed little since that was worth it the last time.</param>
    void AfterShapeChange(Database database, ReadOnlySpan<byte> key, ulong hash, KeyBlock block, bool isWorthMeasuring);

    /// <summary>All keys of a database are about to go.</summary>
    void OnFlush(Database database);
}
