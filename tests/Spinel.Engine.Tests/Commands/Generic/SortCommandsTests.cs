using System.Globalization;
using CsCheck;

namespace Spinel.Engine.Tests.Commands.Generic;

public sealed class SortCommandsTests
{
    /// <summary>Texts that share beginnings, end in zero bytes, or are numbers.</summary>
    private static readonly Gen<string> Texts = Gen.Frequency(
        (4, Gen.OneOf(Gen.Const(""), Gen.Const("a"), Gen.Const("a\0"), Gen.Const("a\0b"), Gen.Const("ab"), Gen.Const("b"), Gen.Const("-"), Gen.Const("12"), Gen.Const("012"))),
        (2, Gen.Int[-20, 20].Select(n => n.ToString(CultureInfo.InvariantCulture))),
        (4, Gen.Select(Gen.Int[0, 3], Gen.Int[0, 9], (length, n) => new string('p', length * 7) + n)),
        (1, Gen.Int[0, 30].Select(length => new string('q', length * 9))));

    private static readonly Gen<string> Numbers = Gen.Frequency(
        (3, Gen.Int[-50, 50].Select(n => n.ToString(CultureInfo.InvariantCulture))),
        (1, Gen.Long.Select(n => n.ToString(CultureInfo.InvariantCulture))),
        (1, Gen.Double[-100, 100].Select(n => n.ToString("R", CultureInfo.InvariantCulture))),
        (1, Gen.OneOf(Gen.Const("-0"), Gen.Const("0"), Gen.Const("0.0"), Gen.Const("+5"), Gen.Const("5.0"), Gen.Const("5"), Gen.Const("inf"), Gen.Const("-inf"), Gen.Const("9007199254740993"), Gen.Const("9007199254740992"))));

    [Fact]
    public void Numbers_are_sorted_as_a_model_sorts_them() => Gen.Select(Numbers.List[1, 200], Gen.Bool).Sample((list, descending) =>
    {
        using TestEngine engine = new();
        engine.Call(["RPUSH", "l", .. list]);
        IEnumerable<string> sorted = list.OrderBy(Score).ThenBy(text => text, StringComparer.Ordinal);
        Assert.Equal(descending ? sorted.Reverse() : sorted, engine.Run(descending ? "SORT l DESC" : "SORT l").Elements());
    }, iter: 100);

    [Fact]
    public void Texts_are_sorted_as_a_model_sorts_them() => Gen.Select(Texts.List[1, 200], Gen.Bool, Gen.Bool).Sample((list, descending, stored) =>
    {
        using TestEngine engine = new();
        engine.Call(["RPUSH", "l", .. list]);
        IEnumerable<string> sorted = list.Order(Comparer<string>.Create((x, y) => Compare(x, y, !stored, descending)));
        engine.Run("SORT l ALPHA" + (descending ? " DESC" : "") + (stored ? " STORE d" : ""));
        Reply reply = stored ? engine.Run("LRANGE d 0 -1") : engine.Run("SORT l ALPHA" + (descending ? " DESC" : ""));
        Assert.Equal(sorted, reply.Elements());
    }, iter: 100);

    [Fact]
    public void Weights_are_sorted_as_a_model_sorts_them() => Gen.Select(Texts.Null().List[1, 100], Gen.Bool).Sample((weights, descending) =>
    {
        using TestEngine engine = new();
        for (int i = 0; i < weights.Count; i++)
        {
            engine.Call("RPUSH", "l", $"e{i}");
            if (weights[i] is { } weight)
            {
                engine.Call("SET", $"w:e{i}", weight);
            }
        }

        IEnumerable<int> sorted = Enumerable.Range(0, weights.Count)
            .Order(Comparer<int>.Create((x, y) => CompareWeights(weights[x], weights[y], descending)));
        Assert.Equal(sorted.Select(i => $"e{i}"), engine.Run("SORT l BY w:* ALPHA" + (descending ? " DESC" : "")).Elements());
    }, iter: 50);

    [Fact]
    public void Long_texts_that_differ_late_are_sorted()
    {
        using TestEngine engine = new();
        string[] texts = [.. Enumerable.Range(0, 300).Select(i => new string('x', 20 * (i % 60)) + (i * 7919 % 300).ToString("d3", CultureInfo.InvariantCulture))];
        engine.Call(["RPUSH", "l", .. texts]);
        Assert.Equal(texts.Order(StringComparer.Ordinal), engine.Run("SORT l ALPHA").Elements());
    }

    [Fact]
    public void Sets_sorted_sets_and_windows()
    {
        using TestEngine engine = new();
        foreach (string options in new[] { "", " ALPHA", " ALPHA DESC BY w:*", " BY w:*", " ALPHA LIMIT 0 1", " BY nosort" })
        {
            engine.Run("SORT missing" + options).ShouldBe("*0");
        }

        engine.Run("RPUSH one only");
        engine.Run("SORT one ALPHA").ShouldBe("*1", "$4", "only");
        engine.Run("SADD s 30 4 200");
        engine.Run("ZADD z 1 b 2 c 3 a");
        engine.Run("SORT s").ShouldBe("*3", "$1", "4", "$2", "30", "$3", "200");
        engine.Run("SORT z ALPHA DESC LIMIT 1 5").ShouldBe("*2", "$1", "b", "$1", "a");
        engine.Run("SORT z BY nosort DESC").ShouldBe("*3", "$1", "a", "$1", "c", "$1", "b");
        engine.Run("SORT s GET # GET k:*").ShouldBe("*6", "$1", "4", "$-1", "$2", "30", "$-1", "$3", "200", "$-1");
        engine.Run("SORT z").ShouldBe("-ERR One or more scores can't be converted into double");
        engine.Run("SORT s STORE d").ShouldBe(":3");
        engine.Run("LRANGE d 0 -1").ShouldBe("*3", "$1", "4", "$2", "30", "$3", "200");
    }

    private static double Score(string text) => text switch
    {
        "inf" => double.PositiveInfinity,
        "-inf" => double.NegativeInfinity,
        _ => double.Parse(text, CultureInfo.InvariantCulture) + 0.0,
    };

    private static int CompareWeights(string? x, string? y, bool descending) =>
        x is null || y is null ? (x is not null).CompareTo(y is not null) * (descending ? -1 : 1) : Compare(x, y, upToNul: true, descending);

    private static int Compare(string x, string y, bool upToNul, bool descending)
    {
        int comparison = upToNul ? string.CompareOrdinal(x.Split('\0')[0], y.Split('\0')[0]) : string.CompareOrdinal(x, y);
        return descending ? -comparison : comparison;
    }
}
