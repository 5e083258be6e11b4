using System.Text;
using Spinel.Engine.Sessions;

namespace Spinel.Engine.Tests;

/// <summary>
/// Serving a request allocates nothing on the managed heap: not parsing, not the command, not the reply. Runs on the plain heap, since the checked
/// one keeps its books in managed memory.
/// <para>
/// Time passes by turns, not by itself: on a busy machine any request may be a slow one, which the slow log keeps, and the lists of the periodic work may
/// reach the length that they need after the warm-up only.
/// </para>
/// </summary>
public sealed class AllocationTests
{
    private const int WarmUpRounds = 200;
    private const int Rounds = 1000;

    [Theory]
    [InlineData("GET", "GET key:{0}")]
    [InlineData("GET of a missing key", "GET missing:{0}")]
    [InlineData("SET of an existing key", "SET key:{0} another-value-of-the-same-kind")]
    [InlineData("SET of an integer", "SET n:{0} 12345678")]
    [InlineData("SET with an expiry", "SET key:{0} value EX 100")]
    [InlineData("MGET", "MGET key:{0} key:1 key:2 missing")]
    [InlineData("PING", "PING")]
    [InlineData("SADD of integers", "SADD numbers {0}")]
    [InlineData("SADD to a listpack", "SADD set:{0} a b 1")]
    [InlineData("SADD to a large set", "SADD large member-that-is-too-long-for-a-listpack-because-it-has-very-many-characters {0}")]
    [InlineData("SISMEMBER", "SISMEMBER numbers {0}")]
    [InlineData("SINTER", "SINTER numbers large")]
    [InlineData("SUNIONSTORE", "SUNIONSTORE union:{0} numbers large")]
    [InlineData("HSET of a field", "HSET hash:{0} a 1 b some-value")]
    [InlineData("HSET in a large hash", "HSET hash {0} some-value-that-is-not-short-enough-for-a-listpack-because-it-has-many-characters")]
    [InlineData("HGET", "HGET hash:{0} a")]
    [InlineData("HINCRBY", "HINCRBY hash:{0} n 1")]
    public void A_request_allocates_nothing(string name, string format)
    {
        FakeTime time = new();
        using var engine = new SpinelEngine(new EngineSettings { Time = time, Seed = 1 });
        var client = new Client(engine, time);

        var pipeline = new StringBuilder();
        for (int i = 0; i < 64; i++)
        {
            client.Send(Encode($"SET key:{i} value-{i}"));
            pipeline.Append(Encode(string.Format(System.Globalization.CultureInfo.InvariantCulture, format, i)));
        }

        byte[] request = Encoding.Latin1.GetBytes(pipeline.ToString());
        for (int i = 0; i < WarmUpRounds; i++)
        {
            client.Send(request);
        }

        long allocated = LeastAllocated(() => client.Send(request));
        Assert.True(client.Received > 0);
        Assert.True(allocated == 0, $"{name}: {allocated} bytes for {Rounds * 64} requests");
    }

    [Theory]
    [InlineData("")]
    [InlineData("NOLOOP")]
    [InlineData("BCAST")]
    [InlineData("BCAST NOLOOP PREFIX key: PREFIX other")]
    public void Telling_clients_of_changes_allocates_nothing(string mode)
    {
        FakeTime time = new();
        using var engine = new SpinelEngine(new EngineSettings { Time = time, Seed = 1 });
        var reader = new Client(engine, time);
        var writer = new Client(engine, time);
        foreach (Client client in (ReadOnlySpan<Client>)[reader, writer])
        {
            client.Send(Encode("HELLO 3"));
            client.Send(Encode($"CLIENT TRACKING ON {mode}".Trim()));
        }

        byte[] reads = Encoding.Latin1.GetBytes(string.Concat(Enumerable.Range(0, 32).Select(i => Encode($"GET key:{i}"))));
        byte[] writes = Encoding.Latin1.GetBytes(string.Concat(Enumerable.Range(0, 32).Select(i => Encode($"GET key:{i}") + Encode($"SET key:{i} v"))));
        void Round()
        {
            reader.Send(reads);
            writer.Send(writes);
            reader.Drain();
        }

        for (int i = 0; i < WarmUpRounds; i++)
        {
            Round();
        }

        long allocated = LeastAllocated(Round);
        Assert.True(reader.Received > Rounds * 32 * 20);
        Assert.True(allocated == 0, $"{allocated} bytes");
    }

