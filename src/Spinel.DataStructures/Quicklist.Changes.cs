using System.Diagnostics;
using Spinel.Memory;

namespace Spinel.DataStructures;

public readonly unsafe partial struct Quicklist
{
    /// <summary>Adds an element before the first.</summary>
    public void PushFirst(NativeHeap heap, scoped ListpackElement element, QuicklistNodeLimit limit)
    {
        QuicklistNode* node = _header->First;
        if (node == null || !limit.Admits(node, element.TotalBytes))
        {
            if (node != null)
            {
                node->Close(heap);
            }

            InsertNode(heap, null, Single(heap, element), 1);
            ReserveIfMany(heap, _header->First, node, limit);
            CompressBehind(heap, atStart: true, limit);
            return;
        }

        BeforeChange(heap, node);
        node->Prepend(heap, element, limit.MaxBytes);
        _header->Count++;
    }

    /// <summary>Adds an element after the last.</summary>
    public void PushLast(NativeHeap heap, scoped ListpackElement element, QuicklistNodeLimit limit)
    {
        QuicklistNode* node = _header->Last;
        if (node == null || !limit.Admits(node, element.TotalBytes))
        {
            if (node != null)
            {
                node->Close(heap);
            }

            InsertNode(heap, node, Single(heap, element), 1);
            ReserveIfMany(heap, _header->Last, node, limit);
            CompressBehind(heap, atStart: false, limit);
            return;
        }

        BeforeChange(heap, node);
        node->Append(heap, element, limit.MaxBytes);
        _header->Count++;
    }

    /// <summary>Adds an element next to another. Cursors are no longer valid.</summary>
    public void Insert(NativeHeap heap, QuicklistCursor place, bool after, scoped ListpackElement element, QuicklistNodeLimit limit)
    {
        QuicklistNode* node = place.Node;
        bool opens = IsOpening(node) || IsOpening(node->Previous) || IsOpening(node->Next);
        CloseCopies(_header);
        InsertOnly(heap, place, after, element, limit);
        JoinAround(heap, node, limit.MaxBytes, limit);
        if (opens)
        {
            CompressInner(heap, limit);
        }
    }

    /// <summary>Replaces an element. Cursors are no longer valid.</summary>
    public void Replace(NativeHeap heap, QuicklistCursor place, scoped ListpackElement element, QuicklistNodeLimit limit)
    {
        QuicklistNode* node = place.Node;
        bool opens = IsOpening(node) || IsOpening(node->Previous) || IsOpening(node->Next);
        CloseCopies(_header);
        node->Open(heap);
        Listpack elements = node->Elements;
        int next = elements.Next(place.Position);
        int oldBytes = (next >= 0 ? next : elements.EndPosition) - place.Position;
        if (node->Count == 1 || limit.Admits(node, element.TotalBytes - oldBytes, addedCount: 0))
        {
            BeforeChange(heap, node);
            node->Elements = node->Close(heap).Replace(heap, place.Position, element);
        }
        else
        {
            // Adding after it leaves the old one where it stands, whatever becomes of its node.
            InsertOnly(heap, place, after: true, element, limit);
            Remove(heap, place);
        }

        if (opens)
        {
            CompressInner(heap, limit);
        }
    }

    /// <summary>Removes an element. Cursors are no longer valid.</summary>
    public void Remove(NativeHeap heap, QuicklistCursor place)
    {
        CloseCopies(_header);
        RemoveFromNode(heap, place.Node, place.Position, 1);
    }

    /// <summary>
    /// Removes up to <paramref name="count"/> elements from index <paramref name="start"/> (0 or more) on. Cursors are no longer valid.
    /// </summary>
    /// <returns>How many there were.</returns>
    public long RemoveRange(NativeHeap heap, long start, long count, QuicklistNodeLimit limit)
    {
        QuicklistNode* node = SeekNode(start, out int index);
        long left = node == null ? 0 : Math.Min(count, _header->Count - start);
        long removed = Math.Max(left, 0);
        bool opens = false;
        CloseCopies(_header);
        while (left > 0)
        {
            QuicklistNode* next = node->Next;
            int here = (int)Math.Min(left, node->Count - index);
            bool remains = here < node->Count;
            if (remains)
            {
                opens |= IsOpening(node);
                node->Open(heap);
            }

            RemoveFromNode(heap, node, remains ? node->Elements.Seek(index) : 0, here);
            left -= here;
            if (remains && left == 0)
            {
                opens |= IsOpening(node->Previous) || IsOpening(node->Next);
                JoinAround(heap, node, limit.MaxBytes / 2, limit);
            }

            node = next;
            index = 0;
        }

        if (opens)
        {
            CompressInner(heap, limit);
        }

        return removed;
    }

    /// <summary>Removes elements that are <paramref name="text"/>: at most <paramref name="most"/>, counted from the start or from the end.</summary>
    /// <returns>How many were removed.</returns>
    public long RemoveMatching(NativeHeap heap, ReadOnlySpan<byte> text, long most, bool fromEnd, QuicklistNodeLimit limit)
    {
        long removed = 0;
        bool opens = false;
        QuicklistNode* node = fromEnd ? _header->Last : _header->First;
        while (node != null && removed < most)
        {
            QuicklistNode* next = fromEnd ? node->Previous : node->Next;
            int before = node->Count;
            if (node->IsCompressed)
            {
                if (ElementsOf(_header, node).Find(text) < 0)
                {
                    node = next;
                    continue;
                }

                opens = true;
                CloseCopies(_header);
                node->Open(heap);
            }

            int here = fromEnd ? RemoveMatchingBackward(heap, node, text, most - removed) : RemoveMatchingForward(heap, node, text, most - removed);
            removed += here;
            if (here > 0 && here < before)
            {
                // With the neighbour that has been dealt with; the other one may shrink yet.
                QuicklistNode* done = fromEnd ? node->Next : node->Previous;
                JoinIfSmall(heap, fromEnd ? node : done, fromEnd ? done : node, limit.MaxBytes / 2, limit);
            }

            node = next;
        }

        CloseCopies(_header);
        if (opens)
        {
            CompressInner(heap, limit);
        }

        return removed;
    }

    private int RemoveMatchingForward(NativeHeap heap, QuicklistNode* node, ReadOnlySpan<byte> text, long most)
    {
        int removed = 0;
        int position = node->Elements.Find(text);
        while (position >= 0 && removed < most)
        {
            removed++;
            if (RemoveFromNode(heap, node, position, 1))
            {
                break;
            }

            position = node->Elements.Find(text, node->Elements.OrNone(position));
        }

        return removed;
    }

    private int RemoveMatchingBackward(NativeHeap heap, QuicklistNode* node, ReadOnlySpan<byte> text, long most)
    {
        int removed = 0;
        int position = node->Elements.Last;
        while (position >= 0 && removed < most)
        {
            int previous = node->Elements.Previous(position);
            if (node->Elements.Equals(position, text))
            {
                removed++;
                if (RemoveFromNode(heap, node, position, 1))
                {
                    break;
                }
            }

            position = previous;
        }

        return removed;
    }

    /// <summary>Inserts without joining nodes: the cursor stays valid when the element goes after it.</summary>
    private void InsertOnly(NativeHeap heap, QuicklistCursor place, bool after, scoped ListpackElement element, QuicklistNodeLimit limit)
    {
        QuicklistNode* node = place.Node;
        Listpack elements = node->Close(heap);
        if (limit.Admits(node, element.TotalBytes))
        {
            BeforeChange(heap, node);
            node->Elements = after ? elements.InsertAfter(heap, place.Position, element) : elements.InsertBefore(heap, place.Position, element);
            node->Count++;
            _header->Count++;
            return;
        }

        // The node is full. Unless the place is at its edge it is cut in two there, and the element goes to either side, or in between.
        int split = after ? elements.Next(place.Position) : place.Position;
        QuicklistNode* left = node;
        if (!after && split == elements.First)
        {
            left = node->Previous;
        }
        else if (split >= 0)
        {
            BeforeChange(heap, node);
            node->Elements = elements.SplitBefore(heap, split, out Listpack rest);
            int moved = rest.Count;
            node->Count -= moved;
            _header->Count -= moved;
            InsertNode(heap, node, rest, moved);
        }

        QuicklistNode* right = left == null ? _header->First : left->Next;
        if (left != null && limit.Admits(left, element.TotalBytes))
        {
            BeforeChange(heap, left);
            left->Append(heap, element, limit.MaxBytes);
            _header->Count++;
        }
        else if (right != null && limit.Admits(right, element.TotalBytes))
        {
            BeforeChange(heap, right);
            right->Prepend(heap, element, limit.MaxBytes);
            _header->Count++;
        }
        else
        {
            InsertNode(heap, left, Single(heap, element), 1);
        }
    }

    private bool IsUnseen(QuicklistNode* node) => IsWatched && node->Epoch != _header->Epoch;

    /// <summary>Announces that the content of a node is about to change.</summary>
    private void BeforeChange(NativeHeap heap, QuicklistNode* node)
    {
        if (IsUnseen(node))
        {
            PartWatches.Get<ListParts>(heap, (nint)_header).BeforeChange(node, takesOver: false);
        }
    }

    /// <summary>Gives a node that has just been begun at an end room for as much as its neighbour holds.</summary>
    private void ReserveIfMany(NativeHeap heap, QuicklistNode* begun, QuicklistNode* neighbour, QuicklistNodeLimit limit)
    {
        if (_header->NodeCount > QuicklistNode.ManyNodes)
        {
            int bytes = Math.Min(limit.MaxBytes, neighbour->TotalBytes);
            if (bytes > begun->Elements.TotalBytes)
            {
                begun->Reserve(heap, bytes, before: begun == _header->First);
            }
        }
    }

    private static Listpack Single(NativeHeap heap, scoped ListpackElement element) => Listpack.Create(heap).Append(heap, element);

    private void AppendNode(NativeHeap heap, Listpack elements, int count) => InsertNode(heap, _header->Last, elements, count);

    /// <summary>Links a new node after <paramref name="left"/>, or as the first when that is null.</summary>
    private void InsertNode(NativeHeap heap, QuicklistNode* left, Listpack elements, int count) =>
        InsertNode(heap, left, new QuicklistNode { Address = elements.Address, Count = count });

    /// <summary>Links a node with the content of another after <paramref name="left"/>, or as the first when that is null.</summary>
    private void InsertNode(NativeHeap heap, QuicklistNode* left, QuicklistNode content)
    {
        var node = (QuicklistNode*)heap.Allocate((nuint)sizeof(QuicklistNode));
        QuicklistNode* right = left == null ? _header->First : left->Next;
        *node = content;
        node->Previous = left;
        node->Next = right;
        node->Epoch = _header->Epoch;
        if (left == null)
        {
            _header->First = node;
        }
        else
        {
            left->Next = node;
        }

        if (right == null)
        {
            _header->Last = node;
        }
        else
        {
            right->Previous = node;
        }

        _header->Count += content.Count;
        _header->NodeCount++;
    }

    /// <summary>Takes a node out of the chain and frees it, but not its elements.</summary>
    private void Unlink(NativeHeap heap, QuicklistNode* node)
    {
        if (IsWatched)
        {
            PartWatches.Get<ListParts>(heap, (nint)_header).BeforeUnlink(node);
        }

        if (node->Previous == null)
        {
            _header->First = node->Next;
        }
        else
        {
            node->Previous->Next = node->Next;
        }

        if (node->Next == null)
        {
            _header->Last = node->Previous;
        }
        else
        {
            node->Next->Previous = node->Previous;
        }

        _header->Count -= node->Count;
        _header->NodeCount--;
        heap.Free((byte*)node, (nuint)sizeof(QuicklistNode));
        OpenEnds(heap);
    }

    /// <summary>Removes elements of one node from <paramref name="position"/> on; all of them free the node.</summary>
    /// <returns>True when the node is gone.</returns>
    private bool RemoveFromNode(NativeHeap heap, QuicklistNode* node, int position, int count)
    {
        Debug.Assert(count > 0 && count <= node->Count);
        if (count == node->Count)
        {
            if (IsUnseen(node))
            {
                PartWatches.Get<ListParts>(heap, (nint)_header).BeforeChange(node, takesOver: true);
            }
            else
            {
                node->FreeElements(heap);
            }

            Unlink(heap, node);
            return true;
        }

        BeforeChange(heap, node);
        node->Remove(heap, position, count);
        _header->Count -= count;
        return false;
    }

    private void JoinAround(NativeHeap heap, QuicklistNode* node, int mostBytes, QuicklistNodeLimit limit)
    {
        if (!JoinIfSmall(heap, node, node->Next, mostBytes, limit))
        {
            JoinIfSmall(heap, node->Previous, node, mostBytes, limit);
        }
    }

    /// <summary>Makes one node of two neighbours when it would have at most <paramref name="mostBytes"/>; the right one goes.</summary>
    private bool JoinIfSmall(NativeHeap heap, QuicklistNode* left, QuicklistNode* right, int mostBytes, QuicklistNodeLimit limit)
    {
        if (left == null || right == null || left->TotalBytes + (long)right->TotalBytes > mostBytes
            || left->Count + right->Count > limit.MaxCount)
        {
            return false;
        }

        BeforeChange(heap, left);
        BeforeChange(heap, right);
        int moved = right->Count;
        left->Elements = Listpack.Merge(heap, left->Close(heap), right->Close(heap));
        left->Count += moved;
        _header->Count += moved;
        Unlink(heap, right);
        return true;
    }
}
