namespace Spinel.Memory;

/// <summary>How a <see cref="NativeHeap"/> behaves.</summary>
/// <param name="Checked">Red zones, poison, quarantine, owner checks and leak reports; several times slower, for tests.</param>
/// <param name="HugePages">Ask the system for transparent huge pages: fewer TLB misses, but resident memory is less exact.</param>
public readonly record struct HeapOptions(bool Checked = false, bool HugePages = false);
