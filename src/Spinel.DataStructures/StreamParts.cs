using Spinel.Memory;

namespace Spinel.DataStructures;

/// <summary>
/// Shows a stream as it is when the walk begins: its blocks in the order of their ids, its counters, then its groups (<see cref="GroupParts"/>) and the messages of producers (<see cref="SentParts"/>). Once it is frozen it
/// may change between the steps.
/// </summary>
/// <remarks>
/// A block that is about to change and has not been shown is copied, or taken over where it is going to be freed, and shown from the copy when its turn
/// comes. The walk remembers an id, not a place, so that whatever becomes of the tree does not disturb it. Blocks that come later are
/// noted so as to be passed over.
/// </remarks>
public sealed unsafe class StreamParts
{
    private readonly SortedDictionary<StreamId, Listpack> _images = [];
    private readonly HashSet<StreamId> _dealtWith = [];
    private readonly GroupParts _groups = new();
    private StreamHeader* _stream;
    private NativeHeap? _heap;
    private IdTreeCursor _cursor;
    private Listpack _owned;
    private bool _isOwned;
    private bool _isStale;
    private StreamHeader _counters;

    /// <summary>How many blocks are still to be shown, with the present one.</summary>
    public long NodesLeft { get; private set; }

    /// <summary>The id of the present block.</summary>
    public StreamId NodeId { get; private set; }

    /// <summary>The present block. Valid until the stream changes; it is the same again after a change.</summary>
    public Listpack Node
    {
        get
        {
            if (_isStale && !_isOwned)
            {
                _cursor = _stream->Nodes.Find(NodeId);
                _isStale = false;
            }

            return _isOwned ? _owned : new Listpack(_cursor.Value);
        }
    }

    public long Length => _counters.Length;

    public StreamId LastId => _counters.LastId;

    public StreamId FirstId => _counters.FirstId;

    public StreamId MaxDeletedId => _counters.MaxDeletedId;

    public long EntriesAdded => _counters.EntriesAdded;

    /// <summary>The consumer groups, which come after the blocks.</summary>
    public GroupParts Groups => _groups;

    /// <summary>The messages of producers, which come last.</summary>
    public SentParts Sent { get; } = new();

    /// <summary>Begins with the stream of a key, at its first block.</summary>
    public void Begin(KeyBlock block)
    {
        _stream = (StreamHeader*)block.Payload;
        _counters = *_stream;
        _cursor = _stream->Nodes.First;
        NodesLeft = _stream->Nodes.Count;
        NodeId = NodesLeft > 0 ? _cursor.Id : default;
        _isOwned = false;
        _isStale = false;
        _groups.Begin(new StreamValue(block.Payload));
        Sent.Begin(new StreamValue(block.Payload));
    }

    /// <summary>Goes to the next block; false when all have been shown.</summary>
    public bool MoveNextNode()
    {
        if (--NodesLeft == 0)
        {
            FreeOwned();
            return false;
        }

        if (_heap is null)
        {
            _cursor.MoveNext();
            NodeId = _cursor.Id;
            return true;
        }

        FreeOwned();
        if (_isStale)
        {
            NodeId.TryIncrement(out StreamId next);
            _cursor = _stream->Nodes.Ceiling(next);
            _isStale = false;
        }
        else
        {
            _cursor.MoveNext();
        }

        while (!_cursor.IsEnd && _dealtWith.Contains(_cursor.Id))
        {
            _cursor.MoveNext();
        }

        foreach ((StreamId id, Listpack image) in _images)
        {
            // The first one: they are in order.
            if (_cursor.IsEnd || id < _cursor.Id)
            {
                _owned = image;
                _isOwned = true;
                NodeId = id;
                _isStale = true;
            }

            break;
        }

        if (_isOwned)
        {
            _images.Remove(NodeId);
        }
        else
        {
            NodeId = _cursor.Id;
        }

        return true;
    }

    /// <summary>From now on the stream may change between steps.</summary>
    public void Freeze(NativeHeap heap)
    {
        PartWatches.Add(heap, (nint)_stream, this);
        _stream->IsWatched = true;
        _heap = heap;
        _groups.Freeze(heap);
        Sent.Freeze(heap);
    }

    /// <summary>Ends what <see cref="Freeze"/> began.</summary>
    public void Thaw()
    {
        if (_heap is not { } heap)
        {
            return;
        }

        _groups.Thaw();
        Sent.Thaw();
        FreeOwned();
        foreach (Listpack image in _images.Values)
        {
            image.Free(heap);
        }

        _images.Clear();
        _dealtWith.Clear();
        _stream->IsWatched = false;
        PartWatches.Remove(heap, (nint)_stream);
        _heap = null;
        _stream = null;
    }

    /// <summary>Called by the stream: a block is about to change or to go.</summary>
    /// <returns>Whether the block's content is this reader's to free from now on; only where it goes.</returns>
    internal bool BeforeChange(StreamId id, Listpack pack, bool goes)
    {
        bool isTaken = false;
        if (NodesLeft > 0 && id == NodeId && !_isOwned)
        {
            _owned = goes ? pack : pack.Copy(_heap!);
            _isOwned = true;
            isTaken = goes;
        }
        else if (NodesLeft > 0 && id > NodeId && _dealtWith.Add(id))
        {
            _images.Add(id, goes ? pack : pack.Copy(_heap!));
            isTaken = goes;
        }

        _isStale |= goes;
        return isTaken;
    }

    /// <summary>Called by the stream: a block is about to be added.</summary>
    internal void BeforeAdd(StreamId id)
    {
        _isStale = true;
        if (NodesLeft > 0)
        {
            _dealtWith.Add(id);
        }
    }

    private void FreeOwned()
    {
        if (_isOwned)
        {
            _owned.Free(_heap!);
            _isOwned = false;
        }
    }
}
