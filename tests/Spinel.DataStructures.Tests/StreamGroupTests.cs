using System.Globalization;
using System.Text;
using Spinel.Memory;

namespace Spinel.DataStructures.Tests;

/// <summary>Consumer groups against a dictionary of what is pending, and walks over them while they change.</summary>
public sealed class StreamGroupTests
{
    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    public void A_group_is_a_dictionary_of_what_is_pending(int seed)
    {
        using CheckedHeap heap = new();
        var changes = new Changes(heap, seed);
        for (int i = 0; i < 8_000; i++)
        {
            changes.Next();
            if (i % 200 == 0)
            {
                Assert.Equal(changes.Expected(), ContentOf(changes.Stream));
                changes.CheckIdle();
            }
        }

        StreamValue copy = changes.Stream.Clone(heap);
        Assert.Equal(changes.Expected(), ContentOf(copy));
        copy.Free(heap, ownerThread: true);
        changes.Stream.Free(heap, ownerThread: true);
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    [InlineData(4)]
    [InlineData(5)]
    public void A_walk_shows_what_was_pending_when_it_began(int seed)
    {
        using CheckedHeap heap = new();
        var random = new Random(seed);
        var changes = new Changes(heap, seed);
        var parts = new GroupParts();
        for (int round = 0; round < 60; round++)
        {
            for (int i = random.Next(600); i > 0; i--)
            {
                changes.Next();
            }

            List<string> expected = changes.Expected();
            int steps = random.Next(4) == 0 ? random.Next(expected.Count) : int.MaxValue;
            int frequency = random.Next(1, 40);
            parts.Begin(changes.Stream);
            parts.Freeze(heap);
            List<string> shown = ContentOf(
                parts,
                () =>
                {
                    for (int i = random.Next(frequency) == 0 ? random.Next(40) : 0; i > 0; i--)
                    {
                        changes.Next();
                    }

                    return --steps > 0;
                });
            parts.Thaw();
            if (steps > 0)
            {
                Assert.Equal(expected, shown);
            }
        }

        changes.Stream.Free(heap, ownerThread: true);
    }

    /// <summary>One of two consumers, who have much, goes: with all that it has, and with the order if that was kept.</summary>
    [Theory]
    [InlineData(false, 2)]
    [InlineData(true, 2)]
    [InlineData(true, 1)]
    public void A_consumer_goes_with_much(bool isOrdered, int consumers)
    {
        using CheckedHeap heap = new();
        StreamValue stream = StreamValue.Create(heap);
        stream.TryCreateGroup(heap, "g"u8, StreamId.Min, 0);
        StreamGroup group = stream.FindGroup("g"u8);
        StreamConsumer[] both = [group.CreateConsumer(heap, "a"u8, 0), group.CreateConsumer(heap, "b"u8, 0)];
        List<IdleEntry> left = [];
        for (int i = 1; i <= 5000; i++)
        {
            int consumer = i % 100 < 70 || i is > 2000 and < 3000 ? 0 : consumers - 1;
            var id = new StreamId((ulong)i, 0);
            group.Deliver(heap, id, both[consumer], 10_000 - i);
            if (consumer == 1)
            {
                left.Insert(0, new IdleEntry(10_000 - i, id));
            }
        }

        if (isOrdered)
        {
            group.OrderByDelivery(heap);
        }

        Assert.Equal(5000 - left.Count, group.RemoveConsumer(heap, both[0], remains => remains.Free(heap, ownerThread: true)));
        Assert.Equal(left.Count, group.PendingCount);
        group.OrderByDelivery(heap);
        var idle = new IdleEntry[group.CountDeliveredUpTo(long.MaxValue, long.MaxValue)];
        group.CopyDeliveredFirst(idle);
        Assert.Equal(left, idle);
        stream.Free(heap, ownerThread: true);
    }

    private static List<string> ContentOf(StreamValue stream)
    {
        var parts = new GroupParts();
        parts.Begin(stream);
        return ContentOf(parts, static () => true);
    }

    private static List<string> ContentOf(GroupParts parts, Func<bool> goesOn)
    {
        List<string> content = [];
        while (parts.MoveNextGroup())
        {
            string group = Encoding.ASCII.GetString(parts.Name);
            content.Add($"{group} {parts.PendingCount} {parts.ConsumerCount}");
            while (goesOn() && parts.MoveNextPending())
            {
                content.Add(Line(group, string.Empty, parts.Pending.Id, parts.Pending.DeliveredMs, parts.Pending.DeliveryCount));
            }

            while (goesOn() && parts.MoveNextConsumer())
            {
                string consumer = Encoding.ASCII.GetString(parts.ConsumerName);
                content.Add($"{group} {consumer} {parts.ConsumerPendingCount}");
                while (goesOn() && parts.MoveNextPending())
                {
                    content.Add(Line(group, consumer, parts.Pending.Id, parts.Pending.DeliveredMs, parts.Pending.DeliveryCount));
                }
            }
        }

        content.Sort(StringComparer.Ordinal);
        return content;
    }

    private static string Line(string group, string consumer, StreamId id, long ms, long count) =>
        string.Create(CultureInfo.InvariantCulture, $"{group} {consumer}: {id.Ms}-{id.Sequence} {ms} {count}");

    /// <summary>Changes a stream's groups at random, and knows what is pending.</summary>
    private sealed class Changes
    {
        private const int Groups = 2;
        private const int Consumers = 5;
        private const int Ids = 700;
        private readonly NativeHeap _heap;
        private readonly Random _random;
        private readonly Dictionary<int, SortedDictionary<int, Dictionary<StreamId, (long Ms, long Count)>>> _model = [];
        private long _nowMs = 1000;

        public Changes(NativeHeap heap, int seed)
        {
            _heap = heap;
            _random = new Random(seed);
            Stream = StreamValue.Create(heap);
        }

        public StreamValue Stream { get; }

        public List<string> Expected()
        {
            List<string> content = [];
            foreach ((int group, SortedDictionary<int, Dictionary<StreamId, (long Ms, long Count)>> consumers) in _model)
            {
                content.Add($"g{group} {consumers.Values.Sum(static pending => pending.Count)} {consumers.Count}");
                foreach ((int consumer, Dictionary<StreamId, (long Ms, long Count)> pending) in consumers)
                {
                    content.Add($"g{group} c{consumer} {pending.Count}");
                    foreach ((StreamId id, (long ms, long count)) in pending)
                    {
                        content.Add(Line($"g{group}", string.Empty, id, ms, count));
                        content.Add(Line($"g{group}", $"c{consumer}", id, ms, count));
                    }
                }
            }

            content.Sort(StringComparer.Ordinal);
            return content;
        }

        /// <summary>Compares the order by delivery with a sort. The first group keeps it, the other one is a new one now and then.</summary>
        public void CheckIdle()
        {
            foreach ((int number, SortedDictionary<int, Dictionary<StreamId, (long Ms, long Count)>> consumers) in _model)
            {
                StreamGroup group = Stream.FindGroup(Encoding.ASCII.GetBytes($"g{number}"));
                group.OrderByDelivery(_heap);
                long limit = _nowMs - _random.Next(200);
                List<IdleEntry> all = [.. consumers.Values.SelectMany(static pending => pending).Select(static entry => new IdleEntry(entry.Value.Ms, entry.Key))];
                all.Sort(static (left, right) => (left.DeliveredMs, left.Id).CompareTo((right.DeliveredMs, right.Id)));
                List<IdleEntry> idle = [.. all.Where(entry => entry.DeliveredMs <= limit)];
                Assert.Equal(idle.Count, group.CountDeliveredUpTo(limit, long.MaxValue));
                Assert.Equal(Math.Min(idle.Count, 5), group.CountDeliveredUpTo(limit, 5));
                Assert.Equal(all.Count == 0 ? long.MaxValue : all[0].DeliveredMs, group.OldestDeliveryMs);
                var first = new IdleEntry[idle.Count];
                group.CopyDeliveredFirst(first);
                Assert.Equal(idle, first);
                IdleEntry from = IdleEntry.Min;
                foreach (IdleEntry expected in idle)
                {
                    Assert.True(group.TryFindDelivered(from, limit, out IdleEntry found));
                    Assert.Equal(expected, found);
                    from = found with { Id = new StreamId(found.Id.Ms, found.Id.Sequence + 1) };
                }

                Assert.False(group.TryFindDelivered(from, limit, out _));
            }
        }

        public void Next()
        {
            _nowMs += _random.Next(3);
            int number = _random.Next(Groups);
            byte[] name = Encoding.ASCII.GetBytes($"g{number}");
            if (_model.TryAdd(number, []))
            {
                Assert.True(Stream.TryCreateGroup(_heap, name, StreamId.Min, 0));
            }

            StreamGroup group = Stream.FindGroup(name);
            SortedDictionary<int, Dictionary<StreamId, (long Ms, long Count)>> consumers = _model[number];
            int consumer = _random.Next(Consumers);
            switch (_random.Next(1000))
            {
                case 0:
                    Stream.RemoveGroup(_heap, group, remains => remains.Free(_heap, ownerThread: true));
                    _model.Remove(number);
                    break;
                case < 10 when consumers.ContainsKey(consumer):
                    long removed = group.RemoveConsumer(_heap, group.FindConsumer(Name(consumer)), remains => remains.Free(_heap, ownerThread: true));
                    Assert.Equal(consumers[consumer].Count, removed);
                    consumers.Remove(consumer);
                    break;
                case < 300:
                    StreamId acknowledged = Id();
                    bool wasThere = consumers.Values.Any(pending => pending.Remove(acknowledged));
                    Assert.Equal(wasThere, group.TryAcknowledge(_heap, acknowledged));
                    break;
                default:
                    Deliver(group, consumers, consumer);
                    break;
            }
        }

        private static byte[] Name(int consumer) => Encoding.ASCII.GetBytes($"c{consumer}");

        private void Deliver(StreamGroup group, SortedDictionary<int, Dictionary<StreamId, (long Ms, long Count)>> consumers, int consumer)
        {
            if (consumers.TryAdd(consumer, []))
            {
                group.CreateConsumer(_heap, Name(consumer), _nowMs);
            }

            for (int i = _random.Next(4); i >= 0; i--)
            {
                StreamId id = Id();
                long ms = _random.Next(10) == 0 ? _random.NextInt64(_nowMs) : _nowMs;
                PendingEntry entry = group.Deliver(_heap, id, group.FindConsumer(Name(consumer)), _nowMs);
                group.SetDelivery(_heap, id, entry, ms, i);
                foreach (Dictionary<StreamId, (long Ms, long Count)> pending in consumers.Values)
                {
                    pending.Remove(id);
                }

                consumers[consumer].Add(id, (ms, i));
            }
        }

        private StreamId Id() => new((ulong)_random.Next(Ids), 1);
    }
}
