using Spinel.DataStructures;
using Spinel.Engine.Commands.Generic.Sorting;
using Spinel.Memory;

namespace Spinel.Engine.Commands;

/// <summary>
/// Where commands collect what they cannot reply with at once. There is one of each, because one command runs at a time, and it keeps its memory for the next; so all of it is empty
/// between commands.
/// </summary>
internal sealed class CommandScratch(NativeHeap heap, SetSettings sets) : IDisposable
{
    /// <summary>Keys that were found.</summary>
    public SegmentedList<KeyBlock> Keys { get; } = new(heap);

    /// <summary>Places of elements within a collection.</summary>
    public SegmentedList<long> Places { get; } = new(heap);

    /// <summary>The elements that SORT sorts.</summary>
    public SortVector Sort { get; } = new();

    /// <summary>The intersection, union or difference of sets.</summary>
    public SetAlgebra Sets { get; } = new(sets);

    public void Dispose()
    {
        Keys.Dispose();
        Places.Dispose();
        Sets.Dispose();
    }
}
