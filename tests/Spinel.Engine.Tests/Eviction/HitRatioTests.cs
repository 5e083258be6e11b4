using System.Globalization;

namespace Spinel.Engine.Tests.Eviction;

public sealed class HitRatioTests
{
    private const int Keys = 5000;
    private const int Requests = 60_000;
    private const double Skew = 0.99;

    /// <summary>How much worse than the exact order a choice among samples may be, in points.</summary>
    private const double Tolerance = 0.01;

    [Fact]
    public void Sampled_recency_keeps_nearly_what_exact_recency_keeps()
    {
        using TestEngine engine = new();
        engine.Run("CONFIG SET maxmemory 500000 maxmemory-policy allkeys-lru").ShouldBe("+OK");
        int[] trace = ZipfTrace();
        string value = new('x', 150);
        long hits = 0;
        long held = 0;
        for (int i = 0; i < trace.Length; i++)
        {
            // Some accesses share a tick of the access clock, as they do on a busy server.
            engine.Time.Advance(i % 4 == 0 ? 5 : 0);
            string key = string.Create(CultureInfo.InvariantCulture, $"key:{trace[i]:D6}");
            if (engine.Call("GET", key).Text[1] != '-')
            {
                hits += i >= Requests / 2 ? 1 : 0;
            }
            else
            {
                engine.Call("SET", key, value).ShouldBe("+OK");
            }

            held += i >= Requests / 2 ? engine.Engine.Keyspace[0].Count : 0;
        }

        int capacity = (int)(held / (Requests / 2));
        Assert.InRange(capacity, Keys / 4, Keys * 3 / 4);
        double ratio = hits / (Requests / 2.0);
        double exact = ExactRatio(trace, capacity);
        Assert.True(ratio >= exact - Tolerance, $"{ratio:P2} of the requests hit, {exact:P2} do with an exact LRU of {capacity} keys");
    }

    private static double ExactRatio(int[] trace, int capacity)
    {
        var order = new LinkedList<int>();
        var places = new Dictionary<int, LinkedListNode<int>>();
        long hits = 0;
        for (int i = 0; i < trace.Length; i++)
        {
            if (places.Remove(trace[i], out LinkedListNode<int>? place))
            {
                order.Remove(place);
                hits += i >= Requests / 2 ? 1 : 0;
            }
            else if (places.Count == capacity)
            {
                places.Remove(order.Last!.Value);
                order.RemoveLast();
            }

            places[trace[i]] = order.AddFirst(trace[i]);
        }

        return hits / (Requests / 2.0);
    }

    private static int[] ZipfTrace()
    {
        double[] cumulative = new double[Keys];
        double sum = 0;
        for (int i = 0; i < Keys; i++)
        {
            sum += 1 / Math.Pow(i + 1, Skew);
            cumulative[i] = sum;
        }

        var random = new Random(1);
        int[] trace = new int[Requests];
        for (int i = 0; i < Requests; i++)
        {
            int at = Array.BinarySearch(cumulative, random.NextDouble() * sum);
            trace[i] = at < 0 ? ~at : at;
        }

        return trace;
    }
}
