using System.Globalization;
using System.Text;
using Spinel.TestSupport;

namespace Spinel.Persistence.Tests.Snapshot;

/// <summary>Large values are recorded as they were at the beginning, whatever becomes of them while their records are written or wait.</summary>
public sealed class LargeValueTests : IDisposable
{
    private static readonly string[] Kinds = ["h", "x", "s", "z", "l", "t", "b"];

    private readonly string _directory = PersistentEngine.NewDirectory();

    public void Dispose() => Directory.Delete(_directory, recursive: true);

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    [InlineData(4)]
    public void Elements_change_in_all_ways(int seed)
    {
        using var server = new PersistentEngine(_directory);
        var changes = new Changes(seed, server.Engine);
        changes.Fill(1000 + (seed * 400));
        server.Engine.Run("CONFIG SET rdb-key-save-delay 900").ShouldBe("+OK");
        for (int round = 0; round < 3; round++)
        {
            string expected = Content(server);
            server.Engine.Run("BGSAVE").ShouldBe("+Background saving started");
            for (int i = 0; server.Persistence.Snapshots.IsBusyWriting && i < 20_000; i++)
            {
                changes.Next();
                if (i % (10 + (30 * round)) == 0)
                {
                    server.Engine.Turn(1);
                }
            }

            server.TurnUntil(() => !server.Persistence.Snapshots.IsActive);
            Assert.True(server.Persistence.Saves.LastSaveSucceeded);
            Assert.Equal(expected, LoadedContent());
        }
    }

    [Theory]
    [InlineData("DEL {0}")]
    [InlineData("UNLINK {0}")]
    [InlineData("SET {0} 1")]
    [InlineData("RENAME {0} other")]
    [InlineData("RENAME small {0}")]
    [InlineData("GETDEL {0}")]
    [InlineData("SET {0} 1 KEEPTTL")]
    [InlineData("PEXPIREAT {0} 1")]
    [InlineData("MOVE {0} 3")]
    [InlineData("COPY small {0} REPLACE")]
    [InlineData("FLUSHDB")]
    [InlineData("SWAPDB 0 1")]
    public void The_key_goes(string command)
    {
        using var server = new PersistentEngine(_directory);
        var changes = new Changes(1, server.Engine);
        server.Engine.Run("SET small 1");
        changes.Fill(2000);
        string expected = Content(server);
        server.Engine.Run("CONFIG SET rdb-key-save-delay 900").ShouldBe("+OK");
        server.Engine.Run("BGSAVE").ShouldBe("+Background saving started");

        // All wait or are being written, some with changes; each goes, comes back, and goes again.
        for (int round = 0; round < 2; round++)
        {
            for (int i = 0; i < 50; i++)
            {
                changes.Next();
            }

            server.Engine.Turn(1);
            foreach (string kind in Kinds)
            {
                server.Engine.Run(string.Format(CultureInfo.InvariantCulture, command, kind));
                server.Engine.Run("SET small 1");
            }
        }

        server.TurnUntil(() => !server.Persistence.Snapshots.IsActive);
        Assert.Equal(expected, LoadedContent());
    }

