using Spinel.DataStructures;
using Spinel.Engine;

namespace Spinel.Insight.Accesses;

/// <summary>
/// The keys that are used most, found in one pass over a sample of the traffic with a fixed number of counters.
/// </summary>
/// <remarks>
/// The SpaceSaving algorithm of Metwally, Agrawal and El Abbadi ("Efficient computation of frequent and top-k elements in data streams", 2005): a key that has no
/// counter takes over the smallest one and inherits its count as a possible error. Any key with more than one part in <see cref="Capacity"/> of the traffic has a
/// counter. Counts fade by a fifteenth each second, so that they tell of the last quarter of a minute or so; fading keeps the order, and thus the algorithm's guarantee.
/// Nothing is allocated after the beginning, but for names above <see cref="NameBytes"/>, of which only the beginning is kept.
/// </remarks>
internal sealed class HotKeySketch
{
    /// <summary>The number of counters.</summary>
    public const int Capacity = 512;

    /// <summary>So much of a key's name is kept.</summary>
    public const int NameBytes = 128;

    /// <summary>What is left of a count after a second.</summary>
    public const double Fading = 14.0 / 15;

    private readonly ulong[] _ids = new ulong[Capacity];
    private readonly Counter[] _counters = new Counter[Capacity];
    private readonly byte[] _names = new byte[Capacity * NameBytes];
    private int _count;
    private double _smallest;

    /// <summary>All counts together, faded as they are.</summary>
    public double Total { get; private set; }

    public static long MemoryBytes => Capacity * (long)(NameBytes + sizeof(ulong) + 56);

    /// <summary>The number of counters in use.</summary>
    public int Count => _count;

    /// <summary>Enters an access.</summary>
    /// <param name="database">Where.</param>
    /// <param name="key">The key.</param>
    /// <param name="hash">Its hash.</param>
    /// <param name="isWrite">Whether it may have been changed.</param>
    /// <param name="weight">How many accesses this one stands for.</param>
    public void Add(Database database, ReadOnlySpan<byte> key, ulong hash, bool isWrite, double weight)
    {
        Total += weight;

        // Databases are few and the same for good; the hash is keyed, so that nobody can make two keys one.
        ulong id = hash ^ ((ulong)(uint)System.Runtime.CompilerServices.RuntimeHelpers.GetHashCode(database) * 0x9E37_79B9_7F4A_7C15);
        int at = _ids.AsSpan(0, _count).IndexOf(id);
        if (at < 0)
        {
            at = Claim(id, database, key);
        }

        ref Counter counter = ref _counters[at];
        counter.Weight += weight;
        if (counter.IsTruncated)
        {
            // By its name it cannot be found again.
            KeyBlock block = database.Keys.Find(key, hash);
            counter.Kind = block.IsNull ? null : block.Kind;
        }

        if (isWrite)
        {
            counter.Writes += weight;
        }
        else
        {
            counter.Reads += weight;
        }
    }

    /// <summary>A second has gone by.</summary>
    public void Fade()
    {
        const double Nothing = 0.05;
        Total *= Fading;
        _smallest *= Fading;
        for (int i = _count - 1; i >= 0; i--)
        {
            ref Counter counter = ref _counters[i];
            counter.Weight *= Fading;
            counter.Error *= Fading;
            counter.Reads *= Fading;
            counter.Writes *= Fading;
            if (counter.Weight < Nothing)
            {
                _count--;
                _ids[i] = _ids[_count];
                counter = _counters[_count];
                _names.AsSpan(_count * NameBytes, NameBytes).CopyTo(_names.AsSpan(i * NameBytes));
                _counters[_count] = default;
            }
        }
    }

    /// <summary>The hottest keys, the hottest first: those that are known to have been used more than once lately.</summary>
    public List<HotKey> Top(int count)
    {
        var keys = new List<HotKey>();
        for (int i = 0; i < _count; i++)
        {
            ref Counter counter = ref _counters[i];

            // What may all be another key's inheritance says nothing.
            if (counter.Weight - counter.Error > Math.Max(1, counter.Weight / 2))
            {
                keys.Add(new HotKey(
                    counter.Database!, _names.AsSpan(i * NameBytes, counter.NameLength).ToArray(), counter.IsTruncated, counter.Weight - (counter.Error / 2), counter.Reads, counter.Writes, counter.Kind));
            }
        }

        keys.Sort(static (a, b) => b.Weight.CompareTo(a.Weight));
        if (keys.Count > count)
        {
            keys.RemoveRange(count, keys.Count - count);
        }

        return keys;
    }

    public void Clear()
    {
        Array.Clear(_counters);
        _count = 0;
        _smallest = 0;
        Total = 0;
    }

    private int Claim(ulong id, Database database, ReadOnlySpan<byte> key)
    {
        int at;
        double inherited = 0;
        if (_count < Capacity)
        {
            at = _count++;
        }
        else
        {
            at = Smallest();
            inherited = _counters[at].Weight;
        }

        int length = Math.Min(key.Length, NameBytes);
        key[..length].CopyTo(_names.AsSpan(at * NameBytes));
        _ids[at] = id;
        _counters[at] = new Counter { Database = database, NameLength = length, IsTruncated = key.Length > NameBytes, Weight = inherited, Error = inherited };
        return at;
    }

    private int Smallest()
    {
        int smallest = 0;
        for (int i = 0; i < _count; i++)
        {
            // The smallest is at least what the smallest was: the first that is no more than that will do.
            if (_counters[i].Weight <= _smallest)
            {
                return i;
            }

            smallest = _counters[i].Weight < _counters[smallest].Weight ? i : smallest;
        }

        _smallest = _counters[smallest].Weight;
        return smallest;
    }

    private struct Counter
    {
        public Database? Database;
        public int NameLength;
        public bool IsTruncated;
        public ValueKind? Kind;
        public double Weight;
        public double Error;
        public double Reads;
        public double Writes;
    }
}

/// <summary>A key that is used much.</summary>
/// <param name="Database">Where it is.</param>
/// <param name="Name">Its name, or the beginning of it.</param>
/// <param name="IsTruncated">Whether it is the beginning only.</param>
/// <param name="Weight">Its faded count of sampled accesses.</param>
/// <param name="Reads">As much of the count as was reads.</param>
/// <param name="Writes">As much as was writes.</param>
/// <param name="Kind">Of a key whose name is not whole, its type when it was seen last; null: it was not there.</param>
internal sealed record HotKey(Database Database, byte[] Name, bool IsTruncated, double Weight, double Reads, double Writes, ValueKind? Kind);
