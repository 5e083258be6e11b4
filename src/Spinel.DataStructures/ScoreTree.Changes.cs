using Spinel.Memory;

namespace Spinel.DataStructures;

// Changes go down to a leaf once, remembering the way, and then up along it: sizes, first entries, splits and joins.
internal readonly unsafe partial struct ScoreTree
{
    /// <summary>A leaf with more entries has too little room for it to be worth the moving.</summary>
    private const int MostInSharing = ScoreLeaf.Capacity - 8;

    /// <summary>Adds an entry that is not there yet.</summary>
    public void Insert(NativeHeap heap, ScoredMember member)
    {
        Way way = default;
        ScoreLeaf* leaf = Descend(member.Score, member.Name, ref way, out int index);
        if (leaf->Count == ScoreLeaf.Capacity && TryShare(heap, ref way, leaf, index))
        {
            leaf = Descend(member.Score, member.Name, ref way, out index);
        }

        BeforeChange(heap, leaf);
        uint prefix = ScoredMember.PrefixOf(member.Score);
        bool isFirst = index == 0;
        nint added = 0;
        ScoreLeaf* target = leaf;
        if (leaf->Count == ScoreLeaf.Capacity)
        {
            ScoreLeaf* right = SplitLeaf(heap, leaf, index);
            added = (nint)right;
            if (index > leaf->Count || leaf->Count == ScoreLeaf.Capacity)
            {
                index -= leaf->Count;
                target = right;
            }
        }

        target->Insert(index, member.Address, prefix);
        nint child = (nint)leaf;
        for (int level = 1; level <= _header->Height; level++)
        {
            ScoreBranch* branch = way.BranchAt(level);
            int at = way.ChildAt(level);
            if (added == 0)
            {
                branch->AddToSize(at, 1);
                if (isFirst)
                {
                    RefreshFirst(branch, at, level - 1);
                }
            }
            else
            {
                SetChild(branch, at, child, level - 1);
                added = InsertChild(heap, branch, at + 1, added, level - 1);
            }

            isFirst = isFirst && at == 0;
            child = (nint)branch;
        }

        if (added != 0)
        {
            GrowRoot(heap, added);
        }
    }

    /// <summary>Takes an entry out.</summary>
    public void Remove(NativeHeap heap, ScoredMember member)
    {
        Way way = default;
        ScoreLeaf* leaf = Descend(member.Score, member.Name, ref way, out int index);
        if (index >= leaf->Count || leaf->EntryAt(index) != member.Address)
        {
            throw new InvalidOperationException("A member of a sorted set is not in the order of scores.");
        }

        RemoveAt(heap, ref way, leaf, index);
    }

    /// <summary>Takes the entry of a rank out and returns it. Precondition: there is one.</summary>
    public ScoredMember RemoveAt(NativeHeap heap, long rank)
    {
        Way way = default;
        ScoreLeaf* leaf = Descend(rank, ref way, out int index);
        ScoredMember member = new(leaf->EntryAt(index));
        RemoveAt(heap, ref way, leaf, index);
        return member;
    }

    /// <summary>Gives an entry another score. Where its neighbours allow it, it stays in its place.</summary>
    public void SetScore(NativeHeap heap, ScoredMember member, double score)
    {
        Way way = default;
        ScoreLeaf* leaf = Descend(member.Score, member.Name, ref way, out int index);
        if (index >= leaf->Count || leaf->EntryAt(index) != member.Address)
        {
            throw new InvalidOperationException("A member of a sorted set is not in the order of scores.");
        }

        if (!StaysBetween(leaf, index, score, member.Name))
        {
            RemoveAt(heap, ref way, leaf, index);
            member.Score = score;
            Insert(heap, member);
            return;
        }

        BeforeChange(heap, leaf);
        member.Score = score;
        leaf->SetPrefix(index, ScoredMember.PrefixOf(score));
        for (int level = 1; index == 0 && level <= _header->Height; level++)
        {
            index = way.ChildAt(level);
            RefreshFirst(way.BranchAt(level), index, level - 1);
        }
    }

    private static bool StaysBetween(ScoreLeaf* leaf, int index, double score, ReadOnlySpan<byte> name)
    {
        var probe = new MemberProbe(score, name, behindEqual: false);
        ScoreLeaf* left = index > 0 ? leaf : leaf->Previous;
        if (left != null)
        {
            int before = index > 0 ? index - 1 : left->Count - 1;
            if (!probe.IsBehind(left->PrefixAt(before), left->EntryAt(before)))
            {
                return false;
            }
        }

        ScoreLeaf* right = index + 1 < leaf->Count ? leaf : leaf->Next;
        int after = right == leaf ? index + 1 : 0;
        return right == null || !probe.IsBehind(right->PrefixAt(after), right->EntryAt(after));
    }

    private void RemoveAt(NativeHeap heap, ref Way way, ScoreLeaf* leaf, int index)
    {
        BeforeChange(heap, leaf);
        leaf->RemoveAt(index);
        bool firstChanged = index == 0;
        int count = leaf->Count;
        for (int level = 1; level <= _header->Height; level++)
        {
            ScoreBranch* branch = way.BranchAt(level);
            int at = way.ChildAt(level);
            branch->AddToSize(at, -1);
            if (count == 0)
            {
                FreeEmpty(heap, branch->ChildAt(at), level - 1);
                branch->RemoveAt(at);
            }
            else
            {
                if (firstChanged)
                {
                    RefreshFirst(branch, at, level - 1);
                }

                if (count < (level == 1 ? ScoreLeaf.Capacity : ScoreBranch.Capacity) / 3 && !TryJoin(heap, branch, at, level - 1))
                {
                    TryJoin(heap, branch, at - 1, level - 1);
                }
            }

            firstChanged = firstChanged && at == 0;
            count = branch->Count;
        }

        ShrinkRoot(heap);
    }

    /// <summary>
    /// Evens a full leaf out with the emptier one of its neighbours below the same branch, if that has room. Leaves then split when their neighbours are
    /// full too, and are four fifths full where entries come in no order; otherwise it would be two thirds.
    /// </summary>
    private bool TryShare(NativeHeap heap, ref Way way, ScoreLeaf* leaf, int insertionIndex)
    {
        bool isAtEnd = (insertionIndex == leaf->Count && leaf->Next == null) || (insertionIndex == 0 && leaf->Previous == null);
        if (_header->Height == 0 || isAtEnd)
        {
            return false;
        }

        ScoreBranch* branch = way.BranchAt(1);
        int at = way.ChildAt(1);
        ScoreLeaf* left = at > 0 ? (ScoreLeaf*)branch->ChildAt(at - 1) : null;
        ScoreLeaf* right = at + 1 < branch->Count ? (ScoreLeaf*)branch->ChildAt(at + 1) : null;
        bool toLeft = left != null && (right == null || left->Count < right->Count);
        ScoreLeaf* target = toLeft ? left : right;
        if (target == null || target->Count > MostInSharing)
        {
            return false;
        }

        // Neither changes its place, and the left one of the two keeps its first entry: nothing above this branch changes.
        int moved = (leaf->Count - target->Count) / 2;
        BeforeChange(heap, leaf);
        BeforeChange(heap, target);
        if (toLeft)
        {
            leaf->GiveFirst(left, moved);
        }
        else
        {
            leaf->GiveLast(right, moved);
        }

        branch->AddToSize(at, -moved);
        branch->AddToSize(toLeft ? at - 1 : at + 1, moved);
        RefreshFirst(branch, toLeft ? at : at + 1, 0);
        return true;
    }

    /// <summary>Moves the upper part of a full leaf to a new one, which is linked behind it.</summary>
    private ScoreLeaf* SplitLeaf(NativeHeap heap, ScoreLeaf* leaf, int insertionIndex)
    {
        ScoreLeaf* right = (ScoreLeaf*)heap.Allocate((nuint)sizeof(ScoreLeaf));
        _header->LeafCount++;
        right->Count = 0;
        right->Epoch = _header->Epoch;
        right->Previous = leaf;
        right->Next = leaf->Next;
        if (leaf->Next != null)
        {
            leaf->Next->Previous = right;
        }

        // At the ends of the order all entries stay together: others are likely to follow there.
        bool appends = insertionIndex == leaf->Count && leaf->Next == null;
        bool prepends = insertionIndex == 0 && leaf->Previous == null;
        leaf->Next = right;
        leaf->MoveTo(right, appends ? leaf->Count : prepends ? 0 : leaf->Count / 2);
        return right;
    }

    /// <summary>Enters a node behind one that was split; returns the node that this adds beside the branch, or 0.</summary>
    private nint InsertChild(NativeHeap heap, ScoreBranch* branch, int index, nint added, int childLevel)
    {
        ScoreBranch* target = branch;
        ScoreBranch* right = null;
        if (branch->Count == ScoreBranch.Capacity)
        {
            right = (ScoreBranch*)heap.Allocate((nuint)sizeof(ScoreBranch));
            _header->BranchCount++;
            right->Count = 0;

            // Children that come in order leave full branches behind.
            branch->MoveTo(right, index == branch->Count ? branch->Count - 1 : branch->Count / 2);
            if (index > branch->Count)
            {
                index -= branch->Count;
                target = right;
            }
        }

        target->OpenGap(index);
        SetChild(target, index, added, childLevel);
        return (nint)right;
    }

    private void GrowRoot(NativeHeap heap, nint added)
    {
        ScoreBranch* root = (ScoreBranch*)heap.Allocate((nuint)sizeof(ScoreBranch));
        _header->BranchCount++;
        root->Count = 2;
        SetChild(root, 0, _header->Root, _header->Height);
        SetChild(root, 1, added, _header->Height);
        _header->Root = (nint)root;
        _header->Height++;
    }

    private void ShrinkRoot(NativeHeap heap)
    {
        while (_header->Height > 0 && ((ScoreBranch*)_header->Root)->Count == 1)
        {
            ScoreBranch* root = (ScoreBranch*)_header->Root;
            _header->Root = root->ChildAt(0);
            _header->Height--;
            heap.Free((byte*)root, (nuint)sizeof(ScoreBranch));
            _header->BranchCount--;
        }
    }

    /// <summary>Joins a child with the one behind it, when both exist and fit into three quarters of a node.</summary>
    private bool TryJoin(NativeHeap heap, ScoreBranch* branch, int index, int childLevel)
    {
        if (index < 0 || index + 1 >= branch->Count)
        {
            return false;
        }

        nint left = branch->ChildAt(index);
        nint right = branch->ChildAt(index + 1);
        int capacity = childLevel == 0 ? ScoreLeaf.Capacity : ScoreBranch.Capacity;
        if (CountOf(left, childLevel) + CountOf(right, childLevel) > capacity * 3 / 4)
        {
            return false;
        }

        if (childLevel == 0)
        {
            BeforeChange(heap, (ScoreLeaf*)left);
            BeforeChange(heap, (ScoreLeaf*)right);
            ((ScoreLeaf*)right)->MoveTo((ScoreLeaf*)left, 0);
        }
        else
        {
            ((ScoreBranch*)right)->MoveTo((ScoreBranch*)left, 0);
        }

        branch->AddToSize(index, branch->SizeAt(index + 1));
        branch->RemoveAt(index + 1);
        FreeEmpty(heap, right, childLevel);
        return true;
    }

    private void FreeEmpty(NativeHeap heap, nint node, int level)
    {
        if (level > 0)
        {
            heap.Free((byte*)node, (nuint)sizeof(ScoreBranch));
            _header->BranchCount--;
            return;
        }

        ScoreLeaf* leaf = (ScoreLeaf*)node;
        if (_header->IsWatched)
        {
            PartWatches.Get<TreeParts>(heap, (nint)_header).BeforeFree(leaf);
        }

        if (leaf->Previous != null)
        {
            leaf->Previous->Next = leaf->Next;
        }

        if (leaf->Next != null)
        {
            leaf->Next->Previous = leaf->Previous;
        }

        heap.Free((byte*)leaf, (nuint)sizeof(ScoreLeaf));
        _header->LeafCount--;
    }

    private static int CountOf(nint node, int level) => level == 0 ? ((ScoreLeaf*)node)->Count : ((ScoreBranch*)node)->Count;

    private static void SetChild(ScoreBranch* branch, int index, nint child, int childLevel)
    {
        long size = childLevel == 0 ? ((ScoreLeaf*)child)->Count : ((ScoreBranch*)child)->TotalSize;
        branch->Set(index, child, 0, 0, size);
        RefreshFirst(branch, index, childLevel);
    }

    private static void RefreshFirst(ScoreBranch* branch, int index, int childLevel)
    {
        nint child = branch->ChildAt(index);
        if (childLevel == 0)
        {
            ScoreLeaf* leaf = (ScoreLeaf*)child;
            branch->SetFirst(index, leaf->EntryAt(0), leaf->PrefixAt(0));
        }
        else
        {
            ScoreBranch* lower = (ScoreBranch*)child;
            branch->SetFirst(index, lower->FirstAt(0), lower->PrefixAt(0));
        }
    }
}
