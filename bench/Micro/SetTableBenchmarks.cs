using BenchmarkDotNet.Attributes;
using Spinel.DataStructures;
using Spinel.Memory;

namespace Spinel.Bench.Micro;

/// <summary>A large set of 16-byte members, in random order. Run with <c>--filter '*SetTable*'</c>.</summary>
public class SetTableBenchmarks : IDisposable
{
    private const int Operations = 10_000;

    private byte[][] _names = [];
    private int[] _order = [];
    private NativeHeap? _heap;
    private SetSettings? _settings;
    private SetValue _set;

    [Params(1000, 1_000_000)]
    public int Members { get; set; }

    [GlobalSetup]
    public void SetUp()
    {
        _heap = new NativeHeap();
        _settings = new SetSettings(_heap, HashKey.FromSeed(1));
        _names = CollectionNames.Create(Members);
        _order = CollectionNames.Draw(Members, Operations);
        _set = SetValue.CreateTable(_settings);
        foreach (byte[] name in _names)
        {
            _set = _set.Add(_settings, name, out _);
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
    public int Contains()
    {
        int found = 0;
        foreach (int i in _order)
        {
            found += _set.Contains(_names[i]) ? 1 : 0;
        }

        return found;
    }

    [Benchmark(OperationsPerInvoke = Operations)]
    public long RemoveAndAdd()
    {
        foreach (int i in _order)
        {
            _set = _set.Remove(_settings!, _names[i], out _);
            _set = _set.Add(_settings!, _names[i], out _);
        }

        return _set.Count;
    }

    /// <summary>The whole set.</summary>
    [Benchmark]
    public long Walk()
    {
        Span<byte> scratch = stackalloc byte[ListpackNumber.MaxLength];
        long sum = 0;
        foreach (SetMember member in _set)
        {
            sum += member.GetText(scratch).Length;
        }

        return sum;
    }
}
