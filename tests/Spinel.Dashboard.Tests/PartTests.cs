using System.Text;
using CsCheck;
using Spinel.Dashboard.Channels;
using Spinel.Dashboard.Metrics;
using Spinel.Dashboard.Security;
using Spinel.Dashboard.Sockets;

namespace Spinel.Dashboard.Tests;

public sealed class PartTests
{
    private static readonly string[] Replies =
    [
        "+OK\r\n", "-ERR no\r\n", ":1\r\n", "_\r\n", "#t\r\n", ",1.5\r\n", "(123\r\n", "$-1\r\n", "$0\r\n\r\n", "$3\r\na\nb\r\n", "!5\r\nERR x\r\n", "=7\r\ntxt:abc\r\n", "*0\r\n", "*-1\r\n",
        "*2\r\n:1\r\n*1\r\n+x\r\n", "~1\r\n$1\r\na\r\n", "%1\r\n$1\r\nk\r\n*2\r\n:1\r\n:2\r\n", ">2\r\n$1\r\na\r\n$1\r\nb\r\n", "|1\r\n+ttl\r\n:3\r\n$1\r\nv\r\n", "%0\r\n", "*1\r\n|1\r\n+a\r\n+b\r\n:7\r\n",
    ];

    [Fact]
    public void RepliesAreFoundHoweverTheyAreCutUp()
    {
        byte[] stream = Encoding.ASCII.GetBytes(string.Concat(Replies));
        for (int step = 1; step <= stream.Length; step++)
        {
            var scanner = new ReplyScanner(1000);
            var found = new List<string>();
            for (int at = 0; at < stream.Length; at += step)
            {
                scanner.Append(stream.AsSpan(at, Math.Min(step, stream.Length - at)));
                while (scanner.TryRead(out ScannedReply reply))
                {
                    found.Add(Encoding.ASCII.GetString(reply.Bytes));
                    Assert.Equal(reply.Bytes[0], reply.Type);
                }

                scanner.Release();
            }

            Assert.Equal(Replies, found);
        }
    }

    [Fact]
    public void WhatIsTooLongIsSkippedAndNothingElse()
    {
        Gen.Select(Gen.Int[0, 300].Array[1, 30], Gen.Int[1, 50], Gen.Int[0, 2]).Sample((lengths, step, form) =>
        {
            const int Limit = 40;
            var stream = new StringBuilder();
            var sizes = new List<int>();
            foreach (int length in lengths)
            {
                string text = new('x', length);
                string reply = form switch
                {
                    0 => $"${length}\r\n{text}\r\n",
                    1 => $"+{text}\r\n",
                    _ => $"*2\r\n${length}\r\n{text}\r\n:1\r\n",
                };
                stream.Append(reply);
                sizes.Add(reply.Length);
            }

            byte[] bytes = Encoding.ASCII.GetBytes(stream.ToString());
            var scanner = new ReplyScanner(Limit);
            int count = 0;
            for (int at = 0; at < bytes.Length; at += step)
            {
                scanner.Append(bytes.AsSpan(at, Math.Min(step, bytes.Length - at)));
                while (scanner.TryRead(out ScannedReply reply))
                {
                    // Just above the limit it depends on how the bytes came.
                    Assert.True(reply.IsTooLong || sizes[count] <= Limit + step + ":1\r\n".Length);
                    Assert.True(!reply.IsTooLong || sizes[count] > Limit);
                    Assert.Equal(form == 0 ? (byte)'$' : form == 1 ? (byte)'+' : (byte)'*', reply.Type);
                    count++;
                }

                scanner.Release();
            }

            Assert.Equal(lengths.Length, count);
        });
    }

    [Fact]
    public void AttributesAreLeftOut()
    {
        var frame = new JsonFrame();
        Assert.True(ReplyJson.TryWrite("*2\r\n|1\r\n+a\r\n%1\r\n+b\r\n*1\r\n$1\r\nc\r\n:7\r\n:8\r\n"u8, frame.Begin()));
        frame.Json.Flush();
        Assert.Equal("[7,8]", Encoding.UTF8.GetString(frame.Written));
    }

