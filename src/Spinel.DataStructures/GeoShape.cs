namespace Spinel.DataStructures;

/// <summary>A circle, or a box whose sides run along meridians and parallels, around a point. Sizes are in metres.</summary>
public readonly record struct GeoShape
{
    // The square map of Web Mercator from its middle to an edge, in metres.
    private const double HalfMapMetres = 20037726.37;
    private const double FarLatitude = 66;
    private const double FarthestLatitude = 80;
    private readonly bool _isCircle;
    private readonly double _halfWidth;
    private readonly double _halfHeight;

    private GeoShape(GeoPoint centre, bool isCircle, double halfWidth, double halfHeight)
    {
        Centre = centre;
        _isCircle = isCircle;
        _halfWidth = halfWidth;
        _halfHeight = halfHeight;
    }

    /// <summary>How many cells <see cref="GetCells"/> gives at most.</summary>
    public const int MaxCells = 9;

    /// <summary>The middle.</summary>
    public GeoPoint Centre { get; }

    /// <summary>All points within a distance.</summary>
    public static GeoShape Circle(GeoPoint centre, double radius) => new(centre, true, radius, radius);

    /// <summary>All points within half a width to the east and west and half a height to the north and south.</summary>
    public static GeoShape Box(GeoPoint centre, double width, double height) => new(centre, false, width / 2, height / 2);

    /// <summary>Whether a point lies in the shape, and how far it is from the middle.</summary>
    public bool Contains(GeoPoint point, out double distance)
    {
        if (_isCircle)
        {
            distance = GeoPoint.Distance(Centre, point);
            return !(distance > _halfWidth);
        }

        distance = 0;
        if (GeoPoint.LatitudeDistance(point.Latitude, Centre.Latitude) > _halfHeight
            || GeoPoint.Distance(point, Centre with { Latitude = point.Latitude }) > _halfWidth)
        {
            return false;
        }

        distance = GeoPoint.Distance(Centre, point);
        return true;
    }

    /// <summary>
    /// The cells that together cover the shape: the one with the middle and those around it that are needed. Their order is that in which
    /// searches look at them, and thus that of unsorted results.
    /// </summary>
    /// <param name="cells">Room for <see cref="MaxCells"/> cells.</param>
    /// <returns>How many there are.</returns>
    public int GetCells(Span<Geohash> cells)
    {
        GeoArea bounds = Bounds;
        int steps = EstimateSteps();
        var middle = Geohash.Of(Centre, steps);
        if (steps > 1 && !ReachesAcross(middle, bounds))
        {
            middle = Geohash.Of(Centre, steps - 1);
        }

        // Neighbours on a side on which the middle cell reaches beyond the shape are of no use. With one step all cells are needed.
        GeoArea area = middle.Area;
        bool all = middle.Steps < 2;
        bool north = all || !(area.MaxLatitude > bounds.MaxLatitude);
        bool south = all || !(area.MinLatitude < bounds.MinLatitude);
        bool east = all || !(area.MaxLongitude > bounds.MaxLongitude);
        bool west = all || !(area.MinLongitude < bounds.MinLongitude);
        int count = 0;
        cells[count++] = middle;
        AddCell(cells, ref count, north, middle.Neighbour(0, 1));
        AddCell(cells, ref count, south, middle.Neighbour(0, -1));
        AddCell(cells, ref count, east, middle.Neighbour(1, 0));
        AddCell(cells, ref count, west, middle.Neighbour(-1, 0));
        AddCell(cells, ref count, north && east, middle.Neighbour(1, 1));
        AddCell(cells, ref count, north && west, middle.Neighbour(-1, 1));
        AddCell(cells, ref count, south && east, middle.Neighbour(1, -1));
        AddCell(cells, ref count, south && west, middle.Neighbour(-1, -1));
        return count;
    }

    /// <summary>The box on the map that holds the shape; at the widest parallel, which is the one nearer to the pole.</summary>
    private GeoArea Bounds
    {
        get
        {
            double latitudeDelta = GeoPoint.ToDegrees(_halfHeight / GeoPoint.EarthRadiusMetres);
            double widest = Centre.Latitude < 0 ? Centre.Latitude - latitudeDelta : Centre.Latitude + latitudeDelta;
            double longitudeDelta = GeoPoint.ToDegrees(_halfWidth / GeoPoint.EarthRadiusMetres / Math.Cos(GeoPoint.ToRadians(widest)));
            return new GeoArea(
                Centre.Longitude - longitudeDelta, Centre.Longitude + longitudeDelta, Centre.Latitude - latitudeDelta, Centre.Latitude + latitudeDelta);
        }
    }

    /// <summary>A cell size at which, mostly, nine cells cover the shape.</summary>
    private int EstimateSteps()
    {
        double radius = _isCircle ? _halfWidth : Math.Sqrt((_halfWidth * _halfWidth) + (_halfHeight * _halfHeight));
        if (radius == 0)
        {
            return Geohash.MaxSteps;
        }

        int steps = -1;
        for (; radius < HalfMapMetres; radius *= 2)
        {
            steps++;
        }

        // Towards the poles cells become narrow.
        double latitude = Math.Abs(Centre.Latitude);
        steps -= latitude > FarthestLatitude ? 2 : latitude > FarLatitude ? 1 : 0;
        return Math.Clamp(steps, 1, Geohash.MaxSteps);
    }

    /// <summary>Whether the neighbours of the middle cell reach as far as the shape.</summary>
    private static bool ReachesAcross(Geohash middle, GeoArea bounds) =>
        !(middle.Neighbour(0, 1).Area.MaxLatitude < bounds.MaxLatitude)
        && !(middle.Neighbour(0, -1).Area.MinLatitude > bounds.MinLatitude)
        && !(middle.Neighbour(1, 0).Area.MaxLongitude < bounds.MaxLongitude)
        && !(middle.Neighbour(-1, 0).Area.MinLongitude > bounds.MinLongitude);

    private static void AddCell(Span<Geohash> cells, ref int count, bool isNeeded, Geohash cell)
    {
        // Where the map is so coarse that neighbours on two sides are the same, none is searched twice in a row. The first is never compared with.
        if (isNeeded && (count == 1 || cells[count - 1] != cell))
        {
            cells[count++] = cell;
        }
    }
}
