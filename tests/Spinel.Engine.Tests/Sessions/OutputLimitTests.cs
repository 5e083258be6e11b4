using System.Text;

namespace Spinel.Engine.Tests.Sessions;

/// <summary>The hard limit of a client's output holds within a pipeline and within a single reply.</summary>
public sealed class OutputLimitTests : IDisposable
{
    private const int ValueBytes = 100_000;
    private const int Repetitions = 500;
    private readonly TestEngine _engine = new();

    public OutputLimitTests()
    {
        _engine.Call("SET", "big", new string('x', ValueBytes)).ShouldBe("+OK");
        _engine.Run("CONFIG SET client-output-buffer-limit \"normal 1mb 0 0\"").ShouldBe("+OK");
    }

    public void Dispose() => _engine.Dispose();

    [Fact]
    public void OneReplyTakesNoMoreMemoryThanTheLimit()
    {
        TestClient client = _engine.Connect();
        Feed(client, $"*{Repetitions + 1}\r\n$4\r\nMGET\r\n" + string.Concat(Enumerable.Repeat("$3\r\nbig\r\n", Repetitions)));
        Assert.True(client.Session.IsClosed);
        Assert.InRange(client.Session.Output.CapacityBytes, 0, 4 << 20);
        Assert.Contains("client_output_buffer_limit_disconnections:1\r\n", _engine.Run("INFO stats").Text, StringComparison.Ordinal);
    }

    [Fact]
    public void TheRestOfAPipelineIsNotRun()
    {
        TestClient client = _engine.Connect();
        Feed(client, string.Concat(Enumerable.Repeat("*2\r\n$3\r\nGET\r\n$3\r\nbig\r\n", Repetitions)) + "*3\r\n$3\r\nSET\r\n$1\r\na\r\n$1\r\n1\r\n");
        Assert.True(client.Session.IsClosed);
        Assert.InRange(client.Session.Output.CapacityBytes, 0, 4 << 20);
        _engine.Run("EXISTS a").ShouldBe(":0");
    }

    [Fact]
    public void ALimitBelowOneChunkHoldsToo()
    {
        _engine.Run("CONFIG SET client-output-buffer-limit \"normal 1 0 0\"").ShouldBe("+OK");
        TestClient client = _engine.Connect();
        Feed(client, "*2\r\n$3\r\nGET\r\n$3\r\nbig\r\n");
        Assert.True(client.Session.IsClosed);
        _engine.Run("PING").ShouldBe("+PONG");
        Assert.False(_engine.Client.Session.IsClosed);
    }

    [Fact]
    public void TheInputLimitStaysBelowWhatABufferHolds()
    {
        _engine.Run("CONFIG SET client-query-buffer-limit 16gb").ShouldBe("+OK");
        Assert.InRange(_engine.Engine.Limits.QueryBufferBytes, 1 << 30, Memory.NativeBuffer.LargestCapacity - (2 << 20));
    }

    private static void Feed(TestClient client, string request)
    {
        byte[] bytes = Encoding.ASCII.GetBytes(request);
        bytes.CopyTo(client.Session.BeginReceive(bytes));
        client.Session.EndReceive(bytes.Length, bytes);
    }
}
