using Spinel.DataStructures;

namespace Spinel.Engine.Observation;

/// <summary>Hears of changes of keys that are large (<see cref="KeyBlock.IsLarge"/>): long strings, and collections that have outgrown their compact form.</summary>
internal interface ILargeKeyWatcher
{
    /// <summary>A large key was changed, or became large.</summary>
    /// <param name="database">Where it is.</param>
    /// <param name="block">The key as it is now.</param>
    /// <param name="hash">The hash of its name.</param>
    /// <param name="changes">How many changes it was, of a collection the elements that came or went.</param>
    void OnLargeKey(Database database, KeyBlock block, ulong hash, long changes);
}
