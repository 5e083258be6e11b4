using System.Text;
using CsCheck;

namespace Spinel.Protocol.Tests;

public sealed class GlobPatternTests
{
    [Theory]
    [InlineData("h?llo", "hello", true)]
    [InlineData("h?llo", "hllo", false)]
    [InlineData("h*llo", "heeeello", true)]
    [InlineData("h[ae]llo", "hallo", true)]
    [InlineData("h[ae]llo", "hillo", false)]
    [InlineData("h[^e]llo", "hallo", true)]
    [InlineData("h[^e]llo", "hello", false)]
    [InlineData("h[a-b]llo", "hbllo", true)]
    [InlineData("h[b-a]llo", "hbllo", true)]
    [InlineData("a\\*b", "a*b", true)]
    [InlineData("a\\*b", "axb", false)]
    [InlineData("a\\", "a\\", true)]
    [InlineData("[\\]]", "]", true)]
    [InlineData("[", "[", false)]
    [InlineData("[^", "x", true)]
    [InlineData("[abc", "b", true)]
    [InlineData("[a-]", "b", false)]
    [InlineData("[a-]x", "a", true)]
    [InlineData("a**", "a", true)]
    [InlineData("*a*b", "xaxxb", true)]
    [InlineData("", "", true)]
    [InlineData("*", "", false)]
    [InlineData("a", "", false)]
    [InlineData("", "a", false)]
    [InlineData("HELLO", "hello", false)]
    public void Patterns(string pattern, string text, bool expected) => Assert.Equal(expected, Matches(pattern, text, false));

    [Theory]
    [InlineData("HEL*", "hello", true)]
    [InlineData("[A-C]x", "bX", true)]
    [InlineData("[\\B]", "b", false)]
    public void Patterns_without_case(string pattern, string text, bool expected) => Assert.Equal(expected, Matches(pattern, text, true));

    [Fact]
    public void Many_stars_do_not_hang()
    {
        string pattern = string.Concat(Enumerable.Repeat("a*", 2_000)) + "b";
        Assert.False(Matches(pattern, new string('a', 10_000), false));
        Assert.True(Matches(pattern, new string('a', 10_000) + "b", false));
    }

    [Fact]
    public void The_last_star_is_the_only_one_to_go_back_to() =>
        Gen.Select(Gen.String[Gen.Char["ab*?"], 0, 8], Gen.String[Gen.Char["ab"], 1, 10]).Sample(
            (pattern, text) => Assert.Equal(MatchesTryingAll(pattern, text), Matches(pattern, text, false)),
            iter: 20_000);

    private static bool MatchesTryingAll(string pattern, string text)
    {
        if (pattern.Length == 0)
        {
            return text.Length == 0;
        }

        return pattern[0] == '*'
            ? MatchesTryingAll(pattern[1..], text) || (text.Length > 0 && MatchesTryingAll(pattern, text[1..]))
            : text.Length > 0 && (pattern[0] == '?' || pattern[0] == text[0]) && MatchesTryingAll(pattern[1..], text[1..]);
    }

    private static bool Matches(string pattern, string text, bool ignoreCase) =>
        GlobPattern.Matches(Encoding.Latin1.GetBytes(pattern), Encoding.Latin1.GetBytes(text), ignoreCase);
}
