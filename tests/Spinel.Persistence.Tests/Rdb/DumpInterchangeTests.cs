using System.Text;
using System.Text.RegularExpressions;
using Spinel.TestSupport;

namespace Spinel.Persistence.Tests.Rdb;

/// <summary>What DUMP gives on one server, RESTORE takes on the other, and the value is the same there.</summary>
public sealed class DumpInterchangeTests : IDisposable
{
    private readonly ServerProcess _redis = ServerProcess.Start(Oracle.Require());
    private readonly RespConnection _client;
    private readonly TestEngine _engine = EngineExtensions.NewEngine();

    public DumpInterchangeTests() => _client = _redis.Connect();

    public static TheoryData<string> Names => [.. SampleValues.Classic.Select(sample => sample.Name)];

    [Theory]
    [MemberData(nameof(Names))]
    public void Values_travel_both_ways(string name)
    {
        string[][] commands = SampleValues.Classic.Single(sample => sample.Name == name).Commands;
        foreach (string[] command in commands)
        {
            Redis(command);
            Assert.DoesNotContain("-ERR", _engine.Call(command).Text, StringComparison.Ordinal);
        }

        string digest = Digest("k");
        Assert.Equal(digest, RedisDigest("k"));

        // From Spinel to Redis, which makes of it what it makes of its own.
        string fromRedis = Redis("DUMP", "k").Text;
        Assert.Equal("OK", Redis("RESTORE", "own", "0", fromRedis).Text);
        RespValue restored = Redis("RESTORE", "back", "0", _engine.Dump("k"));
        Assert.True(restored.Text == "OK", restored.ToString());
        Assert.Equal(digest, RedisDigest("back"));
        Assert.Equal(Redis("OBJECT", "ENCODING", "own").Text, Redis("OBJECT", "ENCODING", "back").Text);

        // From Redis to Spinel.
        _engine.Call("RESTORE", "copy", "0", fromRedis).ShouldBe("+OK");
        _engine.Call("RESTORE-ASKING", "copy", "0", fromRedis).ShouldBe("-BUSYKEY Target key name already exists.");
        _engine.Call("RESTORE-ASKING", "copy", "0", fromRedis, "REPLACE").ShouldBe("+OK");
        Assert.Equal(digest, Digest("copy"));
        if (name != "raw short string")
        {
            Assert.Equal(_engine.Call("OBJECT", "ENCODING", "k"), _engine.Call("OBJECT", "ENCODING", "copy"));
        }

        if (name.Contains("stream", StringComparison.Ordinal))
        {
            string[] question = ["XINFO", "STREAM", "k", "FULL", "COUNT", "0"];
            string[] ofBack = [.. question.Select(word => word == "k" ? "back" : word)];
            string[] ofCopy = [.. question.Select(word => word == "k" ? "copy" : word)];
            Assert.Equal(WithoutTimes(Redis(question).ToString()), WithoutTimes(Redis(ofBack).ToString()));
            Assert.Equal(WithoutTimes(_engine.Call(question).Text), WithoutTimes(_engine.Call(ofCopy).Text));
        }
    }

    [Fact]
    public void The_commands_are_declared_alike()
    {
        _client.Send([.. ((string[])["COMMAND", "INFO", "DUMP", "RESTORE", "RESTORE-ASKING"]).Select(argument => Encoding.ASCII.GetBytes(argument))]);
        Assert.Equal(Encoding.ASCII.GetString(_client.ReadReply().Raw), _engine.Run("COMMAND INFO DUMP RESTORE RESTORE-ASKING").Text);
    }

    [Fact]
    public void Odd_arguments_get_the_same_replies()
    {
        string[] setup = ["SET", "a", "v"];
        Redis(setup);
        _engine.Call(setup);
        string payload = Redis("DUMP", "a").Text;
        string old = Encoding.Latin1.GetString(RdbBytes.Payload(0, [1, (byte)'x'], version: 1));
        string newer = Encoding.Latin1.GetString(RdbBytes.Payload(0, [1, (byte)'x'], version: 200));
        string longer = Encoding.Latin1.GetString(RdbBytes.Payload(0, [1, (byte)'x', 1, 2, 3]));
        string emptyList = Encoding.Latin1.GetString(RdbBytes.Payload(1, [0]));
        string[][] attempts =
        [
            ["DUMP"], ["DUMP", "a", "b"], ["DUMP", "none"], ["RESTORE", "b", "0"], ["RESTORE", "a", "0", payload], ["RESTORE", "a", "x", "y"],
            ["RESTORE", "a", "-1", payload], ["RESTORE", "b", "-1", payload], ["RESTORE", "b", "x", payload], ["RESTORE", "b", "0", ""],
            ["RESTORE", "b", "0", "0123456789"], ["RESTORE", "b", "0", payload, "REPLACE", "REPLACE", "ABSTTL"], ["RESTORE", "a", "0", payload, "replace"],
            ["RESTORE", "b", "0", payload, "IDLETIME", "1", "FREQ", "1"], ["RESTORE", "b", "0", payload, "FREQ", "1", "IDLETIME", "1"],
            ["RESTORE", "b", "0", payload, "FREQ", "x"], ["RESTORE", "b", "0", payload, "FREQ", "-1"], ["RESTORE", "b", "0", payload, "FREQ", "256"],
            ["RESTORE", "b", "0", payload, "IDLETIME", "x"], ["RESTORE", "b", "0", payload, "IDLETIME", "-1"], ["RESTORE", "b", "0", payload, "IDLETIME"],
            ["RESTORE", "b", "9223372036854775807", payload, "REPLACE"], ["EXISTS", "b"], ["RESTORE", "b", "1", payload, "ABSTTL", "REPLACE"], ["EXISTS", "b"],
            ["RESTORE", "c", "0", old], ["GET", "c"], ["RESTORE", "d", "0", newer], ["RESTORE", "e", "0", longer], ["GET", "e"], ["RESTORE", "f", "0", emptyList],
            ["RESTORE", "a", "-1", "junk", "REPLACE"], ["RESTORE", "a", "0", "junk", "REPLACE"], ["GET", "a"],
        ];
        foreach (string[] attempt in attempts)
        {
            _client.Send([.. attempt.Select(argument => Encoding.Latin1.GetBytes(argument))]);
            string expected = Encoding.Latin1.GetString(_client.ReadReply().Raw);
            Assert.Equal(string.Join(' ', attempt) + ": " + expected, string.Join(' ', attempt) + ": " + _engine.Call(attempt).Text);
        }
    }

    public void Dispose()
    {
        _engine.Dispose();
        _client.Dispose();
        _redis.Dispose();
    }

    private RespValue Redis(params string[] arguments)
    {
        _client.Send([.. arguments.Select(argument => Encoding.Latin1.GetBytes(argument))]);
        return _client.ReadReply().Value;
    }

    private string RedisDigest(string key) => Redis("DEBUG", "DIGEST-VALUE", key).Items![0].Text;

    private string Digest(string key) => _engine.Call("DEBUG", "DIGEST-VALUE", key).Text.Split("\r\n")[1].TrimStart('+');

    /// <summary>Times of deliveries: both servers have their own clocks.</summary>
    private static string WithoutTimes(string text) => Regex.Replace(text, "[0-9]{13}", "time");
}
