using System.Runtime.InteropServices;
using Spinel.Engine;
using Spinel.Engine.Observation;
using Spinel.Insight.Tree;

namespace Spinel.Insight.Accesses;

/// <summary>
/// The latest sampled reads: which key, when, and whether it was there. From these the reads of any prefix in the last minute are estimated, when somebody looks at the tree;
/// nothing is kept for any prefix. Takes no memory before the first look.
/// </summary>
internal sealed class TrafficSample(SpinelEngine engine)
{
    private const int Capacity = 4096;
    private const int NameBytes = 64;
    private const long WindowMs = 60_000;

    private readonly byte[] _names = new byte[Capacity * NameBytes];
    private readonly Sample[] _samples = new Sample[Capacity];
    private int _next;
    private int _count;

    public long MemoryBytes => _names.Length + ((long)_samples.Length * Marshal.SizeOf<long>() * 3);

    /// <summary>Enters a read.</summary>
    /// <param name="weight">How many reads it stands for.</param>
    public void Add(Database database, ReadOnlySpan<byte> key, bool isHit, int weight)
    {
        int length = Math.Min(key.Length, NameBytes);
        key[..length].CopyTo(_names.AsSpan(_next * NameBytes));
        _samples[_next] = new Sample(engine.Clock.NowMs, database, (byte)length, isHit, weight);
        _next = (_next + 1) % Capacity;
        _count = Math.Min(_count + 1, Capacity);
    }

    /// <summary>Fills in the reads of a page's children and of the prefix itself.</summary>
    public void Estimate(Database database, TreePage page)
    {
        var nodes = new List<TreeNode>(page.Children.Count + 1) { page.Node };
        nodes.AddRange(page.Children);
        Estimate(database, nodes);
    }

    /// <summary>Fills in the reads of nodes.</summary>
    public void Estimate(Database database, IReadOnlyList<TreeNode> nodes)
    {
        if (nodes.Count == 0 || _count == 0)
        {
            return;
        }

        // Nodes by their full names; a read counts for each beginning of its key that is one.
        var byName = new Dictionary<ByteKey, TreeNode>(nodes.Count);
        var lengths = new SortedSet<int>();
        foreach (TreeNode node in nodes)
        {
            if (node.FullName.Length <= NameBytes)
            {
                byName[new ByteKey(node.FullName)] = node;
                lengths.Add(node.FullName.Length);
            }
        }

        long oldest = engine.Clock.NowMs - WindowMs;
        double share = Share(oldest);
        Span<byte> name = stackalloc byte[NameBytes];
        for (int i = 0; i < _count; i++)
        {
            Sample sample = _samples[i];
            if (sample.TimeMs < oldest || sample.Database != database)
            {
                continue;
            }

            ReadOnlySpan<byte> key = _names.AsSpan(i * NameBytes, sample.Length);
            foreach (int length in lengths)
            {
                if (length > key.Length)
                {
                    break;
                }

                if (byName.TryGetValue(new ByteKey(key[..length].ToArray()), out TreeNode? node) && (!node.IsKey || length == key.Length))
                {
                    long reads = (long)(sample.Weight * AccessSampling.Every * share);
                    node.Reads += reads;
                    node.Hits += sample.IsHit ? reads : 0;
                }
            }
        }
    }

    /// <summary>When the ring holds less than a minute, what it holds stands for one.</summary>
    private double Share(long oldest)
    {
        if (_count < Capacity)
        {
            return 1;
        }

        long first = _samples[_next].TimeMs;
        return first <= oldest ? 1 : (double)WindowMs / Math.Max(1, engine.Clock.NowMs - first);
    }

    private readonly record struct Sample(long TimeMs, Database Database, byte Length, bool IsHit, int Weight);

    private readonly struct ByteKey(byte[] bytes) : IEquatable<ByteKey>
    {
        private readonly byte[] _bytes = bytes;

        public bool Equals(ByteKey other) => _bytes.AsSpan().SequenceEqual(other._bytes);

        public override bool Equals(object? obj) => obj is ByteKey other && Equals(other);

        public override int GetHashCode()
        {
            var hash = new HashCode();
            hash.AddBytes(_bytes);
            return hash.ToHashCode();
        }
    }
}
