using CsCheck;

namespace Spinel.Protocol.Tests;

public sealed class RequestParserTests
{
    private static readonly RequestLimits Stranger = RequestLimits.Default with { MustAuthenticate = true };

    private static readonly Gen<byte[][]> SomeArguments = Gen.Frequency(
        (20, Gen.Byte.Array[0, 12]), (3, Gen.Byte.Array[90, 110]), (1, Gen.Byte.Array[990, 1010])).Array[1, 12];

    public static TheoryData<string, string> Frames => new()
    {
        { "*1\r\n$4\r\nPING\r\n", "[PING]" },
        { "*3\r\n$3\r\nSET\r\n$16\r\nkey:000000000001\r\n$1\r\nv\r\n", "[SET][key:000000000001][v]" },
        { "*2\r\n$0\r\n\r\n$2\r\n\r\n\r\n", "[][\r\n]" },
        { "*10\r\n$1\r\na\r\n$1\r\nb\r\n$1\r\nc\r\n$1\r\nd\r\n$1\r\ne\r\n$1\r\nf\r\n$1\r\ng\r\n$1\r\nh\r\n$1\r\ni\r\n$1\r\nj\r\n", "[a][b][c][d][e][f][g][h][i][j]" },
        { "*1\r\n$1\r\na\r\n*1\r\n$1\r\nb\r\n", "[a] [b]" },
        { "*0\r\n*-1\r\n*-7\r\n\r\n\n  \r\nPING\r\n", "empty empty empty empty empty empty [PING]" },
        { "GET k\r\nGET k\n\tSET  a\tb \r\n", "[GET][k] [GET][k] [SET][a][b]" },
        { "SET \"a b\" 'c d'\r\n", "[SET][a b][c d]" },
        { "\"\\x41\\x6a\\xfF\\n\\r\\t\\b\\a\\q\\\\\\\"\"\r\n", "[Aj\u00ff\n\r\t\b\aq\\\"]" },
        { "\"\\x4\" \"\\xg0\"\r\n", "[x4][xg0]" },
        { "'it\\'s \\n' \"\" ''\r\n", "[it's \\n][][]" },
        { "a\"b c\" a\\n x'y'\r\n", "[ab c][a\\n][xy]" },
        { "a\rb\vc\fd \v e\r\n", "[a][b\vc\fd][e]" },
        { "'a'\v'b'\r\r\n", "[a][b]" },
        // The bytes in the place of the LF and behind an argument are not looked at.
        { "*1\rX$1\rYaZZ*1\r\n$1\r\nb\r\n", "[a] [b]" },
    };

    public static TheoryData<string, string> Malformed => new()
    {
        { "*a\r\n", "invalid multibulk length" },
        { "*\r\n", "invalid multibulk length" },
        { "*+1\r\n", "invalid multibulk length" },
        { "*01\r\n", "invalid multibulk length" },
        { "*2147483648\r\n", "invalid multibulk length" },
        { "*99999999999999999999\r\n", "invalid multibulk length" },
        { "*1\r\n:1\r\n", "expected '$', got ':'" },
        { "*1\r\n\r\n\r\n", "expected '$', got '\r'" },
        { "*1\r\nPING\r\n", "expected '$', got 'P'" },
        { "*2\r\n$1\r\na\r\nb\r\n", "expected '$', got 'b'" },
        { "*1\r\n$-1\r\n", "invalid bulk length" },
        { "*1\r\n$\r\n", "invalid bulk length" },
        { "*1\r\n$1x\r\n", "invalid bulk length" },
        { "*1\r\n$01\r\na\r\n", "invalid bulk length" },
        { "*1\r\n$00001\r\na\r\n", "invalid bulk length" },
        { "*1\r\n$536870913\r\n", "invalid bulk length" },
        { "*1\r\n$9223372036854775807\r\n", "invalid bulk length" },
        { "\"a\r\n", "unbalanced quotes in request" },
        { "'a\\'\r\n", "unbalanced quotes in request" },
        { "\"a\"b\r\n", "unbalanced quotes in request" },
        { "a 'b'c\n", "unbalanced quotes in request" },
        { "\"a\\\r\n", "unbalanced quotes in request" },
    };

    [Theory]
    [MemberData(nameof(Frames))]
    public void Frames_parse_whole_cut_anywhere_and_byte_by_byte(string wire, string expected) =>
        AssertHoweverCut(wire, RequestLimits.Default, expected);

    [Theory]
    [MemberData(nameof(Malformed))]
    public void Malformed_frames_are_named_however_cut(string wire, string expected) =>
        AssertHoweverCut(wire, RequestLimits.Default, "ERR Protocol error: " + expected);

