using Spinel.DataStructures;
using Spinel.Protocol;

namespace Spinel.Insight.Tree;

/// <summary>
/// Lists the children of a prefix: the names behind it up to the next delimiter. The index is walked from child to child: a small child is passed key by key,
/// the figures of a large one are two sums and the way to its end is one descent, however many keys it has.
/// </summary>
internal static class TreeWalk
{
    /// <summary>A child of more keys than this is worth three descents.</summary>
    private const int SmallChildKeys = 48;

    /// <summary>How many keys may be passed in the time of one descent.</summary>
    private const int DescentEffort = 32;

    /// <summary>So many keys and descents are worth a page: some milliseconds, where comparing them takes longest.</summary>
    private const int MaxEffort = 50_000;

    /// <summary>So many are worth the exact number of children when the page itself is complete, which takes about one millisecond; from there on it is estimated.</summary>
    private const int MaxCountingEffort = 40_000;

    /// <summary>Reads a page.</summary>
    /// <param name="names">The index.</param>
    /// <param name="request">What is wanted.</param>
    public static TreePage Read(NameIndex names, TreeRequest request)
    {
        int budget = MaxEffort;
        return Read(names, request, ref budget);
    }

    /// <summary>Reads a page with no more effort than is left.</summary>
    /// <param name="names">The index.</param>
    /// <param name="request">What is wanted.</param>
    /// <param name="budget">What is left; less afterwards.</param>
    public static TreePage Read(NameIndex names, TreeRequest request, ref int budget)
    {
        byte[] prefix = request.Prefix;
        if (prefix.Length > NameIndex.MaxNameBytes)
        {
            // Of a name as long as that no more is known.
            return new TreePage { Node = new TreeNode(prefix, prefix.Length, false, default, default) };
        }

        var page = new TreePage { Node = new TreeNode(prefix, prefix.Length, false, names.TallyOf(prefix), default) };
        var choice = new TreeChoice(request);
        Span<byte> room = stackalloc byte[NameIndex.NameRoomBytes];
        Span<byte> childRoom = stackalloc byte[NameIndex.NameRoomBytes];
        Span<byte> endRoom = stackalloc byte[NameIndex.NameRoomBytes + 1];
        NameIndex.Cursor cursor = names.Seek(StartOf(request, endRoom), room);
        long effort = 0;
        int limit = Math.Min(budget, request.IsGlance ? MaxCountingEffort : MaxEffort);
        long keysSeen = 0;
        bool isLast = false;
        while (!isLast && !cursor.IsEnd && cursor.Name.StartsWith(prefix))
        {
            if (effort + choice.Effort > limit || (choice.IsFull && (request.IsGlance || effort + choice.Effort > MaxCountingEffort)))
            {
                page.IsComplete = false;
                break;
            }

            // The hash that ends a name which is not kept whole divides nothing.
            ReadOnlySpan<byte> known = cursor.Name[..Math.Min(cursor.Name.Length, NameIndex.MaxNameBytes)];
            int delimiter = known[prefix.Length..].IndexOfAny(request.Delimiters);
            KeyTally tally = default;
            if (delimiter < 0)
            {
                cursor.AddTo(ref tally);
                if (!request.IsGlance)
                {
                    choice.Offer(cursor.Name, isKey: true, in tally, cursor.Facts);
                }

                effort++;
                keysSeen++;
                if (effort + choice.Effort > limit)
                {
                    page.Next = cursor.Name.ToArray();
                }

                cursor.MoveNext();
                continue;
            }

            Span<byte> child = childRoom[..(prefix.Length + delimiter + 1)];
            cursor.Name[..child.Length].CopyTo(child);
            bool hasMore;
            do
            {
                cursor.AddTo(ref tally);
                cursor.MoveNext();
                effort++;
                hasMore = !cursor.IsEnd && cursor.Name.StartsWith(child);
            }
            while (hasMore && tally.Keys < SmallChildKeys);

            if (hasMore)
            {
                tally = names.TallyOf(child);
                effort += 3 * DescentEffort;
                ReadOnlySpan<byte> end = NameIndex.EndOf(child, endRoom);
                isLast = end.IsEmpty;
                if (!isLast)
                {
                    cursor.Seek(end);
                }
            }

            keysSeen += tally.Keys;
            choice.Offer(child, isKey: false, in tally, default);
            if (effort + choice.Effort > limit)
            {
                page.Next = child.ToArray();
            }
        }

        budget -= (int)Math.Min(budget, effort + choice.Effort);
        if (page.IsComplete || request.Order != TreeOrder.Name)
        {
            page.Next = null;
        }

        page.Total = page.IsComplete || keysSeen == 0 ? choice.Matched : (long)(choice.Matched * Math.Max(1, (double)page.Node.Tally.Keys / keysSeen));
        page.Children = choice.Take();
        return page;
    }

