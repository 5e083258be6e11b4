using System.Numerics;
using Spinel.Memory;

namespace Spinel.DataStructures;

// Removing many ids at once: those of another tree.
internal unsafe partial struct OrderedTree<TKey>
    where TKey : unmanaged, IComparisonOperators<TKey, TKey, bool>
{
    /// <summary>
    /// Removes the ids that <paramref name="others"/> has; values are not looked at. Both trees are walked side by side, each node once, so that it costs a few nanoseconds for each id of
    /// those nodes; nodes in which nothing can be are passed over.
    /// </summary>
    public void RemoveAll(NativeHeap heap, in OrderedTree<TKey> others)
    {
        OrderedTreeCursor<TKey> cursor = others.First;
        if (_root == null || cursor.IsEnd)
        {
            return;
        }

        if (RemoveAll(heap, _root, _height, ref cursor, default, isLast: true))
        {
            this = default;
            return;
        }

        DropSingleRoots(heap);
    }

    /// <summary>Removes ids from a subtree whose ids are smaller than <paramref name="end"/>, or just any when it is the last.</summary>
    /// <returns>Whether nothing was left, and the node is freed.</returns>
    private bool RemoveAll(NativeHeap heap, OrderedTreeNode<TKey>* node, int level, ref OrderedTreeCursor<TKey> others, TKey end, bool isLast)
    {
        int kept = 0;
        for (int i = 0; i < node->Count; i++)
        {
            bool goes;
            TKey id = node->Ids[i];
            if (level > 0)
            {
                bool isLastChild = i + 1 == node->Count;
                TKey childEnd = isLastChild ? end : node->Ids[i + 1];
                bool isOpen = isLastChild && isLast;
                goes = !others.IsEnd && (isOpen || others.Id < childEnd)
                    && RemoveAll(heap, (OrderedTreeNode<TKey>*)node->Values[i], level - 1, ref others, childEnd, isOpen);
            }
            else
            {
                while (!others.IsEnd && others.Id < id)
                {
                    others.MoveNext();
                }

                goes = !others.IsEnd && others.Id == id;
                Count -= goes ? 1 : 0;
            }

            if (!goes)
            {
                if (kept != i)
                {
                    node->Ids[kept] = id;
                    node->Values[kept] = node->Values[i];
                }

                kept++;
            }
        }

        node->Count = kept;
        if (kept > 0)
        {
            return false;
        }

        if (level == 0)
        {
            Unlink(node);
        }

        Destroy(heap, node, ownerThread: true);
        return true;
    }

    /// <summary>A root with one child is not needed.</summary>
    private void DropSingleRoots(NativeHeap heap)
    {
        while (_height > 0 && _root->Count == 1)
        {
            OrderedTreeNode<TKey>* child = (OrderedTreeNode<TKey>*)_root->Values[0];
            Destroy(heap, _root, ownerThread: true);
            _root = child;
            _height--;
        }
    }
}
