namespace Spinel.Engine.Tests.Commands.Geo;

public sealed class GeoCommandsTests
{
    private const string Sicily = "GEOADD g 13.361389 38.115556 Palermo 15.087269 37.502669 Catania";

    /// <summary>As https://valkey.io/commands/geosearch/ says of BYPOLYGON.</summary>
    [Fact]
    public void A_polygon_is_searched_without_a_centre()
    {
        using TestEngine engine = new();
        engine.Run("GEOADD g 0.5 0.5 inside 1.5 0.5 notch 2.5 0.5 right 0.5 2.5 left-top 1.5 2.2 top 5 5 far -0.1 0.5 west");

        // A square of three by three from which a notch is cut, open to the south.
        const string Shape = "BYPOLYGON 8 0 0 1 0 1 2 2 2 2 0 3 0 3 3 0 3";
        Assert.Equal(["inside", "left-top", "right", "top"], engine.Run($"GEOSEARCH g {Shape}").Elements().Order(StringComparer.Ordinal));

        // From the mean of the corners, at 1.5 east and 1.25 north.
        Assert.Equal(["left-top"], engine.Run($"GEOSEARCH g COUNT 1 {Shape} DESC").Elements());
        string nearest = engine.Run($"GEOSEARCH g {Shape} COUNT 1 WITHDIST").Text;
        Assert.StartsWith("*1\r\n*2\r\n$3\r\ntop\r\n$11\r\n10566", nearest, StringComparison.Ordinal);
        engine.Run($"GEOSEARCHSTORE d g {Shape}").ShouldBe(":4");
        engine.Run("GEOSEARCH none BYPOLYGON 3 0 0 1 0 1 1").ShouldBe("*0");
        engine.Run("GEOSEARCH g BYPOLYGON 2 0 0 1 0 ASC").ShouldBe("-ERR GEOSEARCH BYPOLYGON must have at least 3 vertices");
        engine.Run("GEOSEARCH g BYPOLYGON 3 0 0 1 0").ShouldBe("-ERR GEOSEARCH BYPOLYGON must have at least 3 vertices");
        engine.Run("GEOSEARCH g BYPOLYGON x 0 0 1 0").ShouldBe("-ERR invalid number of vertices");
        engine.Run("GEOSEARCH g FROMLONLAT 0 0 BYPOLYGON 3 0 0 1 0 1 1").ShouldBe("-ERR syntax error");
        engine.Run("GEOSEARCH g BYPOLYGON 3 0 0 1 0 1 1 BYRADIUS 1 km").ShouldBe("-ERR syntax error");
        engine.Run("GEOSEARCH g BYPOLYGON 3 0 0 1 0 1 a").ShouldBe("-ERR value is not a valid float");
    }

    [Fact]
    public void Places_are_members_with_geohashes_as_scores()
    {
        using TestEngine engine = new();
        engine.Run(Sicily).ShouldBe(":2");
        engine.Run("GEODIST g Palermo Catania KM").ShouldBe("$8", "166.2742");
        engine.Run("GEOHASH g Palermo missing").ShouldBe("*2", "$11", "sqc8b49rny0", "$-1");
        engine.Run("GEOPOS g missing Catania").ShouldBe("*2", "*-1", "*2", "$20", "15.08726745843887329", "$20", "37.50266842333162032");
        engine.TakeEffects().ShouldBe("0 ZADD g 3479099956230698 Palermo 3479447370796909 Catania");
        engine.TakeEvents().ShouldBe("0 zadd g");
        engine.Run(Sicily).ShouldBe(":0");
        engine.Run("GEOADD g 0 86 x").ShouldBe("-ERR invalid longitude,latitude pair 0.000000,86.000000");
        engine.TakeEffects().ShouldBe();
    }

    [Fact]
    public void Searches_and_stores()
    {
        using TestEngine engine = new();
        engine.Run(Sicily);
        engine.TakeEffects();
        engine.TakeEvents();
        engine.Run("GEOSEARCH g FROMLONLAT 15 37 BYRADIUS 200 km ASC").ShouldBe("*2", "$7", "Catania", "$7", "Palermo");
        engine.Run("GEOSEARCH g FROMMEMBER Palermo BYBOX 10 10 km WITHDIST").ShouldBe("*1", "*2", "$7", "Palermo", "$6", "0.0000");
        engine.Run("GEORADIUS g 15 37 200 km").Elements();
        engine.TakeEffects().ShouldBe();
        engine.Run("GEOSEARCHSTORE d g FROMLONLAT 15 37 BYRADIUS 100 km").ShouldBe(":1");
        engine.Run("GEORADIUSBYMEMBER g Palermo 200 km STORE d").ShouldBe(":2");
        engine.Run("GEORADIUS missing 15 37 200 km STORE d").ShouldBe(":0");
        Assert.Equal(3, engine.TakeEffects().All.Length);
        engine.TakeEvents().ShouldBe("0 geosearchstore d", "0 georadiusstore d", "0 del d");
    }
}
