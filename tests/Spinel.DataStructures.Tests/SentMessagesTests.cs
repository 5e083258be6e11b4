using System.Text;
using Spinel.Memory;

namespace Spinel.DataStructures.Tests;

public sealed class SentMessagesTests
{
    /// <summary>What is found is compared with a list of all that was ever sent, and the memory that is kept up with what the heap has handed out.</summary>
    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    public void Messages_are_remembered_as_long_and_as_many_as_is_said(int seed)
    {
        using CheckedHeap heap = new();
        var sender = new Sender(heap, seed);
        long others = heap.Heap.BytesInUse - sender.Stream.Sent.MemoryBytes;
        for (int i = 0; i < 6000; i++)
        {
            sender.Next();
            Assert.Equal(heap.Heap.BytesInUse - others, sender.Stream.Sent.MemoryBytes);
        }

        List<string> content = ContentOf(sender.Stream);
        Assert.NotEmpty(content);
        Assert.Equal(content.Count, sender.Stream.Sent.ProducerCount);
        StreamValue copy = sender.Stream.Clone(heap);
        sender.ForgetOld();
        Assert.True(copy.Sent.MessageCount >= sender.Stream.Sent.MessageCount);
        copy.Free(heap, ownerThread: true);
        sender.Stream.Free(heap, ownerThread: true);
    }

    /// <summary>A walk shows what was there when it began, whatever is sent and forgotten between its steps.</summary>
    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    [InlineData(4)]
    public void A_walk_shows_what_was_there_when_it_began(int seed)
    {
        using CheckedHeap heap = new();
        var random = new Random(seed);
        var sender = new Sender(heap, seed);
        var parts = new SentParts();
        for (int round = 0; round < 60; round++)
        {
            for (int i = random.Next(400); i > 0; i--)
            {
                sender.Next();
            }

            List<string> expected = ContentOf(sender.Stream);
            long count = sender.Stream.Sent.MessageCount;
            var shown = new List<string>();
            parts.Begin(sender.Stream);
            Assert.Equal(expected.Count, parts.ProducerCount);
            parts.Freeze(heap);
            bool isToEnd = round % 5 != 0;
            int steps = isToEnd ? int.MaxValue : random.Next((int)count + 1);
            int changes = random.Next(1, 30);
            while (steps > 0 && parts.MoveNextProducer())
            {
                var text = new StringBuilder(Encoding.ASCII.GetString(parts.ProducerName));
                text.Append(' ').Append(parts.MessagesLeft);
                for (; steps > 0 && parts.MoveNextMessage(); steps--)
                {
                    for (int i = random.Next(changes); i > 0; i--)
                    {
                        sender.Next();
                    }

                    text.Append(' ').Append(Encoding.ASCII.GetString(parts.MessageName)).Append('=').Append(parts.MessageId);
                }

                shown.Add(text.ToString());
            }

            parts.Thaw();
            if (isToEnd)
            {
                Assert.Equal(expected.Order(StringComparer.Ordinal), shown.Order(StringComparer.Ordinal));
            }
        }

        sender.Stream.Free(heap, ownerThread: true);
    }

    [Fact]
    public void A_message_that_comes_again_too_late_is_new_although_many_are_before_it()
    {
        using CheckedHeap heap = new();
        StreamValue stream = StreamValue.Create(heap);
        stream.ConfigureIdempotency(heap, 10, 1000, remains => remains.Free(heap, ownerThread: true));
        for (int i = 0; i < 1000; i++)
        {
            stream.AddSent(heap, "p"u8, Name('m', i), new StreamId(1, (ulong)i));
        }

        Assert.False(stream.TryFindSent(heap, "p"u8, Name('m', 900), 20_000, out _));
        stream.AddSent(heap, "p"u8, Name('m', 900), new StreamId(20_000, 0));
        Assert.True(stream.TryFindSent(heap, "p"u8, Name('m', 900), 20_000, out StreamId id));
        Assert.Equal(new StreamId(20_000, 0), id);
        stream.Free(heap, ownerThread: true);
    }

    private static List<string> ContentOf(StreamValue stream)
    {
        List<string> content = [];
        var parts = new SentParts();
        parts.Begin(stream);
        while (parts.MoveNextProducer())
        {
            var text = new StringBuilder(Encoding.ASCII.GetString(parts.ProducerName));
            text.Append(' ').Append(parts.MessagesLeft);
            while (parts.MoveNextMessage())
            {
                text.Append(' ').Append(Encoding.ASCII.GetString(parts.MessageName)).Append('=').Append(parts.MessageId);
            }

            content.Add(text.ToString());
        }

        return content;
    }

    private static byte[] Name(char kind, int number) => Encoding.ASCII.GetBytes(kind + new string('x', number % 7 * 9) + number);

    /// <summary>Sends at random, and knows what is to be found.</summary>
    private sealed class Sender
    {
        private readonly NativeHeap _heap;
        private readonly Random _random;
        private readonly Dictionary<int, List<(int Message, StreamId Id)>> _sent = [];
        private ulong _nowMs = 1_000_000;

        public Sender(NativeHeap heap, int seed)
        {
            _heap = heap;
            _random = new Random(seed);
            Stream = StreamValue.Create(heap);
            Stream.ConfigureIdempotency(heap, 30, 15, remains => remains.Free(heap, ownerThread: true));
        }

        public StreamValue Stream { get; }

        public void ForgetOld() => Stream.GetIdempotency(_heap, (long)_nowMs);

        public void Next()
        {
            _nowMs += (ulong)_random.Next(300);
            int action = _random.Next(600);
            if (action == 0)
            {
                StreamIdempotency old = Stream.GetIdempotency(_heap, (long)_nowMs);
                int seconds = _random.Next(1, 60);
                int messages = _random.Next(1, 20);
                Stream.ConfigureIdempotency(_heap, seconds, messages, remains => remains.Free(_heap, ownerThread: true));
                if (seconds != old.Seconds || messages != old.MaxMessages)
                {
                    _sent.Clear();
                    Assert.Equal(0, Stream.Sent.MessageCount);
                }
            }
            else if (action == 1)
            {
                _nowMs += 50_000;
            }
            else if (action < 8)
            {
                // All are looked at, they are not so many.
                StreamIdempotency figures = Stream.GetIdempotency(_heap, (long)_nowMs);
                Assert.Equal(_sent.Keys.Sum(producer => AliveOf(producer).Count()), figures.Messages);
                Assert.Equal(_sent.Keys.Count(producer => AliveOf(producer).Any()), figures.Producers);
            }
            else
            {
                Send(_random.Next(30), _random.Next(60));
            }
        }

        private void Send(int producer, int message)
        {
            StreamId expected = AliveOf(producer).FirstOrDefault(sent => sent.Message == message).Id;
            bool isFound = Stream.TryFindSent(_heap, Name('p', producer), Name('m', message), (long)_nowMs, out StreamId found);
            Assert.Equal(!expected.IsZero, isFound);
            if (isFound)
            {
                Assert.Equal(expected, found);
                return;
            }

            var id = new StreamId(_nowMs, (ulong)_random.Next(100));
            Stream.AddSent(_heap, Name('p', producer), Name('m', message), id);
            _sent.TryAdd(producer, []);
            _sent[producer].Add((message, id));
        }

        private IEnumerable<(int Message, StreamId Id)> AliveOf(int producer) => _sent.TryGetValue(producer, out List<(int Message, StreamId Id)>? sent)
            ? sent.TakeLast(Stream.Sent.MaxMessages).Where(message => message.Id.Ms + ((ulong)Stream.Sent.Seconds * 1000) > _nowMs)
            : [];
    }
}
