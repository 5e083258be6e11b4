using Spinel.Memory;

namespace Spinel.DataStructures;

/// <summary>Takes parts of a sorted set that are about to change before their turn has come.</summary>
public interface ITreePartSink
{
    void Take(TreePart part);
}

/// <summary>
/// Shows a large sorted set leaf by leaf from the greatest score down, as it is when the walk begins. Once it is frozen it may change between the steps.
/// </summary>
/// <remarks>
/// A leaf that is about to change and has not been shown is shown at once, to the sink, out of order: sorted sets are put together from members in any order, and
/// what is not touched still comes in the order that is quickest to take in. A leaf has been shown when its epoch is the tree's; freezing
/// begins a new epoch, into which all later leaves are born. So leaves that have not been shown are as they were, and still linked in their order.
/// </remarks>
public sealed unsafe class TreeParts
{
    /// <summary>So many leaves that have been shown already are passed over in one step at most.</summary>
    private const int MaxSkipped = 256;

    private ScoreTreeHeader* _tree;
    private NativeHeap? _heap;
    private ITreePartSink? _sink;
    private ScoreLeaf* _leaf;

    /// <summary>The part that <see cref="MoveNext"/> has come to; empty where there was nothing but leaves that had been shown.</summary>
    public TreePart Current { get; private set; }

    /// <summary>Whether a key holds a tree.</summary>
    public static bool CanShow(KeyBlock block) => block.Kind == ValueKind.SortedSet && block.Encoding == ValueEncoding.SkipList;

    /// <summary>Begins with the tree of a key.</summary>
    public void Begin(KeyBlock block)
    {
        _tree = (ScoreTreeHeader*)block.Payload;
        _leaf = new ScoreTree(_tree).LastLeaf;
    }

    /// <summary>Goes to the next leaf; false when all have been shown.</summary>
    public bool MoveNext()
    {
        Current = default;
        for (int i = 0; _heap is not null && i < MaxSkipped && _leaf != null && _leaf->Epoch == _tree->Epoch; i++)
        {
            _leaf = _leaf->Previous;
        }

        if (_leaf == null)
        {
            return false;
        }

        if (_heap is null)
        {
            Current = new TreePart(_leaf);
        }
        else if (_leaf->Epoch != _tree->Epoch)
        {
            Current = new TreePart(_leaf);
            _leaf->Epoch = _tree->Epoch;
        }

        _leaf = _leaf->Previous;
        return true;
    }

    /// <summary>From now on the set may change between steps. What has to be shown early goes to <paramref name="sink"/>.</summary>
    public void Freeze(NativeHeap heap, ITreePartSink sink)
    {
        _tree->Epoch++;
        ScoreTree tree = new(_tree);
        for (ScoreLeaf* shown = tree.LastLeaf; shown != _leaf; shown = shown->Previous)
        {
            shown->Epoch = _tree->Epoch;
        }

        PartWatches.Add(heap, (nint)_tree, this);
        _tree->IsWatched = true;
        _heap = heap;
        _sink = sink;
    }

    /// <summary>Ends what <see cref="Freeze"/> began.</summary>
    public void Thaw()
    {
        if (_heap is { } heap)
        {
            _tree->IsWatched = false;
            PartWatches.Remove(heap, (nint)_tree);
            _heap = null;
            _sink = null;
            _tree = null;
        }
    }

    /// <summary>Called by the tree: a leaf of an earlier epoch is about to change.</summary>
    internal void BeforeChange(ScoreLeaf* leaf)
    {
        leaf->Epoch = _tree->Epoch;
        _sink!.Take(new TreePart(leaf));
    }

    /// <summary>Called by the tree: a leaf, which is empty, is about to go.</summary>
    internal void BeforeFree(ScoreLeaf* leaf)
    {
        if (_leaf == leaf)
        {
            _leaf = leaf->Previous;
        }
    }
}

/// <summary>The members of a leaf, the greatest score first. Valid until the set changes.</summary>
public unsafe struct TreePart
{
    private readonly ScoreLeaf* _leaf;
    private int _index;

    internal TreePart(ScoreLeaf* leaf)
    {
        _leaf = leaf;
        _index = leaf->Count;
    }

    /// <summary>How many members have not been shown.</summary>
    public readonly int Count => _index;

    public readonly ReadOnlySpan<byte> Name => Member.Name;

    public readonly double Score => Member.Score;

    private readonly ScoredMember Member => new(_leaf->EntryAt(_index));

    /// <summary>Goes to the next member, at first to the first one; false when there are no more.</summary>
    public bool MoveNext() => --_index >= 0;
}
