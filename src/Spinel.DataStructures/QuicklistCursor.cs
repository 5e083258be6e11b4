namespace Spinel.DataStructures;

/// <summary>An element's place in a <see cref="Quicklist"/>; default is none. Valid until the list is changed.</summary>
public readonly unsafe struct QuicklistCursor
{
    internal QuicklistCursor(QuicklistNode* node, int position)
    {
        Node = node;
        Position = position;
    }

    public bool IsNone => Node == null;

    /// <summary>The element. Precondition: not <see cref="IsNone"/>.</summary>
    public ListpackValue Value => Node->Elements.Get(Position);

    /// <summary>A reader of this element and those behind it in the same listpack.</summary>
    public ListpackReader ReadNode() => Node->Elements.Read(Position);

    /// <summary>The first place in the next listpack, or none.</summary>
    public QuicklistCursor NextNode() => FirstOf(Node->Next);

    internal QuicklistNode* Node { get; }

    internal int Position { get; }

    /// <summary>The place after this one, or none.</summary>
    public QuicklistCursor Next()
    {
        int position = Node->Elements.Next(Position);
        return position >= 0 ? new QuicklistCursor(Node, position) : FirstOf(Node->Next);
    }

    /// <summary>The place before this one, or none.</summary>
    public QuicklistCursor Previous()
    {
        int position = Node->Elements.Previous(Position);
        return position >= 0 ? new QuicklistCursor(Node, position) : LastOf(Node->Previous);
    }

    /// <summary>Whether the element is <paramref name="text"/>.</summary>
    public bool Holds(ReadOnlySpan<byte> text) => Node->Elements.Equals(Position, text);

    internal static QuicklistCursor FirstOf(QuicklistNode* node) => node == null ? default : new QuicklistCursor(node, node->Elements.First);

    internal static QuicklistCursor LastOf(QuicklistNode* node) => node == null ? default : new QuicklistCursor(node, node->Elements.Last);
}
