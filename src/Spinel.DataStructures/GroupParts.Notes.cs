using Spinel.Memory;

namespace Spinel.DataStructures;

// What a walk that is frozen has noted of groups and consumers, and what they tell it before they change.
public sealed partial class GroupParts
{
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
