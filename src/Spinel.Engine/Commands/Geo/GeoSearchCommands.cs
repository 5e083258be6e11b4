using Spinel.DataStructures;
using Spinel.Engine.Commands.SortedSets;
using Spinel.Engine.Dispatch;
using Spinel.Memory;

namespace Spinel.Engine.Commands.Geo;

/// <summary>Commands that search for places.</summary>
internal static class GeoSearchCommands
{
    private const string Complexity = "O(N+log(M)) with N the places in the cells that cover the shape and M the size of the sorted set";

    [Command("GEOSEARCH", "key <<FROMMEMBER member | FROMLONLAT longitude latitude> <BYRADIUS radius <M | KM | FT | MI> | BYBOX width height <M | KM | FT | MI>> | BYPOLYGON num-vertices:integer longitude latitude longitude latitude longitude latitude [longitude latitude ...]> [ASC | DESC] [COUNT count [ANY]] [WITHCOORD] [WITHDIST] [WITHHASH]",
        Arity = -7, Flags = CommandFlags.ReadOnly, Keys = "1 RO access", Group = CommandGroup.Geo, Since = "6.2.0", Complexity = Complexity,
        Summary = "Returns the places in a circle, a box or a polygon.", History = "9.0.0 (Valkey) BYPOLYGON.")]
    internal static void GeoSearch(ref CommandContext c) => Search(ref c, 1, GeoSearchForm.Search, mayStore: false);

    [Command("GEOSEARCHSTORE", "destination source <<FROMMEMBER member | FROMLONLAT longitude latitude> <BYRADIUS radius <M | KM | FT | MI> | BYBOX width height <M | KM | FT | MI>> | BYPOLYGON num-vertices:integer longitude latitude longitude latitude longitude latitude [longitude latitude ...]> [ASC | DESC] [COUNT count [ANY]] [STOREDIST]",
        Arity = -8, Flags = CommandFlags.Write | CommandFlags.DenyOom, Keys = "1 OW update; 2 RO access", Group = CommandGroup.Geo,
        Since = "6.2.0", Complexity = Complexity,
        Summary = "Stores the places in a circle, a box or a polygon under a key.", History = "9.0.0 (Valkey) BYPOLYGON.")]
    internal static void GeoSearchStore(ref CommandContext c) => Search(ref c, 2, GeoSearchForm.SearchStore, mayStore: true);

    [Command("GEORADIUS", "key longitude latitude radius <M | KM | FT | MI> [WITHCOORD] [WITHDIST] [WITHHASH] [COUNT count [ANY]] [ASC | DESC] [STORE key] [STOREDIST key]",
        Arity = -6, Flags = CommandFlags.Write | CommandFlags.DenyOom, Keys = "1 RO access; STORE@6 OW update; STOREDIST@6 OW update",
        KeyExtractor = nameof(KeyExtractors.GeoRadius), Group = CommandGroup.Geo, Since = "3.2.0", Complexity = Complexity,
        Deprecated = "6.2.0 `GEOSEARCH` and `GEOSEARCHSTORE` with the `BYRADIUS` argument",
        Summary = "Returns or stores the places within a distance of a point.")]
    internal static void GeoRadius(ref CommandContext c) => Search(ref c, 1, GeoSearchForm.Radius, mayStore: true);

    [Command("GEORADIUS_RO", "key longitude latitude radius <M | KM | FT | MI> [WITHCOORD] [WITHDIST] [WITHHASH] [COUNT count [ANY]] [ASC | DESC]",
        Arity = -6, Flags = CommandFlags.ReadOnly, Keys = "1 RO access", Group = CommandGroup.Geo, Since = "3.2.10", Complexity = Complexity,
        Deprecated = "6.2.0 `GEOSEARCH` with the `BYRADIUS` argument",
        Summary = "Returns the places within a distance of a point.")]
    internal static void GeoRadiusReadOnly(ref CommandContext c) => Search(ref c, 1, GeoSearchForm.Radius, mayStore: false);

    [Command("GEORADIUSBYMEMBER", "key member radius <M | KM | FT | MI> [WITHCOORD] [WITHDIST] [WITHHASH] [COUNT count [ANY]] [ASC | DESC] [STORE key] [STOREDIST key]",
        Arity = -5, Flags = CommandFlags.Write | CommandFlags.DenyOom, Keys = "1 RO access; STORE@5 OW update; STOREDIST@5 OW update",
        KeyExtractor = nameof(KeyExtractors.GeoRadius), Group = CommandGroup.Geo, Since = "3.2.0", Complexity = Complexity,
        Deprecated = "6.2.0 `GEOSEARCH` and `GEOSEARCHSTORE` with the `BYRADIUS` and `FROMMEMBER` arguments",
        Summary = "Returns or stores the places within a distance of a member.")]
    internal static void GeoRadiusByMember(ref CommandContext c) => Search(ref c, 1, GeoSearchForm.RadiusByMember, mayStore: true);

