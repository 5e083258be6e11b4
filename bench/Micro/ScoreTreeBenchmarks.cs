using BenchmarkDotNet.Attributes;
using Spinel.DataStructures;
using Spinel.Memory;

namespace Spinel.Bench.Micro;

/// <summary>A large sorted set of 16-byte members: scores, ranks, moves. Run with <c>--filter '*ScoreTree*'</c>.</summary>
public class ScoreTreeBenchmarks : IDisposable
{
    private const int Operations = 10_000;

    private readonly SortedSetLimits _limits = new(HashKey.FromSeed(1), 128, 64);
    private byte[][] _names = [];
    private int[] _order = [];
    private NativeHeap? _heap;
    private SortedSet _set;

    [Params(1000, 1_000_000)]
    public int Members { get; set; }

    [GlobalSetup]
    public void SetUp()
    {
        _heap = new NativeHeap();
        _names = CollectionNames.Create(Members);
        _order = CollectionNames.Draw(Members, Operations);
        _set = SortedSet.CreateLarge(_heap, _limits.HashKey);
        var random = new Random(1);
        foreach (byte[] name in _names)
        {
            _set.Add(_heap, in _limits, _set.Find(name), name, random.Next(Members));
        }
    }

    [GlobalCleanup]
    public void Dispose()
    {
        if (_heap is not null)
        {
            _set.Free(_heap);
            _heap.Dispose();
        }
    }

    [Benchmark(OperationsPerInvoke = Operations)]
    public double Score()
    {
        double sum = 0;
        foreach (int i in _order)
        {
            sum += _set.Find(_names[i]).Score;
        }

        return sum;
    }

    /// <summary>The member of a rank.</summary>
    [Benchmark(OperationsPerInvoke = Operations)]
    public double MemberAtRank()
    {
        double sum = 0;
        foreach (int i in _order)
        {
            sum += _set.At(i).Score;
        }

        return sum;
    }

    /// <summary>A leaderboard's update: the member moves somewhere else.</summary>
    [Benchmark(OperationsPerInvoke = Operations)]
    public long ChangeScore()
    {
        foreach (int i in _order)
        {
            SortedSetEntry entry = _set.Find(_names[i]);
            _set.SetScore(_heap!, in entry, _names[i], (entry.Score * 7) % Members);
        }

        return _set.Count;
    }

    [Benchmark(OperationsPerInvoke = Operations)]
    public long RemoveAndAdd()
    {
        foreach (int i in _order)
        {
            SortedSetEntry entry = _set.Find(_names[i]);
            double score = entry.Score;
            _set.Remove(_heap!, in entry);
            _set.Add(_heap!, in _limits, _set.Find(_names[i]), _names[i], score);
        }

        return _set.Count;
    }
}
