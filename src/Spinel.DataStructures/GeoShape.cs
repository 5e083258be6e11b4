namespace Spinel.DataStructures;

/// <summary>A circle, or a box whose sides run along meridians and parallels, around a point; or a polygon. Sizes are in metres.</summary>
/// <remarks>
/// The sides of a polygon are straight on the map of longitudes and latitudes, and none leads across the 180th meridian. Whether a point is inside is told by how
/// many sides a line from it crosses (Shimrat, "Algorithm 112: Position of point relative to polygon", 1962). Distances are measured from the mean of its corners.
/// </remarks>
public readonly record struct GeoShape
{
    // The square map of Web Mercator from its middle to an edge, in metres.
    private const double HalfMapMetres = 20037726.37;
    private const double FarLatitude = 66;
    private const double FarthestLatitude = 80;
    private readonly bool _isCircle;
    private readonly double _halfWidth;
    private readonly double _halfHeight;
    private readonly GeoPoint _middle;
    private readonly GeoPoint[]? _corners;

    private GeoShape(GeoPoint centre, bool isCircle, double halfWidth, double halfHeight)
    {
        Centre = centre;
        _middle = centre;
        _isCircle = isCircle;
        _halfWidth = halfWidth;
        _halfHeight = halfHeight;
    }

    private GeoShape(GeoPoint[] corners)
    {
        double west = GeoPoint.MaxLongitude;
        double east = -GeoPoint.MaxLongitude;
        double south = GeoPoint.MaxLatitude;
        double north = -GeoPoint.MaxLatitude;
        double longitudes = 0;
        double latitudes = 0;
        foreach (GeoPoint corner in corners)
        {
            west = Math.Min(west, corner.Longitude);
            east = Math.Max(east, corner.Longitude);
            south = Math.Min(south, corner.Latitude);
            north = Math.Max(north, corner.Latitude);
            longitudes += corner.Longitude;
            latitudes += corner.Latitude;
        }

        // The box around it, as wide as it is where it is widest: at the equator or the parallel next to it.
        double widest = south <= 0 && north >= 0 ? 0 : Math.Min(Math.Abs(south), Math.Abs(north));
        _corners = corners;
        _middle = new GeoPoint((west + east) / 2, (south + north) / 2);
        _halfWidth = GeoPoint.EarthRadiusMetres * GeoPoint.ToRadians(east - west) / 2 * Math.Cos(GeoPoint.ToRadians(widest));
        _halfHeight = GeoPoint.LatitudeDistance(south, north) / 2;
        Centre = new GeoPoint(longitudes / corners.Length, latitudes / corners.Length);
    }

    /// <summary>How many cells <see cref="GetCells"/> gives at most.</summary>
    public const int MaxCells = 9;

    /// <summary>The point that distances are measured from.</summary>
    public GeoPoint Centre { get; }

    /// <summary>All points within a distance.</summary>
    public static GeoShape Circle(GeoPoint centre, double radius) => new(centre, true, radius, radius);

    /// <summary>All points within half a width to the east and west and half a height to the north and south.</summary>
    public static GeoShape Box(GeoPoint centre, double width, double height) => new(centre, false, width / 2, height / 2);

    /// <summary>All points within the sides between corners that follow each other, and between the last and the first.</summary>
    public static GeoShape Polygon(GeoPoint[] corners) => new(corners);

    /// <summary>Whether a point lies in the shape, and how far it is from the middle.</summary>
    public bool Contains(GeoPoint point, out double distance)
    {
        if (_corners is not null)
        {
            distance = GeoPoint.Distance(Centre, point);
            return IsInside(_corners, point);
        }

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
        var middle = Geohash.Of(_middle, steps);
        if (steps > 1 && !ReachesAcross(middle, bounds))
        {
            middle = Geohash.Of(_middle, steps - 1);
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
            double widest = _middle.Latitude < 0 ? _middle.Latitude - latitudeDelta : _middle.Latitude + latitudeDelta;
            double longitudeDelta = GeoPoint.ToDegrees(_halfWidth / GeoPoint.EarthRadiusMetres / Math.Cos(GeoPoint.ToRadians(widest)));
            return new GeoArea(
                _middle.Longitude - longitudeDelta, _middle.Longitude + longitudeDelta, _middle.Latitude - latitudeDelta, _middle.Latitude + latitudeDelta);
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
        double latitude = Math.Abs(_middle.Latitude);
        steps -= latitude > FarthestLatitude ? 2 : latitude > FarLatitude ? 1 : 0;
        return Math.Clamp(steps, 1, Geohash.MaxSteps);
    }

    /// <summary>Whether the neighbours of the middle cell reach as far as the shape.</summary>
    private static bool ReachesAcross(Geohash middle, GeoArea bounds) =>
        !(middle.Neighbour(0, 1).Area.MaxLatitude < bounds.MaxLatitude)
        && !(middle.Neighbour(0, -1).Area.MinLatitude > bounds.MinLatitude)
        && !(middle.Neighbour(1, 0).Area.MaxLongitude < bounds.MaxLongitude)
        && !(middle.Neighbour(-1, 0).Area.MinLongitude > bounds.MinLongitude);

    private static bool IsInside(GeoPoint[] corners, GeoPoint point)
    {
        bool isInside = false;
        GeoPoint a = corners[^1];
        foreach (GeoPoint b in corners)
        {
            if ((a.Latitude > point.Latitude) != (b.Latitude > point.Latitude)
                && point.Longitude < ((b.Longitude - a.Longitude) * (point.Latitude - a.Latitude) / (b.Latitude - a.Latitude)) + a.Longitude)
            {
                isInside = !isInside;
            }

            a = b;
        }

        return isInside;
    }

    private static void AddCell(Span<Geohash> cells, ref int count, bool isNeeded, Geohash cell)
    {
        // Where the map is so coarse that neighbours on two sides are the same, none is searched twice in a row. The first is never compared with.
        if (isNeeded && (count == 1 || cells[count - 1] != cell))
        {
            cells[count++] = cell;
        }
    }
}