    [Fact]
    public void A_transaction_allocates_nothing()
    {
        FakeTime time = new();
        using var engine = new SpinelEngine(new EngineSettings { Time = time, Seed = 1 });
        var client = new Client(engine, time);
        byte[] request = Encoding.Latin1.GetBytes(Encode("MULTI") + Encode("SET key some-value") + Encode("INCR n") + Encode("GET key") + Encode("EXEC") + Encode("MULTI") + Encode("DISCARD"));
        for (int i = 0; i < WarmUpRounds; i++)
        {
            client.Send(request);
        }

        long allocated = LeastAllocated(() => client.Send(request));
        Assert.True(client.Received > 0);
        Assert.True(allocated == 0, $"{allocated} bytes for {Rounds} rounds");
    }

    [Fact]
    public void A_message_allocates_nothing()
    {
        FakeTime time = new();
        using var engine = new SpinelEngine(new EngineSettings { Time = time, Seed = 1 });
        var publisher = new Client(engine, time);
        Client[] subscribers = [.. Enumerable.Range(0, 100).Select(_ => new Client(engine, time))];
        for (int i = 0; i < subscribers.Length; i++)
        {
            subscribers[i].Send(Encode(i % 2 == 0 ? "HELLO 3" : "PING"));
            subscribers[i].Send(Encode(i % 10 == 0 ? "PSUBSCRIBE chan*" : "SUBSCRIBE channel"));
        }

        publisher.Send(Encode("CONFIG SET notify-keyspace-events KEA"));
        byte[] request = Encoding.Latin1.GetBytes(Encode("PUBLISH channel message") + Encode("SET key value") + Encode("PUBLISH channel " + new string('x', 5000)));
        void Round()
        {
            publisher.Send(request);
            foreach (Client subscriber in subscribers)
            {
                subscriber.Drain();
            }
        }

        for (int i = 0; i < WarmUpRounds; i++)
        {
            Round();
        }

        long allocated = LeastAllocated(Round);
        Assert.True(subscribers.All(subscriber => subscriber.Received > 5000 * Rounds));
        Assert.True(allocated == 0, $"{allocated} bytes for {Rounds} rounds");
    }

    /// <summary>
    /// The fewest bytes that <see cref="Rounds"/> rounds have allocated, of some attempts. What requests allocate recurs in each of them; what the runtime does once, on a busy
    /// machine perhaps in the middle of the first, does not.
    /// </summary>
    private static long LeastAllocated(Action round)
    {
        const int Attempts = 4;
        long least = long.MaxValue;
        for (int attempt = 0; attempt < Attempts && least > 0; attempt++)
        {
            long before = GC.GetAllocatedBytesForCurrentThread();
            for (int i = 0; i < Rounds; i++)
            {
                round();
            }

            least = Math.Min(least, GC.GetAllocatedBytesForCurrentThread() - before);
        }

        return least;
    }

    private static string Encode(string line)
    {
        string[] words = line.Split(' ');
        return $"*{words.Length}\r\n" + string.Concat(words.Select(w => $"${w.Length}\r\n{w}\r\n"));
    }

    private sealed class Client : IConnection
    {
        private const int TurnMs = 10;
        private readonly SpinelEngine _engine;
        private readonly FakeTime _time;
        private readonly Session _session;
        private readonly byte[] _shared = new byte[64 * 1024];

        public Client(SpinelEngine engine, FakeTime time)
        {
            _engine = engine;
            _time = time;
            _session = engine.Accept(this);
        }

        public long Received { get; private set; }

        public long FileDescriptor => -1;

        public string RemoteAddress => "127.0.0.1:50000";

        public string LocalAddress => "127.0.0.1:6379";

        public bool IsUnixSocket => false;

        public bool IsLoopback => true;

        public void Send(string text) => Send(Encoding.Latin1.GetBytes(text));

        /// <summary>A turn of the loop as a transport makes it, with the bytes copied where the kernel would put them.</summary>
        public void Send(ReadOnlySpan<byte> bytes)
        {
            _time.Advance(TurnMs);
            _engine.BeginTurn();
            while (!bytes.IsEmpty)
            {
                Span<byte> room = _session.BeginReceive(_shared);
                int count = Math.Min(room.Length, bytes.Length);
                bytes[..count].CopyTo(room);
                _session.EndReceive(count, _shared);
                bytes = bytes[count..];
            }

            _engine.EndTurn();
            _engine.RunBackground();
            Drain();
            _engine.ClearPendingWrites();
        }

        public void Drain()
        {
            Received += _session.Output.Length;
            _session.Output.Consume(_session.Output.Length);
        }
    }
}
