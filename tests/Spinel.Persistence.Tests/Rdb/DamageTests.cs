using System.Text;
using Spinel.Persistence.Rdb;

namespace Spinel.Persistence.Tests.Rdb;

/// <summary>
/// Damaged payloads and files of every type are refused or give a value that can be used: never more memory than they have bytes for, never an access out of
/// bounds (the heap is checked), never a loop without end.
/// </summary>
public sealed class DamageTests
{
    /// <summary>A turned bit in these can make the file one of a version that had no checksum.</summary>
    private const int MagicBytes = 9;

    private static readonly int Count = int.TryParse(Environment.GetEnvironmentVariable("SPINEL_COUNT"), out int count) ? count : 10_000;

    private static readonly int Seed = int.TryParse(Environment.GetEnvironmentVariable("SPINEL_SEED"), out int seed) ? seed : 1;

    /// <summary>Bytes that mean something at many places of the format.</summary>
    private static readonly byte[] Telling = [0, 0x7F, 0x80, 0x81, 0xFF, 0xFE, 0xC3, 0xF0];

    [Fact]
    public void Damaged_payloads_do_no_harm()
    {
        using TestEngine engine = EngineExtensions.NewEngine();
        byte[][] payloads = [.. Payloads(engine)];
        long inUse = engine.Engine.Heap.BytesInUse;
        var random = new Random(Seed);
        int accepted = 0;
        for (int i = 0; i < Count; i++)
        {
            byte[] damaged = RdbBytes.Resummed(Damage(payloads[random.Next(payloads.Length)], payloads, random));
            string reply = engine.Call("RESTORE", "k", "0", Encoding.Latin1.GetString(damaged)).Text;
            if (reply == "+OK\r\n")
            {
                accepted++;
                Use(engine, random);
                engine.Call("DEL", "k");
            }
            else
            {
                Assert.Equal("-ERR Bad data format\r\n", reply);
            }

            Assert.True(engine.Engine.Heap.BytesInUse < inUse + (1 << 20), $"{engine.Engine.Heap.BytesInUse - inUse} bytes more, case {i}");
        }

        Assert.InRange(accepted, Count / 50, Count - (Count / 10));
    }

    [Fact]
    public void A_file_cut_anywhere_is_refused_with_the_place()
    {
        using TestEngine engine = EngineExtensions.NewEngine();
        byte[] file = SmallFile(engine);
        for (int length = 0; length < file.Length; length++)
        {
            engine.Run("FLUSHALL");
            RdbFormatException refusal = Assert.Throws<RdbFormatException>(() => engine.Load(file[..length]));
            Assert.InRange(refusal.Offset, 0, length);
        }
    }

    [Fact]
    public void A_file_with_any_bit_turned_is_refused()
    {
        using TestEngine engine = EngineExtensions.NewEngine();
        byte[] file = SmallFile(engine);
        var random = new Random(Seed);
        for (int i = 0; i < Count; i++)
        {
            byte[] damaged = [.. file];
            damaged[random.Next(MagicBytes, file.Length)] ^= (byte)(1 << random.Next(8));
            engine.Run("FLUSHALL");
            Assert.Throws<RdbFormatException>(() => engine.Load(damaged));
        }
    }

    [Fact]
    public void Without_a_checksum_damage_does_no_harm()
    {
        using TestEngine engine = EngineExtensions.NewEngine();
        byte[] file = SmallFile(engine);
        var random = new Random(Seed);
        for (int i = 0; i < Count / 3; i++)
        {
            byte[] damaged = Damage(file, [file], random);
            engine.Run("FLUSHALL");
            try
            {
                engine.Load(damaged, new RdbLoadSettings { Checksum = false });
            }
            catch (RdbFormatException)
            {
                // As it should be, or the damage is such that something else is in the file.
            }

            engine.Digest();
        }
    }

    private static byte[] SmallFile(TestEngine engine)
    {
        foreach (string line in (string[])
            ["SET s hello", "SET i 12345", "RPUSH l a 1 b", "SADD is 1 2 3", "SADD m x y", "ZADD z 1 a 2.5 b", "HSET h f v g 7", "XADD x 1-1 a b",
             "XGROUP CREATE x g 0", "XREADGROUP GROUP g c STREAMS x >", "SET e 1 PX 100000", "HSET t f 1 g 2", "HPEXPIRE t 5000 FIELDS 1 f"])
        {
            engine.Run(line);
        }

        engine.Call("SET", "long", new string('a', 300));
        return engine.Save();
    }

