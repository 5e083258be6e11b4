using BenchmarkDotNet.Attributes;
using Spinel.Memory;

namespace Spinel.Bench.Micro;

/// <summary>One operation is a million steps of <see cref="HeapWorkload{TAllocator}"/>.</summary>
public class HeapBenchmarks : IDisposable
{
    private NativeHeap? _heap;
    private HeapWorkload<SpinelAllocator>? _spinel;
    private HeapWorkload<SystemAllocator>? _system;

    [GlobalSetup]
    public void SetUp()
    {
        _heap = new NativeHeap();
        _spinel = new HeapWorkload<SpinelAllocator>(new SpinelAllocator(_heap));
        _system = new HeapWorkload<SystemAllocator>(default);
    }

    [GlobalCleanup]
    public void Dispose()
    {
        _spinel?.Dispose();
        _system?.Dispose();
        _heap?.Dispose();
    }

    [Benchmark]
    public void RandomReplacementSpinel() => _spinel!.RandomReplacement();

    [Benchmark]
    public void RandomReplacementSystem() => _system!.RandomReplacement();

    [Benchmark]
    public void LifoSpinel() => _spinel!.Lifo();

    [Benchmark]
    public void LifoSystem() => _system!.Lifo();
}
