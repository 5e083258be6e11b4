using Spinel.Memory;

namespace Spinel.DataStructures;

/// <summary>
/// What all sets of a server have in common: where their memory comes from, the secret of their hash function, and up to which
/// size a set stays in a compact form. One hash key for all, so that a member is hashed once however many sets it is sought in.
/// </summary>
public sealed class SetSettings(NativeHeap heap, HashKey key)
{
    public NativeHeap Heap { get; } = heap;

    public HashKey Key { get; } = key;

    /// <summary>Most members of an <see cref="Intset"/>.</summary>
    public long IntsetEntries { get; set; } = 512;

    /// <summary>Most members of a <see cref="Listpack"/>.</summary>
    public long ListpackEntries { get; set; } = 128;

    /// <summary>Longest member of a <see cref="Listpack"/>, in bytes.</summary>
    public long ListpackValueBytes { get; set; } = 64;
}
