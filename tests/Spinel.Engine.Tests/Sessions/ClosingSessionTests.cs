namespace Spinel.Engine.Tests.Sessions;

/// <summary>A conversation that has ended stays ended, even while the last replies are still to be sent.</summary>
public sealed class ClosingSessionTests
{
    [Theory]
    [InlineData("QUIT\r\n")]
    [InlineData("*1\r\n!\r\n")]
    public void NothingIsObeyedAfterTheEnd(string end)
    {
        using TestEngine engine = new();
        TestClient client = engine.Connect();
        client.Send(System.Text.Encoding.ASCII.GetBytes(end));
        client.Run("SET a 1").ShouldBe();
        engine.Run("EXISTS a").ShouldBe(":0");
    }

    [Fact]
    public void AKilledClientIsNotObeyed()
    {
        using TestEngine engine = new();
        TestClient client = engine.Connect();
        engine.Run($"CLIENT KILL ID {client.Session.Id}").ShouldBe(":1");
        client.Run("SET a 1").ShouldBe();
        engine.Run("EXISTS a").ShouldBe(":0");
    }

    [Fact]
    public void ARefusedClientIsNotObeyed()
    {
        using TestEngine engine = new(options => options.Set("maxclients", "1"));
        _ = engine.Client;
        TestClient refused = engine.Connect();
        refused.Run("SET a 1").ShouldBe("-ERR max number of clients reached");
        engine.Run("EXISTS a").ShouldBe(":0");
    }

    [Fact]
    public void AKilledClientsPostponedRequestIsDropped()
    {
        using TestEngine engine = new();
        TestClient client = engine.Connect();
        engine.Run("CLIENT PAUSE 1000 WRITE").ShouldBe("+OK");
        client.Run("SET a 1").ShouldBe();
        engine.Run($"CLIENT KILL ID {client.Session.Id}").ShouldBe(":1");
        engine.Turn(1000);
        engine.Turn();
        engine.Run("EXISTS a").ShouldBe(":0");
    }

    [Fact]
    public void APasswordTakenAwayIsNotAskedFor()
    {
        using TestEngine engine = new(options => options.Set("requirepass", "x"));
        engine.Run("AUTH x").ShouldBe("+OK");
        TestClient early = engine.Connect();
        early.Run("GET a").ShouldBe("-NOAUTH Authentication required.");
        engine.Run("CONFIG SET requirepass \"\"").ShouldBe("+OK");
        early.Run("GET a").ShouldBe("$-1");
    }
}
