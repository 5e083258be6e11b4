namespace Spinel.Engine.Tests.Commands.Server;

public sealed class ServerCommandsTests : IDisposable
{
    private readonly TestEngine _engine = new();

    public void Dispose() => _engine.Dispose();

    [Fact]
    public void TimeIsSecondsAndMicroseconds() => _engine.Run("TIME").ShouldBe("*2", "$10", "1800000000", "$1", "0");

    [Theory]
    [InlineData("MEMORY USAGE none", "$-1")]
    [InlineData("MEMORY USAGE none SAMPLES", "-ERR syntax error")]
    [InlineData("MEMORY USAGE none SAMPLES a", "-ERR value is not an integer or out of range")]
    [InlineData("MEMORY USAGE none SAMPLES -1", "-ERR syntax error")]
    [InlineData("MEMORY USAGE none FOO 1", "-ERR syntax error")]
    [InlineData("MEMORY FOO", "-ERR unknown subcommand 'FOO'. Try MEMORY HELP.")]
    [InlineData("MEMORY PURGE", "+OK")]
    [InlineData("LOLWUT VERSION a", "-ERR value is not an integer or out of range")]
    [InlineData("LOLWUT VERSION 5 a", "-ERR value is not an integer or out of range")]
    [InlineData("SHUTDOWN FOO", "-ERR syntax error")]
    [InlineData("SHUTDOWN SAVE NOSAVE", "-ERR syntax error")]
    [InlineData("SHUTDOWN ABORT", "-ERR No shutdown in progress.")]
    [InlineData("SHUTDOWN ABORT NOW", "-ERR syntax error")]
    [InlineData("SHUTDOWN SAVE", "-ERR Errors trying to SHUTDOWN. Check logs.")]
    public void Replies(string line, string reply)
    {
        _engine.Run(line).ShouldBe(reply);
        Assert.False(_engine.Engine.StopRequested);
    }

    [Theory]
    [InlineData("SHUTDOWN")]
    [InlineData("SHUTDOWN NOSAVE NOW")]
    [InlineData("SHUTDOWN SAVE FORCE")]
    public void ShutdownRepliesNothingAndStops(string line)
    {
        _engine.Run(line).ShouldBe();
        Assert.True(_engine.Engine.StopRequested);
        Assert.True(_engine.Client.Session.CloseAfterReply);
    }

    [Fact]
    public void MemoryUsageGrowsWithTheValue()
    {
        _engine.Call("SET", "small", "v");
        _engine.Call("SET", "large", new string('v', 100_000));
        Assert.InRange(Number("MEMORY USAGE small"), 16, 100);
        Assert.InRange(Number("MEMORY USAGE large SAMPLES 0"), 100_000, 140_000);
    }

    [Fact]
    public void MemoryStatsIsAMapOfPairs()
    {
        _engine.Run("HELLO 3");
        Assert.StartsWith("%27\r\n$14\r\npeak.allocated\r\n:", _engine.Run("MEMORY STATS").Text, StringComparison.Ordinal);
        _engine.Run("SET a 1");
        string text = _engine.Run("MEMORY STATS").Text;
        Assert.StartsWith("%28\r\n", text, StringComparison.Ordinal);
        Assert.Contains("$4\r\ndb.0\r\n%3\r\n$23\r\noverhead.hashtable.main\r\n:", text, StringComparison.Ordinal);
        Assert.Contains("$10\r\nkeys.count\r\n:1\r\n", text, StringComparison.Ordinal);
    }

    [Fact]
    public void ReportsForPeopleAreText()
    {
        Assert.Contains("Size classes", _engine.Run("MEMORY MALLOC-STATS").Text, StringComparison.Ordinal);
        Assert.Contains("too little data", _engine.Run("MEMORY DOCTOR").Text, StringComparison.Ordinal);
        Assert.Contains("Redis ver. 7.0.15\n\r\n", _engine.Run("LOLWUT").Text, StringComparison.Ordinal);
        Assert.Contains("<-", _engine.Run("LOLWUT VERSION 7 60").Text, StringComparison.Ordinal);
    }

    private long Number(string line) => long.Parse(_engine.Run(line).Text.AsSpan(1).TrimEnd(), System.Globalization.CultureInfo.InvariantCulture);
}
