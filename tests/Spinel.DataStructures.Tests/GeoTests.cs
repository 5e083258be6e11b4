using CsCheck;

namespace Spinel.DataStructures.Tests;

/// <summary>Geohashes, and the cells that cover a shape.</summary>
public sealed class GeoTests
{
    private static readonly Gen<GeoPoint> Points = Gen.Select(Gen.Double[-179.9, 179.9], Gen.Double[-85, 85]).Select((x, y) => new GeoPoint(x, y));

    [Fact]
    public void A_point_lies_in_its_cell() => Gen.Select(Points, Gen.Int[1, 26]).Sample((point, steps) =>
    {
        var cell = Geohash.Of(point, steps);
        GeoArea area = cell.Area;
        Assert.InRange(point.Longitude, area.MinLongitude, area.MaxLongitude);
        Assert.InRange(point.Latitude, area.MinLatitude, area.MaxLatitude);
        ulong score = Geohash.Of(point).MinScore;
        Assert.True(score >= cell.MinScore && score < cell.EndScore);
        Assert.InRange(GeoPoint.Distance(point, Geohash.FromScore(score).Centre), 0, 0.7);
    });

    [Fact]
    public void Neighbours_are_next_door_and_one_comes_back() => Gen.Select(Points, Gen.Int[2, 26], Gen.Int[-1, 1], Gen.Int[-1, 1]).Sample(
        (point, steps, east, north) =>
        {
            var cell = Geohash.Of(point, steps);
            Assert.Equal(cell, cell.Neighbour(east, north).Neighbour(-east, -north));
            if (east == 1 && cell.Neighbour(1, 0).Area is var area && area.MinLongitude > -180)
            {
                Assert.Equal(cell.Area.MaxLongitude, area.MinLongitude);
            }
        });

    [Fact]
    public void Cells_cover_the_shape() => Gen.Select(Points, Gen.Double[0, 6], Gen.Double[-1, 1], Gen.Double[-1, 1], Gen.Bool).Sample(
        (centre, size, x, y, isCircle) =>
        {
            double radius = Math.Pow(10, size) * 2;
            GeoShape shape = isCircle ? GeoShape.Circle(centre, radius) : GeoShape.Box(centre, radius, radius * 2);
            double latitude = centre.Latitude + (y * radius / 111_000);
            var point = new GeoPoint(centre.Longitude + (x * radius / 111_000 / Math.Cos(latitude * Math.PI / 180)), latitude);
            if (!point.IsValid || !shape.Contains(point, out _) || Math.Abs(centre.Latitude) > 60)
            {
                return;
            }

            Geohash[] cells = new Geohash[GeoShape.MaxCells];
            int count = shape.GetCells(cells);
            ulong score = Geohash.Of(point).MinScore;
            Assert.Contains(cells[..count], cell => score >= cell.MinScore && score < cell.EndScore);
        }, iter: 5000);

    [Fact]
    public void Known_places()
    {
        var palermo = new GeoPoint(13.361389, 38.115556);
        var catania = new GeoPoint(15.087269, 37.502669);
        Assert.Equal(3479099956230698UL, Geohash.Of(palermo).MinScore);
        Assert.Equal(166_274.15, GeoPoint.Distance(palermo, catania), 0.1);
        byte[] text = new byte[Geohash.TextLength];
        Geohash.Of(palermo).WriteText(text);
        Assert.Equal("sqc8b49rny0"u8.ToArray(), text);
    }
}