    [Fact]
    public void A_stranger_may_send_little()
    {
        AssertHoweverCut("*11\r\n", Stranger, "ERR Protocol error: unauthenticated multibulk length");
        AssertHoweverCut("*1\r\n$16385\r\n", Stranger, "ERR Protocol error: unauthenticated bulk length");
        Assert.Equal([], RequestStream.Read(RequestStream.Bytes("*10\r\n$16384\r\n"), Stranger));
    }

    [Fact]
    public void Limits_can_be_set()
    {
        RequestLimits limits = new(MaxBulkLength: 5, MaxArguments: 3, MaxInlineLength: 8, MustAuthenticate: false);
        AssertHoweverCut("*4\r\n", limits, "ERR Protocol error: invalid multibulk length");
        AssertHoweverCut("*3\r\n$5\r\nabcde\r\n$6\r\n\r\n\r\n", limits, "ERR Protocol error: invalid bulk length");
        AssertHoweverCut("12345678\n123456789\n", limits, "[12345678] ERR Protocol error: too big inline request");
        AssertHoweverCut("*12345678", limits, "ERR Protocol error: too big mbulk count string");
        AssertHoweverCut("*12345678\r\n", limits, "ERR Protocol error: too big mbulk count string");
        AssertHoweverCut("*1\r\n$12345678", limits, "ERR Protocol error: too big bulk count string");
    }

    [Theory]
    [InlineData("x", "too big inline request")]
    [InlineData("*", "too big mbulk count string")]
    [InlineData("*1\r\n$", "too big bulk count string")]
    public void Lines_end_within_64_KiB(string prefix, string expected)
    {
        // The line is what follows the last line end, its first byte included.
        int lineStart = prefix.LastIndexOf('\n') + 1;
        string longest = prefix[..lineStart] + prefix[lineStart..].PadRight(64 * 1024, '1');
        Assert.Equal([], RequestStream.Read(longest));
        Assert.Equal(["ERR Protocol error: " + expected], RequestStream.Read(longest + "1"));
        Assert.Equal(["ERR Protocol error: " + expected], RequestStream.Read(longest + "1\r\n"));
    }

    [Fact]
    public void A_trusted_link_may_send_what_fits_a_buffer()
    {
        Assert.Equal([], RequestStream.Read(RequestStream.Bytes("*1\r\n$2000000000\r\n"), RequestLimits.Trusted));
        Assert.Equal(
            ["ERR Protocol error: invalid bulk length"],
            RequestStream.Read(RequestStream.Bytes("*1\r\n$2147483647\r\n"), RequestLimits.Trusted));
    }

    [Fact]
    public void A_pending_argument_says_how_much_it_wants()
    {
        RequestStream stream = new(RequestLimits.Default);
        stream.Receive("*2\r\n$3\r\nGET\r\n$100000\r\n"u8);
        Assert.Equal(100002, stream.Parser.BytesWanted);
        Assert.True(stream.Parser.HasPartialRequest);
        stream.Receive(new byte[100000]);
        Assert.Equal(2, stream.Parser.BytesWanted);
        stream.Receive("\r\n"u8);
        Assert.Single(stream.Events);
        Assert.False(stream.Parser.HasPartialRequest);
    }

    [Fact]
    public void A_reset_parser_starts_the_request_again()
    {
        byte[] buffer = RequestStream.Bytes("*2\r\n$1\r\na\r\n$1\r\nb\r\n");
        ArgumentList arguments = new();
        RequestParser parser = default;
        int position = 0;
        Assert.Equal(ParseStatus.Incomplete, parser.Parse(buffer.AsSpan(0, 14), ref position, arguments, RequestLimits.Default));
        parser.Reset();
        arguments.Clear();
        Assert.Equal(ParseStatus.Complete, parser.Parse(buffer, ref position, arguments, RequestLimits.Default));
        Assert.Equal([new ArgumentRange(8, 1), new ArgumentRange(15, 1)], arguments.AsSpan().ToArray());
        Assert.Equal(buffer.Length, position);
    }

    [Fact]
    public void Pipelines_parse_the_same_at_random_cuts() =>
        Gen.Select(SomeArguments.Array[1, 6], Gen.Int[0, int.MaxValue].Array[0, 20])
            .Sample((requests, cutSeeds) =>
            {
                byte[] wire = [.. requests.SelectMany(RequestStream.Array)];
                int[] cuts = [.. cutSeeds.Select(seed => seed % (wire.Length + 1)).Order()];
                Assert.Equal(requests.Select(RequestStream.Describe), RequestStream.Read(wire, RequestLimits.Default, cuts));
            });

