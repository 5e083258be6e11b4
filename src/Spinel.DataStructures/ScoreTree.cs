using System.Diagnostics;
using Spinel.Memory;

namespace Spinel.DataStructures;

/// <summary>The state of a large sorted set, in native memory.</summary>
internal unsafe struct ScoreTreeHeader
{
    /// <summary>The address of the <see cref="EntryTable{TOps}"/> of the members.</summary>
    public nint Table;

    /// <summary>A <see cref="ScoreLeaf"/> at height 0, otherwise a <see cref="ScoreBranch"/>.</summary>
    public nint Root;

    public int Height;

    /// <summary>Counts the walks of <see cref="TreeParts"/>; leaves of earlier epochs have not been shown in the present one.</summary>
    public uint Epoch;

    /// <summary>Somebody is told before leaves change.</summary>
    public bool IsWatched;

    public long LeafCount;
    public long BranchCount;

    /// <summary>Bytes of the members' blocks in the heap.</summary>
    public long MemberBytes;
}

/// <summary>
/// The order of a large sorted set: a B+-tree over (score, name) in which every inner node knows how many entries are below each child
/// (Comer, "The ubiquitous B-tree", 1979; counted as in Knuth, volume 3, 6.2.4).
/// </summary>
/// <remarks>
/// Why this one: rank, range by rank and range by score are one way down, in both directions, at ten bytes per entry and a handful of cache lines;
/// a skip list, which does the same, spends some forty bytes on towers and one cache miss per hop.
/// <para>
/// Leaves are linked in both directions, so that ranges are walked without going up. Inner nodes refer to the first entry of each child by its
/// address: it is kept exact by every change, so no separator outlives its member. A full leaf shares with a neighbour that has room before it splits
/// in half (a B*-tree's rule, for leaves), but at the ends of the tree, where what comes in order leaves full leaves behind. A node that falls below a
/// third is joined with a neighbour if both fit into three quarters of one.
/// </para>
/// Invariants: no node is empty but the leaf of an empty tree; a root that is no leaf has two children. Cost: O(log n) for every search and change.
/// The tree does not own the entries.
/// </remarks>
internal readonly unsafe partial struct ScoreTree
{
    /// <summary>Far more than memory can hold: two neighbours have at least a quarter of a node's children together.</summary>
    private const int MaxHeight = 24;

    private readonly ScoreTreeHeader* _header;

    public ScoreTree(ScoreTreeHeader* header) => _header = header;

    /// <summary>Bytes that the nodes occupy in the heap.</summary>
    public long MemoryBytes =>
        (_header->LeafCount * (long)NativeHeap.UsableSize((nuint)sizeof(ScoreLeaf)))
        + (_header->BranchCount * (long)NativeHeap.UsableSize((nuint)sizeof(ScoreBranch)));

    /// <summary>The leaf of the greatest score.</summary>
    public ScoreLeaf* LastLeaf
    {
        get
        {
            nint node = _header->Root;
            for (int level = _header->Height; level > 0; level--)
            {
                ScoreBranch* branch = (ScoreBranch*)node;
                node = branch->ChildAt(branch->Count - 1);
            }

            return (ScoreLeaf*)node;
        }
    }

    public static void Initialize(NativeHeap heap, ScoreTreeHeader* header)
    {
        header->Root = (nint)heap.AllocateZeroed((nuint)sizeof(ScoreLeaf));
        header->LeafCount = 1;
    }

    /// <summary>How many entries the probe lies behind.</summary>
    public long CountBefore<TProbe>(scoped in TProbe probe)
        where TProbe : struct, IScoreProbe, allows ref struct
    {
        nint node = _header->Root;
        long rank = 0;
        for (int level = _header->Height; level > 0; level--)
        {
            ScoreBranch* branch = (ScoreBranch*)node;
            int index = branch->Search(in probe);
            rank += branch->SizeBefore(index);
            node = branch->ChildAt(index);
        }

        return rank + ((ScoreLeaf*)node)->Search(in probe);
    }

    /// <summary>The leaf of the entry with this rank, and its index there. Precondition: there is such an entry.</summary>
    public ScoreLeaf* Seek(long rank, out int index)
    {
        nint node = _header->Root;
        for (int level = _header->Height; level > 0; level--)
        {
            ScoreBranch* branch = (ScoreBranch*)node;
            node = branch->ChildAt(branch->SearchRank(ref rank));
        }

        index = (int)rank;
        return (ScoreLeaf*)node;
    }

    /// <summary>Frees the nodes, and the entries too: nobody else may hold them any more.</summary>
    public void FreeAll(NativeHeap heap, bool ownerThread)
    {
        PartWatches.ThrowIfWatched(_header->IsWatched);
        FreeNode(heap, _header->Root, _header->Height, ownerThread);
    }

    /// <summary>Announces that a leaf, or the score of an entry in it, is about to change.</summary>
    private void BeforeChange(NativeHeap heap, ScoreLeaf* leaf)
    {
        if (_header->IsWatched && leaf->Epoch != _header->Epoch)
        {
            PartWatches.Get<TreeParts>(heap, (nint)_header).BeforeChange(leaf);
        }
    }

    private static void FreeNode(NativeHeap heap, nint node, int level, bool ownerThread)
    {
        if (level > 0)
        {
            ScoreBranch* branch = (ScoreBranch*)node;
            for (int i = 0; i < branch->Count; i++)
            {
                FreeNode(heap, branch->ChildAt(i), level - 1, ownerThread);
            }

            FreeBytes(heap, (byte*)branch, sizeof(ScoreBranch), ownerThread);
            return;
        }

        ScoreLeaf* leaf = (ScoreLeaf*)node;
        for (int i = 0; i < leaf->Count; i++)
        {
            new ScoredMember(leaf->EntryAt(i)).Free(heap, ownerThread);
        }

        FreeBytes(heap, (byte*)leaf, sizeof(ScoreLeaf), ownerThread);
    }

    private static void FreeBytes(NativeHeap heap, byte* bytes, int size, bool ownerThread)
    {
        if (ownerThread)
        {
            heap.Free(bytes, (nuint)size);
        }
        else
        {
            heap.FreeFromOtherThread(bytes, (nuint)size);
        }
    }

    /// <summary>
    /// The leaf where the entry equal to (score, name) is, or where it belongs, its index there, and the way to it. Precondition of finding it: it is there.
    /// </summary>
    private ScoreLeaf* Descend(double score, ReadOnlySpan<byte> name, ref Way way, out int index)
    {
        // In branches an equal first entry counts: the entry itself is then in that child, not behind the one before.
        var onward = new MemberProbe(score, name, behindEqual: true);
        nint node = _header->Root;
        for (int level = _header->Height; level > 0; level--)
        {
            ScoreBranch* branch = (ScoreBranch*)node;
            int child = branch->Search(in onward);
            way.Set(level, branch, child);
            node = branch->ChildAt(child);
        }

        ScoreLeaf* leaf = (ScoreLeaf*)node;
        index = leaf->Search(new MemberProbe(score, name, behindEqual: false));
        return leaf;
    }

    /// <summary>As <see cref="Seek"/>, with the way.</summary>
    private ScoreLeaf* Descend(long rank, ref Way way, out int index)
    {
        nint node = _header->Root;
        for (int level = _header->Height; level > 0; level--)
        {
            ScoreBranch* branch = (ScoreBranch*)node;
            int child = branch->SearchRank(ref rank);
            way.Set(level, branch, child);
            node = branch->ChildAt(child);
        }

        index = (int)rank;
        return (ScoreLeaf*)node;
    }

    /// <summary>The branches between the root and a leaf, by level, and which child was taken at each.</summary>
    private struct Way
    {
        private fixed ulong _branches[MaxHeight];
        private fixed byte _children[MaxHeight];

        public void Set(int level, ScoreBranch* branch, int child)
        {
            if (level >= MaxHeight)
            {
                throw new InvalidOperationException("A tree is too high: its nodes are damaged.");
            }

            _branches[level] = (ulong)branch;
            _children[level] = (byte)child;
        }

        public readonly ScoreBranch* BranchAt(int level)
        {
            Debug.Assert(level > 0);
            return (ScoreBranch*)_branches[level];
        }

        public readonly int ChildAt(int level) => _children[level];
    }
}
