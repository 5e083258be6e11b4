namespace Spinel.Conformance.Tests.Generation;

/// <summary>Places in sorted sets. No two draws are the same place, because the order of places that are equally far is anyone's.</summary>
internal static class GeoGrammar
{
    public const string Text = """
        command
          20: GEOADD $key $addoption* $longitude $latitude $sample
          8: GEOADD $key $longitude $latitude $sample $longitude $latitude $sample $longitude $latitude $sample
          5: GEOPOS $key $sample+
          4: GEOHASH $key $sample+
          5: GEODIST $key $sample $sample $unit?
          8: GEOSEARCH $key FROMLONLAT $longitude $latitude $area $searchoption*
          5: GEOSEARCH $key FROMMEMBER $sample $area $searchoption*
          3: GEOSEARCHSTORE $key $key FROMLONLAT $longitude $latitude $area $order
          5: GEORADIUS $key $longitude $latitude $radius $unit $searchoption*
          2: GEORADIUS $key $longitude $latitude $radius $unit STORE $key
          3: GEORADIUSBYMEMBER $key $sample $radius $unit $searchoption*
          2: GEORADIUS_RO $key $longitude $latitude $radius $unit $searchoption*
          2: DEL $key
          1: SET $key $value
          2: ZCARD $key
        addoption
          NX
          XX
          CH
        area
          10: BYRADIUS $radius $unit
          10: BYBOX $radius $radius $unit
          $junk
        order
          ASC
          DESC
        searchoption
          3: ASC
          3: DESC
          3: WITHDIST
          3: WITHHASH
          3: WITHCOORD
          $junk
        unit
          4: km
          2: m
          2: mi
          ft
          $junk
        """;
}
