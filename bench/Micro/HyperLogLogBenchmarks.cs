using BenchmarkDotNet.Attributes;
using Spinel.DataStructures;

namespace Spinel.Bench.Micro;

/// <summary>HyperLogLogs: adding to either form, counting, merging. Run with <c>--filter '*HyperLogLog*'</c>.</summary>
public class HyperLogLogBenchmarks
{
    private const int Operations = 10_000;
    private const int SparseLimitBytes = 3000;

    private readonly byte[][] _names = CollectionNames.Create(Operations);
    private readonly byte[] _dense = new byte[HyperLogLog.DenseBytes];
    private readonly byte[] _sparse = new byte[SparseLimitBytes + HyperLogLog.SparseGrowthBytes];
    private readonly byte[] _registers = new byte[HyperLogLog.RegisterCount];
    private int _sparseLength;

    [GlobalSetup]
    public void SetUp()
    {
        foreach (byte[] name in _names)
        {
            RegisterUpdate update = HyperLogLog.Locate(name);
            _registers[update.Index] = Math.Max(_registers[update.Index], update.Value);
        }

        HyperLogLog.WriteDense(_dense, _registers);
    }

    [Benchmark(OperationsPerInvoke = Operations)]
    public int AddToDense()
    {
        int raised = 0;
        foreach (byte[] name in _names)
        {
            raised += HyperLogLog.RaiseDense(_dense, HyperLogLog.Locate(name)) ? 1 : 0;
        }

        return raised;
    }

    /// <summary>The first 500 elements of a new one.</summary>
    [Benchmark(OperationsPerInvoke = 500)]
    public int AddToSparse()
    {
        _sparseLength = HyperLogLog.EmptyBytes;
        HyperLogLog.WriteEmpty(_sparse.AsSpan(0, _sparseLength));
        for (int i = 0; i < 500; i++)
        {
            HyperLogLog.RaiseSparse(_sparse, ref _sparseLength, HyperLogLog.Locate(_names[i]), SparseLimitBytes);
        }

        return _sparseLength;
    }

    [Benchmark]
    public ulong CountDense() => HyperLogLog.TryCount(_dense, out ulong count) ? count : 0;

    [Benchmark]
    public bool MergeDense() => HyperLogLog.TryMergeInto(_registers, _dense);
}