    [Theory]
    [InlineData("l", "LTRIM l 1 0")]
    [InlineData("l", "LTRIM l 1000 1010")]
    [InlineData("l", "LREM l 0 none")]
    [InlineData("t", "XTRIM t MAXLEN 0")]
    [InlineData("t", "XGROUP DESTROY t g")]
    [InlineData("t", "XGROUP DELCONSUMER t g c1")]
    [InlineData("z", "ZREMRANGEBYRANK z 0 -1")]
    [InlineData("s", "SPOP s 100000")]
    [InlineData("h", "HGETDEL h FIELDS 1 f1")]
    public void Much_goes_at_once(string key, string command)
    {
        using var server = new PersistentEngine(_directory);
        var changes = new Changes(2, server.Engine);
        changes.Fill(2000);
        string expected = Content(server);
        server.Engine.Run("CONFIG SET rdb-key-save-delay 900").ShouldBe("+OK");
        server.Engine.Run("BGSAVE").ShouldBe("+Background saving started");
        changes.Next(key);
        server.Engine.Turn(1);
        server.Engine.Run(command);
        for (int i = 0; i < 200; i++)
        {
            changes.Next(key);
        }

        server.TurnUntil(() => !server.Persistence.Snapshots.IsActive);
        Assert.Equal(expected, LoadedContent());
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void A_list_is_eaten_up_from_either_end(bool fromLeft)
    {
        using var server = new PersistentEngine(_directory);
        var changes = new Changes(2, server.Engine);
        changes.Fill(3000);
        string expected = Content(server);
        server.Engine.Run("CONFIG SET rdb-key-save-delay 900").ShouldBe("+OK");
        server.Engine.Run("BGSAVE").ShouldBe("+Background saving started");
        for (int i = 0; i < 3300; i++)
        {
            server.Engine.Run(fromLeft ? "LPOP l" : "RPOP l");
            if (i % 100 == 0)
            {
                server.Engine.Turn(1);
                server.Engine.Run("LPUSH l new");
                server.Engine.Run("RPUSH l new");
            }
        }

        server.TurnUntil(() => !server.Persistence.Snapshots.IsActive);
        Assert.Equal(expected, LoadedContent());
    }

    [Theory]
    [InlineData(0)]
    [InlineData(100_000)]
    [InlineData(-100_000)]
    public void Nodes_in_the_middle_of_a_list_go(int count)
    {
        using var server = new PersistentEngine(_directory);
        string same = new('s', 3000);
        for (int i = 0; i < 300; i++)
        {
            server.Engine.Run($"RPUSH l {(i is > 50 and < 250 ? same : new string('a', 2000 + i))}");
        }

        server.Engine.Run("XADD t 1-1 f v");
        string expected = Content(server);
        server.Engine.Run("CONFIG SET rdb-key-save-delay 900").ShouldBe("+OK");
        server.Engine.Run("BGSAVE").ShouldBe("+Background saving started");
        server.Engine.Turn(1);
        server.Engine.Run($"LSET l 100 {same}");
        server.Engine.Run($"LREM l {count} {same}").ShouldBe(":199");
        server.Engine.Run("LINSERT l AFTER " + new string('a', 2050) + " new");
        server.TurnUntil(() => !server.Persistence.Snapshots.IsActive);
        Assert.Equal(expected, LoadedContent());
    }

    [Fact]
    public void What_is_given_up_leaves_nothing()
    {
        using var server = new PersistentEngine(_directory);
        var changes = new Changes(3, server.Engine);
        changes.Fill(1500);
        server.Engine.Run("CONFIG SET rdb-key-save-delay 900").ShouldBe("+OK");
        for (int round = 0; round < 4; round++)
        {
            server.Engine.Run("BGSAVE").ShouldBe("+Background saving started");
            for (int i = 0; i < 100; i++)
            {
                changes.Next();
                if (i % 10 == 0)
                {
                    server.Engine.Turn(1);
                }
            }

            server.Engine.Run("DEL h");
            server.Engine.Run("DEL l");
            server.Persistence.Snapshots.Cancel();
            server.TurnUntil(() => !server.Persistence.Snapshots.IsActive);
            changes.Fill(1000);
        }

        string expected = Content(server);
        server.Engine.Run("SAVE").ShouldBe("+OK");
        Assert.Equal(expected, LoadedContent());
    }

    [Theory]
    [InlineData(7)]
    [InlineData(8)]
    public void The_base_of_a_log_may_be_requests(int seed)
    {
        (string, string)[] options = [("appendonly", "yes"), ("aof-use-rdb-preamble", "no")];
        string expected;
        using (var server = new PersistentEngine(_directory, options))
        {
            var changes = new Changes(seed, server.Engine);
            changes.Fill(1500);
            var others = new RandomWrites(seed);
            for (int i = 0; i < 300; i++)
            {
                server.Engine.Run(others.Next());
            }

            server.Engine.Run("SELECT 0");
            server.Engine.Run("CONFIG SET rdb-key-save-delay 900").ShouldBe("+OK");
            server.Engine.Run("BGREWRITEAOF").ShouldBe("+Background append only file rewriting started");
            for (int i = 0; server.Persistence.Snapshots.IsBusyWriting && i < 20_000; i++)
            {
                changes.Next();
                if (i % 20 == 0)
                {
                    server.Engine.Turn(1);
                }
            }

            server.TurnUntil(() => !server.Persistence.Snapshots.IsActive);
            Assert.True(server.Persistence.Rewrites.LastSucceeded);
            expected = server.Digest;
        }

        string file = Directory.GetFiles(Path.Combine(_directory, "appendonlydir"), "*.base.*").Single();
        Assert.EndsWith(".base.aof", file, StringComparison.Ordinal);
        Assert.StartsWith("*2\r\n$6\r\nSELECT\r\n", Encoding.Latin1.GetString(File.ReadAllBytes(file)), StringComparison.Ordinal);
        using var loaded = new PersistentEngine(_directory, options);
        Assert.Equal(expected, loaded.Digest);
    }

    private static string Content(PersistentEngine server)
    {
        var content = new StringBuilder(server.Digest);
        content.Append(' ').Append(server.Engine.Run("XINFO STREAM t FULL COUNT 0").Text);
        content.Append(' ').Append(server.Engine.Run("LRANGE l 0 -1").Text);
        return content.ToString();
    }

    private string LoadedContent()
    {
        using var loaded = new PersistentEngine(_directory);
        string content = Content(loaded);
        loaded.Engine.Run("CONFIG SET save ''");
        return content;
    }

    /// <summary>Random changes of one large value of each kind: h a hash, x one whose fields expire, s, z, l, t a stream with a group, and b a string.</summary>
    private sealed class Changes(int seed, TestEngine engine)
    {
        private readonly Random _random = new(seed);
        private int _elements;

        public void Fill(int elements)
        {
            _elements = elements;
            engine.Run("SETRANGE b 500000 end");
            engine.Run("XGROUP CREATE t g 0 MKSTREAM");
            engine.Run("XGROUP CREATE t other $ MKSTREAM");
            for (int i = 0; i < elements; i++)
            {
                string text = Text();
                engine.Run($"HSET h f{i} {text}");
                engine.Run($"HSET x f{i} {text}");
                if (i % 2 == 0)
                {
                    engine.Run($"HPEXPIREAT x {4_000_000_000_000 + i} FIELDS 1 f{i}");
                }

                engine.Run($"SADD s m{i}{text}");
                engine.Run($"ZADD z {_random.Next(500)} m{i}");
                engine.Run($"RPUSH l e{i}-{text}");
                engine.Run($"XADD t {1 + (i / 3)}-* f {text}");
                if (i % 3 == 0)
                {
                    engine.Run($"XREADGROUP GROUP g c{i % 5} COUNT 2 STREAMS t >");
                }
            }
        }

        public void Next() => Next(Kinds[_random.Next(Kinds.Length)]);

        public void Next(string kind)
        {
            string text = Text();
            int n = _random.Next(_elements * 5 / 4);
            engine.Run(kind switch
            {
                "b" => _random.Next(7) switch
                {
                    0 => $"APPEND b {text}",
                    1 => $"SETBIT b {_random.Next(4_000_000)} 1",
                    2 => $"BITFIELD b SET u8 {_random.Next(4_000_000)} {_random.Next(256)}",
                    3 when _random.Next(100) == 0 => "SET b short",
                    4 when _random.Next(100) == 0 => "DEL b",
                    5 when _random.Next(50) == 0 => $"SETRANGE b {600_000 + _random.Next(600_000)} far",
                    _ => $"SETRANGE b {_random.Next(500_000)} {text}",
                },
                "h" => _random.Next(4) switch
                {
                    0 => $"HDEL h f{n}",
                    1 => $"HINCRBY h number{n} 1",
                    _ => $"HSET h f{n} {text}",
                },
                "x" => _random.Next(5) switch
                {
                    0 => $"HDEL x f{n}",
                    1 => $"HPERSIST x FIELDS 1 f{n}",
                    2 => $"HPEXPIREAT x {4_000_000_100_000 + n} FIELDS 1 f{n}",
                    3 => $"HPEXPIRE x 0 FIELDS 1 f{n}",
                    _ => $"HSET x f{n} {text}",
                },
                "s" => _random.Next(3) switch
                {
                    0 => $"SADD s n{n}",
                    1 => "SPOP s 3",
                    _ => $"SADD s {text}",
                },
                "z" => _random.Next(6) switch
                {
                    0 => $"ZREM z m{n}",
                    1 => $"ZINCRBY z 0.001 m{n}",
                    2 => "ZPOPMAX z",
                    3 => $"ZREMRANGEBYRANK z {n} {n + 5}",
                    _ => $"ZADD z {_random.Next(500)} m{n}",
                },
                "l" => _random.Next(9) switch
                {
                    0 => "LPOP l 40",
                    1 => "RPOP l 40",
                    2 => $"LPUSH l {text}",
                    3 => $"RPUSH l {text} {text}",
                    4 => $"LSET l {n} {text}",
                    5 => $"LINSERT l BEFORE e{n}-{text} new",
                    6 => $"LREM l 1 e{n}-{text}",
                    7 => $"LINSERT l AFTER e{n}-abc {new string('n', 3000)}",
                    _ => $"LTRIM l {_random.Next(30)} -{1 + _random.Next(30)}",
                },
                _ => _random.Next(12) switch
                {
                    0 => $"XDEL t {1 + (n / 3)}-0 {1 + (n / 3)}-1 {1 + (n / 3)}-2",
                    1 => $"XTRIM t MAXLEN ~ {_elements - _random.Next(600)}",
                    2 => "XREADGROUP GROUP g c1 COUNT 3 STREAMS t >",
                    3 => $"XREADGROUP GROUP other d{n % 3} COUNT 3 STREAMS t >",
                    4 => $"XREADGROUP GROUP g c2 COUNT 3 STREAMS t {n / 3}",
                    5 => $"XACK t g {1 + (n / 3)}-0 {1 + (n / 3)}-1",
                    6 => $"XCLAIM t g c{n % 7} 0 {1 + (n / 3)}-0 {1 + (n / 3)}-1",
                    7 => $"XAUTOCLAIM t g c3 0 {n / 3} COUNT 4",
                    8 => _random.Next(20) == 0 ? $"XGROUP DELCONSUMER t g c{n % 7}" : $"XGROUP SETID t other {n / 4}",
                    9 => _random.Next(20) == 0 ? "XGROUP DESTROY t other" : "XGROUP CREATE t other 0",
                    10 => "XTRIM t MAXLEN " + (_elements - _random.Next(900)).ToString(CultureInfo.InvariantCulture),
                    _ => $"XADD t * f {text}",
                },
            });
        }

        private string Text() => _random.Next(12) switch
        {
            0 => "abc",
            1 => new string((char)('a' + _random.Next(26)), 700),
            _ => new string((char)('a' + _random.Next(26)), _random.Next(40) + 1),
        };
    }
}
