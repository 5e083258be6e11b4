namespace Spinel.DataStructures;

/// <summary>What an <see cref="EntryTable{TOps}"/> must know of its entries; bound at compile time, without virtual calls.</summary>
internal interface IEntryOps
{
    /// <summary>The name under which the entry is found.</summary>
    static abstract ReadOnlySpan<byte> KeyOf(nint entry);

    /// <summary>The hash that the table's callers compute for a name. A function of the name alone.</summary>
    static abstract ulong Hash(HashKey key, ReadOnlySpan<byte> name);

    /// <summary>Whether a table of such entries may be walked by <see cref="TableParts"/> while it changes.</summary>
    static abstract bool CanBeWatched { get; }
}
