using System.Buffers.Text;
using BenchmarkDotNet.Attributes;
using Spinel.DataStructures;
using Spinel.Memory;

namespace Spinel.Bench.Micro;

/// <summary>
/// Lookups of 16-byte names with 32-byte values in random order: one by one, absent ones, and in batches whose memory is
/// asked for ahead. Run with <c>--filter '*Table*'</c>.
/// </summary>
public class TableBenchmarks : IDisposable
{
    private const int Lookups = 100_000;
    private const int Batch = 16;

    private readonly byte[] _name = "key:000000000000"u8.ToArray();
    private readonly ulong[] _hashes = new ulong[Batch];
    private int[] _order = [];
    private NativeHeap? _heap;
    private KeyTable? _table;

    [Params(10_000, 1_000_000)]
    public int Keys { get; set; }

    [GlobalSetup]
    public void SetUp()
    {
        _heap = new NativeHeap();
        _table = new KeyTable(_heap, HashKey.FromSeed(1));
        int[] all = [.. Enumerable.Range(0, Keys)];
        Random random = new(1);
        random.Shuffle(all);
        foreach (int i in all)
        {
            ReadOnlySpan<byte> name = Name(i);
            _table.Insert(KeyBlock.CreateString(_heap, name, new byte[32], ValueEncoding.EmbStr), _table.Hash(name));
        }

        _order = random.GetItems(all, Lookups);
    }

    [GlobalCleanup]
    public void Dispose()
    {
        _table?.Dispose();
        _heap?.Dispose();
    }

    [Benchmark(OperationsPerInvoke = Lookups)]
    public long Hit() => Sum(0);

    [Benchmark(OperationsPerInvoke = Lookups)]
    public long Miss() => Sum(Keys);

    [Benchmark(OperationsPerInvoke = Lookups)]
    public long PrefetchedHit()
    {
        KeyTable table = _table!;
        long sum = 0;
        for (int first = 0; first < Lookups; first += Batch)
        {
            for (int i = 0; i < Batch; i++)
            {
                _hashes[i] = table.Hash(Name(_order[first + i]));
                table.PrefetchBucket(_hashes[i]);
            }

            foreach (ulong hash in _hashes)
            {
                table.PrefetchEntry(hash);
            }

            for (int i = 0; i < Batch; i++)
            {
                sum += table.Find(Name(_order[first + i]), _hashes[i]).StringLength;
            }
        }

        return sum;
    }

    private long Sum(int offset)
    {
        KeyTable table = _table!;
        long sum = 0;
        foreach (int i in _order)
        {
            ReadOnlySpan<byte> name = Name(i + offset);
            KeyBlock block = table.Find(name, table.Hash(name));
            sum += block.IsNull ? 0 : block.StringLength;
        }

        return sum;
    }

    private ReadOnlySpan<byte> Name(int i)
    {
        Utf8Formatter.TryFormat(i, _name.AsSpan(4), out _, new System.Buffers.StandardFormat('D', 12));
        return _name;
    }
}
