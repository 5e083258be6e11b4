using System.Text;
using CsCheck;
using Spinel.Engine.Configuration;

namespace Spinel.Engine.Tests.Configuration;

public sealed class ConfigurationLineTests
{
    [Theory]
    [InlineData("port 6379", "port|6379")]
    [InlineData("  a\t b  ", "a|b")]
    [InlineData("save \"\"", "save|")]
    [InlineData("x 'it\\'s \\n'", "x|it's \\n")]
    [InlineData("x \"\\x41\\t\\\"\\q\"", "x|A\t\"q")]
    [InlineData("x a\"b c\"", "x|ab c")]
    [InlineData("x a#b", "x|a#b")]
    [InlineData("", "")]
    public void A_line_is_split_into_words(string line, string expected)
    {
        Assert.True(ConfigurationLine.TrySplit(Encoding.UTF8.GetBytes(line), out var words));
        Assert.Equal(expected, string.Join('|', words.Select(Encoding.UTF8.GetString)));
    }

    [Theory]
    [InlineData("x \"abc")]
    [InlineData("x 'abc")]
    [InlineData("x \"abc\"d")]
    [InlineData("x 'abc'\"d\"")]
    [InlineData("x \"abc\\\"")]
    public void Quotes_must_be_closed_and_followed_by_space(string line) =>
        Assert.False(ConfigurationLine.TrySplit(Encoding.UTF8.GetBytes(line), out _));

    [Fact]
    public void What_is_quoted_reads_back_as_one_word() =>
        Gen.Byte.Array[0, 20].Sample(word =>
        {
            Assert.True(ConfigurationLine.TrySplit(ConfigurationLine.Quote(word), out var quoted));
            Assert.Equal([word], quoted);
            Assert.True(ConfigurationLine.TrySplit(ConfigurationLine.QuoteIfNeeded(word), out var plain));
            Assert.Equal([word], plain);
        });

    [Fact]
    public void Splitting_never_throws() =>
        Gen.OneOf("\"", "'", "\\", "x", " ", "4", "1", "a").Array[0, 12].Sample(parts =>
        {
            if (ConfigurationLine.TrySplit(Encoding.ASCII.GetBytes(string.Concat(parts)), out var words))
            {
                Assert.All(words, Assert.NotNull);
            }
        });
}
