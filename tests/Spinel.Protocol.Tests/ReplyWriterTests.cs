using System.Buffers;
using System.Text;

namespace Spinel.Protocol.Tests;

public sealed class ReplyWriterTests
{
    private delegate void Write(ref ReplyWriter writer);

    private const RespVersion Resp2 = RespVersion.Resp2;
    private const RespVersion Resp3 = RespVersion.Resp3;

    [Fact]
    public void Strings_and_errors()
    {
        AssertWrites("+OK\r\n", (ref ReplyWriter w) => w.SimpleString("OK"u8));
        AssertWrites("+a  b\r\n", (ref ReplyWriter w) => w.SimpleString("a\r\nb"u8));
        AssertWrites("-ERR no\r\n", (ref ReplyWriter w) => w.Error("ERR no"u8));
        AssertWrites("-ERR a b\r\n", (ref ReplyWriter w) => w.Error("ERR a\nb\r\n"u8));
        AssertWrites("$0\r\n\r\n", (ref ReplyWriter w) => w.BulkString(""u8));
        AssertWrites("$5\r\na\r\nb\0\r\n", (ref ReplyWriter w) => w.BulkString("a\r\nb\0"u8));
        AssertWrites("$1\r\n7\r\n", (ref ReplyWriter w) => w.BulkString(7));
        AssertWrites("$20\r\n-9223372036854775808\r\n", (ref ReplyWriter w) => w.BulkString(long.MinValue));
        AssertWrites("+QUEUED\r\n", (ref ReplyWriter w) => w.Raw(Replies.Queued));
    }

    [Theory]
    [InlineData(0)]
    [InlineData(9)]
    [InlineData(10)]
    [InlineData(99)]
    [InlineData(100)]
    [InlineData(-1)]
    [InlineData(long.MaxValue)]
    [InlineData(long.MinValue)]
    public void Integers(long value) => AssertWrites($":{value}\r\n", (ref ReplyWriter w) => w.Integer(value));

    [Fact]
    public void Headers()
    {
        AssertWrites("*0\r\n", (ref ReplyWriter w) => w.ArrayHeader(0));
        AssertWrites("*1048576\r\n", (ref ReplyWriter w) => w.ArrayHeader(1048576));
        AssertWrites("*6\r\n", "%3\r\n", (ref ReplyWriter w) => w.MapHeader(3));
        AssertWrites("*3\r\n", "~3\r\n", (ref ReplyWriter w) => w.SetHeader(3));
        AssertWrites("*3\r\n", ">3\r\n", (ref ReplyWriter w) => w.PushHeader(3));
        Assert.Equal("|1\r\n", Written(Resp3, 4096, (ref ReplyWriter w) => w.AttributeHeader(1)));
        Assert.Throws<InvalidOperationException>(() => Written(Resp2, 4096, (ref ReplyWriter w) => w.AttributeHeader(1)));
    }

    [Fact]
    public void Types_that_only_the_newer_version_has()
    {
        AssertWrites("$-1\r\n", "_\r\n", (ref ReplyWriter w) => w.NullBulk());
        AssertWrites("*-1\r\n", "_\r\n", (ref ReplyWriter w) => w.NullArray());
        AssertWrites(":1\r\n", "#t\r\n", (ref ReplyWriter w) => w.Boolean(true));
        AssertWrites(":0\r\n", "#f\r\n", (ref ReplyWriter w) => w.Boolean(false));
        AssertWrites("$3\r\n1.5\r\n", ",1.5\r\n", (ref ReplyWriter w) => w.Double(1.5));
        AssertWrites("$4\r\n-inf\r\n", ",-inf\r\n", (ref ReplyWriter w) => w.Double(double.NegativeInfinity));
        AssertWrites("$4\r\n3.14\r\n", ",3.14\r\n", (ref ReplyWriter w) => w.Double("3.14"u8));
        AssertWrites("$3\r\n123\r\n", "(123\r\n", (ref ReplyWriter w) => w.BigNumber("123"u8));
        AssertWrites("$2\r\nab\r\n", "=6\r\ntxt:ab\r\n", (ref ReplyWriter w) => w.VerbatimString("txt"u8, "ab"u8));
    }

