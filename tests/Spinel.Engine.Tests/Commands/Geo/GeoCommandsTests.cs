namespace Spinel.Engine.Tests.Commands.Geo;

public sealed class GeoCommandsTests
{
    private const string Sicily = "GEOADD g 13.361389 38.115556 Palermo 15.087269 37.502669 Catania";

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
