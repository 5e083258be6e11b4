namespace Spinel.Engine.Tests.Commands.Server;

/// <summary>MONITOR, as far as it does not need the real thing to compare with.</summary>
public sealed class MonitorCommandTests : IDisposable
{
    private readonly TestEngine _engine = new();

    public void Dispose() => _engine.Dispose();

    [Fact]
    public void ShowsTimeDatabaseAddressAndArguments()
    {
        TestClient monitor = _engine.Connect();
        monitor.Run("MONITOR").ShouldBe("+OK");
        _engine.Call("SET", "a\n\"", "\u00ff1").ShouldBe("+OK");
        monitor.Receive().ShouldBe("+1800000000.000000 [0 127.0.0.1:50000] \"SET\" \"a\\n\\\"\" \"\\xff1\"");
        Assert.Contains(" flags=O ", _engine.Run("CLIENT LIST").Text, StringComparison.Ordinal);
    }

    [Fact]
    public void NobodyIsInTheWayWhenTheLastMonitorHasGone()
    {
        TestClient first = _engine.Connect();
        TestClient second = _engine.Connect();
        first.Run("MONITOR");
        second.Run("MONITOR");
        first.Session.OnDisconnected();
        Assert.Equal(EngineGate.Monitored, _engine.Engine.Gate);
        second.Run("RESET").ShouldBe("+RESET");
        Assert.Equal(EngineGate.None, _engine.Engine.Gate);
    }

    [Fact]
    public void ASlowMonitorIsCutOff()
    {
        _engine.Run("CONFIG SET client-output-buffer-limit \"normal 100kb 0 0\"").ShouldBe("+OK");
        TestClient monitor = _engine.Connect();
        monitor.Run("MONITOR");
        string value = new('x', 10_000);
        for (int i = 0; i < 20; i++)
        {
            _engine.Call("SET", "a", value).ShouldBe("+OK");
        }

        Assert.True(monitor.Session.IsClosed);
    }

    [Fact]
    public void ServedClientsCommandsComeAfterTheOneThatServesThem()
    {
        TestClient monitor = _engine.Connect();
        TestClient waiting = _engine.Connect();
        monitor.Run("MONITOR");
        waiting.Run("BLPOP list 0");
        waiting.Run("GET nokey");
        _engine.Run("RPUSH list x").ShouldBe(":1");
        _engine.Turn();
        string[] lines = monitor.Receive().Text.Split("\r\n");
        Assert.Equal(4, lines.Length);
        Assert.Contains("\"BLPOP\" \"list\"", lines[0], StringComparison.Ordinal);
        Assert.Contains("\"RPUSH\"", lines[1], StringComparison.Ordinal);
        Assert.Contains("\"GET\" \"nokey\"", lines[2], StringComparison.Ordinal);
    }
}
