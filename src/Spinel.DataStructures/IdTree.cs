using Spinel.Memory;

namespace Spinel.DataStructures;

/// <summary>
/// An ordered map from <see cref="StreamId"/>s to words in native memory: the blocks of a stream, and the pending entries of its groups.
/// The struct is part of what it belongs to; all zero, it is empty and has no memory.
/// </summary>
/// <remarks>
/// A B+-tree with 32 ids to a node and linked leaves. Ids mostly come in order, so a full node that is appended to stays full instead of
/// being halved: such a tree takes 25 bytes an entry. Its only node starts small, because most trees of pending entries are.
/// <para>
/// Nodes are freed when they are empty and never merged: entries of a stream go in the order they came, whole nodes at a time, and for
/// other patterns free-at-empty loses little (Johnson and Shasha, "B-trees with inserts and deletes: why free-at-empty is better than
/// merge-at-half", 1993).
/// </para>
/// An inner node's ids are lower bounds of its children, the first of which has none. All operations take O(log n); cursors step in O(1) and
/// are good until the next change.
/// Source: Comer, "The Ubiquitous B-Tree", 1979.
/// </remarks>
internal unsafe partial struct IdTree
{
    private const int Fanout = 32;
    private const int SmallestCapacity = 2;

    // Inner nodes that appending fills have 32 children, so 16 levels are more than memory can hold.
    private const int MaxHeight = 16;

    private IdTreeNode* _root;
    private int _height;

    /// <summary>How many ids there are.</summary>
    public long Count { get; private set; }

    /// <summary>Bytes that the nodes occupy in the heap.</summary>
    public long MemoryBytes { get; private set; }

    /// <summary>The smallest id.</summary>
    public readonly IdTreeCursor First
    {
        get
        {
            IdTreeNode* node = _root;
            for (int i = 0; i < _height; i++)
            {
                node = (IdTreeNode*)node->Values[0];
            }

            return new IdTreeCursor(node, 0);
        }
    }

    /// <summary>The greatest id.</summary>
    public readonly IdTreeCursor Last
    {
        get
        {
            IdTreeNode* node = _root;
            for (int i = 0; i < _height; i++)
            {
                node = (IdTreeNode*)node->Values[node->Count - 1];
            }

            return new IdTreeCursor(node, node == null ? 0 : node->Count - 1);
        }
    }

    /// <summary>The smallest id that is at least <paramref name="id"/>.</summary>
    public readonly IdTreeCursor Ceiling(StreamId id)
    {
        IdTreeNode* leaf = Descend(id, null);
        if (leaf == null)
        {
            return default;
        }

        int at = leaf->LowerBound(id);
        return at < leaf->Count ? new IdTreeCursor(leaf, at) : new IdTreeCursor(leaf->Next, 0);
    }

    /// <summary>The greatest id that is at most <paramref name="id"/>.</summary>
    public readonly IdTreeCursor Floor(StreamId id)
    {
        IdTreeNode* leaf = Descend(id, null);
        if (leaf == null)
        {
            return default;
        }

        int at = leaf->UpperBound(id) - 1;
        if (at >= 0)
        {
            return new IdTreeCursor(leaf, at);
        }

        leaf = leaf->Previous;
        return new IdTreeCursor(leaf, leaf == null ? 0 : leaf->Count - 1);
    }

    /// <summary>The cursor of an id, at the end when it is not there.</summary>
    public readonly IdTreeCursor Find(StreamId id)
    {
        IdTreeNode* leaf = Descend(id, null);
        int at = leaf == null ? 0 : leaf->LowerBound(id);
        return leaf != null && at < leaf->Count && leaf->Ids[at] == id ? new IdTreeCursor(leaf, at) : default;
    }

    /// <summary>Adds an id; false when it is there already, and then nothing changes.</summary>
    public bool TryAdd(NativeHeap heap, StreamId id, nint value)
    {
        Step* path = stackalloc Step[MaxHeight];
        if (_root == null)
        {
            _root = Create(heap, SmallestCapacity);
        }

        IdTreeNode* leaf = Descend(id, path);
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
    public bool TryRemove(NativeHeap heap, StreamId id, out nint value)
    {
        Step* path = stackalloc Step[MaxHeight];
        IdTreeNode* node = Descend(id, path);
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

    private void Free(NativeHeap heap, IdTreeNode* node, int level, bool ownerThread)
    {
        for (int i = 0; level > 0 && i < node->Count; i++)
        {
            Free(heap, (IdTreeNode*)node->Values[i], level - 1, ownerThread);
        }

        Destroy(heap, node, ownerThread);
    }

    private static void Unlink(IdTreeNode* leaf)
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
    private readonly IdTreeNode* Descend(StreamId id, Step* path)
    {
        IdTreeNode* node = _root;
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

            node = (IdTreeNode*)node->Values[at];
        }

        return node;
    }

    private void Insert(NativeHeap heap, Step* path, IdTreeNode* node, int at, StreamId id, nint value)
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

            IdTreeNode* right = Split(heap, node, at, id, value, isLeaf: level == 0);
            id = right->Ids[0];
            value = (nint)right;
            if (level == _height)
            {
                IdTreeNode* root = Create(heap, Fanout);
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
    private IdTreeNode* Split(NativeHeap heap, IdTreeNode* node, int at, StreamId id, nint value, bool isLeaf)
    {
        IdTreeNode* right = Create(heap, Fanout);
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

    private IdTreeNode* Enlarge(NativeHeap heap, IdTreeNode* node)
    {
        IdTreeNode* larger = Create(heap, node->Capacity * 2);
        for (int i = 0; i < node->Count; i++)
        {
            larger->InsertAt(i, node->Ids[i], node->Values[i]);
        }

        Destroy(heap, node, ownerThread: true);
        return larger;
    }

    private IdTreeNode* Create(NativeHeap heap, int capacity)
    {
        nuint bytes = IdTreeNode.BytesFor(capacity);
        IdTreeNode* node = (IdTreeNode*)heap.Allocate(bytes);
        *node = new IdTreeNode { Capacity = capacity };
        MemoryBytes += (long)NativeHeap.UsableSize(bytes);
        return node;
    }

    private void Destroy(NativeHeap heap, IdTreeNode* node, bool ownerThread)
    {
        nuint bytes = IdTreeNode.BytesFor(node->Capacity);
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
        public IdTreeNode* Node;
        public int Index;
    }
}
