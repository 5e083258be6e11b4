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

    /// <summary>Sends the beginning of a request whose argument is so long, without its last byte.</summary>
    private static void BeginRequest(TestClient client, int bytes) =>
        client.Send(System.Text.Encoding.ASCII.GetBytes($"*2\r\n$3\r\nGET\r\n${bytes}\r\n{new string('x', bytes)}\r"));
}
