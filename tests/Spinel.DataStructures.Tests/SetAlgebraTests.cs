using System.Globalization;
using CsCheck;

namespace Spinel.DataStructures.Tests;

/// <summary>Intersection, union and difference against LINQ's, over sets of all forms and sizes.</summary>
public sealed class SetAlgebraTests
{
    private static readonly Gen<string> Members = Gen.Frequency(
        (3, Gen.Int[-12, 12].Select(Text)),
        (1, Gen.Int[0, 40].Select(i => "m" + Text(i))));

    private static readonly Gen<string[]> Integers = Gen.Int[-30, 30].Select(Text).Array[1, 9];

    private static readonly Gen<string[]> Sets = Gen.OneOf(Integers, Members.Array[1, 5], Members.Array[1, 60]);

    [Fact]
    public void Agrees_with_the_definition() => Sets.Array[1, 7].Sample(sets => Run(sets, large: false), iter: 400);

    [Fact]
    public void Agrees_with_the_definition_for_large_intsets_and_listpacks() =>
        Gen.OneOf(Gen.Int[-400, 400].Select(Text).Array[1, 300], Members.Array[1, 200]).Array[1, 4].Sample(sets => Run(sets, large: true), iter: 100);

    /// <summary>Tables are joined by their buckets when their sizes are near enough, whatever stage of growth each is in.</summary>
    [Fact]
    public void Agrees_with_the_definition_for_tables_of_all_sizes() =>
        Gen.Select(Gen.Int[1, 900], Gen.Int[0, 900]).Select(range => Enumerable.Range(range.Item2, range.Item1).Select(i => "m" + Text(i)).ToArray())
            .Array[2, 4].Sample(sets => Run(sets, large: false), iter: 150);

    [Fact]
    public void Counts_no_further_than_the_limit()
    {
        using CheckedHeap heap = new();
        SetSettings settings = SetValueTests.SettingsOf(heap);
        using SetAlgebra algebra = new(settings);
        string[] members = [.. Enumerable.Range(0, 100).Select(i => "m" + Text(i))];
        SetValue first = SetValueTests.Create(settings, members);
        SetValue second = SetValueTests.Create(settings, members);
        Assert.Equal(33, algebra.CountIntersection([first, second], 33));
        Assert.Equal(100, algebra.CountIntersection([first, second], long.MaxValue));
        algebra.Clear();
        first.Free(heap);
        second.Free(heap);
    }

    private static string Text(int number) => number.ToString(CultureInfo.InvariantCulture);

    private static void Run(string[][] members, bool large)
    {
        using CheckedHeap heap = new();
        SetSettings settings = SetValueTests.SettingsOf(heap);
        if (large)
        {
            settings.IntsetEntries = 512;
            settings.ListpackEntries = 128;
        }

        using SetAlgebra algebra = new(settings);
        SetValue[] sets = [.. members.Select(m => SetValueTests.Create(settings, m))];

        algebra.Intersect([.. sets]);
        Check(settings, algebra, members.Skip(1).Aggregate(members[0].AsEnumerable(), (all, one) => all.Intersect(one)));
        Assert.Equal(
            members.Skip(1).Aggregate(members[0].Distinct(), (all, one) => all.Intersect(one)).Count(),
            algebra.CountIntersection([.. sets], long.MaxValue));
        algebra.Clear();

        algebra.Unite([.. sets]);
        Check(settings, algebra, members.SelectMany(one => one));

        algebra.Subtract(sets[0], [.. sets[1..]]);
        Check(settings, algebra, members.Skip(1).Aggregate(members[0].AsEnumerable(), (all, one) => all.Except(one)));

        Array.ForEach(sets, set => set.Free(heap));
    }

    private static void Check(SetSettings settings, SetAlgebra result, IEnumerable<string> expected)
    {
        string[] members = [.. expected.Distinct().Order(StringComparer.Ordinal)];
        List<string> actual = [];
        foreach (SetMember member in result)
        {
            actual.Add(SetValueTests.TextOf(member));
        }

        Assert.Equal(members.Length, result.Count);
        Assert.Equal(members, actual.Order(StringComparer.Ordinal));
        if (members.Length > 0)
        {
            SetValue built = result.Build();
            Assert.Equal(members.Length, built.Count);
            Assert.All(members, member => Assert.True(built.Contains(System.Text.Encoding.Latin1.GetBytes(member))));
            built.Free(settings.Heap);
        }

        result.Clear();
    }
}
