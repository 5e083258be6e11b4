using System.Buffers.Text;
using BenchmarkDotNet.Attributes;
using Spinel.DataStructures;
using Spinel.Memory;

namespace Spinel.Bench.Micro;

/// <summary>
/// Small collections: listpacks of 16-byte texts or of integers and intsets, at the sizes where collections still use them. Times are for
/// one value, except where a whole search is measured. Quickly: <c>--filter '*Listpack*' --warmupCount 2 --iterationCount 5</c>.
/// </summary>
public class ListpackBenchmarks : IDisposable
{
    private const int Values = 128;

    private readonly byte[][] _texts = new byte[Values][];
    private readonly byte[] _absent = "member:999999999"u8.ToArray();
    private NativeHeap? _heap;
    private Listpack _textual;
    private Listpack _numeric;
    private Intset _intset;

    [GlobalSetup]
    public void SetUp()
    {
        _heap = new NativeHeap();
        _textual = Listpack.Create(_heap);
        _numeric = Listpack.Create(_heap);
        _intset = Intset.Create(_heap);
        for (int i = 0; i < Values; i++)
        {
            byte[] text = "member:000000000"u8.ToArray();
            Utf8Formatter.TryFormat(i, text.AsSpan(7), out _, new System.Buffers.StandardFormat('D', 9));
            _texts[i] = text;
            _textual = _textual.Append(_heap, text);
            _numeric = _numeric.Append(_heap, i * 1000);
            _intset = _intset.Add(_heap, i * 1000, out _);
        }
    }

    [GlobalCleanup]
    public void Dispose()
    {
        if (_heap is not null)
        {
            _textual.Free(_heap);
            _numeric.Free(_heap);
            _intset.Free(_heap);
            _heap.Dispose();
        }
    }

    [Benchmark(OperationsPerInvoke = Values)]
    public int Append()
    {
        Listpack listpack = Listpack.Create(_heap!);
        foreach (byte[] text in _texts)
        {
            listpack = listpack.Append(_heap!, text);
        }

        int total = listpack.TotalBytes;
        listpack.Free(_heap!);
        return total;
    }

    [Benchmark(OperationsPerInvoke = Values)]
    public int BuilderAppend()
    {
        using var builder = new ListpackBuilder(_heap!);
        foreach (byte[] text in _texts)
        {
            builder.Append(text);
        }

        Listpack listpack = builder.Build();
        int total = listpack.TotalBytes;
        listpack.Free(_heap!);
        return total;
    }

    [Benchmark(OperationsPerInvoke = Values)]
    public int Next()
    {
        int sum = 0;
        for (int p = _textual.First; p >= 0; p = _textual.Next(p))
        {
            sum += p;
        }

        return sum;
    }

    [Benchmark(OperationsPerInvoke = Values)]
    public int Previous()
    {
        int sum = 0;
        for (int p = _textual.Last; p >= 0; p = _textual.Previous(p))
        {
            sum += p;
        }

        return sum;
    }

    [Benchmark(OperationsPerInvoke = Values)]
    public long GetBytesOfTexts() => SumOfLengths(_textual);

    [Benchmark(OperationsPerInvoke = Values)]
    public long GetBytesOfIntegers() => SumOfLengths(_numeric);

    /// <summary>A whole search of 128 texts of the same length, the worst that a small hash or set meets.</summary>
    [Benchmark]
    public int FindAbsentAmong128() => _textual.Find(_absent);

    /// <summary>A whole search of 128 integers.</summary>
    [Benchmark]
    public int FindAbsentIntegerAmong128() => _numeric.Find("127001"u8);

    [Benchmark]
    public bool IntsetContains() => _intset.Contains(77_000);

    [Benchmark]
    public Intset IntsetAddAndRemove()
    {
        _intset = _intset.Add(_heap!, 64_001, out _).Remove(_heap!, 64_001, out _);
        return _intset;
    }

    private static long SumOfLengths(Listpack listpack)
    {
        Span<byte> scratch = stackalloc byte[ListpackNumber.MaxLength];
        long sum = 0;
        for (int p = listpack.First; p >= 0; p = listpack.Next(p))
        {
            sum += listpack.GetBytes(p, scratch).Length;
        }

        return sum;
    }
}
