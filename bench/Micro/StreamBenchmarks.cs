using BenchmarkDotNet.Attributes;
using Spinel.DataStructures;
using Spinel.Memory;

namespace Spinel.Bench.Micro;

/// <summary>A stream of entries of two 16-byte fields: its end, an entry by its id, a walk. Run with <c>--filter '*Stream*'</c>.</summary>
public class StreamBenchmarks : IDisposable
{
    private const int Operations = 10_000;

    private readonly StreamLimits _limits = new(4096, 100);
    private int[] _order = [];
    private NativeHeap? _heap;
    private StreamValue _stream;

    [Params(1000, 1_000_000)]
    public int Entries { get; set; }

    [GlobalSetup]
    public void SetUp()
    {
        _heap = new NativeHeap();
        _stream = StreamValue.Create(_heap);
        Append(Entries);
        _order = CollectionNames.Draw(Entries, Operations);
    }

    [GlobalCleanup]
    public void Dispose()
    {
        if (_heap is not null)
        {
            _stream.Free(_heap, ownerThread: true);
            _heap.Dispose();
        }
    }

    /// <summary>As XADD with MAXLEN ~.</summary>
    [Benchmark(OperationsPerInvoke = Operations)]
    public long AppendAndTrim()
    {
        Append(Operations);
        _stream.TrimToLength(_heap!, Entries, wholeNodes: true, long.MaxValue);
        return _stream.Length;
    }

    [Benchmark(OperationsPerInvoke = Operations)]
    public int FindById()
    {
        ulong first = _stream.FirstId.Ms;
        int found = 0;
        foreach (int i in _order)
        {
            found += _stream.Contains(new StreamId(first + (ulong)i, 0)) ? 1 : 0;
        }

        return found;
    }

    /// <summary>The whole stream.</summary>
    [Benchmark]
    public long Walk()
    {
        long sum = 0;
        StreamEntries entries = _stream.Range(StreamId.Min, StreamId.Max);
        while (entries.MoveNext())
        {
            while (entries.TryReadPair(out _, out ListpackValue value))
            {
                sum += value.Length;
            }
        }

        return sum;
    }

    private void Append(int count)
    {
        var pairs = default(TwoPairs);
        ulong next = _stream.LastId.Ms + 1;
        for (int i = 0; i < count; i++)
        {
            _stream.Append(_heap!, new StreamId(next + (ulong)i, 0), in pairs, in _limits);
        }
    }

    private readonly struct TwoPairs : IStreamFields
    {
        public int Count => 2;

        public ReadOnlySpan<byte> Field(int index) => index == 0 ? "temperature-in-C"u8 : "humidity-percent"u8;

        public ReadOnlySpan<byte> Value(int index) => "0123456789abcdef"u8;
    }
}
