using System.Buffers;
using Spinel.DataStructures;
using Spinel.Engine.Commands.SortedSets;
using Spinel.Engine.Dispatch;
using Spinel.Engine.Effects;

namespace Spinel.Engine.Commands.Geo;

/// <summary>GEOADD.</summary>
internal static class GeoAddCommand
{
    private const int PlacesOnStack = 32;

    [Command("GEOADD", "key [NX | XX] [CH] longitude latitude member [longitude latitude member ...]",
        Arity = -5, Flags = CommandFlags.Write | CommandFlags.DenyOom, Keys = "1 RW update", Group = CommandGroup.Geo, Since = "3.2.0",
        Complexity = "O(log(N)) for each member, with N the size of the sorted set",
        Summary = "Adds places to a sorted set, or moves those that it has; their geohashes are the scores.",
        History = "6.2.0 Options CH, NX and XX.")]
    internal static void GeoAdd(ref CommandContext c)
    {
        bool ifMissing = false;
        bool ifExists = false;
        bool countChanged = false;
        int first = 2;
        for (; first < c.Count; first++)
        {
            if (c.Is(first, "NX"u8))
            {
                ifMissing = true;
            }
            else if (c.Is(first, "XX"u8))
            {
                ifExists = true;
            }
            else if (c.Is(first, "CH"u8))
            {
                countChanged = true;
            }
            else
            {
                break;
            }
        }

        int count = (c.Count - first) / 3;
        if (count == 0 || (c.Count - first) % 3 != 0 || (ifMissing && ifExists))
        {
            c.Error(Errors.Syntax);
            return;
        }

        double[]? rented = count > PlacesOnStack ? ArrayPool<double>.Shared.Rent(count) : null;
        Span<double> scores = rented ?? stackalloc double[PlacesOnStack];
        scores = scores[..count];
        if (TryReadScores(ref c, first, scores))
        {
            long dirty = c.Keyspace.Dirty;
            ZAddCommands.AddPlaces(ref c, ifMissing, ifExists, countChanged, first, scores);
            if (c.Keyspace.Dirty != dirty)
            {
                Record(ref c, first, scores);
            }
        }

        if (rented is not null)
        {
            ArrayPool<double>.Shared.Return(rented);
        }
    }

    private static bool TryReadScores(ref CommandContext c, int first, scoped Span<double> scores)
    {
        for (int i = 0; i < scores.Length; i++)
        {
            if (!GeoArguments.TryReadPoint(ref c, first + (3 * i), out GeoPoint point))
            {
                return false;
            }

            scores[i] = Geohash.Of(point).MinScore;
        }

        return true;
    }

    /// <summary>Others learn the scores: so the geohash is computed once.</summary>
    private static void Record(ref CommandContext c, int first, scoped ReadOnlySpan<double> scores)
    {
        EffectStream effect = c.BeginEffect("ZADD"u8);
        for (int i = 1; i < first; i++)
        {
            effect.Add(c[i]);
        }

        for (int i = 0; i < scores.Length; i++)
        {
            effect.Add((long)scores[i]);
            effect.Add(c[first + (3 * i) + 2]);
        }
    }
}
