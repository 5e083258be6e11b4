using Spinel.DataStructures;
using Spinel.Engine.Dispatch;

namespace Spinel.Engine.Commands.Geo;

/// <summary>Commands on places that are named.</summary>
internal static class GeoPositionCommands
{
    [Command("GEOPOS", "key [member [member ...]]", Arity = -2, Flags = CommandFlags.ReadOnly, Keys = "1 RO access", Group = CommandGroup.Geo, Since = "3.2.0",
        Complexity = "O(N) with N the number of members asked for",
        Summary = "Returns the longitude and latitude of places.")]
    internal static void GeoPos(ref CommandContext c)
    {
        if (!c.TryFind(1, ValueKind.SortedSet, out KeyBlock block))
        {
            return;
        }

        c.Reply.ArrayHeader(c.Count - 2);
        for (int i = 2; i < c.Count; i++)
        {
            if (GeoArguments.TryGetPoint(block, c[i], out GeoPoint point))
            {
                GeoArguments.Reply(ref c, point);
            }
            else
            {
                c.Reply.NullArray();
            }
        }
    }

    [Command("GEOHASH", "key [member [member ...]]", Arity = -2, Flags = CommandFlags.ReadOnly, Keys = "1 RO access", Group = CommandGroup.Geo, Since = "3.2.0",
        Complexity = "O(1) for each member asked for",
        Summary = "Returns the geohashes of places, in the usual letters.")]
    internal static void GeoHash(ref CommandContext c)
    {
        if (!c.TryFind(1, ValueKind.SortedSet, out KeyBlock block))
        {
            return;
        }

        Span<byte> text = stackalloc byte[Geohash.TextLength];
        c.Reply.ArrayHeader(c.Count - 2);
        for (int i = 2; i < c.Count; i++)
        {
            SortedSetEntry entry = block.IsNull ? default : SortedSets.SortedSetKeys.Of(block).Find(c[i]);
            if (entry.IsFound)
            {
                Geohash.FromScore(entry.Score).WriteText(text);
                c.Reply.BulkString(text);
            }
            else
            {
                c.Reply.NullBulk();
            }
        }
    }

    [Command("GEODIST", "key member1 member2 [M | KM | FT | MI]", Arity = -4, Flags = CommandFlags.ReadOnly, Keys = "1 RO access",
        Group = CommandGroup.Geo, Since = "3.2.0", Complexity = "O(1)",
        Summary = "Returns the distance between two places.")]
    internal static void GeoDist(ref CommandContext c)
    {
        double unit = 1;
        if (c.Count == 5 && !GeoArguments.TryReadUnit(ref c, 4, out unit))
        {
            return;
        }

        if (c.Count > 5)
        {
            c.Error(Errors.Syntax);
            return;
        }

        if (!c.TryFind(1, ValueKind.SortedSet, out KeyBlock block))
        {
            return;
        }

        if (GeoArguments.TryGetPoint(block, c[2], out GeoPoint a) && GeoArguments.TryGetPoint(block, c[3], out GeoPoint b))
        {
            GeoArguments.ReplyDistance(ref c, GeoPoint.Distance(a, b) / unit);
        }
        else
        {
            c.Reply.NullBulk();
        }
    }
}
