using Spinel.DataStructures;
using Spinel.Engine;
using Spinel.Engine.Commands.Generic;

namespace Spinel.Insight.Keys;

/// <summary>What is told of a key besides its value.</summary>
internal static class KeyFacts
{
    /// <summary>The types in the order in which they are shown.</summary>
    public static ReadOnlySpan<ValueKind> Kinds => [ValueKind.String, ValueKind.List, ValueKind.Set, ValueKind.SortedSet, ValueKind.Hash, ValueKind.Stream];

    /// <summary>The type of that word.</summary>
    public static bool TryParseKind(ReadOnlySpan<byte> word, out ValueKind kind)
    {
        foreach (ValueKind candidate in Kinds)
        {
            if (System.Text.Ascii.EqualsIgnoreCase(word, ValueNames.Of(candidate)))
            {
                kind = candidate;
                return true;
            }
        }

        kind = default;
        return false;
    }

    /// <summary>
    /// Whether a collection has changed so much that it should be measured again. Measuring looks at a part of it, and of a stream at all of its nodes, so that is not
    /// done for each element that comes or goes.
    /// </summary>
    /// <param name="elements">How many elements it has.</param>
    /// <param name="changes">How many have come or gone, at most.</param>
    public static bool IsWorthMeasuring(long elements, long changes)
    {
        long step = KeyShape.StepOf(elements);
        return elements <= KeyShape.ExactElements || elements / step != (elements - changes) / step || elements / step != (elements + changes) / step;
    }

    /// <summary>An expiry in seconds since 1970, rounded up; 0 for none.</summary>
    public static uint ExpirySecondsOf(KeyBlock block)
    {
        const long MsPerSecond = 1000;
        return block.HasExpiry ? (uint)Math.Clamp((block.ExpiryMs + MsPerSecond - 1) / MsPerSecond, 1, uint.MaxValue) : 0;
    }
}