    [Fact]
    public void The_version_can_change_between_replies() =>
        Assert.Equal("$-1\r\n_\r\n", Written(Resp2, 4096, (ref ReplyWriter w) =>
        {
            w.NullBulk();
            w.Version = Resp3;
            w.NullBulk();
        }));

    [Fact]
    public void Payloads_span_the_pieces_of_the_sink()
    {
        byte[] payload = new byte[100_000];
        new Random(1).NextBytes(payload);
        string expected = $"$100000\r\n{Encoding.Latin1.GetString(payload)}\r\n+OK\r\n";
        AssertWrites(expected, (ref ReplyWriter w) =>
        {
            w.BulkString(payload);
            w.Raw(Replies.Ok);
        });
    }

    [Fact]
    public void Every_length_around_the_end_of_a_piece()
    {
        for (int length = 0; length < 200; length++)
        {
            byte[] payload = new byte[length];
            payload.AsSpan().Fill((byte)'x');
            AssertWrites($"${length}\r\n{new string('x', length)}\r\n", (ref ReplyWriter w) => w.BulkString(payload));
        }
    }

    [Fact]
    public void Integers_of_every_length_as_strings()
    {
        long value = 1;
        for (int digits = 1; digits <= 19; digits++, value = unchecked(value * 10) + 1)
        {
            long written = value;
            AssertWrites($"${digits}\r\n{written}\r\n", (ref ReplyWriter w) => w.BulkString(written));
            AssertWrites($"${digits + 1}\r\n{-written}\r\n", (ref ReplyWriter w) => w.BulkString(-written));
        }
    }

    [Fact]
    public void Bytes_are_counted_before_and_after_a_flush()
    {
        ArrayBufferWriter<byte> sink = new();
        ReplyWriter writer = new(sink, Resp2);
        Assert.Equal(0, writer.BytesWritten);
        writer.Integer(1);
        Assert.Equal(4, writer.BytesWritten);
        Assert.Equal(0, sink.WrittenCount);
        writer.Flush();
        writer.Flush();
        Assert.Equal(4, sink.WrittenCount);
        writer.Raw(Replies.Ok);
        writer.Flush();
        Assert.Equal(9, writer.BytesWritten);
        Assert.Equal(":1\r\n+OK\r\n"u8, sink.WrittenSpan);
    }

    private static void AssertWrites(string expected, Write write) => AssertWrites(expected, expected, write);

    private static void AssertWrites(string expected2, string expected3, Write write)
    {
        foreach (int pieceLength in (int[])[1, 33, 40, 64, 4096, 1 << 20])
        {
            Assert.Equal(expected2, Written(Resp2, pieceLength, write));
            Assert.Equal(expected3, Written(Resp3, pieceLength, write));
        }
    }

    private static string Written(RespVersion version, int pieceLength, Write write)
    {
        PieceSink sink = new(pieceLength);
        ReplyWriter writer = new(sink, version);
        write(ref writer);
        writer.Flush();
        Assert.Equal(sink.Content.Count, writer.BytesWritten);
        return Encoding.Latin1.GetString([.. sink.Content]);
    }

    /// <summary>A sink that gives as little as it is asked for, or pieces of a given length when that is more.</summary>
    private sealed class PieceSink(int pieceLength) : IBufferWriter<byte>
    {
        private byte[] _piece = [];

        public List<byte> Content { get; } = [];

        public void Advance(int count)
        {
            Content.AddRange(_piece.AsSpan(0, count));
            _piece = [];
        }

        public Memory<byte> GetMemory(int sizeHint = 0) => _piece = new byte[Math.Max(pieceLength, Math.Max(sizeHint, 1))];

        public Span<byte> GetSpan(int sizeHint = 0) => GetMemory(sizeHint).Span;
    }
}
