using System.Globalization;
using System.Text;

namespace Spinel.Protocol.Tests;

/// <summary>The same input to Redis and to this project gives the same bytes.</summary>
public sealed class OracleTests(Oracle oracle) : IClassFixture<Oracle>
{
    private const string NotAFloat = "-ERR value is not a valid float";

    [Fact]
    public void Protocol_errors_have_the_same_text()
    {
        oracle.SkipIfAbsent();
        List<byte[]> wires = [.. RequestParserTests.Malformed.Select(row => RequestStream.Bytes(row.Data.Item1))];
        wires.Add(RequestStream.Bytes("*2147483648\r\n"));
        wires.Add(RequestStream.Bytes("*1\r\n\u00ff\r\n"));
        wires.Add([.. "*"u8, .. new string('1', 1 << 16).Select(c => (byte)c)]);
        wires.Add([.. "*1\r\n$"u8, .. new string('1', 1 << 16).Select(c => (byte)c)]);
        wires.Add([.. new string('x', (1 << 16) + 1).Select(c => (byte)c)]);
        foreach (byte[] wire in wires)
        {
            RequestStream stream = new(RequestLimits.Default);
            stream.Receive(wire);
            Assert.True(stream.Failed);
            System.Buffers.ArrayBufferWriter<byte> sink = new();
            ReplyWriter writer = new(sink, RespVersion.Resp2);
            writer.Error(stream.Parser.Error.ToReplyText());
            writer.Flush();
            Assert.Equal(oracle.RunMalformed(wire), Encoding.Latin1.GetString(sink.WrittenSpan));
        }
    }

    [Fact]
    public void Inline_requests_split_the_same()
    {
        oracle.SkipIfAbsent();
        Random random = new(7);
        string alphabet = "ab\"'\\xn41 \t\v\r";
        List<string> lines = [];
        while (lines.Count < 3000)
        {
            string line = "RPUSH k x" + Text(random, alphabet, 12) + "\n";
            if (!RequestStream.Read(line)[0].StartsWith("ERR", StringComparison.Ordinal))
            {
                lines.Add(line);
            }
        }

        // Each line pushes its words; the list then holds all words of all lines.
        byte[] wire = RequestStream.Bytes(string.Concat(lines) + "SHUTDOWN_IS_NO_SUCH_COMMAND\r\n*x\r\n");
        oracle.Run([["DEL", "k"]]);
        Assert.Contains("invalid multibulk", oracle.RunMalformed(wire), StringComparison.Ordinal);
        string words = "[" + string.Join("][", oracle.Run([["SORT", "k", "BY", "nosort"]])[0].Split(Oracle.Separator)) + "]";
        string[] expected = [.. lines.SelectMany(line => RequestStream.Read(line)[0]["[RPUSH][k][".Length..^1].Split("][")).Order(StringComparer.Ordinal)];
        Assert.Equal("[" + string.Join("][", expected) + "]", words);
    }

    [Fact]
    public void Doubles_read_and_print_the_same()
    {
        oracle.SkipIfAbsent();
        Random random = new(11);
        List<string> texts = [.. FloatTexts.Fixed, .. Enumerable.Range(0, 20_000).Select(_ => FloatTexts.Random(random))];
        List<string> replies = oracle.Run(texts.SelectMany(text => (string[][])[["DEL", "z"], ["ZADD", "z", "1", new string('p', 65)], ["ZADD", "z", text, "m"], ["ZSCORE", "z", "m"]]));
        Span<byte> destination = stackalloc byte[DoubleText.MaxLength];
        for (int i = 0; i < texts.Count; i++)
        {
            bool parsed = DoubleText.TryParse(RequestStream.Bytes(texts[i]), out double value);
            string printed = parsed ? Encoding.ASCII.GetString(destination[..DoubleText.Format(value, destination)]) : NotAFloat;
            string expected = replies[(i * 4) + 2].StartsWith('-') ? replies[(i * 4) + 2] : replies[(i * 4) + 3];
            Assert.Equal(texts[i] + " => " + expected, texts[i] + " => " + printed);
        }
    }

