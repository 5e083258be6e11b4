namespace Spinel.DataStructures;

/// <summary>An element's place in a <see cref="Quicklist"/>; default is none. Valid until the list is changed.</summary>
public readonly unsafe struct QuicklistCursor
{
    private readonly QuicklistHeader* _list;

    internal QuicklistCursor(QuicklistHeader* list, QuicklistNode* node, int position)
    {
        _list = list;
        Node = node;
        Position = position;
    }

    public bool IsNone => Node == null;

    /// <summary>The element. Precondition: not <see cref="IsNone"/>.</summary>
    public ListpackValue Value => Elements.Get(Position);

    /// <summary>A reader of this element and those behind it in the same listpack.</summary>
    public ListpackReader ReadNode() => Elements.Read(Position);

    /// <summary>The first place in the next listpack, or none.</summary>
    public QuicklistCursor NextNode() => FirstOf(_list, Node->Next);

    internal QuicklistNode* Node { get; }

    private Listpack Elements => Quicklist.ElementsOf(_list, Node);

    internal int Position { get; }

    /// <summary>The place after this one, or none.</summary>
    public QuicklistCursor Next()
    {
        int position = Elements.Next(Position);
        return position >= 0 ? new QuicklistCursor(_list, Node, position) : FirstOf(_list, Node->Next);
    }

    /// <summary>The place before this one, or none.</summary>
    public QuicklistCursor Previous()
    {
        int position = Elements.Previous(Position);
        return position >= 0 ? new QuicklistCursor(_list, Node, position) : LastOf(_list, Node->Previous);
    }

    /// <summary>Whether the element is <paramref name="text"/>.</summary>
    public bool Holds(ReadOnlySpan<byte> text) => Elements.Equals(Position, text);

    internal static QuicklistCursor FirstOf(QuicklistHeader* list, QuicklistNode* node) =>
        node == null ? default : new QuicklistCursor(list, node, Quicklist.ElementsOf(list, node).First);

    internal static QuicklistCursor LastOf(QuicklistHeader* list, QuicklistNode* node) =>
        node == null ? default : new QuicklistCursor(list, node, Quicklist.ElementsOf(list, node).Last);
}