    [Fact]
    public void NestingIsLimited()
    {
        string deep = string.Concat(Enumerable.Repeat("*1\r\n", 1000)) + ":1\r\n";
        Assert.False(ReplyJson.TryWrite(Encoding.ASCII.GetBytes(deep), new JsonFrame().Begin()));
    }

    [Theory]
    [InlineData("http://127.0.0.1:8080", "127.0.0.1:8080", true)]
    [InlineData("https://spinel.example", "spinel.example", true)]
    [InlineData("http://SPINEL.example", "spinel.example", true)]
    [InlineData("https://proxy.example", "127.0.0.1:8080", true)]
    [InlineData("http://127.0.0.1:8081", "127.0.0.1:8080", false)]
    [InlineData("http://127.0.0.1:8080.evil.example", "127.0.0.1:8080", false)]
    [InlineData("http://evil.example", "127.0.0.1:8080", false)]
    [InlineData("null", "127.0.0.1:8080", false)]
    [InlineData("", "127.0.0.1:8080", false)]
    [InlineData(null, "127.0.0.1:8080", false)]
    [InlineData("http://", "", false)]
    public void OriginsAreCompared(string? origin, string host, bool isSame) => Assert.Equal(isSame, OriginPolicy.IsSame(origin, host, ["https://proxy.example/"]));

    [Theory]
    [InlineData("localhost", true)]
    [InlineData("LOCALHOST:8080", true)]
    [InlineData("10.0.0.1:8080", true)]
    [InlineData("[::1]", true)]
    [InlineData("[::1", false)]
    [InlineData("localhost.evil.example", false)]
    [InlineData("127.0.0.1.evil.example", false)]
    [InlineData("", false)]
    [InlineData(null, false)]
    public void HostsAreJudged(string? host, bool isSafe) => Assert.Equal(isSafe, OriginPolicy.IsHostSafe(host, []));

    [Fact]
    public void WaitsDoubleAndEnd()
    {
        var time = new ManualTime();
        var limiter = new LoginLimiter(time);
        for (int i = 0; i < 5; i++)
        {
            Assert.Equal(TimeSpan.Zero, limiter.TryBegin(Address("1.2.3.4"), "x"));
        }

        Assert.Equal(TimeSpan.FromSeconds(1), limiter.TryBegin(Address("1.2.3.4"), "x"));
        time.Advance(TimeSpan.FromSeconds(1));
        Assert.Equal(TimeSpan.Zero, limiter.TryBegin(Address("1.2.3.4"), "x"));
        Assert.Equal(TimeSpan.FromSeconds(2), limiter.TryBegin(Address("::ffff:1.2.3.4"), "x"));

        // Others are not held up, neither the address by the user nor the user by the address.
        Assert.Equal(TimeSpan.Zero, limiter.TryBegin(Address("5.6.7.8"), "x"));
        Assert.Equal(TimeSpan.Zero, limiter.TryBegin(Address("1.2.3.4"), "y"));
        limiter.Forgive(Address("1.2.3.4"), "x");
        Assert.Equal(TimeSpan.Zero, limiter.TryBegin(Address("1.2.3.4"), "x"));
    }

    [Fact]
    public void AnAddressThatTriesManyUsersWaitsForAll()
    {
        var limiter = new LoginLimiter(new ManualTime());
        for (int i = 0; i < 20; i++)
        {
            Assert.Equal(TimeSpan.Zero, limiter.TryBegin(Address("1.2.3.4"), "u" + i));

            // A password of one's own does not make up for those of others that were wrong.
            if (i < 19)
            {
                Assert.Equal(TimeSpan.Zero, limiter.TryBegin(Address("1.2.3.4"), "mine"));
                limiter.Forgive(Address("1.2.3.4"), "mine");
            }
        }

        Assert.NotEqual(TimeSpan.Zero, limiter.TryBegin(Address("1.2.3.4"), "v"));
    }

    [Fact]
    public void WhateverOthersDoTheRightPasswordIsTriedAtOnce()
    {
        var limiter = new LoginLimiter(new ManualTime());
        for (int i = 0; i < 200; i++)
        {
            limiter.TryBegin(Address($"10.0.0.{i}"), "admin");
            limiter.TryBegin(Address("10.1.1.1"), "admin");
        }

        Assert.Equal(TimeSpan.Zero, limiter.TryBegin(Address("192.168.1.1"), "admin"));
    }

