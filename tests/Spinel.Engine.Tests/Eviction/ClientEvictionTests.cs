namespace Spinel.Engine.Tests.Eviction;

public sealed class ClientEvictionTests
{
    [Fact]
    public void The_largest_clients_go_until_the_others_fit()
    {
        using TestEngine engine = new();
        TestClient admin = engine.Connect();
        TestClient[] clients = [engine.Connect(), engine.Connect(), engine.Connect()];
        BeginRequest(clients[0], 100_000);
        BeginRequest(clients[1], 600_000);
        BeginRequest(clients[2], 300_000);
        engine.Turn();
        Assert.All(clients, client => Assert.False(client.Session.IsClosed));

        admin.Run("CONFIG SET maxmemory-clients 500k").ShouldBe("+OK");
        engine.Turn();
        Assert.Equal([false, true, false], clients.Select(client => client.Session.IsClosed));
        Assert.Equal(1, engine.Engine.Statistics.EvictedClients);
        Assert.False(admin.Session.IsClosed);
    }

    [Fact]
    public void Protected_clients_stay_and_do_not_count()
    {
        using TestEngine engine = new();
        TestClient kept = engine.Connect();
        TestClient other = engine.Connect();
        kept.Run("CLIENT NO-EVICT ON").ShouldBe("+OK");
        BeginRequest(kept, 600_000);
        BeginRequest(other, 100_000);
        engine.Client.Run("CONFIG SET maxmemory-clients 300k").ShouldBe("+OK");
        engine.Turn();
        Assert.False(kept.Session.IsClosed);
        Assert.False(other.Session.IsClosed);
        Assert.True(engine.Engine.ClientMemory.TotalBytes > 600_000);
    }

    [Fact]
    public void A_percentage_is_of_maxmemory()
    {
        using TestEngine engine = new();
        TestClient big = engine.Connect();
        BeginRequest(big, 600_000);
        engine.Run("CONFIG SET maxmemory-clients 10%").ShouldBe("+OK");
        engine.Turn();
        Assert.False(big.Session.IsClosed);
        engine.Run("CONFIG SET maxmemory 10mb").ShouldBe("+OK");
        engine.Turn();
        Assert.False(big.Session.IsClosed);
        engine.Run("CONFIG SET maxmemory 5mb").ShouldBe("+OK");
        engine.Turn();
        Assert.True(big.Session.IsClosed);
    }

    [Fact]
    public void The_sum_follows_what_clients_hold()
    {
        using TestEngine engine = new();
        TestClient client = engine.Connect();
        long idle = engine.Engine.ClientMemory.TotalBytes;
        BeginRequest(client, 600_000);
        Assert.True(engine.Engine.ClientMemory.TotalBytes > idle + 600_000);
        client.Session.OnDisconnected();
        Assert.True(engine.Engine.ClientMemory.TotalBytes < idle);
    }

    [Fact]
    public void A_subscriber_that_reads_nothing_is_seen_to_grow()
    {
        using TestEngine engine = new();
        TestClient subscriber = engine.Connect();
        subscriber.Run("SUBSCRIBE channel");
        engine.Run("CONFIG SET maxmemory-clients 500k").ShouldBe("+OK");
        for (int i = 0; i < 10; i++)
        {
            engine.Call("PUBLISH", "channel", new string('x', 100_000)).ShouldBe(":1");
        }

        for (int i = 0; i < 20; i++)
        {
            engine.Turn(200);
        }

        Assert.True(subscriber.Session.IsClosed);
    }

    [Fact]
    public void What_many_wait_for_together_does_not_keep_keys_from_being_evicted()
    {
        using TestEngine engine = new();
        for (int i = 0; i < 100; i++)
        {
            TestClient subscriber = engine.Connect();
            subscriber.Run("SUBSCRIBE channel");
        }

        engine.Call("PUBLISH", "channel", new string('x', 100_000)).ShouldBe(":100");
        foreach (Spinel.Engine.Sessions.Session session in engine.Engine.Sessions.All)
        {
            engine.Engine.ClientMemory.Update(session);
        }

        Assert.True(engine.Engine.ClientMemory.TotalBytes > 10_000_000);
        Assert.InRange(Spinel.Engine.Statistics.Info.MemoryFigures.Read(engine.Engine).ClientBytes, 100_000, 500_000);
        engine.Run("CONFIG SET maxmemory-policy allkeys-lru").ShouldBe("+OK");
        engine.Run("CONFIG SET maxmemory 1mb").ShouldBe("+OK");
        for (int i = 0; i < 1000; i++)
        {
            engine.Call("SET", $"key:{i}", new string('x', 2000)).ShouldBe("+OK");
        }

        Assert.True(engine.Engine.Statistics.EvictedKeys > 0);
    }

    /// <summary>Sends the beginning of a request whose argument is so long, without its last byte.</summary>
    private static void BeginRequest(TestClient client, int bytes) =>
        client.Send(System.Text.Encoding.ASCII.GetBytes($"*2\r\n$3\r\nGET\r\n${bytes}\r\n{new string('x', bytes)}\r"));
}
