using System.Text;

namespace Spinel.Engine.Tests.PubSub;

/// <summary>Delivery: who gets what, in which form, and at what cost in memory.</summary>
public sealed class MessageBrokerTests : IDisposable
{
    private readonly TestEngine _engine = new();

    public void Dispose() => _engine.Dispose();

    [Fact]
    public void EachSubscriberGetsTheMessageInItsProtocol()
    {
        TestClient two = _engine.Connect();
        TestClient three = _engine.Connect();
        three.Run("HELLO 3");
        two.Run("SUBSCRIBE a").ShouldBe("*3", "$9", "subscribe", "$1", "a", ":1");
        three.Run("PSUBSCRIBE a*").ShouldBe(">3", "$10", "psubscribe", "$2", "a*", ":1");
        _engine.Run("PUBLISH a hi").ShouldBe(":2");
        two.Receive().ShouldBe("*3", "$7", "message", "$1", "a", "$2", "hi");
        three.Receive().ShouldBe(">4", "$8", "pmessage", "$2", "a*", "$1", "a", "$2", "hi");
    }

    [Fact]
    public void AMessageToOneselfComesBehindTheReply()
    {
        TestClient client = _engine.Connect();
        client.Run("HELLO 3");
        client.Run("SUBSCRIBE a");
        client.Run("PUBLISH a hi").ShouldBe(":1", ">3", "$7", "message", "$1", "a", "$2", "hi");
        client.Run("MULTI");
        client.Run("PUBLISH a 1");
        client.Run("PING");
        client.Run("EXEC").ShouldBe("*2", ":1", "+PONG", ">3", "$7", "message", "$1", "a", "$1", "1");
    }

    [Fact]
    public void AThousandSubscribersThatWaitShareOneChunk()
    {
        TestClient[] subscribers = [.. Enumerable.Range(0, 1000).Select(_ => _engine.Connect())];
        foreach (TestClient subscriber in subscribers)
        {
            subscriber.Run("SUBSCRIBE a");
        }

        long before = _engine.Engine.Heap.BytesInUse;
        _engine.Run("PUBLISH a " + new string('x', 5000)).ShouldBe(":1000");
        _engine.Run("PUBLISH a y").ShouldBe(":1000");
        Assert.InRange(_engine.Engine.Heap.BytesInUse - before, 0, 64 * 1024);
        string expected = "*3\r\n$7\r\nmessage\r\n$1\r\na\r\n$5000\r\n" + new string('x', 5000) + "\r\n*3\r\n$7\r\nmessage\r\n$1\r\na\r\n$1\r\ny\r\n";
        foreach (TestClient subscriber in subscribers)
        {
            // Both messages stand one behind the other in the shared chunk: one segment, one system call.
            Assert.Equal(1, subscriber.Session.Output.ChunkCount);
            Assert.Equal(expected, subscriber.Receive().Text);
        }
    }

    [Fact]
    public void ASubscriberThatLeavesKeepsNobodyElsesMessage()
    {
        TestClient gone = _engine.Connect();
        TestClient stays = _engine.Connect();
        gone.Run("SUBSCRIBE a");
        stays.Run("SUBSCRIBE a");
        _engine.Run("PUBLISH a 1");
        gone.Session.OnDisconnected();
        _engine.Run("PUBLISH a 2").ShouldBe(":1");
        Assert.Equal(2, stays.Receive().Text.Split("message").Length - 1);
        _engine.Run("PUBSUB NUMSUB a").ShouldBe("*2", "$1", "a", ":1");
    }

