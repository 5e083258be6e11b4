using System.Globalization;
using Spinel.Insight.History;

namespace Spinel.Insight.Tests;

public sealed class HistoryTests
{
    private const long Start = 1_800_000_000;
    private static readonly int Total = SeriesCatalog.IndexOf("commands.total");
    private static readonly int Worst = SeriesCatalog.IndexOf("latency.run.p999");

    [Fact]
    public void Names_are_unique_and_as_many_as_numbers()
    {
        Assert.Equal((int)SeriesId.Count, SeriesCatalog.All.Count);
        Assert.Equal(SeriesCatalog.All.Count, SeriesCatalog.All.Select(series => series.Name).Distinct().Count());
        Assert.Equal("replication.offset", SeriesCatalog.All[(int)SeriesId.ReplicationOffset].Name);
        Assert.Equal("keys.hitRatio", SeriesCatalog.All[(int)SeriesId.KeysHitRatio].Name);
        Assert.Equal("gc.pauseMs", SeriesCatalog.All[(int)SeriesId.GcPauseMs].Name);
    }

    [Fact]
    public void Longer_intervals_have_the_mean_or_the_worst()
    {
        var history = new SampleHistory();
        for (int i = 0; i < 7200; i++)
        {
            Add(history, Start + i, i % 10, i % 60 == 59 ? 1000 : 1);
        }

        long now = (Start + 7199) * 1000;
        HistoryWindow fine = history.Read([Total, Worst], now - 9000, now, 100, now);
        Assert.Equal(1000, fine.StepMs);
        Assert.Equal(10, fine.Points);
        Assert.Equal(0, fine[0, 0]);
        Assert.Equal(9, fine[0, 9]);
        Assert.Equal(1000, fine[1, 9]);

        // Two hours back there are steps of ten seconds.
        HistoryWindow coarse = history.Read([Total, Worst], now - 7_000_000, now, 10_000, now);
        Assert.Equal(10_000, coarse.StepMs);
        Assert.Equal(4.5, coarse[0, 0]);
        Assert.Equal(1000, Enumerable.Range(0, 6).Max(point => coarse[1, point]));
        Assert.Equal(1, Enumerable.Range(0, 6).Min(point => coarse[1, point]));
        HistoryWindow few = history.Read([Total, Worst], now - 7_000_000, now, 10, now);
        Assert.InRange(few.Points, 9, 11);
        Assert.Equal(1000, few[1, 5]);
    }

    [Fact]
    public void A_gap_is_a_gap_and_old_intervals_give_way()
    {
        var ring = new HistoryRing(1, 1, 600);
        for (int i = 0; i < 1000; i++)
        {
            ring.Write(Start + i, [i]);
        }

        Assert.True(float.IsNaN(ring[Start + 399, 0]));
        Assert.Equal(400, ring[Start + 400, 0]);
        ring.Write(Start + 1100, [1]);
        Assert.True(float.IsNaN(ring[Start + 1050, 0]));
        Assert.Equal(999, ring[Start + 999, 0]);
        ring.Write(Start + 5000, [2]);
        Assert.Equal(1, ring.Count);

        // What is over stays, unless the clock was set to another day.
        ring.Write(Start + 4999, [3]);
        Assert.Equal(Start + 5000, ring.Last);
        ring.Write(Start, [4]);
        Assert.Equal(4, ring[Start, 0]);
    }

    [Fact]
    public async Task Who_reads_beside_the_writer_sees_whole_intervals()
    {
        const int Series = 64;
        const int Intervals = 100_000;
        const int Revisions = 4;
        var ring = new HistoryRing(Series, 1, 600);
        int[] ids = [.. Enumerable.Range(0, Series)];
        Task<long> reading = Task.Run(
            () =>
            {
                float[] row = new float[Series];
                long seen = 0;
                while (true)
                {
                    (long first, long last) = ring.Range;
                    Assert.InRange(last - first + 1, 0, ring.Capacity);

                    // The newest one, which is being entered, and the oldest one, which is about to be written over.
                    foreach (long slot in (ReadOnlySpan<long>)[last, first])
                    {
                        if (ring.TryRead(slot, ids, row))
                        {
                            seen++;
                            Assert.Equal(slot, (long)(row[0] / Revisions));
                            Assert.Equal(-1, row.AsSpan().IndexOfAnyExcept(row[0]));
                        }
                    }

                    if (last == Intervals)
                    {
                        return seen;
                    }
                }
            },
            TestContext.Current.CancellationToken);
        float[] values = new float[Series];
        for (int slot = 1; slot <= Intervals; slot++)
        {
            for (int revision = 0; revision < Revisions; revision++)
            {
                Array.Fill(values, (slot * Revisions) + revision);
                ring.Write(slot, values);
            }
        }

        Assert.True(await reading > 0);
    }