    [Fact]
    public void A_long_request_costs_its_bytes_once()
    {
        // Byte by byte, a parser that restarts would look at 10^11 bytes here, and this test would not end.
        const int Count = 100_000;
        byte[] wire = RequestStream.Bytes($"*{Count}\r\n" + string.Concat(Enumerable.Repeat("$2\r\nab\r\n", Count)));
        ArgumentList arguments = new();
        RequestParser parser = default;
        int position = 0;
        for (int length = 1; length < wire.Length; length++)
        {
            Assert.Equal(ParseStatus.Incomplete, parser.Parse(wire.AsSpan(0, length), ref position, arguments, RequestLimits.Default));
        }

        Assert.Equal(ParseStatus.Complete, parser.Parse(wire, ref position, arguments, RequestLimits.Default));
        Assert.Equal(Count, arguments.Count);
    }

    [Fact]
    public void Bytes_already_parsed_are_not_read_again()
    {
        // Whatever was parsed is wiped before the next call: a parser that goes back would fail on it.
        byte[] wire = RequestStream.Bytes("*12\r\n" + string.Concat(Enumerable.Repeat("$12\r\nhello, world\r\n", 12)));
        byte[] seen = new byte[wire.Length];
        ArgumentList arguments = new();
        RequestParser parser = default;
        int position = 0;
        ParseStatus status = ParseStatus.Incomplete;
        bool wiped = false;
        for (int length = 1; length <= wire.Length; length++)
        {
            seen[length - 1] = wire[length - 1];
            status = parser.Parse(seen.AsSpan(0, length), ref position, arguments, RequestLimits.Default);
            if (arguments.Count > 0 && status == ParseStatus.Incomplete)
            {
                seen.AsSpan(0, arguments[arguments.Count - 1].End + 2).Fill(0xFF);
                wiped = true;
            }
        }

        Assert.True(wiped);
        Assert.Equal(ParseStatus.Complete, status);
        Assert.All(arguments.AsSpan().ToArray(), range => Assert.Equal(12, range.Length));
    }

    [Fact]
    public void Mutated_streams_give_the_same_however_cut()
    {
        // A fixed seed: the same 200,000 streams each run, a few of them cut byte by byte.
        Random random = new(20261122);
        byte[][] seeds = [.. Frames.Select(row => RequestStream.Bytes(row.Data.Item1)), .. Malformed.Select(row => RequestStream.Bytes(row.Data.Item1))];
        ReadOnlySpan<byte> interesting = "*$:\r\n\"'\\x0123456789- \0\xff"u8;
        ArgumentList arguments = new();
        for (int i = 0; i < 200_000; i++)
        {
            byte[] wire = [.. seeds[random.Next(seeds.Length)], .. seeds[random.Next(seeds.Length)]];
            for (int mutations = random.Next(4); mutations > 0; mutations--)
            {
                wire[random.Next(wire.Length)] = interesting[random.Next(interesting.Length)];
            }

            int[] cuts = i % 64 == 0 ? [.. Enumerable.Range(0, wire.Length)] : [random.Next(wire.Length)];
            if (i % 4 != 0)
            {
                RunOverMutated(wire, arguments);
                continue;
            }

            Assert.Equal(RequestStream.Read(wire, RequestLimits.Default), RequestStream.Read(wire, RequestLimits.Default, cuts));
        }
    }

    private static void RunOverMutated(byte[] wire, ArgumentList arguments)
    {
        RequestParser parser = default;
        int position = 0;
        while (parser.Parse(wire, ref position, arguments, RequestLimits.Default) is ParseStatus.Complete or ParseStatus.Empty)
        {
            foreach (ArgumentRange range in arguments.AsSpan())
            {
                Assert.True(range.Offset >= 0 && range.Length >= 0 && range.End <= position);
            }
        }
    }

    private static void AssertHoweverCut(string wireText, RequestLimits limits, string expected)
    {
        byte[] wire = RequestStream.Bytes(wireText);
        Assert.Equal(expected, string.Join(' ', RequestStream.Read(wire, limits)));
        for (int cut = 0; cut <= wire.Length; cut++)
        {
            Assert.Equal(expected, string.Join(' ', RequestStream.Read(wire, limits, cut)));
        }

        Assert.Equal(expected, string.Join(' ', RequestStream.Read(wire, limits, [.. Enumerable.Range(0, wire.Length)])));
    }
}
