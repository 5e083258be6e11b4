using System.Text;
using Spinel.Memory;

namespace Spinel.DataStructures.Tests;

/// <summary>Ranges of names, in both forms and both directions.</summary>
public sealed class SortedSetLexTests
{
    private static readonly string[] Names = ["", "a", "aa", "ab", "b", "c", "ca", "d"];

    [Theory]
    [InlineData(128)]
    [InlineData(0)]
    public void Every_pair_of_bounds_selects_what_a_filter_selects(int maxPacked)
    {
        using CheckedHeap heap = new();
        var limits = new SortedSetLimits(HashKey.FromSeed(1), maxPacked, 64);
        SortedSet set = SortedSet.CreatePacked(heap);
        foreach (string name in Names)
        {
            byte[] bytes = Encoding.ASCII.GetBytes(name);
            set.Add(heap, in limits, set.Find(bytes), bytes, 5);
        }

        string[] bounds = ["-", "+", "[", "(", "[a", "(a", "[aab", "(b", "[ca", "(d", "[e"];
        foreach (string min in bounds)
        {
            foreach (string max in bounds)
            {
                string[] expected = [.. Names.Where(name => IsAbove(name, min) && IsBelow(name, max))];
                var range = new LexRange(Bound(min), Bound(max));
                foreach (bool fromEnd in (bool[])[false, true])
                {
                    RankRange found = set.RangeOf(in range, fromEnd);
                    Assert.Equal(expected, found.IsEmpty ? [] : Names.Skip((int)found.First).Take((int)found.Count));
                }
            }
        }

        set.Free(heap);
    }

    private static LexBound Bound(string text) => text switch
    {
        "-" => LexBound.Lowest,
        "+" => LexBound.Highest,
        _ => new LexBound(Encoding.ASCII.GetBytes(text[1..]), text[0] == '('),
    };

    private static bool IsAbove(string name, string min) => min switch
    {
        "-" => true,
        "+" => false,
        _ => string.CompareOrdinal(name, min[1..]) is var order && (min[0] == '(' ? order > 0 : order >= 0),
    };

    private static bool IsBelow(string name, string max) => max switch
    {
        "-" => false,
        "+" => true,
        _ => string.CompareOrdinal(name, max[1..]) is var order && (max[0] == '(' ? order < 0 : order <= 0),
    };
}
