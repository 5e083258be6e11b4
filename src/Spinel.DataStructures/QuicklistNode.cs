namespace Spinel.DataStructures;

/// <summary>A node of a <see cref="Quicklist"/>: a listpack and its neighbours. Lives in the native heap.</summary>
internal unsafe struct QuicklistNode
{
    internal QuicklistNode* Previous;
    internal QuicklistNode* Next;
    internal nint Address;

    /// <summary>The number of elements, at least one: walking to an index looks at nodes only.</summary>
    internal int Count;

    /// <summary>The list's epoch when the node was made, or last dealt with by <see cref="ListParts"/>.</summary>
    internal uint Epoch;

    /// <summary>The elements.</summary>
    internal Listpack Elements
    {
        readonly get => new(Address);
        set => Address = value.Address;
    }
}

/// <summary>What a list's key points to. It stays where it is for the list's whole life.</summary>
internal unsafe struct QuicklistHeader
{
    internal QuicklistNode* First;
    internal QuicklistNode* Last;
    internal long Count;
    internal uint NodeCount;

    /// <summary>Odd while <see cref="ListParts"/> is told before nodes change; nodes of another epoch are what it has not dealt with.</summary>
    internal uint Epoch;
}