    [Fact]
    public void Sums_of_extended_doubles_are_the_same()
    {
        oracle.SkipIfAbsent();
        Random random = new(13);
        List<(string, string)> pairs = [];
        foreach (string text in FloatTexts.Fixed)
        {
            pairs.Add(("0", text));
            pairs.Add((text, FloatTexts.Random(random)));
        }

        for (int i = 0; i < 20_000; i++)
        {
            pairs.Add((FloatTexts.Random(random), FloatTexts.Random(random)));
        }

        List<string> replies = oracle.Run(pairs.SelectMany(pair => (string[][])[["SET", "n", pair.Item1], ["INCRBYFLOAT", "n", pair.Item2]]));
        for (int i = 0; i < pairs.Count; i++)
        {
            string context = $"{pairs[i].Item1} + {pairs[i].Item2} = ";
            Assert.Equal(context + replies[(i * 2) + 1], context + IncrementByFloat(pairs[i].Item1, pairs[i].Item2));
        }
    }

    [Fact]
    public void Long_chains_of_sums_stay_the_same()
    {
        oracle.SkipIfAbsent();
        Random random = new(17);
        List<string> steps = [.. Enumerable.Range(0, 5_000).Select(_ => (random.Next(-100_000, 100_000) / 1000m).ToString(CultureInfo.InvariantCulture))];
        List<string> replies = oracle.Run([["DEL", "c"], .. steps.Select(step => (string[])["INCRBYFLOAT", "c", step])]);
        string current = "0";
        for (int i = 0; i < steps.Count; i++)
        {
            current = IncrementByFloat(current, steps[i]);
            Assert.Equal(replies[i + 1], current);
        }
    }

    [Fact]
    public void Patterns_match_the_same_keys()
    {
        oracle.SkipIfAbsent();
        Random random = new(19);
        string[] keys = [.. Enumerable.Range(0, 400).Select(_ => Text(random, "abcAB*?[]\\-^", 6)).Append("").Distinct()];
        string[] patterns = [.. Enumerable.Range(0, 4_000).Select(_ => Text(random, "abcB**??[[]]\\--^", 9)).Where(pattern => pattern != "*")];
        oracle.Run([["FLUSHALL"], .. keys.Select(key => (string[])["SET", key, ""])]);
        List<string> replies = oracle.Run(patterns.Select(pattern => (string[])["KEYS", pattern]));
        for (int i = 0; i < patterns.Length; i++)
        {
            byte[] pattern = RequestStream.Bytes(patterns[i]);
            IEnumerable<string> matched = keys.Where(key => GlobPattern.Matches(pattern, RequestStream.Bytes(key)));
            Assert.Equal(patterns[i] + ":" + replies[i], patterns[i] + ":" + string.Join(Oracle.Separator, matched.Order(StringComparer.Ordinal)));
        }
    }

    [Fact]
    public void Patterns_without_case_match_the_same_commands()
    {
        oracle.SkipIfAbsent();
        Random random = new(23);
        string[] names = ["get", "set", "getset", "zadd", "Append", "BITOP"];
        string[] patterns = [.. Enumerable.Range(0, 3_000).Select(_ => Text(random, "gGsSeETtaAzZ**?[[]]\\--^", 7))];
        List<string> replies = oracle.Run(patterns.Select(pattern => (string[])["COMMAND", "LIST", "FILTERBY", "PATTERN", pattern]));
        for (int i = 0; i < patterns.Length; i++)
        {
            byte[] pattern = RequestStream.Bytes(patterns[i]);
            HashSet<string> listed = [.. replies[i].Split(Oracle.Separator)];
            foreach (string name in names.Select(name => name.ToLowerInvariant()))
            {
                Assert.True(listed.Contains(name) == GlobPattern.Matches(pattern, RequestStream.Bytes(name), ignoreCase: true), patterns[i] + " " + name);
            }
        }
    }

    private static string IncrementByFloat(string current, string increment)
    {
        if (!ExtendedDouble.TryParse(RequestStream.Bytes(current), out ExtendedDouble left)
            || !ExtendedDouble.TryParse(RequestStream.Bytes(increment), out ExtendedDouble right))
        {
            return NotAFloat;
        }

        ExtendedDouble sum = left + right;
        return sum.IsNaN || sum.IsInfinity ? "-ERR increment would produce NaN or Infinity" : sum.ToString();
    }

    private static string Text(Random random, string alphabet, int maxLength) =>
        string.Create(random.Next(maxLength + 1), 0, (text, _) =>
        {
            foreach (ref char c in text)
            {
                c = alphabet[random.Next(alphabet.Length)];
            }
        });
}
