namespace Spinel.DataStructures;

/// <summary>
/// A node of an <see cref="IdTree"/>: this header, then room for <see cref="Capacity"/> ids and as many values, which in inner nodes are
/// the addresses of children.
/// </summary>
internal unsafe struct IdTreeNode
{
    public int Count;
    public int Capacity;

    /// <summary>Neighbours of a leaf.</summary>
    public IdTreeNode* Previous;
    public IdTreeNode* Next;

    // Both lie behind the header, within the BytesFor(Capacity) bytes of the block.
    public StreamId* Ids => (StreamId*)((byte*)Self + sizeof(IdTreeNode));

    public nint* Values => (nint*)(Ids + Capacity);

    private IdTreeNode* Self => (IdTreeNode*)System.Runtime.CompilerServices.Unsafe.AsPointer(ref this);

    public static nuint BytesFor(int capacity) =>
        (nuint)sizeof(IdTreeNode) + ((nuint)capacity * (nuint)(sizeof(StreamId) + sizeof(nint)));

    /// <summary>Index of the first id that is at least <paramref name="id"/>.</summary>
    public int LowerBound(StreamId id)
    {
        StreamId* ids = Ids;
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
    public int UpperBound(StreamId id)
    {
        int at = LowerBound(id);
        return at < Count && Ids[at] == id ? at + 1 : at;
    }

    /// <summary>Precondition: there is room.</summary>
    public void InsertAt(int at, StreamId id, nint value)
    {
        int behind = Count - at;
        new Span<StreamId>(Ids + at, behind).CopyTo(new Span<StreamId>(Ids + at + 1, behind));
        new Span<nint>(Values + at, behind).CopyTo(new Span<nint>(Values + at + 1, behind));
        Ids[at] = id;
        Values[at] = value;
        Count++;
    }

    public void RemoveAt(int at)
    {
        int behind = --Count - at;
        new Span<StreamId>(Ids + at + 1, behind).CopyTo(new Span<StreamId>(Ids + at, behind));
        new Span<nint>(Values + at + 1, behind).CopyTo(new Span<nint>(Values + at, behind));
    }
}

/// <summary>A place in an <see cref="IdTree"/>, good until the tree changes.</summary>
internal unsafe struct IdTreeCursor(IdTreeNode* leaf, int index)
{
    private IdTreeNode* _leaf = leaf;
    private int _index = index;

    /// <summary>True behind the last and before the first id.</summary>
    public readonly bool IsEnd => _leaf == null;

    public readonly StreamId Id => _leaf->Ids[_index];

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
