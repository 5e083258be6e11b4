using BenchmarkDotNet.Attributes;
using Spinel.DataStructures;
using Spinel.Memory;

namespace Spinel.Bench.Micro;

/// <summary>A list of 16-byte elements: its ends, its middle, and a walk. Run with <c>--filter '*Quicklist*'</c>.</summary>
public class QuicklistBenchmarks : IDisposable
{
    private const int Operations = 10_000;

    private readonly byte[][] _names = CollectionNames.Create(Operations);
    private readonly QuicklistNodeLimit _limit = QuicklistNodeLimit.FromOption(-2);
    private int[] _order = [];
    private NativeHeap? _heap;
    private Quicklist _list;

    [Params(1000, 100_000)]
    public int Elements { get; set; }

    [GlobalSetup]
    public void SetUp()
    {
        _heap = new NativeHeap();
        _list = Quicklist.Create(_heap);
        for (int i = 0; i < Elements; i++)
        {
            _list.PushLast(_heap, _names[i % Operations], _limit);
        }

        _order = CollectionNames.Draw(Elements, 100);
    }

    [GlobalCleanup]
    public void Dispose()
    {
        if (_heap is not null)
        {
            _list.Free(_heap);
            _heap.Dispose();
        }
    }

    /// <summary>A queue: in at one end, out at the other.</summary>
    [Benchmark(OperationsPerInvoke = Operations)]
    public long PushLastAndRemoveFirst()
    {
        foreach (byte[] name in _names)
        {
            _list.PushLast(_heap!, name, _limit);
            _list.Remove(_heap!, _list.First);
        }

        return _list.Count;
    }

    [Benchmark(OperationsPerInvoke = 100)]
    public long Seek()
    {
        long sum = 0;
        foreach (int index in _order)
        {
            sum += _list.Seek(index).Value.Length;
        }

        return sum;
    }

    [Benchmark(OperationsPerInvoke = 100)]
    public long InsertAndRemoveInTheMiddle()
    {
        foreach (int index in _order)
        {
            _list.Insert(_heap!, _list.Seek(index), after: false, _names[0], _limit);
            _list.Remove(_heap!, _list.Seek(index));
        }

        return _list.Count;
    }

    /// <summary>The whole list.</summary>
    [Benchmark]
    public long Walk()
    {
        long sum = 0;
        for (QuicklistCursor place = _list.First; !place.IsNone; place = place.Next())
        {
            sum += place.Value.Length;
        }

        return sum;
    }
}
