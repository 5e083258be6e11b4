using Spinel.Memory;

namespace Spinel.DataStructures;

/// <summary>
/// Shows the consumer groups of a stream one after the other, as they are when the walk begins: of each its pending entries, its consumers, and which entries are
/// pending with each of them. Part of <see cref="StreamParts"/>.
/// </summary>
/// <remarks>
/// Freezing notes the names and figures of groups and consumers, which are few. A pending entry that is about to change is noted as it was with the lists that have not
/// shown it yet, which show such entries after all others: the order of pending entries means nothing. A group that is destroyed is taken over whole, and so is a consumer
/// that is removed, with all that is pending with it: the group's list goes on with these entries after its own.
/// </remarks>
public sealed partial class GroupParts
{
    private readonly List<Group> _frozen = [];
    private StreamValue _stream;
    private NativeHeap? _heap;
    private PendingEntries _pending;
    private StreamId _lastPending;
    private int _group;
    private int _consumer;
    private int _late;

    /// <summary>Which of the consumers that were taken over the list of a group shows; -1 while it shows the group itself.</summary>
    private int _source;
    private List _list;
    private bool _hasShown;
    private bool _isStale;

    private enum List
    {
        None,
        Group,
        Consumer,
    }

    /// <summary>How many groups there are.</summary>
    public int Count { get; private set; }

    public ReadOnlySpan<byte> Name => _heap is null ? Live.Name : _frozen[_group].Name;

    public StreamId LastId => _heap is null ? Live.LastId : _frozen[_group].LastId;

    public long EntriesRead => _heap is null ? Live.EntriesRead : _frozen[_group].EntriesRead;

    /// <summary>How many entries are pending in the present group.</summary>
    public long PendingCount => _heap is null ? Live.PendingCount : _frozen[_group].PendingCount;

    /// <summary>How many consumers the present group has.</summary>
    public int ConsumerCount => _heap is null ? Live.ConsumerCount : _frozen[_group].Consumers.Count;

    public ReadOnlySpan<byte> ConsumerName => _heap is null ? LiveConsumer.Name : FrozenConsumer.Name;

    public long ConsumerSeenMs => _heap is null ? LiveConsumer.SeenMs : FrozenConsumer.SeenMs;

    public long ConsumerPendingCount => _heap is null ? LiveConsumer.PendingCount : FrozenConsumer.PendingCount;

    /// <summary>The entry that <see cref="MoveNextPending"/> has come to.</summary>
    public PendingImage Pending { get; private set; }

    private StreamGroup Live => _stream.GroupAt(_group);

    private StreamConsumer LiveConsumer => Live.ConsumerAt(_consumer);

    private Consumer FrozenConsumer => _frozen[_group].Consumers[_consumer];

    /// <summary>Goes to the next group, at first to the first one, and to its pending entries; false when there are no more.</summary>
    public bool MoveNextGroup()
    {
        if (_heap is { } heap && _group >= 0 && _group < Count)
        {
            _frozen[_group].Release(heap);
        }

        _consumer = -1;
        if (++_group >= Count)
        {
            _list = List.None;
            return false;
        }

        BeginList(List.Group);
        return true;
    }

    /// <summary>Goes to the next consumer of the group, at first to the first one, and to the entries that are pending with it.</summary>
    public bool MoveNextConsumer()
    {
        if (++_consumer >= ConsumerCount)
        {
            _list = List.None;
            return false;
        }

        BeginList(List.Consumer);
        return true;
    }

    /// <summary>Goes to the next pending entry of the group or of the consumer; false when there are no more.</summary>
    public bool MoveNextPending()
    {
        if (_heap is null)
        {
            if (_pending.IsEnd)
            {
                return false;
            }

            Note(_pending.Id, _pending.Entry);
            _pending.MoveNext();
            return true;
        }

        Group group = _frozen[_group];
        if (_isStale)
        {
            _isStale = false;
            if (_source < 0)
            {
                _pending = Seek(group);
            }
        }

        do
        {
            int source = _list == List.Group ? _source : FrozenConsumer.Taken;
            while (!_pending.IsEnd && !group.IsToBeShown(_pending.Id, source))
            {
                _pending.MoveNext();
            }

            if (!_pending.IsEnd)
            {
                Note(_pending.Id, _pending.Entry);
                _pending.MoveNext();
                return true;
            }

            _lastPending = StreamId.Max;
            _hasShown = true;
        }
        while (MoveNextSource(group));

        List<PendingImage> late = _list == List.Group ? group.Late : FrozenConsumer.Late;
        if (_late < late.Count)
        {
            Pending = late[_late++];
            return true;
        }

        return false;
    }

    internal void Begin(StreamValue stream)
    {
        _stream = stream;
        Count = stream.GroupCount;
        _group = -1;
        _consumer = -1;
        _list = List.None;
        _isStale = false;
    }

    internal void Freeze(NativeHeap heap)
    {
        for (int i = 0; i < Count; i++)
        {
            // Groups that have been shown already are of no interest any more, but keep their numbers.
            _frozen.Add(new Group(this, i, _stream.GroupAt(i)));
            if (i >= _group)
            {
                _frozen[i].Watch(heap);
            }
        }

        _heap = heap;
    }

    internal void Thaw()
    {
        foreach (Group group in _frozen)
        {
            group.Release(_heap!);
        }

        _frozen.Clear();
        _heap = null;
        _stream = default;
    }

    private void BeginList(List list)
    {
        _list = list;
        _late = 0;
        _lastPending = StreamId.Min;
        _isStale = false;
        _hasShown = false;
        _source = -1;
        _pending = _heap is null
            ? list == List.Group ? Live.PendingFrom(StreamId.Min) : LiveConsumer.PendingFrom(StreamId.Min)
            : Seek(_frozen[_group]);
    }

    private bool MoveNextSource(Group group)
    {
        if (_list != List.Group || _source + 1 == group.TakenCount)
        {
            return false;
        }

        _pending = group.PendingOfTaken(++_source);
        return true;
    }

    private void Note(StreamId id, PendingEntry entry)
    {
        Pending = new PendingImage(id, entry.DeliveredMs, entry.DeliveryCount);
        _lastPending = id;
        _hasShown = true;
    }

    /// <summary>An entry of a group, which has not been dealt with, is about to change.</summary>
    private void Keep(Group group, PendingImage image, int consumer)
    {
        bool isPresent = group.Index == _group;
        bool hasPassed = HasPassed(image.Id);
        if (!isPresent || (_list == List.Group && !hasPassed))
        {
            group.Late.Add(image);
        }

        if (!isPresent || consumer > _consumer || (consumer == _consumer && _list == List.Consumer && !hasPassed))
        {
            group.Consumers[consumer].Late.Add(image);
        }
    }

    /// <summary>Whether the present list has left the place of an entry behind that is still the group's.</summary>
    private bool HasPassed(StreamId id) => _source >= 0 || (_hasShown && id <= _lastPending);

    /// <summary>Where the present list goes on.</summary>
    private PendingEntries Seek(Group group)
    {
        StreamId from = _lastPending;
        if (_hasShown && !from.TryIncrement(out from))
        {
            return default;
        }

        return _list == List.Group ? group.Live.PendingFrom(from)
            : FrozenConsumer.Live.PendingFrom(from);
    }
}

/// <summary>A pending entry as it was.</summary>
/// <param name="Id">The id of the stream's entry.</param>
/// <param name="DeliveredMs">When it was last delivered, in Unix milliseconds.</param>
/// <param name="DeliveryCount">How often it was delivered.</param>
public readonly record struct PendingImage(StreamId Id, long DeliveredMs, long DeliveryCount);
