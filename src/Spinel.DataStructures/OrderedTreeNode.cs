using System.Numerics;

namespace Spinel.DataStructures;

/// <summary>
/// A node of an <see cref="OrderedTree{TKey}"/>: this header, then room for <see cref="Capacity"/> ids and as many values, which in inner nodes are
/// the addresses of children.
/// </summary>
internal unsafe struct OrderedTreeNode<TKey>
    where TKey : unmanaged, IComparisonOperators<TKey, TKey, bool>
{
    public int Count;
    public int Capacity;

    /// <summary>Neighbours of a leaf.</summary>
    public OrderedTreeNode<TKey>* Previous;
    public OrderedTreeNode<TKey>* Next;

    // Both lie behind the header, within the BytesFor(Capacity) bytes of the block.
    public TKey* Ids => (TKey*)((byte*)Self + sizeof(OrderedTreeNode<TKey>));

    public nint* Values => (nint*)(Ids + Capacity);

    private OrderedTreeNode<TKey>* Self => (OrderedTreeNode<TKey>*)System.Runtime.CompilerServices.Unsafe.AsPointer(ref this);

    public static nuint BytesFor(int capacity) =>
        (nuint)sizeof(OrderedTreeNode<TKey>) + ((nuint)capacity * (nuint)(sizeof(TKey) + sizeof(nint)));

    /// <summary>Index of the first id that is at least <paramref name="id"/>.</summary>
    public int LowerBound(TKey id)
    {
        TKey* ids = Ids;
        int low = 0;
        for (int high = Count; low < high;)
        {
            int middle = (low + high) >> 1;
            if (ids[middle] < id)
            {
                low = middle + 1;
            }
            else
            {
                high = middle;
            }
        }

        return low;
    }

    /// <summary>Index of the first id that is greater than <paramref name="id"/>.</summary>
    public int UpperBound(TKey id)
    {
        int at = LowerBound(id);
        return at < Count && Ids[at] == id ? at + 1 : at;
    }

    /// <summary>Precondition: there is room.</summary>
    public void InsertAt(int at, TKey id, nint value)
    {
        int behind = Count - at;
        new Span<TKey>(Ids + at, behind).CopyTo(new Span<TKey>(Ids + at + 1, behind));
        new Span<nint>(Values + at, behind).CopyTo(new Span<nint>(Values + at + 1, behind));
        Ids[at] = id;
        Values[at] = value;
        Count++;
    }

    public void RemoveAt(int at)
    {
        int behind = --Count - at;
        new Span<TKey>(Ids + at + 1, behind).CopyTo(new Span<TKey>(Ids + at, behind));
        new Span<nint>(Values + at + 1, behind).CopyTo(new Span<nint>(Values + at, behind));
    }
}

/// <summary>A place in an <see cref="OrderedTree{TKey}"/>, good until the tree changes.</summary>
internal unsafe struct OrderedTreeCursor<TKey>(OrderedTreeNode<TKey>* leaf, int index)
    where TKey : unmanaged, IComparisonOperators<TKey, TKey, bool>
{
    private OrderedTreeNode<TKey>* _leaf = leaf;
    private int _index = index;

    /// <summary>True behind the last and before the first id.</summary>
    public readonly bool IsEnd => _leaf == null;

    public readonly TKey Id => _leaf->Ids[_index];

    public readonly nint Value
    {
        get => _leaf->Values[_index];
        set => _leaf->Values[_index] = value;
    }

    public void MoveNext()
    {
        if (++_index == _leaf->Count)
        {
            _leaf = _leaf->Next;
            _index = 0;
        }
    }

    public void MovePrevious()
    {
        if (--_index < 0)
        {
            _leaf = _leaf->Previous;
            _index = _leaf == null ? 0 : _leaf->Count - 1;
        }
    }
}
