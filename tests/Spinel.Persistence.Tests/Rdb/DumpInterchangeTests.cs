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