    [Fact]
    public void ASlowSubscriberIsCutOffAtTheLimitOfItsClass()
    {
        _engine.Run("CONFIG SET client-output-buffer-limit \"pubsub 100kb 0 0 normal 0 0 0\"").ShouldBe("+OK");
        TestClient slow = _engine.Connect();
        slow.Run("SUBSCRIBE a");
        string message = new('x', 10_000);
        for (int i = 0; i < 20 && !slow.Session.IsClosed; i++)
        {
            _engine.Call("PUBLISH", "a", message).ShouldBe(":1");
        }

        Assert.True(slow.Session.IsClosed);
        Assert.Contains("client_output_buffer_limit_disconnections:1\r\n", _engine.Run("INFO stats").Text, StringComparison.Ordinal);
    }

    [Fact]
    public void TheSoftLimitCutsOffAfterItsTime()
    {
        _engine.Run("CONFIG SET client-output-buffer-limit \"pubsub 0 1kb 2\"").ShouldBe("+OK");
        TestClient slow = _engine.Connect();
        slow.Run("SUBSCRIBE a");
        _engine.Call("PUBLISH", "a", new string('x', 30_000));
        _engine.Time.Advance(1000);
        _engine.Run("PUBLISH a y");
        Assert.False(slow.Session.IsClosed);
        _engine.Time.Advance(1500);
        _engine.Run("PUBLISH a y");
        Assert.True(slow.Session.IsClosed);
    }

    [Fact]
    public void MessagesToItselfAreLimitedTooWithinATransaction()
    {
        _engine.Run("CONFIG SET client-output-buffer-limit \"pubsub 100kb 0 0\"").ShouldBe("+OK");
        TestClient client = _engine.Connect();
        client.Run("HELLO 3");
        client.Run("SUBSCRIBE a");
        client.Run("MULTI");
        string message = new('x', 10_000);
        for (int i = 0; i < 50; i++)
        {
            client.Call("PUBLISH", "a", message);
        }

        client.Run("EXEC");
        Assert.True(client.Session.IsClosed);
    }

    [Fact]
    public void AClientSaysWhatItIsSubscribedTo()
    {
        TestClient client = _engine.Connect();
        client.Run("SUBSCRIBE a b");
        client.Run("PSUBSCRIBE c*");
        client.Run("SSUBSCRIBE d");
        string line = _engine.Run("CLIENT LIST TYPE pubsub").Text;
        Assert.Contains(" flags=P ", line, StringComparison.Ordinal);
        Assert.Contains(" sub=2 psub=1 ssub=1 ", line, StringComparison.Ordinal);
        string stats = _engine.Run("INFO").Text;
        Assert.Contains("pubsub_channels:2\r\npubsub_patterns:1\r\npubsubshard_channels:1\r\n", stats, StringComparison.Ordinal);
        Assert.Contains("pubsub_clients:1\r\n", stats, StringComparison.Ordinal);
        client.Session.OnDisconnected();
        Assert.Contains("pubsub_channels:0\r\npubsub_patterns:0\r\npubsubshard_channels:0\r\n", _engine.Run("INFO").Text, StringComparison.Ordinal);
    }

    [Fact]
    public void AnIdleSubscriberIsNotClosed()
    {
        _engine.Run("CONFIG SET timeout 10").ShouldBe("+OK");
        TestClient subscriber = _engine.Connect();
        TestClient idle = _engine.Connect();
        subscriber.Run("SUBSCRIBE a");
        idle.Run("PING");
        for (int i = 0; i < 50; i++)
        {
            _engine.Turn(1000);
        }

        Assert.True(idle.Session.IsClosed);
        Assert.False(subscriber.Session.IsClosed);
    }

    [Fact]
    public void PatternsAreFoundByTheirBeginning()
    {
        TestClient client = _engine.Connect();
        var expected = new List<string>();
        string[] patterns = ["*", "room:*", "room:1*", "room:12", "roo?:12", "[r]oom:12", "room:\\12", "tenant:*", new string('r', 40) + "*"];
        foreach (string pattern in patterns)
        {
            client.Call("PSUBSCRIBE", pattern);
        }

        _engine.Run("PUBLISH room:12 x").ShouldBe(":7");
        _engine.Call("PUBLISH", new string('r', 45), "x").ShouldBe(":2");
        _engine.Call("PUBLISH", new string('r', 39), "x").ShouldBe(":1");
        _engine.Run("PUBLISH \"\" x").ShouldBe(":0");
        client.Call("PUNSUBSCRIBE", "room:*", "*");
        client.Receive();
        _engine.Run("PUBLISH room:12 x").ShouldBe(":5");
    }

