namespace Spinel.DataStructures;

/// <summary>A point on Earth, in degrees.</summary>
public readonly record struct GeoPoint(double Longitude, double Latitude)
{
    /// <summary>The highest latitude that has a geohash here, north or south: where the square map of Web Mercator ends.</summary>
    public const double MaxLatitude = 85.05112878;

    /// <summary>The highest longitude, east or west.</summary>
    public const double MaxLongitude = 180;

    /// <summary>Radius of the Earth in metres, taken for a sphere. Servers must agree on it to agree on distances.</summary>
    internal const double EarthRadiusMetres = 6372797.560856;

    private const double RadiansPerDegree = Math.PI / 180;

    /// <summary>Whether the point has a geohash.</summary>
    public bool IsValid => Longitude is >= -MaxLongitude and <= MaxLongitude && Latitude is >= -MaxLatitude and <= MaxLatitude;

    /// <summary>Distance in metres along the great circle, by the haversine formula.</summary>
    public static double Distance(GeoPoint a, GeoPoint b)
    {
        double v = Math.Sin((ToRadians(b.Longitude) - ToRadians(a.Longitude)) / 2);
        if (v == 0)
        {
            return LatitudeDistance(a.Latitude, b.Latitude);
        }

        double latitudeA = ToRadians(a.Latitude);
        double latitudeB = ToRadians(b.Latitude);
        double u = Math.Sin((latitudeB - latitudeA) / 2);
        double h = (u * u) + (Math.Cos(latitudeA) * Math.Cos(latitudeB) * v * v);
        return 2 * EarthRadiusMetres * Math.Asin(Math.Sqrt(h));
    }

    /// <summary>Distance in metres along a meridian.</summary>
    public static double LatitudeDistance(double latitudeA, double latitudeB) =>
        EarthRadiusMetres * Math.Abs(ToRadians(latitudeB) - ToRadians(latitudeA));

    internal static double ToRadians(double degrees) => degrees * RadiansPerDegree;

    internal static double ToDegrees(double radians) => radians / RadiansPerDegree;
}