    private static ReadOnlySpan<byte> StartOf(TreeRequest request, Span<byte> room)
    {
        if (request.After is not { Length: <= NameIndex.NameRoomBytes } after || request.Order != TreeOrder.Name)
        {
            return request.Prefix;
        }

        if (after.Length > request.Prefix.Length && request.Delimiters.AsSpan().Contains(after[^1]))
        {
            ReadOnlySpan<byte> end = NameIndex.EndOf(after, room);
            return end.IsEmpty ? after : end;
        }

        // The least name behind a key is one with a zero byte more.
        after.CopyTo(room);
        room[after.Length] = 0;
        return room[..(after.Length + 1)];
    }
}

/// <summary>The children that make up the page that was asked for, out of all that there are.</summary>
internal sealed class TreeChoice(TreeRequest request)
{
    private readonly List<TreeNode> _inOrder = [];

    /// <summary>When they are ordered by a figure: the best so far, the worst of them first.</summary>
    private readonly PriorityQueue<TreeNode, (long Figure, long NegativePlace)> _best = new();

    /// <summary>What comparing names with the pattern has cost, as a number of keys that could have been passed instead.</summary>
    public long Effort { get; private set; }

    /// <summary>How many have been offered that match.</summary>
    public long Matched { get; private set; }

    /// <summary>What comes behind does not belong to the page.</summary>
    public bool IsFull => request.Order == TreeOrder.Name && Matched >= (long)request.Offset + request.Count;

    public void Offer(ReadOnlySpan<byte> fullName, bool isKey, in KeyTally tally, NameFacts facts)
    {
        ReadOnlySpan<byte> name = isKey ? fullName[request.Prefix.Length..] : fullName[request.Prefix.Length..^1];
        if (request.Kind is { } kind && tally.OfKind(kind) == 0)
        {
            return;
        }

        if (request.Match is { } pattern)
        {
            // A star may be tried at every byte of the name.
            const int ComparedPerKey = 64;
            Effort += (long)pattern.Length * (name.Length + 1) / ComparedPerKey;
            if (!GlobPattern.Matches(pattern, name))
            {
                return;
            }
        }

        long place = Matched++;
        if (request.Order == TreeOrder.Name)
        {
            if (place >= request.Offset && place < (long)request.Offset + request.Count)
            {
                _inOrder.Add(Node(fullName, isKey, in tally, facts));
            }

            return;
        }

        (long Figure, long NegativePlace) rank = (request.Order == TreeOrder.Keys ? tally.Keys : tally.Bytes, -place);
        if (_best.Count < request.Offset + request.Count)
        {
            _best.Enqueue(Node(fullName, isKey, in tally, facts), rank);
        }
        else if (_best.TryPeek(out _, out (long Figure, long NegativePlace) worst) && rank.CompareTo(worst) > 0)
        {
            _best.EnqueueDequeue(Node(fullName, isKey, in tally, facts), rank);
        }
    }

    public IReadOnlyList<TreeNode> Take()
    {
        if (request.Order == TreeOrder.Name)
        {
            return _inOrder;
        }

        var nodes = new List<TreeNode>(_best.Count);
        while (_best.TryDequeue(out TreeNode? node, out _))
        {
            nodes.Add(node);
        }

        nodes.Reverse();
        return request.Offset >= nodes.Count ? [] : nodes[request.Offset..];
    }

    private TreeNode Node(ReadOnlySpan<byte> fullName, bool isKey, in KeyTally tally, NameFacts facts) =>
        new(fullName.ToArray(), request.Prefix.Length, isKey, tally, facts);
}
