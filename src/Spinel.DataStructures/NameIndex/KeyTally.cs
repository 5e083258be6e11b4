using System.Runtime.CompilerServices;

namespace Spinel.DataStructures;

/// <summary>How far off the moment is at which a key goes.</summary>
public enum TtlBucket : byte
{
    /// <summary>It stays.</summary>
    None,

    /// <summary>Within a minute.</summary>
    Minute,

    /// <summary>Within an hour.</summary>
    Hour,

    /// <summary>Within a day.</summary>
    Day,

    /// <summary>Within thirty days.</summary>
    Month,

    /// <summary>Later.</summary>
    Later,
}

/// <summary>Figures of a set of keys: how many, how large, of which types, and how long they will be there. A cache line.</summary>
public struct KeyTally : IEquatable<KeyTally>
{
    /// <summary>The number of values of <see cref="ValueKind"/>.</summary>
    public const int Kinds = 7;

    /// <summary>The number of values of <see cref="TtlBucket"/>.</summary>
    public const int TtlBuckets = 6;

    // In this order there is no padding.
    private long _bytes;
    private int _keys;
    private KindCounts _kinds;
    private TtlCounts _ttl;

    /// <summary>Bytes that the keys occupy.</summary>
    public readonly long Bytes => _bytes;

    /// <summary>The number of keys.</summary>
    public readonly int Keys => _keys;

    /// <summary>The number of keys with an expiry.</summary>
    public readonly int Expiring => Keys - _ttl[0];

    /// <summary>The number of keys of a type.</summary>
    public readonly int OfKind(ValueKind kind) => _kinds[(int)kind];

    /// <summary>The number of keys that go within a bucket's time, and not within an earlier one's.</summary>
    public readonly int InBucket(TtlBucket bucket) => _ttl[(int)bucket];

    /// <summary>The bucket of an expiry, both in seconds since 1970.</summary>
    public static TtlBucket BucketOf(uint expirySeconds, uint nowSeconds)
    {
        const long Minute = 60;
        const long Hour = 60 * Minute;
        const long Day = 24 * Hour;
        return ((long)expirySeconds - nowSeconds) switch
        {
            < Minute => TtlBucket.Minute,
            < Hour => TtlBucket.Hour,
            < Day => TtlBucket.Day,
            < 30 * Day => TtlBucket.Month,
            _ => TtlBucket.Later,
        };
    }

    /// <summary>Adds what another tally has.</summary>
    public void Add(in KeyTally other)
    {
        _bytes += other._bytes;
        _keys += other._keys;
        for (int i = 0; i < Kinds; i++)
        {
            _kinds[i] += other._kinds[i];
        }

        for (int i = 0; i < TtlBuckets; i++)
        {
            _ttl[i] += other._ttl[i];
        }
    }

    /// <summary>Takes away what another tally has.</summary>
    public void Subtract(in KeyTally other)
    {
        _bytes -= other._bytes;
        _keys -= other._keys;
        for (int i = 0; i < Kinds; i++)
        {
            _kinds[i] -= other._kinds[i];
        }

        for (int i = 0; i < TtlBuckets; i++)
        {
            _ttl[i] -= other._ttl[i];
        }
    }

    /// <summary>Adds one key, or takes it away when <paramref name="sign"/> is -1.</summary>
    public void AddKey(ValueKind kind, long bytes, TtlBucket bucket, int sign = 1)
    {
        _bytes += sign * bytes;
        _keys += sign;
        _kinds[(int)kind] += sign;
        _ttl[(int)bucket] += sign;
    }

    /// <summary>A key has become longer, or shorter.</summary>
    public void AddBytes(long bytes) => _bytes += bytes;

    public readonly bool Equals(KeyTally other)
    {
        bool equal = Bytes == other.Bytes && Keys == other.Keys;
        for (int i = 0; i < Kinds; i++)
        {
            equal &= _kinds[i] == other._kinds[i];
        }

        for (int i = 0; i < TtlBuckets; i++)
        {
            equal &= _ttl[i] == other._ttl[i];
        }

        return equal;
    }

    public override readonly bool Equals(object? obj) => obj is KeyTally other && Equals(other);

    public override readonly int GetHashCode() => HashCode.Combine(Bytes, Keys);

    public static bool operator ==(KeyTally left, KeyTally right) => left.Equals(right);

    public static bool operator !=(KeyTally left, KeyTally right) => !left.Equals(right);

    [InlineArray(Kinds)]
    private struct KindCounts
    {
        private int _first;
    }

    [InlineArray(TtlBuckets)]
    private struct TtlCounts
    {
        private int _first;
    }
}

/// <summary>What a <see cref="NameIndex"/> knows of one key.</summary>
/// <param name="Kind">The type of its value.</param>
/// <param name="Bytes">What it occupies.</param>
/// <param name="ExpirySeconds">When it goes, in seconds since 1970; 0: it stays.</param>
public readonly record struct NameFacts(ValueKind Kind, long Bytes, uint ExpirySeconds)
{
    /// <summary>Whether the key has an expiry.</summary>
    public bool HasExpiry => ExpirySeconds != 0;
}