    [Command("GEORADIUSBYMEMBER_RO", "key member radius <M | KM | FT | MI> [WITHCOORD] [WITHDIST] [WITHHASH] [COUNT count [ANY]] [ASC | DESC]",
        Arity = -5, Flags = CommandFlags.ReadOnly, Keys = "1 RO access", Group = CommandGroup.Geo, Since = "3.2.10", Complexity = Complexity,
        Deprecated = "6.2.0 `GEOSEARCH` with the `BYRADIUS` and `FROMMEMBER` arguments",
        Summary = "Returns the places within a distance of a member.")]
    internal static void GeoRadiusByMemberReadOnly(ref CommandContext c) => Search(ref c, 1, GeoSearchForm.RadiusByMember, mayStore: false);

    private static void Search(ref CommandContext c, int sourceIndex, GeoSearchForm form, bool mayStore)
    {
        if (!c.TryFind(sourceIndex, ValueKind.SortedSet, out KeyBlock source)
            || !GeoSearchRequest.TryRead(ref c, source, form, mayStore, out GeoSearchRequest request))
        {
            return;
        }

        using var hits = new GeoHits();
        if (!source.IsNull)
        {
            Find(SortedSetKeys.Of(source), in request, hits);
        }

        if (request.StoreKeyIndex > 0)
        {
            Store(ref c, source, in request, hits);
        }
        else
        {
            Reply(ref c, source, in request, hits);
        }
    }

    private static void Find(SortedSet set, in GeoSearchRequest request, GeoHits hits)
    {
        GeoShape shape = request.Shape;
        long enough = request.Any ? request.Count : long.MaxValue;
        Span<Geohash> cells = stackalloc Geohash[GeoShape.MaxCells];
        foreach (Geohash cell in cells[..shape.GetCells(cells)])
        {
            RankRange range = set.RangeOf(new ScoreRange(cell.MinScore, cell.EndScore, MaxIsOpen: true));
            SortedSetCursor cursor = range.IsEmpty ? default : set.At(range.First);
            for (long i = 0; i < range.Count && hits.Count < enough; i++)
            {
                GeoPoint point = Geohash.FromScore(cursor.Score).Centre;
                if (shape.Contains(point, out double distance))
                {
                    hits.Add(new GeoHit(distance, cursor.Score, point, range.First + i));
                }

                cursor.MoveNext();
            }
        }

        hits.Sort(request.Order);
        if (request.Count > 0)
        {
            hits.Truncate(request.Count);
        }
    }

    private static void Reply(ref CommandContext c, KeyBlock source, in GeoSearchRequest request, GeoHits hits)
    {
        int parts = 1 + (request.WithDistance ? 1 : 0) + (request.WithHash ? 1 : 0) + (request.WithPoint ? 1 : 0);
        Span<byte> scratch = stackalloc byte[SortedSet.ScratchBytes];
        c.Reply.ArrayHeader(hits.Count);
        foreach (GeoHit hit in hits.All)
        {
            if (parts > 1)
            {
                c.Reply.ArrayHeader(parts);
            }

            c.Reply.BulkString(SortedSetKeys.Of(source).At(hit.Rank).GetName(scratch));
            if (request.WithDistance)
            {
                GeoArguments.ReplyDistance(ref c, hit.Distance / request.Unit);
            }

            if (request.WithHash)
            {
                c.Reply.Integer((long)hit.Score);
            }

            if (request.WithPoint)
            {
                GeoArguments.Reply(ref c, hit.Point);
            }
        }
    }

    private static void Store(ref CommandContext c, KeyBlock source, in GeoSearchRequest request, GeoHits hits)
    {
        NativeHeap heap = c.Keyspace.Heap;
        SortedSetLimits limits = SortedSetKeys.LimitsOf(in c);
        Span<byte> scratch = stackalloc byte[SortedSet.ScratchBytes];
        SortedSet result = SortedSet.CreatePacked(heap);
        foreach (GeoHit hit in hits.All)
        {
            ReadOnlySpan<byte> name = SortedSetKeys.Of(source).At(hit.Rank).GetName(scratch);
            SortedSetEntry missing = result.Find(name);
            result.Add(heap, in limits, in missing, name, request.StoreDistances ? hit.Distance / request.Unit : hit.Score);
        }

        SortedSetKeys.StoreResult(
            ref c, request.StoreKeyIndex, result, request.IsNewForm ? KeyEvent.GeoSearchStore : KeyEvent.GeoRadiusStore, tellsMembers: request.IsPolygon);
    }
}