    [Fact]
    public void The_file_gives_back_what_was_written()
    {
        using var directory = new TemporaryDirectory();
        string path = Path.Combine(directory.Path, HistoryFile.Name);
        var history = new SampleHistory();
        var random = new Random(3);
        for (int i = 0; i < 9000; i++)
        {
            // A stretch of idleness, and a gap.
            Add(history, Start + i + (i > 5000 ? 700 : 0), i is > 2000 and < 4000 ? 0 : random.Next(100_000), random.NextDouble());
        }

        HistoryFile.Write(path, history, new byte[1024]);
        SampleHistory read = HistoryFile.Read(path);
        for (int ring = 0; ring < history.Rings.Count; ring++)
        {
            Assert.Equal(history.Rings[ring].Last, read.Rings[ring].Last);
            for (long slot = read.Rings[ring].First; slot <= read.Rings[ring].Last; slot++)
            {
                for (int id = 0; id < SeriesCatalog.All.Count; id++)
                {
                    Assert.Equal(history.Rings[ring][slot, id], read.Rings[ring][slot, id]);
                }
            }
        }

        Assert.InRange(read.Rings[0].Count, 3590, 3600);
        Assert.InRange(new FileInfo(path).Length, 1, 200_000);
        byte[] bytes = File.ReadAllBytes(path);
        for (int at = 0; at < bytes.Length; at += 1 + (bytes.Length / 97))
        {
            byte[] damaged = [.. bytes];
            damaged[at] ^= 0x10;
            File.WriteAllBytes(path, damaged);
            Assert.Throws<InvalidDataException>(() => HistoryFile.Read(path));
        }

        File.WriteAllBytes(path, bytes[..(bytes.Length / 2)]);
        Assert.Throws<InvalidDataException>(() => HistoryFile.Read(path));
    }

    [Fact]
    public void It_survives_a_restart_and_a_damaged_file_does_not_prevent_one()
    {
        using var directory = new TemporaryDirectory();
        long from = 0;
        using (var engine = new InsightEngine(options => options.Set("dir", directory.Path), keepsFiles: true))
        {
            from = engine.Test.NowMs;
            for (int i = 0; i < 20; i++)
            {
                engine.Run("PING");
                engine.Test.Turn(1000);
            }
        }

        string path = Path.Combine(directory.Path, HistoryFile.Name);
        Assert.True(File.Exists(path));
        using (var engine = new InsightEngine(options => options.Set("dir", directory.Path), keepsFiles: true))
        {
            engine.Insight.History.Close();
            Dictionary<string, object?> reply = engine.ReadMap("INSIGHT", "HISTORY", "FROM", $"{from}", "TO", $"{from + 60_000}", "SERIES", "commands.total", "keys.total");
            var values = (List<object?>)RespText.Map(reply["series"])["commands.total"]!;
            Assert.Equal(20, values.Count);
            Assert.Equal("1", values[5]);
        }

        File.WriteAllText(path, "SPNLHIST and then nothing of use");
        using (var engine = new InsightEngine(options => options.Set("dir", directory.Path), keepsFiles: true))
        {
            engine.Insight.History.Close();
            engine.Test.Turn(2000);
            Assert.Equal(1, engine.Insight.History.Samples.Rings[0].Count);
        }
    }