    [Fact]
    public void AHouseholdsAddressesOfIPv6AreOne()
    {
        var limiter = new LoginLimiter(new ManualTime());
        for (int i = 0; i < 5; i++)
        {
            Assert.Equal(TimeSpan.Zero, limiter.TryBegin(Address($"2001:db8:1:2:{i}::1"), "admin"));
        }

        Assert.NotEqual(TimeSpan.Zero, limiter.TryBegin(Address("2001:db8:1:2:ffff::9"), "admin"));
        Assert.Equal(TimeSpan.Zero, limiter.TryBegin(Address("2001:db8:1:3::1"), "admin"));
    }

    [Fact]
    public void WhoeverHasToWaitCannotHaveTheOthersForgotten()
    {
        var limiter = new LoginLimiter(new ManualTime());
        for (int i = 0; i < 5; i++)
        {
            limiter.TryBegin(Address("5.6.7.8"), "admin");
        }

        for (int i = 0; i < 5000; i++)
        {
            Assert.Equal(i >= 20, limiter.TryBegin(Address("1.2.3.4"), "x" + i) > TimeSpan.Zero);
        }

        Assert.NotEqual(TimeSpan.Zero, limiter.TryBegin(Address("5.6.7.8"), "admin"));
    }

    [Fact]
    public void AnAddressIsCountedWhenTheTableIsFull()
    {
        var time = new ManualTime();
        var limiter = new LoginLimiter(time);
        for (int i = 0; i < 3000; i++)
        {
            time.Advance(TimeSpan.FromMilliseconds(1));
            limiter.TryBegin(Address($"10.1.{i / 256}.{i % 256}"), "u" + i);
        }

        for (int i = 0; i < 5; i++)
        {
            time.Advance(TimeSpan.FromMilliseconds(1));
            Assert.Equal(TimeSpan.Zero, limiter.TryBegin(Address("1.2.3.4"), "v"));
        }

        Assert.NotEqual(TimeSpan.Zero, limiter.TryBegin(Address("1.2.3.4"), "v"));
    }

    [Fact]
    public void WhatWaitsForAllBrowsersTogetherIsLimited()
    {
        var limits = new DashboardLimits { MaxTotalOutgoingBytes = 1000, FairOutgoingBytes = 100, MaxOutgoingBytes = 1 << 20 };
        var total = new OutgoingTotal(limits);
        var slow = new OutgoingQueue(limits, total);
        var other = new OutgoingQueue(limits, total);
        Assert.True(slow.TryAdd(Frame(600)));
        Assert.True(slow.TryAdd(Frame(400)));
        Assert.False(slow.TryAdd(Frame(1)));
        Assert.False(slow.TryAddPush(Frame(1)));

        // Who keeps up is not refused for it.
        Assert.True(other.TryAdd(Frame(90)));
        Assert.False(other.TryAdd(Frame(90)));
        Assert.True(slow.TryTake(out _, out _));
        Assert.True(other.TryAdd(Frame(90)));
        slow.Close(isDropped: true);
        other.Close(isDropped: true);
        Assert.Equal(0, total.Bytes);

        static ArraySegment<byte> Frame(int length) => new(System.Buffers.ArrayPool<byte>.Shared.Rent(length), 0, length);
    }

    [Fact]
    public void MetricsAreEscaped()
    {
        var text = new PrometheusText();
        text.Gauge("m", "help", 1.5, ("l", "a\"b\\c\nd"));
        Assert.Equal("# HELP m help\n# TYPE m gauge\nm{l=\"a\\\"b\\\\c\\nd\"} 1.5\n", text.ToString());
    }

    private static System.Net.IPAddress Address(string text) => System.Net.IPAddress.Parse(text);

    private sealed class ManualTime : TimeProvider
    {
        private DateTimeOffset _now = DateTimeOffset.UnixEpoch.AddYears(50);

        public override DateTimeOffset GetUtcNow() => _now;

        internal void Advance(TimeSpan time) => _now += time;
    }
}
