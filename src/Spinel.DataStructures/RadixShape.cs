namespace Spinel.DataStructures;

/// <summary>
/// How many nodes a compressed radix tree over the bytes of ids would have: what Redis keeps its streams in and tells clients about.
/// </summary>
/// <remarks>
/// Ids are fed in ascending order. Every id is a leaf; every prefix at which ids part is a node; and between these, a stretch of
/// bytes that do not part is one node more. The prefixes that the last id shares with those before it wait on a stack.
/// </remarks>
internal unsafe struct RadixShape
{
    private const int IdBytes = 16;

    private fixed sbyte _open[IdBytes + 1];
    private int _depth;
    private long _nodes;
    private StreamId _last;
    private bool _any;

    /// <summary>Adds the next greater id.</summary>
    public void Add(StreamId id)
    {
        if (_any)
        {
            Close(SharedBytes(_last, id), opensBranch: true);
        }

        _any = true;
        _last = id;
    }

    /// <summary>The number of nodes; the shape is spent.</summary>
    public long Complete()
    {
        if (!_any)
        {
            // The root is always there.
            return 1;
        }

        Close(-1, opensBranch: false);
        return _nodes;
    }

    private static int SharedBytes(StreamId a, StreamId b) => a.Ms != b.Ms
        ? System.Numerics.BitOperations.LeadingZeroCount(a.Ms ^ b.Ms) / 8
        : 8 + (System.Numerics.BitOperations.LeadingZeroCount(a.Sequence ^ b.Sequence) / 8);

    /// <summary>Counts the leaf of the last id, and the branches on its path below the first <paramref name="shared"/> bytes.</summary>
    private void Close(int shared, bool opensBranch)
    {
        int below = IdBytes;
        while (true)
        {
            int above = _depth > 0 ? _open[_depth - 1] : -1;
            int parent = Math.Max(above, shared);
            CountEdge(parent, below);
            if (above > shared)
            {
                _depth--;
                below = above;
                continue;
            }

            if (opensBranch && above < shared)
            {
                _open[_depth++] = (sbyte)shared;
            }

            return;
        }
    }

    /// <summary>Counts the node at depth <paramref name="to"/> and the stretch that leads to it from a branch (or -1, the root).</summary>
    private void CountEdge(int from, int to)
    {
        // A branch eats one byte of its own to choose the child.
        int stretch = from < 0 ? to : to - from - 1;
        _nodes += stretch > 0 ? 2 : 1;
    }
}
