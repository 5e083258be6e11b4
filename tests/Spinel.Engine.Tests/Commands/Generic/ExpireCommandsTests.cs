using CsCheck;

namespace Spinel.Engine.Tests.Commands.Generic;

public sealed class ExpireCommandsTests
{
    private const string NxError = "-ERR NX and XX, GT or LT options at the same time are not compatible";

    [Theory]
    [InlineData("EXPIRE", 10, 10_000)]
    [InlineData("PEXPIRE", 1234, 1234)]
    public void A_time_from_now_becomes_a_point_in_time(string command, long argument, long expectedMs)
    {
        using TestEngine engine = new();
        engine.Run("SET a 1");
        engine.TakeEffects();
        engine.TakeEvents();
        engine.Run($"{command} a {argument}").ShouldBe(":1");
        engine.TakeEffects().ShouldBe($"0 PEXPIREAT a {engine.NowMs + expectedMs}");
        engine.TakeEvents().ShouldBe("0 expire a");
        engine.Run("PTTL a").ShouldBe($":{expectedMs}");
    }

    [Theory]
    [InlineData("EXPIREAT", 1000)]
    [InlineData("PEXPIREAT", 1)]
    public void A_point_in_time(string command, long unitMs)
    {
        using TestEngine engine = new();
        engine.Run("SET a 1");
        long atMs = engine.NowMs + 60_000;
        engine.TakeEffects();
        engine.Run($"{command} a {atMs / unitMs}").ShouldBe(":1");
        engine.TakeEffects().ShouldBe($"0 PEXPIREAT a {atMs}");
        engine.Run("PEXPIRETIME a").ShouldBe($":{atMs}");
        engine.Run("EXPIRETIME a").ShouldBe($":{atMs / 1000}");
    }

    [Theory]
    [InlineData("EXPIRE a 0", false)]
    [InlineData("EXPIRE a -1", false)]
    [InlineData("PEXPIRE a -9223372036854775808", false)]
    [InlineData("EXPIREAT a 1", false)]
    [InlineData("PEXPIREAT a -1", true)]
    public void A_time_in_the_past_deletes(string call, bool lazily)
    {
        using TestEngine engine = new();
        engine.Run("CONFIG SET lazyfree-lazy-expire " + (lazily ? "yes" : "no")).ShouldBe("+OK");
        engine.Run("SET a 1");
        engine.TakeEffects();
        engine.TakeEvents();
        engine.Run(call).ShouldBe(":1");
        engine.TakeEffects().ShouldBe(lazily ? "0 UNLINK a" : "0 DEL a");
        engine.TakeEvents().ShouldBe("0 del a");
        engine.Run("EXISTS a").ShouldBe(":0");
        Assert.Equal(0, engine.Engine.Statistics.ExpiredKeys);
    }

    [Theory]
    [InlineData("EXPIRE a x NX XX", NxError)]
    [InlineData("EXPIRE a 10 NX GT", NxError)]
    [InlineData("EXPIRE a 10 NX GT LT", NxError)]
    [InlineData("EXPIRE a 10 GT LT", "-ERR GT and LT options at the same time are not compatible")]
    [InlineData("EXPIRE a 10 NX GT LT foo", "-ERR Unsupported option foo")]
    [InlineData("EXPIRE nokey x", "-ERR value is not an integer or out of range")]
    [InlineData("EXPIRE nokey 9223372036854775807", "-ERR invalid expire time in 'expire' command")]
    [InlineData("EXPIRE a -9223372036854775808", "-ERR invalid expire time in 'expire' command")]
    [InlineData("PEXPIRE a 9223372036854775807", "-ERR invalid expire time in 'pexpire' command")]
    [InlineData("EXPIREAT a 9223372036854776", "-ERR invalid expire time in 'expireat' command")]
    [InlineData("EXPIRE nokey 10", ":0")]
    public void Wrong_calls(string call, string reply)
    {
        using TestEngine engine = new();
        engine.Run("SET a 1");
        engine.TakeEffects();
        engine.Run(call).ShouldBe(reply);
        engine.TakeEffects().ShouldBe();
    }

    [Theory]
    [InlineData(-1, "NX", true)]
    [InlineData(-1, "XX", false)]
    [InlineData(-1, "GT", false)]
    [InlineData(-1, "LT", true)]
    [InlineData(-1, "XX LT", false)]
    [InlineData(-1, "XX GT", false)]
    [InlineData(99, "NX", false)]
    [InlineData(99, "XX", true)]
    [InlineData(99, "GT", true)]
    [InlineData(99, "LT", false)]
    [InlineData(99, "XX GT", true)]
    [InlineData(100, "GT", false)]
    [InlineData(100, "LT", false)]
    [InlineData(100, "XX", true)]
    [InlineData(101, "GT", false)]
    [InlineData(101, "LT", true)]
    [InlineData(101, "lt xx", true)]
    [InlineData(101, "GT GT", false)]
    public void Conditions(long presentSeconds, string condition, bool holds)
    {
        using TestEngine engine = new();
        engine.Run(presentSeconds < 0 ? "SET a 1" : $"SET a 1 EX {presentSeconds}");
        engine.TakeEffects();
        engine.Run($"EXPIRE a 100 {condition}").ShouldBe(holds ? ":1" : ":0");
        engine.Run("TTL a").ShouldBe($":{(holds ? 100 : presentSeconds)}");
        if (!holds)
        {
            engine.TakeEffects().ShouldBe();
        }
    }

