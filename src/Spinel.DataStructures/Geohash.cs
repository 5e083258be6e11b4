namespace Spinel.DataStructures;

/// <summary>
/// A cell of the Earth's surface: the map is halved <see cref="Steps"/> times in either direction, and the bits say in which half the cell lies,
/// longitude and latitude in turns. Cells that are near on the map mostly have near numbers, so that a range of them is an area.
/// </summary>
/// <remarks>
/// With 26 steps, 52 bits, a cell is at most 0.6 m wide and fits a double without loss: this is the score of a place in a sorted set.
/// Sources: G. Morton (1966) for the order, the "integer geohash" of A. Bhatia and Y. Wang (Ardb) for its use in sorted sets.
/// </remarks>
/// <param name="Bits">The cell, in the lowest 2·<paramref name="Steps"/> bits; longitude in the odd ones.</param>
/// <param name="Steps">How often either direction is halved: 1 to 26.</param>
public readonly record struct Geohash(ulong Bits, int Steps)
{
    /// <summary>Steps of the cells that stand for points.</summary>
    public const int MaxSteps = 26;

    /// <summary>Length of <see cref="WriteText"/>.</summary>
    public const int TextLength = 11;

    private const ulong LatitudeBits = 0x5555_5555_5555_5555;
    private const ulong LongitudeBits = 0xAAAA_AAAA_AAAA_AAAA;
    private const double StandardMaxLatitude = 90;

    private static ReadOnlySpan<byte> Alphabet => "0123456789bcdefghjkmnpqrstuvwxyz"u8;

    /// <summary>The first score of a point in the cell.</summary>
    public ulong MinScore => Bits << (2 * (MaxSteps - Steps));

    /// <summary>The first score behind those of the points in the cell.</summary>
    public ulong EndScore => (Bits + 1) << (2 * (MaxSteps - Steps));

    /// <summary>The cell in which a point lies. Precondition: it is valid.</summary>
    public static Geohash Of(GeoPoint point, int steps = MaxSteps) => Of(point, steps, GeoPoint.MaxLatitude);

    /// <summary>The cell of a score.</summary>
    public static Geohash FromScore(double score) => new((ulong)score, MaxSteps);

    /// <summary>The part of the map that the cell is.</summary>
    public GeoArea Area
    {
        get
        {
            double cells = 1UL << Steps;
            uint latitude = Compact(Bits);
            uint longitude = Compact(Bits >> 1);
            return new GeoArea(
                Edge(longitude, cells, GeoPoint.MaxLongitude),
                Edge(longitude + 1, cells, GeoPoint.MaxLongitude),
                Edge(latitude, cells, GeoPoint.MaxLatitude),
                Edge(latitude + 1, cells, GeoPoint.MaxLatitude));
        }
    }

    /// <summary>The middle of the cell.</summary>
    public GeoPoint Centre
    {
        get
        {
            GeoArea area = Area;
            return new GeoPoint(
                Math.Clamp((area.MinLongitude + area.MaxLongitude) / 2, -GeoPoint.MaxLongitude, GeoPoint.MaxLongitude),
                Math.Clamp((area.MinLatitude + area.MaxLatitude) / 2, -GeoPoint.MaxLatitude, GeoPoint.MaxLatitude));
        }
    }

    /// <summary>The cell so many to the east and to the north, around the map's edges.</summary>
    /// <param name="east">-1, 0 or 1.</param>
    /// <param name="north">-1, 0 or 1.</param>
    public Geohash Neighbour(int east, int north)
    {
        // A carry has to run through the other direction's bits: these are all set for adding and clear for subtracting.
        ulong all = ulong.MaxValue >> (64 - (2 * Steps));
        ulong longitude = Move(Bits & LongitudeBits, LatitudeBits & all, LongitudeBits & all, east);
        ulong latitude = Move(Bits & LatitudeBits, LongitudeBits & all, LatitudeBits & all, north);
        return new Geohash(longitude | latitude, Steps);
    }

    /// <summary>Writes the geohash that maps and databases elsewhere use, of 11 letters; they let latitudes run to 90 degrees.</summary>
    public void WriteText(Span<byte> text)
    {
        ulong bits = Of(Centre, MaxSteps, StandardMaxLatitude).Bits;
        for (int i = 0; i < TextLength - 1; i++)
        {
            text[i] = Alphabet[(int)(bits >> ((2 * MaxSteps) - ((i + 1) * 5))) & 31];
        }

        // Ten letters take 50 bits; the two left do not make another.
        text[TextLength - 1] = Alphabet[0];
    }

    private static Geohash Of(GeoPoint point, int steps, double maxLatitude)
    {
        double cells = 1UL << steps;
        double latitude = (point.Latitude + maxLatitude) / (maxLatitude + maxLatitude) * cells;
        double longitude = (point.Longitude + GeoPoint.MaxLongitude) / (2 * GeoPoint.MaxLongitude) * cells;
        return new Geohash(Spread((uint)latitude) | (Spread((uint)longitude) << 1), steps);
    }

    private static double Edge(uint index, double cells, double max) => -max + (index / cells * (max - -max));

    // A point on the map's very edge lies in a cell beyond the last; only moving brings that back onto the map.
    private static ulong Move(ulong own, ulong others, ulong onMap, int by) => by switch
    {
        0 => own,
        > 0 => (own + others + 1) & onMap,
        _ => ((own | others) - (others + 1)) & onMap,
    };

    /// <summary>Puts a bit of zero between any two bits.</summary>
    private static ulong Spread(uint value)
    {
        ulong x = value;
        x = (x | (x << 16)) & 0x0000_FFFF_0000_FFFF;
        x = (x | (x << 8)) & 0x00FF_00FF_00FF_00FF;
        x = (x | (x << 4)) & 0x0F0F_0F0F_0F0F_0F0F;
        x = (x | (x << 2)) & 0x3333_3333_3333_3333;
        return (x | (x << 1)) & LatitudeBits;
    }

    /// <summary>Takes every other bit, from the lowest on.</summary>
    private static uint Compact(ulong value)
    {
        ulong x = value & LatitudeBits;
        x = (x | (x >> 1)) & 0x3333_3333_3333_3333;
        x = (x | (x >> 2)) & 0x0F0F_0F0F_0F0F_0F0F;
        x = (x | (x >> 4)) & 0x00FF_00FF_00FF_00FF;
        x = (x | (x >> 8)) & 0x0000_FFFF_0000_FFFF;
        return (uint)(x | (x >> 16));
    }
}

/// <summary>A part of the map between two meridians and two parallels, in degrees.</summary>
public readonly record struct GeoArea(double MinLongitude, double MaxLongitude, double MinLatitude, double MaxLatitude);
