using System.Buffers;
using Spinel.DataStructures;

namespace Spinel.Engine.Commands.Geo;

/// <summary>A place that a search has found.</summary>
/// <param name="Distance">Metres from the middle of the search.</param>
/// <param name="Score">The score, its geohash.</param>
/// <param name="Point">Where it is.</param>
/// <param name="Rank">Its rank in the sorted set, by which its name is found again.</param>
internal readonly record struct GeoHit(double Distance, double Score, GeoPoint Point, long Rank);

/// <summary>The places that a search has found, in a pooled array.</summary>
internal sealed class GeoHits : IDisposable
{
    private GeoHit[] _hits = ArrayPool<GeoHit>.Shared.Rent(64);
    private int _count;

    public int Count => _count;

    public ReadOnlySpan<GeoHit> All => _hits.AsSpan(0, _count);

    public void Add(GeoHit hit)
    {
        if (_count == _hits.Length)
        {
            GeoHit[] larger = ArrayPool<GeoHit>.Shared.Rent(_count * 2);
            _hits.AsSpan(0, _count).CopyTo(larger);
            ArrayPool<GeoHit>.Shared.Return(_hits);
            _hits = larger;
        }

        _hits[_count++] = hit;
    }

    /// <summary>Brings them into an order. Places that are equally far stay in the order in which they were found.</summary>
    public void Sort(GeoOrder order)
    {
        if (order == GeoOrder.None || _count < 2)
        {
            return;
        }

        (double Distance, int Found)[] keys = ArrayPool<(double Distance, int Found)>.Shared.Rent(_count);
        for (int i = 0; i < _count; i++)
        {
            keys[i] = (order == GeoOrder.NearestFirst ? _hits[i].Distance : -_hits[i].Distance, i);
        }

        keys.AsSpan(0, _count).Sort(_hits.AsSpan(0, _count));
        ArrayPool<(double Distance, int Found)>.Shared.Return(keys);
    }

    /// <summary>Drops all but the first.</summary>
    public void Truncate(long count) => _count = (int)Math.Min(_count, count);

    public void Dispose() => ArrayPool<GeoHit>.Shared.Return(_hits);
}
