namespace Spinel.Engine.Tests.Expiry;

public sealed class ActiveExpiryTests
{
    private const int ManyKeys = 100_000;

    /// <summary>The clock moves by this at each reading, so the number of readings bounds how much a slice may do.</summary>
    private const long TicksPerReading = 20 * TimeSpan.TicksPerMicrosecond;

    [Fact]
    public void Keys_that_expire_together_go_in_short_slices_with_an_effect_each()
    {
        using TestEngine engine = new();
        var names = new List<string>(ManyKeys);
        for (int i = 0; i < ManyKeys; i += 1000)
        {
            for (int j = i; j < i + 1000; j++)
            {
                names.Add($"k{j}");
                engine.Run($"SET k{j} v PXAT {engine.NowMs + 1000}");
            }
        }

        engine.TakeEffects();
        engine.TakeEvents();
        engine.TakeEffectBatches();
        engine.Time.Advance(1000);
        engine.Time.TicksPerReading = TicksPerReading;

        var effects = new List<string>(ManyKeys);
        var events = new List<string>(ManyKeys);
        int turns = 0;
        int largest = 0;
        while (engine.Engine.Keyspace[0].Count > 0)
        {
            Assert.True(++turns < 20_000, "Active expiry makes no progress");
            engine.Turn(milliseconds: 1);
            string[] removed = engine.TakeEffects().All;
            effects.AddRange(removed);
            events.AddRange(engine.TakeEvents().All);
            largest = Math.Max(largest, removed.Length);

            // The last few keys of a table that has yet to shrink may wait for the next cycle.
            if (effects.Count is > 0 and < ManyKeys * 99 / 100)
            {
                Assert.True(engine.Engine.NextTimeoutMs <= 1, $"The loop would sleep although {ManyKeys - effects.Count} keys are past their time");
            }
        }

        // A slice ends at most 1000 microseconds after its start, which is 50 readings of this clock, one for each 64 keys or so.
        Assert.InRange(largest, 64, 2 * 50 * 80);
        Assert.True(turns > 20);
        Assert.Equal(ManyKeys, engine.TakeEffectBatches());
        Assert.Equal(names.Select(name => $"0 DEL {name}").Order(StringComparer.Ordinal), effects.Order(StringComparer.Ordinal));
        Assert.Equal(effects.Select(effect => effect.Replace("DEL", "expired", StringComparison.Ordinal)), events);
        Assert.Equal(ManyKeys, engine.Engine.Statistics.ExpiredKeys);
        Assert.Equal(0, engine.Engine.Keyspace[0].Expires.Count);
    }

    [Fact]
    public void Commands_are_served_between_slices_and_never_see_what_is_past_its_time()
    {
        using TestEngine engine = new();
        for (int i = 0; i < 2000; i++)
        {
            engine.Run($"SET k{i} v PX 1000");
        }

        engine.Run("SET stays v");
        engine.Time.Advance(1000);
        engine.Time.TicksPerReading = TicksPerReading;
        for (int turn = 0; turn < 10; turn++)
        {
            engine.Turn(milliseconds: 1);
            engine.Run("GET stays").ShouldBe("$1", "v");
            engine.Run($"GET k{1999 - turn}").ShouldBe("$-1");
            Assert.Single(engine.Run("KEYS *").Elements());
        }
    }

    [Fact]
    public void All_databases_are_visited()
    {
        using TestEngine engine = new();
        for (int database = 0; database < 16; database++)
        {
            engine.Run($"SELECT {database}");
            engine.Run("SET a v PX 10");
            engine.Run("SET b v PX 600000");
        }

        engine.TakeEffects();
        for (int turn = 0; turn < 100; turn++)
        {
            engine.Turn(milliseconds: 100);
        }

        Assert.Equal(Enumerable.Range(0, 16).Select(database => $"{database} DEL a").Order(), engine.TakeEffects().All.Order());
        for (int database = 0; database < 16; database++)
        {
            Assert.Equal(1, engine.Engine.Keyspace[database].Count);
        }
    }

    [Fact]
    public void Switched_off_it_removes_nothing()
    {
        using TestEngine engine = new();
        engine.Engine.Expiry.Enabled = false;
        engine.Run("SET a v PX 10");
        for (int turn = 0; turn < 20; turn++)
        {
            engine.Turn(milliseconds: 100);
        }

        engine.Run("DBSIZE").ShouldBe(":1");
        engine.Run("GET a").ShouldBe("$-1");
        engine.Run("DBSIZE").ShouldBe(":0");
    }

    [Fact]
    public void Removal_is_lazy_when_asked_for()
    {
        using TestEngine engine = new();
        engine.Run("CONFIG SET lazyfree-lazy-expire yes");
        engine.Run("SET a v PX 10");
        engine.TakeEffects();
        engine.Turn(milliseconds: 200);
        engine.Turn(milliseconds: 200);
        engine.TakeEffects().ShouldBe("0 UNLINK a");
    }
}