    [Fact]
    public void The_farthest_time_that_there_is()
    {
        using TestEngine engine = new();
        engine.Run("SET a 1");
        engine.Run("PEXPIREAT a 9223372036854775807").ShouldBe(":1");
        engine.Run("PEXPIRETIME a").ShouldBe(":9223372036854775807");
        engine.Run("EXPIRETIME a").ShouldBe(":9223372036854776");
    }

    [Fact]
    public void Times_left_are_rounded_to_the_nearest_second()
    {
        using TestEngine engine = new();
        engine.Run("SET a 1 PX 1500");
        engine.Run("TTL a").ShouldBe(":2");
        engine.Time.Advance(1);
        engine.Run("TTL a").ShouldBe(":1");
        engine.Time.Advance(1000);
        engine.Run("TTL a").ShouldBe(":0");
        engine.Time.Advance(499);
        engine.Run("TTL a").ShouldBe(":-2");
    }

    [Theory]
    [InlineData("TTL")]
    [InlineData("PTTL")]
    [InlineData("EXPIRETIME")]
    [InlineData("PEXPIRETIME")]
    public void No_key_and_no_expiry(string command)
    {
        using TestEngine engine = new();
        engine.Run($"{command} a").ShouldBe(":-2");
        engine.Run("SET a 1");
        engine.Run($"{command} a").ShouldBe(":-1");
    }

    [Fact]
    public void Persist_clears_the_expiry()
    {
        using TestEngine engine = new();
        engine.Run("PERSIST a").ShouldBe(":0");
        engine.Run("SET a 1");
        engine.Run("PERSIST a").ShouldBe(":0");
        engine.Run("EXPIRE a 10");
        engine.TakeEffects();
        engine.TakeEvents();
        engine.Run("PERSIST a").ShouldBe(":1");
        engine.TakeEffects().ShouldBe("0 PERSIST a");
        engine.TakeEvents().ShouldBe("0 persist a");
        engine.Run("TTL a").ShouldBe(":-1");
        engine.Time.Advance(20_000);
        engine.Run("GET a").ShouldBe("$1", "1");
    }

    /// <summary>Keys with random expiries against a dictionary, while time passes.</summary>
    [Fact]
    public void Keys_live_as_long_as_a_model_says()
    {
        Gen<(int Operation, int Key, int Milliseconds)[]> sequences = Gen.Select(Gen.Int[0, 7], Gen.Int[0, 5], Gen.Int[1, 300]).Array[1, 60];
        sequences.Sample(Check, iter: 200);

        static void Check((int Operation, int Key, int Milliseconds)[] steps)
        {
            using TestEngine engine = new();
            Dictionary<string, long> model = [];
            foreach ((int operation, int number, int milliseconds) in steps)
            {
                string key = $"k{number}";
                string other = $"k{(number + 1) % 6}";
                switch (operation)
                {
                    case 0:
                        engine.Run($"SET {key} v");
                        model[key] = long.MaxValue;
                        break;
                    case 1:
                        bool exists = model.ContainsKey(key);
                        engine.Run($"PEXPIRE {key} {milliseconds}").ShouldBe(exists ? ":1" : ":0");
                        if (exists)
                        {
                            model[key] = engine.NowMs + milliseconds;
                        }

                        break;
                    case 2:
                        bool isVolatile = model.TryGetValue(key, out long at) && at != long.MaxValue;
                        engine.Run($"PERSIST {key}").ShouldBe(isVolatile ? ":1" : ":0");
                        if (isVolatile)
                        {
                            model[key] = long.MaxValue;
                        }

                        break;
                    case 3:
                        engine.Run($"DEL {key}").ShouldBe(model.Remove(key) ? ":1" : ":0");
                        break;
                    case 4:
                        bool renamed = model.Remove(key, out long expiry);
                        engine.Run($"RENAME {key} {other}").ShouldBe(renamed ? "+OK" : "-ERR no such key");
                        if (renamed)
                        {
                            model[other] = expiry;
                        }

                        break;
                    case 5:
                        bool copied = model.TryGetValue(key, out long same);
                        engine.Run($"COPY {key} {other} REPLACE").ShouldBe(copied ? ":1" : ":0");
                        if (copied)
                        {
                            model[other] = same;
                        }

                        break;
                    default:
                        engine.Turn(milliseconds);
                        break;
                }

                foreach (string gone in model.Where(pair => pair.Value <= engine.NowMs).Select(pair => pair.Key).ToList())
                {
                    model.Remove(gone);
                }

                long ttl = model.TryGetValue(key, out long left) ? left == long.MaxValue ? -1 : left - engine.NowMs : -2;
                engine.Run($"PTTL {key}").ShouldBe($":{ttl}");
            }

            Assert.Equal(model.Keys.Order(), engine.Run("KEYS *").Elements().Order());
            Assert.Equal(model.Keys.Order(), engine.Run("SCAN 0 COUNT 100").Text.Split("\r\n").Where(line => line.StartsWith('k')).Order());
        }
    }
}
