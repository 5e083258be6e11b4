using System.Globalization;
using System.Text;
using Spinel.Insight.Accesses;

namespace Spinel.Insight.Tests;

public sealed class HotKeyTests
{
    [Fact]
    public void The_hottest_keys_of_a_skewed_stream_are_found_with_their_shares()
    {
        const int Keys = 100_000;
        const int Accesses = 200_000;
        using InsightEngine engine = new();
        var sketch = new HotKeySketch();
        var random = new Random(5);
        double[] cumulative = new double[Keys];
        double sum = 0;
        for (int i = 0; i < Keys; i++)
        {
            sum += 1.0 / (i + 1);
            cumulative[i] = sum;
        }

        int[] exact = new int[Keys];
        for (int i = 0; i < Accesses; i++)
        {
            int key = Array.BinarySearch(cumulative, random.NextDouble() * sum);
            key = Math.Min(key < 0 ? ~key : key, Keys - 1);
            exact[key]++;
            byte[] name = Encoding.ASCII.GetBytes(key.ToString(CultureInfo.InvariantCulture));
            sketch.Add(engine.Test.Engine.Keyspace[0], name, engine.Test.Engine.Keyspace[0].Keys.Hash(name), isWrite: false, 1);
        }

        List<HotKey> top = sketch.Top(20);
        Assert.Equal(20, top.Count);
        for (int rank = 0; rank < 10; rank++)
        {
            int key = int.Parse(Encoding.ASCII.GetString(top[rank].Name), CultureInfo.InvariantCulture);
            Assert.True(key < 20, $"{key} is not among the hottest");
            Assert.InRange(top[rank].Weight / sketch.Total, exact[key] * 0.85 / Accesses, exact[key] * 1.15 / Accesses);
        }
    }

    [Fact]
    public void A_key_whose_name_is_not_kept_whole_has_its_type()
    {
        using InsightEngine engine = new();
        string name = new('n', 300);
        engine.Test.Call("RPUSH", name, "x");
        byte[] bytes = Encoding.ASCII.GetBytes(name);
        for (int i = 0; i < 10; i++)
        {
            engine.Insight.HotKeys.Add(engine.Test.Engine.Keyspace[0], bytes, engine.Test.Engine.Keyspace[0].Keys.Hash(bytes), isWrite: false, 1);
        }

        Dictionary<string, object?> hot = RespText.Map(Assert.Single((List<object?>)engine.Read("INSIGHT", "HOTKEYS")!));
        Assert.Equal("list", hot["type"]);
        Assert.Equal(name[..128], hot["key"]);
    }

    [Fact]
    public void What_was_hot_fades()
    {
        using InsightEngine engine = new();
        var sketch = new HotKeySketch();
        for (int i = 0; i < 100; i++)
        {
            sketch.Add(engine.Test.Engine.Keyspace[0], "hot"u8, 7, isWrite: true, 1);
        }

        Assert.Single(sketch.Top(5));
        for (int second = 0; second < 200; second++)
        {
            sketch.Fade();
        }

        Assert.Equal(0, sketch.Count);
    }

    [Fact]
    public void Traffic_is_sampled_and_rates_follow_from_it()
    {
        using InsightEngine engine = new();
        engine.Run("SET hot 1");
        var pipeline = new StringBuilder();
        for (int i = 0; i < 16; i++)
        {
            pipeline.Append("*2\r\n$3\r\nGET\r\n$3\r\nhot\r\n*2\r\n$4\r\nINCR\r\n$3\r\nhot\r\n");
        }

        // A tenth of a second at 6,400 commands a second, for thirty seconds; the cron runs between.
        byte[] bytes = Encoding.ASCII.GetBytes(pipeline.ToString());
        for (int tick = 0; tick < 300; tick++)
        {
            for (int i = 0; i < 20; i++)
            {
                engine.Test.Client.Send(bytes);
            }

            engine.Test.Turn(100);
        }

        Dictionary<string, object?> key = RespText.Map(Assert.Single((List<object?>)engine.Read("INSIGHT", "HOTKEYS")!));
        Assert.Equal("hot", key["key"]);
        Assert.Equal("string", key["type"]);
        Assert.Equal("1", key["share"]);
        Assert.InRange(double.Parse((string)key["readsPerSecond"]!, CultureInfo.InvariantCulture), 2_000, 4_200);
        Assert.InRange(double.Parse((string)key["writesPerSecond"]!, CultureInfo.InvariantCulture), 2_000, 4_200);
    }

    [Fact]
    public void Reads_of_a_prefix_are_estimated_while_somebody_looks()
    {
        using InsightEngine engine = new();
        engine.Run("MSET a:1 x b:1 x");
        engine.Read("INSIGHT", "TREE", "");
        byte[] bytes = Encoding.ASCII.GetBytes(string.Concat(Enumerable.Repeat("*2\r\n$3\r\nGET\r\n$3\r\na:1\r\n*2\r\n$3\r\nGET\r\n$3\r\nb:2\r\n", 16)));
        for (int i = 0; i < 4000; i++)
        {
            engine.Test.Client.Send(bytes);
        }

        Dictionary<string, object?> reply = engine.ReadMap("INSIGHT", "TREE", "");
        Assert.InRange((long)RespText.Map(reply["node"])["reads"]!, 100_000, 160_000);
        Dictionary<string, object?> a = RespText.Map(((List<object?>)reply["children"]!)[0]);
        Assert.InRange((long)a["reads"]!, 40_000, 90_000);
        Assert.Equal(a["reads"], a["hits"]);
        Assert.Equal(0L, RespText.Map(((List<object?>)reply["children"]!)[1])["hits"]);
    }
}
