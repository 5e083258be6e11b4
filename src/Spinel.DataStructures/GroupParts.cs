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
public sealed class GroupParts
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

    /// <summary>What was noted of a group.</summary>
    internal sealed class Group
    {
        private readonly Dictionary<nint, int> _consumerAt = [];
        private readonly List<TakenConsumer> _taken = [];
        private readonly HashSet<StreamId> _dealtWith = [];

        /// <summary>Entries that were pending with a consumer who was taken over, and are pending anew: since how many consumers were.</summary>
        private readonly Dictionary<StreamId, int> _again = [];
        private readonly GroupParts _walk;
        private StreamGroup _live;
        private bool _isWatched;
        private Action<StreamRemains>? _release;

        public Group(GroupParts walk, int index, StreamGroup live)
        {
            _walk = walk;
            _live = live;
            Index = index;
            Name = live.Name.ToArray();
            LastId = live.LastId;
            EntriesRead = live.EntriesRead;
            PendingCount = live.PendingCount;
            for (int i = 0; i < live.ConsumerCount; i++)
            {
                _consumerAt.Add(live.ConsumerAt(i).Address, i);
                Consumers.Add(new Consumer(live.ConsumerAt(i)));
            }
        }

        public int Index { get; }

        public byte[] Name { get; }

        public StreamId LastId { get; }

        public long EntriesRead { get; }

        public long PendingCount { get; }

        public List<Consumer> Consumers { get; } = [];

        /// <summary>How many consumers were removed and taken over.</summary>
        public int TakenCount => _taken.Count;

        /// <summary>Entries as they were before they changed.</summary>
        public List<PendingImage> Late { get; } = [];

        public StreamGroup Live => _live;

        public void Watch(NativeHeap heap)
        {
            PartWatches.Add(heap, _live.Address, this);
            _live.IsWatched = true;
            _isWatched = true;
        }

        /// <summary>Called by the group: an entry is about to become pending, to change, or to be pending no more.</summary>
        public void BeforeChange(StreamId id)
        {
            _walk._isStale |= Index == _walk._group;
            if (_dealtWith.Contains(id) || _again.ContainsKey(id))
            {
                return;
            }

            PendingEntry entry = _live.FindPending(id);
            if (entry.IsNull && IsTaken(id))
            {
                _again.Add(id, _taken.Count);
                return;
            }

            _dealtWith.Add(id);
            if (!entry.IsNull)
            {
                _walk.Keep(this, new PendingImage(id, entry.DeliveredMs, entry.DeliveryCount), _consumerAt[entry.Consumer.Address]);
            }
        }

        /// <summary>Whether an entry is as it was: of the group and its consumers, or of one who was taken over.</summary>
        /// <param name="id">The entry.</param>
        /// <param name="source">Which consumer that was; -1 for none.</param>
        public bool IsToBeShown(StreamId id, int source) =>
            !_dealtWith.Contains(id) && !(_again.TryGetValue(id, out int since) && (source < 0 || since <= source));

        /// <summary>Called by the group: a consumer has been removed with all that is pending with it. It is released when nobody is interested in it any more.</summary>
        /// <returns>False when nobody is: it is new.</returns>
        public bool TryTakeOver(StreamConsumer consumer, StreamRemains remains, Action<StreamRemains> release)
        {
            bool isPresent = Index == _walk._group;
            _walk._isStale |= isPresent;
            if (!_consumerAt.Remove(consumer.Address, out int index))
            {
                return false;
            }

            StreamId from = StreamId.Min;
            bool isShown = isPresent && (_walk._list != List.Group || _walk._source >= 0
                || (_walk._hasShown && !_walk._lastPending.TryIncrement(out from)));
            Consumers[index].Taken = _taken.Count;
            _taken.Add(new TakenConsumer(consumer, remains, release, isShown ? null : from));
            return true;
        }

        /// <summary>What the group's list is to show of a consumer who was taken over.</summary>
        public PendingEntries PendingOfTaken(int source) =>
            _taken[source].From is { } from ? _taken[source].Consumer.PendingFrom(from) : default;

        /// <summary>Called by the stream: the group is destroyed. It is released when nobody is interested in it any more.</summary>
        public void TakeOver(Action<StreamRemains> release) => _release = release;

        /// <summary>Ends the interest in it.</summary>
        public void Release(NativeHeap heap)
        {
            if (_isWatched)
            {
                _isWatched = false;
                _live.IsWatched = false;
                PartWatches.Remove(heap, _live.Address);
                _release?.Invoke(new StreamRemains(_live));
            }

            foreach (TakenConsumer taken in _taken)
            {
                taken.Release(taken.Remains);
            }

            _taken.Clear();
            _live = default;
        }

        private bool IsTaken(StreamId id)
        {
            foreach (TakenConsumer taken in _taken)
            {
                if (taken.Consumer.HasPending(id))
                {
                    return true;
                }
            }

            return false;
        }

        /// <summary>A consumer who was removed; of its entries, those from an id on are still to be shown in the list of the group, or none.</summary>
        private sealed record TakenConsumer(StreamConsumer Consumer, StreamRemains Remains, Action<StreamRemains> Release, StreamId? From);
    }

    /// <summary>What was noted of a consumer.</summary>
    internal sealed class Consumer(StreamConsumer live)
    {
        public byte[] Name { get; } = live.Name.ToArray();

        public long SeenMs { get; } = live.SeenMs;

        public long PendingCount { get; } = live.PendingCount;

        /// <summary>The consumer itself, which is taken over when it is removed.</summary>
        public StreamConsumer Live { get; } = live;

        /// <summary>The number under which it was taken over; -1 while it is the group's.</summary>
        public int Taken { get; set; } = -1;

        public List<PendingImage> Late { get; } = [];
    }
}

/// <summary>A pending entry as it was.</summary>
/// <param name="Id">The id of the stream's entry.</param>
/// <param name="DeliveredMs">When it was last delivered, in Unix milliseconds.</param>
/// <param name="DeliveryCount">How often it was delivered.</param>
public readonly record struct PendingImage(StreamId Id, long DeliveredMs, long DeliveryCount);