    [Fact]
    public void Samples_have_what_happened_within_the_second()
    {
        using InsightEngine engine = new();
        int samples = 0;
        engine.Insight.Sampled += () => samples++;
        engine.Test.Turn(1000);
        for (int i = 0; i < 10; i++)
        {
            engine.Run($"SET k{i} v");
            engine.Run($"GET k{i * 2}");
        }

        engine.Run("PUBLISH channel message");
        engine.Run("EXPIRE k1 100");
        engine.Test.Turn(1000);
        Assert.Equal(2, samples);
        Assert.Equal(22, Latest("commands.total"));
        Assert.Equal(10, Latest("commands.read"));
        Assert.Equal(11, Latest("commands.write"));
        Assert.Equal(1, Latest("commands.pubsub"));
        Assert.Equal(0.1, Latest("keys.hitRatio"), 0.001);
        Assert.Equal(10, Latest("keys.total"));
        Assert.Equal(1, Latest("keys.expiring"));
        Assert.Equal(1, Latest("clients.connected"));
        Assert.True(Latest("memory.data") > 0);
        Assert.True(double.IsNaN(Latest("replication.lagBytes")));
        engine.Run("CONFIG RESETSTAT");
        engine.Run("PING");
        engine.Test.Turn(1000);
        Assert.InRange(Latest("commands.total"), 1, 2);

        double Latest(string name) => engine.Insight.LatestSample[SeriesCatalog.IndexOf(name)];
    }

    [Fact]
    public void Sampling_allocates_next_to_nothing()
    {
        using InsightEngine engine = new();
        for (int i = 0; i < 1000; i++)
        {
            engine.Test.Turn(1000);
        }

        long before = GC.GetAllocatedBytesForCurrentThread();
        for (int i = 0; i < 20; i++)
        {
            engine.Test.Turn(1000);
        }

        Assert.Equal(0, GC.GetAllocatedBytesForCurrentThread() - before);
    }

    [Fact]
    public void Turns_and_waits_are_told()
    {
        using InsightEngine engine = new();
        engine.Test.Time.TicksPerReading = TimeSpan.TicksPerMillisecond;
        long onProcessor = 5_000_000;
        engine.Test.Engine.Turns.CpuClock = () => onProcessor += 300_000;
        engine.Test.Engine.BeginTurn();
        engine.Run("SET a 1");
        engine.Test.Engine.EndTurn();
        engine.Test.Engine.RunBackground();
        Dictionary<string, object?> turn = RespText.Map(((List<object?>)engine.Read("INSIGHT", "TURNS", "COUNT", "1")!)[0]);
        Assert.Equal(1L, turn["commands"]);
        Assert.Equal(300L, turn["cpuUs"]);
        Assert.True((long)turn["us"]! > (long)turn["commandsUs"]!);
        Assert.True((long)turn["commandsUs"]! >= 1000);
        Dictionary<string, object?> set = RespText.Map(RespText.Map(engine.Read("INSIGHT", "LATENCY", "set"))["set"]);
        Assert.Equal(1L, set["calls"]);
        Assert.True(double.Parse((string)set["runP99"]!, CultureInfo.InvariantCulture) >= 1000);
        Assert.True(double.Parse((string)set["waitP50"]!, CultureInfo.InvariantCulture) >= 1000);
    }

    [Fact]
    public void Requests_are_bounded()
    {
        using InsightEngine engine = new();
        string[] many = [.. Enumerable.Repeat("memory.used", 65)];
        Assert.StartsWith("-ERR", engine.Test.Call(["INSIGHT", "HISTORY", "FROM", "0", "TO", "1", "SERIES", .. many]).Text);
        Assert.StartsWith("*", engine.Test.Call(["INSIGHT", "HISTORY", "FROM", "0", "TO", "1", "SERIES", .. many[1..]]).Text);
        Assert.Equal(2, ((List<object?>)engine.Read("INSIGHT", "LATENCY", "insight|history", "insight|history")!).Count);
    }

    private static void Add(SampleHistory history, long second, double total, double worst)
    {
        double[] values = new double[SeriesCatalog.All.Count];
        Array.Fill(values, double.NaN);
        values[Total] = total;
        values[Worst] = worst;
        history.Add(second, values);
    }
}
