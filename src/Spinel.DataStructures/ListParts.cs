using Spinel.Memory;

namespace Spinel.DataStructures;

/// <summary>
/// Shows the nodes of a list in their order, as the list is when the walk begins. Once it is frozen it may change between the steps.
/// </summary>
/// <remarks>
/// A node that is about to change is copied first, or its content taken over where it is going to be freed. What becomes of the place in the order: the copy
/// belongs to the node as long as that is linked, however much it has changed, and to the node behind it, to be shown before that one, when it is unlinked. Nodes
/// never change places, so this keeps the order. Nodes whose epoch is the list's have been dealt with: shown, copied, or born later.
/// <para>
/// Cost: every node is copied once at most. Invariant: a node of an earlier epoch is as it was, and linked.
/// </para>
/// </remarks>
public sealed unsafe class ListParts
{
    private readonly Dictionary<nint, Images> _images = [];
    private Chain _tail;
    private QuicklistHeader* _list;
    private NativeHeap? _heap;
    private QuicklistNode* _node;
    private Listpack _owned;
    private bool _isOwned;
    private long _left;

    /// <summary>How many nodes are still to be shown, with the present one.</summary>
    public long Left => _left;

    /// <summary>The present node. Valid until the list changes; it is the same again after a change.</summary>
    public Listpack Current => _isOwned ? _owned : Quicklist.ElementsOf(_list, _node);

    /// <summary>Begins with the list of a key, at its first node.</summary>
    public void Begin(KeyBlock block)
    {
        _list = (QuicklistHeader*)block.Payload;
        _node = _list->First;
        _left = _list->NodeCount;
        _isOwned = false;
    }

    /// <summary>Goes to the next node; false when all have been shown.</summary>
    public bool MoveNext()
    {
        if (--_left == 0)
        {
            Quicklist.CloseCopies(_list);
        }

        if (_heap is null)
        {
            _node = _node->Next;
            return _left > 0;
        }

        if (!_isOwned)
        {
            _node->Epoch = _list->Epoch;
            _node = _node->Next;
        }

        FreeOwned();
        return _left > 0 && FindNext();
    }

    /// <summary>From now on the list may change between steps.</summary>
    public void Freeze(NativeHeap heap)
    {
        _list->Epoch++;
        for (QuicklistNode* shown = _node->Previous; shown != null; shown = shown->Previous)
        {
            shown->Epoch = _list->Epoch;
        }

        PartWatches.Add(heap, (nint)_list, this);
        _heap = heap;
    }

    /// <summary>Ends what <see cref="Freeze"/> began.</summary>
    public void Thaw()
    {
        if (_heap is not { } heap)
        {
            return;
        }

        FreeOwned();
        foreach (Images images in _images.Values)
        {
            images.Chain.Free(heap);
            if (images.HasOwn)
            {
                images.Own.Free(heap);
            }
        }

        _tail.Free(heap);
        _tail = default;
        _images.Clear();
        _list->Epoch++;
        PartWatches.Remove(heap, (nint)_list);
        _heap = null;
        _list = null;
    }

    /// <summary>Called by the list: a node of an earlier epoch is about to change.</summary>
    /// <param name="node">The node.</param>
    /// <param name="takesOver">Whether its content is of no more use to the list: then it is this reader's to free.</param>
    internal void BeforeChange(QuicklistNode* node, bool takesOver)
    {
        Listpack image = takesOver ? node->Close(_heap!) : Quicklist.ElementsOf(_list, node).Copy(_heap!);
        node->Epoch = _list->Epoch;
        if (node == _node && !_isOwned)
        {
            // It is being shown at this moment, and goes on from the copy.
            _owned = image;
            _isOwned = true;
            _node = node->Next;
            return;
        }

        Images images = ImagesOf(node);
        images.Own = image;
        images.HasOwn = true;
    }

    /// <summary>Called by the list: a node that has been dealt with is about to be unlinked.</summary>
    internal void BeforeUnlink(QuicklistNode* node)
    {
        QuicklistNode* next = node->Next;
        if (_node == node)
        {
            _node = next;
        }

        if (!_images.Remove((nint)node, out Images? images))
        {
            return;
        }

        if (images.HasOwn)
        {
            images.Chain.Add(images.Own);
        }

        if (next == null)
        {
            images.Chain.Add(_tail);
            _tail = images.Chain;
        }
        else
        {
            Images behind = ImagesOf(next);
            images.Chain.Add(behind.Chain);
            behind.Chain = images.Chain;
        }
    }

    private bool FindNext()
    {
        while (_node != null)
        {
            if (_node->Epoch != _list->Epoch && !HasBefore(_node))
            {
                return true;
            }

            if (_images.TryGetValue((nint)_node, out Images? images))
            {
                if (images.Chain.TryTake(out _owned))
                {
                    _isOwned = true;
                    return true;
                }

                _images.Remove((nint)_node);
                if (images.HasOwn)
                {
                    _owned = images.Own;
                    _isOwned = true;
                    _node = _node->Next;
                    return true;
                }
            }

            if (_node->Epoch == _list->Epoch)
            {
                _node = _node->Next;
            }
        }

        return _isOwned = _tail.TryTake(out _owned);
    }

    private bool HasBefore(QuicklistNode* node) => _images.Count > 0 && _images.ContainsKey((nint)node);

    private Images ImagesOf(QuicklistNode* node)
    {
        if (!_images.TryGetValue((nint)node, out Images? images))
        {
            images = new Images();
            _images.Add((nint)node, images);
        }

        return images;
    }

    private void FreeOwned()
    {
        if (_isOwned)
        {
            _owned.Free(_heap!);
            _isOwned = false;
        }
    }

    /// <summary>What is to be shown at the place of a node.</summary>
    private sealed class Images
    {
        /// <summary>Nodes that stood before it and are unlinked.</summary>
        public Chain Chain;

        /// <summary>The node's own old content.</summary>
        public Listpack Own { get; set; }

        public bool HasOwn { get; set; }
    }

    /// <summary>Copies in their order; two chains become one at no cost, for a list that is eaten up from its end.</summary>
    private struct Chain
    {
        private Link? _first;
        private Link? _last;

        public void Add(Listpack image)
        {
            var link = new Link(image);
            Add(new Chain { _first = link, _last = link });
        }

        public void Add(Chain other)
        {
            if (_last is null)
            {
                this = other;
            }
            else if (other._first is not null)
            {
                _last.Next = other._first;
                _last = other._last;
            }
        }

        public bool TryTake(out Listpack image)
        {
            image = _first?.Image ?? default;
            if (_first is null)
            {
                return false;
            }

            _first = _first.Next;
            if (_first is null)
            {
                _last = null;
            }

            return true;
        }

        public void Free(NativeHeap heap)
        {
            while (TryTake(out Listpack image))
            {
                image.Free(heap);
            }
        }

        private sealed class Link(Listpack image)
        {
            public Listpack Image { get; } = image;

            public Link? Next { get; set; }
        }
    }
}
