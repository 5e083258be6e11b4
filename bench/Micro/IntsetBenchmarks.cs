using BenchmarkDotNet.Attributes;
using Spinel.DataStructures;
using Spinel.Memory;

namespace Spinel.Bench.Micro;

/// <summary>Intsets as large as <c>set-max-intset-entries</c> lets them be. Run with <c>--filter '*IntsetBenchmarks*'</c>.</summary>
public class IntsetBenchmarks : IDisposable
{
    private const int Operations = 512;

    private readonly int[] _order = CollectionNames.Draw(Operations, Operations);
    private NativeHeap? _heap;
    private Intset _set;

    /// <summary>What the values are multiplied with: 1 needs two bytes a value, the others four and eight.</summary>
    [Params(1, 1_000_000, 1_000_000_000_000)]
    public long Scale { get; set; }

    [GlobalSetup]
    public void SetUp()
    {
        _heap = new NativeHeap();
        _set = Fill();
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
    public int Contains()
    {
        int found = 0;
        foreach (int i in _order)
        {
            found += _set.Contains(i * Scale) ? 1 : 0;
        }

        return found;
    }

    [Benchmark(OperationsPerInvoke = Operations)]
    public int AddInRandomOrder()
    {
        Intset set = Fill();
        int count = set.Count;
        set.Free(_heap!);
        return count;
    }

    private Intset Fill()
    {
        Intset set = Intset.Create(_heap!);
        foreach (int i in _order)
        {
            set = set.Add(_heap!, i * Scale, out _);
        }

        return set;
    }
}
