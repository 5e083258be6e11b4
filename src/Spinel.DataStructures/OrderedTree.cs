using System.Numerics;
using Spinel.Memory;

namespace Spinel.DataStructures;

/// <summary>
/// An ordered map to words in native memory: of ids to the blocks of a stream, and to the pending entries of its groups, which some keep by the time of their delivery, too. Keys
/// are called ids here. The struct is part of what it belongs to; all zero, it is empty and has no memory.
/// </summary>
/// <remarks>
/// A B+-tree with 32 ids to a node and linked leaves. Ids mostly come in order, so a full node that is appended to stays full instead of
/// being halved: such a tree takes 25 bytes an entry with ids of 16. Its only node starts small, because most trees of pending entries are.
/// <para>
/// Nodes are freed when they are empty and never merged: entries of a stream go in the order they came, whole nodes at a time, and for
/// other patterns free-at-empty loses little (Johnson and Shasha, "B-trees with inserts and deletes: why free-at-empty is better than
/// merge-at-half", 1993).
/// </para>
/// An inner node's ids are lower bounds of its children, the first of which has none. All operations take O(log n); cursors step in O(1) and
/// are good until the next change.
/// Source: Comer, "The Ubiquitous B-Tree", 1979.
/// </remarks>
internal unsafe partial struct OrderedTree<TKey>
    where TKey : unmanaged, IComparisonOperators<TKey, TKey, bool>
{
    private const int Fanout = 32;
    private const int SmallestCapacity = 2;

    // Inner nodes that appending fills have 32 children, so 16 levels are more than memory can hold.
    private const int MaxHeight = 16;

    private OrderedTreeNode<TKey>* _root;
    private int _height;

    /// <summary>How many ids there are.</summary>
    public long Count { get; private set; }

    /// <summary>Bytes that the nodes occupy in the heap.</summary>
    public long MemoryBytes { get; private set; }

    /// <summary>The smallest id.</summary>
    public readonly OrderedTreeCursor<TKey> First
    {
        get
        {
            OrderedTreeNode<TKey>* node = _root;
            for (int i = 0; i < _height; i++)
            {
                node = (OrderedTreeNode<TKey>*)node->Values[0];
            }

            return new OrderedTreeCursor<TKey>(node, 0);
        }
    }

    /// <summary>The greatest id.</summary>
    public readonly OrderedTreeCursor<TKey> Last
    {
        get
        {
            OrderedTreeNode<TKey>* node = _root;
            for (int i = 0; i < _height; i++)
            {
                node = (OrderedTreeNode<TKey>*)node->Values[node->Count - 1];
            }

            return new OrderedTreeCursor<TKey>(node, node == null ? 0 : node->Count - 1);
        }
    }

    /// <summary>The smallest id that is at least <paramref name="id"/>.</summary>
    public readonly OrderedTreeCursor<TKey> Ceiling(TKey id)
    {
        OrderedTreeNode<TKey>* leaf = Descend(id, null);
        if (leaf == null)
        {
            return default;
        }

        int at = leaf->LowerBound(id);
        return at < leaf->Count ? new OrderedTreeCursor<TKey>(leaf, at) : new OrderedTreeCursor<TKey>(leaf->Next, 0);
    }

    /// <summary>The greatest id that is at most <paramref name="id"/>.</summary>
    public readonly OrderedTreeCursor<TKey> Floor(TKey id)
    {
        OrderedTreeNode<TKey>* leaf = Descend(id, null);
        if (leaf == null)
        {
            return default;
        }

        int at = leaf->UpperBound(id) - 1;
        if (at >= 0)
        {
            return new OrderedTreeCursor<TKey>(leaf, at);
        }

        leaf = leaf->Previous;
        return new OrderedTreeCursor<TKey>(leaf, leaf == null ? 0 : leaf->Count - 1);
    }

    /// <summary>The cursor of an id, at the end when it is not there.</summary>
    public readonly OrderedTreeCursor<TKey> Find(TKey id)
    {
        OrderedTreeNode<TKey>* leaf = Descend(id, null);
        int at = leaf == null ? 0 : leaf->LowerBound(id);
        return leaf != null && at < leaf->Count && leaf->Ids[at] == id ? new OrderedTreeCursor<TKey>(leaf, at) : default;
    }

    /// <summary>Adds an id; false when it is there already, and then nothing changes.</summary>
    public bool TryAdd(NativeHeap heap, TKey id, nint value)
    {
        Step* path = stackalloc Step[MaxHeight];
        if (_root == null)
        {
            _root = Create(heap, SmallestCapacity);
        }

        OrderedTreeNode<TKey>* leaf = Descend(id, path);
        int at = leaf->LowerBound(id);
        if (at < leaf->Count && leaf->Ids[at] == id)
        {
            return false;
        }

        Count++;
        Insert(heap, path, leaf, at, id, value);
        return true;
    }

    /// <summary>Removes an id and gives its value; false when it is not there.</summary>
    public bool TryRemove(NativeHeap heap, TKey id, out nint value)
    {
        Step* path = stackalloc Step[MaxHeight];
        OrderedTreeNode<TKey>* node = Descend(id, path);
        value = 0;
        if (node == null)
        {
            return false;
        }

        int at = node->LowerBound(id);
        if (at == node->Count || node->Ids[at] != id)
        {
            return false;
        }

        value = node->Values[at];
        Count--;
        node->RemoveAt(at);
        if (node->Count == 0)
        {
            Unlink(node);
            for (int level = 0; node->Count == 0; level++)
            {
                Destroy(heap, node, ownerThread: true);
                if (level == _height)
                {
                    this = default;
                    return true;
                }

                node = path[level].Node;
                node->RemoveAt(path[level].Index);
            }
        }

        DropSingleRoots(heap);
        return true;
    }

    /// <summary>Frees the nodes; the tree is empty then. What the values point to is the caller's.</summary>
    public void Free(NativeHeap heap, bool ownerThread)
    {
        if (_root != null)
        {
            Free(heap, _root, _height, ownerThread);
        }

        this = default;
    }

    private void Free(NativeHeap heap, OrderedTreeNode<TKey>* node, int level, bool ownerThread)
    {
        for (int i = 0; level > 0 && i < node->Count; i++)
        {
            Free(heap, (OrderedTreeNode<TKey>*)node->Values[i], level - 1, ownerThread);
        }

        Destroy(heap, node, ownerThread);
    }

    private static void Unlink(OrderedTreeNode<TKey>* leaf)
    {
        if (leaf->Previous != null)
        {
            leaf->Previous->Next = leaf->Next;
        }

        if (leaf->Next != null)
        {
            leaf->Next->Previous = leaf->Previous;
        }
    }

    /// <summary>The leaf that an id belongs to, and the way there, from the leaf's parent up, when <paramref name="path"/> is given.</summary>
    private readonly OrderedTreeNode<TKey>* Descend(TKey id, Step* path)
    {
        OrderedTreeNode<TKey>* node = _root;
        for (int level = _height - 1; level >= 0; level--)
        {
            int at = Math.Max(node->UpperBound(id) - 1, 0);
            if (path != null)
            {
                path[level] = new Step { Node = node, Index = at };
                if (id < node->Ids[0])
                {
                    // The first child takes all that is smaller; its bound follows, so that a neighbour split off it keeps the order.
                    node->Ids[0] = id;
                }
            }

            node = (OrderedTreeNode<TKey>*)node->Values[at];
        }

        return node;
    }

    private void Insert(NativeHeap heap, Step* path, OrderedTreeNode<TKey>* node, int at, TKey id, nint value)
    {
        for (int level = 0; ; level++)
        {
            if (node->Count == node->Capacity && node->Capacity < Fanout)
            {
                // Only a leaf that is the root is ever small.
                node = _root = Enlarge(heap, node);
            }

            if (node->Count < node->Capacity)
            {
                node->InsertAt(at, id, value);
                return;
            }

            OrderedTreeNode<TKey>* right = Split(heap, node, at, id, value, isLeaf: level == 0);
            id = right->Ids[0];
            value = (nint)right;
            if (level == _height)
            {
                OrderedTreeNode<TKey>* root = Create(heap, Fanout);
                root->InsertAt(0, node->Ids[0], (nint)node);
                root->InsertAt(1, id, value);
                _root = root;
                _height++;
                return;
            }

            node = path[level].Node;
            at = path[level].Index + 1;
        }
    }

    /// <summary>Gives a full node a right neighbour, and one of the two the new id.</summary>
    private OrderedTreeNode<TKey>* Split(NativeHeap heap, OrderedTreeNode<TKey>* node, int at, TKey id, nint value, bool isLeaf)
    {
        OrderedTreeNode<TKey>* right = Create(heap, Fanout);
        if (at == node->Count)
        {
            right->InsertAt(0, id, value);
        }
        else
        {
            int half = node->Count / 2;
            for (int i = half; i < node->Count; i++)
            {
                right->InsertAt(i - half, node->Ids[i], node->Values[i]);
            }

            node->Count = half;
            if (at <= half)
            {
                node->InsertAt(at, id, value);
            }
            else
            {
                right->InsertAt(at - half, id, value);
            }
        }

        if (isLeaf)
        {
            right->Previous = node;
            right->Next = node->Next;
            if (right->Next != null)
            {
                right->Next->Previous = right;
            }

            node->Next = right;
        }

        return right;
    }

    private OrderedTreeNode<TKey>* Enlarge(NativeHeap heap, OrderedTreeNode<TKey>* node)
    {
        OrderedTreeNode<TKey>* larger = Create(heap, node->Capacity * 2);
        for (int i = 0; i < node->Count; i++)
        {
            larger->InsertAt(i, node->Ids[i], node->Values[i]);
        }

        Destroy(heap, node, ownerThread: true);
        return larger;
    }

    private OrderedTreeNode<TKey>* Create(NativeHeap heap, int capacity)
    {
        nuint bytes = OrderedTreeNode<TKey>.BytesFor(capacity);
        OrderedTreeNode<TKey>* node = (OrderedTreeNode<TKey>*)heap.Allocate(bytes);
        *node = new OrderedTreeNode<TKey> { Capacity = capacity };
        MemoryBytes += (long)NativeHeap.UsableSize(bytes);
        return node;
    }

    private void Destroy(NativeHeap heap, OrderedTreeNode<TKey>* node, bool ownerThread)
    {
        nuint bytes = OrderedTreeNode<TKey>.BytesFor(node->Capacity);
        MemoryBytes -= (long)NativeHeap.UsableSize(bytes);
        if (ownerThread)
        {
            heap.Free((byte*)node, bytes);
        }
        else
        {
            heap.FreeFromOtherThread((byte*)node, bytes);
        }
    }

    private struct Step
    {
        public OrderedTreeNode<TKey>* Node;
        public int Index;
    }
}
