using BenchmarkDotNet.Attributes;
using Spinel.DataStructures;
using Spinel.Memory;

namespace Spinel.Bench.Micro;

/// <summary>A large hash of 16-byte fields, in random order, also with expiring fields. Run with <c>--filter '*HashTable*'</c>.</summary>
public class HashTableBenchmarks : IDisposable
{
    private const int Operations = 10_000;

    private readonly HashLimits _limits = new(512, 64, HashKey.FromSeed(1));
    private readonly byte[] _value = new byte[32];
    private byte[][] _names = [];
    private int[] _order = [];
    private NativeHeap? _heap;
    private HashValue _hash;

    [Params(1000, 1_000_000)]
    public int Fields { get; set; }

    [GlobalSetup]
    public void SetUp()
    {
        _heap = new NativeHeap();
        _names = CollectionNames.Create(Fields);
        _order = CollectionNames.Draw(Fields, Operations);
        _hash = HashValue.Create(_heap);
        foreach (byte[] name in _names)
        {
            _hash.Set(name, _value, in _limits);
        }
    }

    [GlobalCleanup]
    public void Dispose()
    {
        if (_heap is not null)
        {
            _hash.Free();
            _heap.Dispose();
        }
    }

    [Benchmark(OperationsPerInvoke = Operations)]
    public long Get()
    {
        long sum = 0;
        foreach (int i in _order)
        {
            sum += _hash.TryGet(_names[i], out ListpackValue value) ? value.Length : 0;
        }

        return sum;
    }

    [Benchmark(OperationsPerInvoke = Operations)]
    public long Overwrite()
    {
        foreach (int i in _order)
        {
            _hash.Set(_names[i], _value, in _limits);
        }

        return _hash.Count;
    }

    [Benchmark(OperationsPerInvoke = Operations)]
    public long RemoveAndAdd()
    {
        foreach (int i in _order)
        {
            _hash.Remove(_names[i]);
            _hash.Set(_names[i], _value, in _limits);
        }

        return _hash.Count;
    }

    [Benchmark(OperationsPerInvoke = Operations)]
    public long ExpireAndPersist()
    {
        foreach (int i in _order)
        {
            _hash.SetExpiry(_names[i], i + 1, in _limits);
            _hash.SetExpiry(_names[i], KeyBlock.NoExpiry, in _limits);
        }

        return _hash.ExpiringCount;
    }
}
