using Spinel.DataStructures;
using Spinel.Engine.Dispatch;
using Spinel.Protocol;

namespace Spinel.Engine.Commands.Geo;

/// <summary>Arguments and replies that the geospatial commands have in common.</summary>
internal static class GeoArguments
{
    private const double MetresPerKilometre = 1000;
    private const double MetresPerFoot = 0.3048;
    private const double MetresPerMile = 1609.34;

    /// <summary>Reads longitude and latitude; replies with an error and returns false when they are no point with a geohash.</summary>
    public static bool TryReadPoint(ref CommandContext c, int index, out GeoPoint point)
    {
        point = default;
        if (!DoubleText.TryParse(c[index], out double longitude) || !DoubleText.TryParse(c[index + 1], out double latitude))
        {
            c.Error(Errors.NotAFloat);
            return false;
        }

        point = new GeoPoint(longitude, latitude);
        if (!point.IsValid)
        {
            c.Error(Errors.InvalidPoint(longitude, latitude));
            return false;
        }

        return true;
    }

    /// <summary>Reads a unit as how many metres it has.</summary>
    public static bool TryReadUnit(ref CommandContext c, int index, out double metres)
    {
        metres = c.Is(index, "M"u8) ? 1
            : c.Is(index, "KM"u8) ? MetresPerKilometre
            : c.Is(index, "FT"u8) ? MetresPerFoot
            : c.Is(index, "MI"u8) ? MetresPerMile
            : 0;
        if (metres > 0)
        {
            return true;
        }

        c.Error(Errors.UnsupportedUnit);
        return false;
    }

    /// <summary>Reads a radius and its unit.</summary>
    public static bool TryReadRadius(ref CommandContext c, int index, out double radius, out double unit)
    {
        unit = 0;
        if (!DoubleText.TryParse(c[index], out radius))
        {
            c.Error(Errors.RadiusNotANumber);
            return false;
        }

        if (radius < 0)
        {
            c.Error(Errors.RadiusNegative);
            return false;
        }

        return TryReadUnit(ref c, index + 1, out unit);
    }

    /// <summary>Reads width and height and their unit.</summary>
    public static bool TryReadBox(ref CommandContext c, int index, out double width, out double height, out double unit)
    {
        unit = 0;
        height = 0;
        if (!DoubleText.TryParse(c[index], out width))
        {
            c.Error(Errors.WidthNotANumber);
            return false;
        }

        if (!DoubleText.TryParse(c[index + 1], out height))
        {
            c.Error(Errors.HeightNotANumber);
            return false;
        }

        if (width < 0 || height < 0)
        {
            c.Error(Errors.BoxNegative);
            return false;
        }

        return TryReadUnit(ref c, index + 2, out unit);
    }

    /// <summary>The place of a member; false when the set does not have it.</summary>
    public static bool TryGetPoint(KeyBlock block, ReadOnlySpan<byte> member, out GeoPoint point)
    {
        point = default;
        if (block.IsNull)
        {
            return false;
        }

        SortedSetEntry entry = SortedSets.SortedSetKeys.Of(block).Find(member);
        if (!entry.IsFound)
        {
            return false;
        }

        point = Geohash.FromScore(entry.Score).Centre;
        return true;
    }

    /// <summary>Replies with longitude and latitude, in up to 17 decimal places.</summary>
    public static void Reply(ref CommandContext c, GeoPoint point)
    {
        c.Reply.ArrayHeader(2);
        ReplyCoordinate(ref c, point.Longitude);
        ReplyCoordinate(ref c, point.Latitude);
    }

    /// <summary>Replies with a distance in four decimal places.</summary>
    public static void ReplyDistance(ref CommandContext c, double distance)
    {
        Span<byte> text = stackalloc byte[512];
        distance.TryFormat(text, out int length, "F4", System.Globalization.CultureInfo.InvariantCulture);
        c.Reply.BulkString(text[..length]);
    }

    private static void ReplyCoordinate(ref CommandContext c, double degrees)
    {
        Span<byte> text = stackalloc byte[ExtendedDouble.MaxLength];
        ReadOnlySpan<byte> digits = text[..ExtendedDouble.FromDouble(degrees).Format(text)];
        c.Reply.Double(digits);
    }
}