    [Fact]
    public void ManyJoinAndLeaveInAnyOrder()
    {
        // Against the simplest of models: for each client a set of names.
        var random = new Random(7);
        TestClient[] clients = [.. Enumerable.Range(0, 8).Select(_ => _engine.Connect())];
        HashSet<string>[] model = [.. clients.Select(_ => new HashSet<string>())];
        for (int i = 0; i < 3000; i++)
        {
            int at = random.Next(clients.Length);
            string name = "ch" + random.Next(5);
            switch (random.Next(3))
            {
                case 0:
                    clients[at].Run("SUBSCRIBE " + name);
                    model[at].Add(name);
                    break;
                case 1:
                    clients[at].Run("UNSUBSCRIBE " + name);
                    model[at].Remove(name);
                    break;
                default:
                    string payload = "m" + i;
                    _engine.Run($"PUBLISH {name} {payload}").ShouldBe(":" + model.Count(set => set.Contains(name)));
                    for (int j = 0; j < clients.Length; j++)
                    {
                        Assert.Equal(model[j].Contains(name), clients[j].Receive().Text.Contains(payload, StringComparison.Ordinal));
                    }

                    break;
            }
        }
    }

    [Fact]
    public void MessagesAndRepliesMixInTheOrderOfTheirMaking()
    {
        // Against plain concatenation, with pieces of every size and a reader that takes a few bytes now and then.
        var random = new Random(11);
        TestClient client = _engine.Connect();
        client.Run("HELLO 3");
        client.Run("SUBSCRIBE a b");
        var expected = new StringBuilder();
        var actual = new StringBuilder();
        for (int i = 0; i < 2000; i++)
        {
            string text = new((char)('a' + (i % 26)), random.Next(4) switch { 0 => random.Next(30_000), 1 => random.Next(3000), _ => random.Next(60) });
            if (random.Next(4) == 0)
            {
                byte[] request = Encoding.ASCII.GetBytes($"*2\r\n$4\r\nECHO\r\n${text.Length}\r\n{text}\r\n");
                Feed(client, request);
                expected.Append($"${text.Length}\r\n{text}\r\n");
            }
            else
            {
                string channel = random.Next(3) == 0 ? "b" : "a";
                _engine.Call("PUBLISH", channel, text).ShouldBe(":1");
                expected.Append($">3\r\n$7\r\nmessage\r\n$1\r\n{channel}\r\n${text.Length}\r\n{text}\r\n");
            }

            if (random.Next(3) == 0)
            {
                Take(client, random.Next(20_000), actual);
            }
        }

        Take(client, int.MaxValue, actual);
        Assert.Equal(expected.ToString(), actual.ToString());
        Assert.Equal(0, client.Session.Output.CapacityBytes);
    }

    private static void Feed(TestClient client, byte[] request)
    {
        byte[] shared = new byte[request.Length];
        request.CopyTo(client.Session.BeginReceive(shared));
        client.Session.EndReceive(request.Length, shared);
    }

    private static void Take(TestClient client, int bytes, StringBuilder text)
    {
        while (bytes > 0 && !client.Session.Output.IsEmpty)
        {
            ReadOnlySpan<byte> segment = client.Session.Output.FirstSegment;
            segment = segment[..Math.Min(bytes, segment.Length)];
            text.Append(Encoding.Latin1.GetString(segment));
            bytes -= segment.Length;
            client.Session.Output.Consume(segment.Length);
        }
    }
}