    private static IEnumerable<byte[]> Payloads(TestEngine engine)
    {
        foreach ((string name, string[][] commands) in SampleValues.Classic)
        {
            if (name.Contains("long", StringComparison.Ordinal) || name.Contains("large", StringComparison.Ordinal))
            {
                continue;
            }

            foreach (string[] command in commands)
            {
                engine.Call(command);
            }

            yield return Encoding.Latin1.GetBytes(engine.Dump("k"));
            engine.Run("DEL k");
        }

        engine.Run("HSET k f 1 g 2 h 3");
        engine.Run("HPEXPIRE k 500000 FIELDS 2 f h");
        yield return Encoding.Latin1.GetBytes(engine.Dump("k"));
        engine.Run("DEL k");
        yield return RdbBytes.Payload(1, [3, 1, (byte)'a', 0xC0, 7, 2, 1, 2]);
        yield return RdbBytes.Payload(2, [3, 1, (byte)'a', 0xC0, 7, 2, 1, 2]);
        yield return RdbBytes.Payload(4, [2, 1, (byte)'a', 0xC0, 7, 1, (byte)'b', 0]);
        yield return RdbBytes.Payload(3, [2, 1, (byte)'a', 3, .. "1.5"u8, 1, (byte)'b', 254]);
        yield return RdbBytes.Payload(5, [2, 1, (byte)'a', .. BitConverter.GetBytes(1.5), 1, (byte)'b', .. BitConverter.GetBytes(-3.0)]);
        yield return RdbBytes.Payload(9, RdbBytes.String([2, 1, (byte)'f', 2, 1, (byte)'v', (byte)'w', 0, 1, (byte)'g', 1, 0, (byte)'1', 255]));
        object[] values = ["a", 1, new string('b', 70), 300, "c", 70000, "d", 5_000_000_000];
        yield return RdbBytes.Payload(10, RdbBytes.String(RdbBytes.Ziplist(values)));
        yield return RdbBytes.Payload(12, RdbBytes.String(RdbBytes.Ziplist("a", 1, "b", "2.5", "c", 300)));
        yield return RdbBytes.Payload(13, RdbBytes.String(RdbBytes.Ziplist(values)));
        yield return RdbBytes.Payload(14, [2, .. RdbBytes.String(RdbBytes.Ziplist("a", 1)), .. RdbBytes.String(RdbBytes.Ziplist(values))]);
        yield return RdbBytes.Payload(18, [2, 1, 1, (byte)'p', 2, .. RdbBytes.String(RdbBytes.Listpack(values))]);
        yield return RdbBytes.Payload(20, RdbBytes.String(RdbBytes.Listpack(values)), 11);
        yield return RdbBytes.Payload(22, [1, 1, (byte)'f', 1, (byte)'v', .. RdbBytes.Int64(1_900_000_000_000)], 80);
        yield return RdbBytes.Payload(25, [.. RdbBytes.Int64(1_900_000_000_000), .. RdbBytes.String(RdbBytes.Listpack("f", 1, 1_900_000_000_000, "g", "2", 0))], 12);
    }

    private static byte[] Damage(byte[] original, byte[][] others, Random random)
    {
        var bytes = new List<byte>(original);
        for (int times = random.Next(1, 4); times > 0 && bytes.Count > 12; times--)
        {
            int at = random.Next(bytes.Count - 10);
            switch (random.Next(8))
            {
                case 0:
                    bytes[at] ^= (byte)(1 << random.Next(8));
                    break;
                case 1:
                    bytes[at] = (byte)random.Next(256);
                    break;
                case 2:
                    bytes[at] = Telling[random.Next(Telling.Length)];
                    break;
                case 3:
                    bytes.RemoveRange(at, Math.Min(random.Next(1, 9), bytes.Count - 10 - at));
                    break;
                case 4:
                    bytes.InsertRange(at, bytes.GetRange(at, Math.Min(random.Next(1, 9), bytes.Count - at)));
                    break;
                case 5:
                    bytes[0] = (byte)random.Next(27);
                    break;
                case 6:
                    byte[] other = others[random.Next(others.Length)];
                    int from = random.Next(other.Length);
                    bytes.InsertRange(at, other.AsSpan(from, Math.Min(random.Next(1, 30), other.Length - from)).ToArray());
                    break;
                default:
                    bytes[at]++;
                    break;
            }
        }

        return [.. bytes];
    }

    /// <summary>Reads, changes, writes out and copies a value that a damaged payload has given.</summary>
    private static void Use(TestEngine engine, Random random)
    {
        string type = engine.Run("TYPE k").Text[1..^2];
        string[] lines = type switch
        {
            "string" => ["GET k", "APPEND k x", "STRLEN k"],
            "list" => ["LRANGE k 0 -1", "LPUSH k a", "LINSERT k BEFORE a b", "RPOP k", "LREM k 0 1", "LTRIM k 0 5"],
            "set" => ["SMEMBERS k", "SADD k new 5 7", "SREM k 1 a", "SRANDMEMBER k 3", "SPOP k"],
            "zset" => ["ZRANGE k 0 -1 WITHSCORES", "ZRANGEBYSCORE k -inf +inf", "ZADD k 3 new", "ZINCRBY k 1 a", "ZREVRANK k b", "ZPOPMIN k"],
            "hash" => ["HGETALL k", "HSET k new 1", "HDEL k f a", "HRANDFIELD k 2 WITHVALUES", "HEXPIRE k 100 FIELDS 1 new"],
            "stream" => ["XRANGE k - +", "XREVRANGE k + -", "XINFO STREAM k FULL COUNT 0", "XADD k * f v", "XREADGROUP GROUP g1 new COUNT 3 STREAMS k >",
                "XPENDING k g1 - + 100", "XAUTOCLAIM k g1 other 0 0", "XTRIM k MAXLEN 3", "XDEL k 1-1 2-0", "XGROUP DESTROY k g2"],
            _ => [],
        };
        foreach (string line in lines)
        {
            engine.Run(line);
        }

        engine.Run("DUMP k");
        engine.Run("COPY k copy");
        engine.Run("OBJECT ENCODING k");
        engine.Run("MEMORY USAGE k");
        if (random.Next(4) == 0)
        {
            engine.Run("DEBUG DIGEST");
        }

        engine.Run("DEL copy");
    }
}
