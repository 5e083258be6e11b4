using System.Globalization;

namespace Spinel.Persistence.Tests.Rdb;

/// <summary>Values of every type in every form that servers have for it, as commands that make them under the name <c>k</c>.</summary>
internal static class SampleValues
{
    /// <summary>Those that Redis 7.0 can have.</summary>
    public static IEnumerable<(string Name, string[][] Commands)> Classic =>
    [
        ("small integer", [["SET", "k", "7"]]),
        ("negative integer", [["SET", "k", "-300"]]),
        ("32-bit integer", [["SET", "k", "2147483647"]]),
        ("33-bit integer", [["SET", "k", "-2147483649"]]),
        ("64-bit integer", [["SET", "k", "-9223372036854775808"]]),
        ("almost an integer", [["SET", "k", "007"]]),
        ("empty string", [["SET", "k", ""]]),
        ("short string", [["SET", "k", "hello"]]),
        ("string of 20", [["SET", "k", new string('a', 20)]]),
        ("string of 21", [["SET", "k", new string('a', 21)]]),
        ("string of 44", [["SET", "k", Noise(44, 1)]]),
        ("string of 45", [["SET", "k", Noise(45, 2)]]),
        ("long repetitive string", [["SET", "k", string.Concat(Enumerable.Repeat("abcdefg", 50_000))]]),
        ("long noisy string", [["SET", "k", Noise(300_000, 3)]]),
        ("binary string", [["SET", "k", string.Concat(Enumerable.Range(0, 256).Select(i => (char)i))]]),
        ("raw short string", [["APPEND", "k", "1"], ["APPEND", "k", "2"]]),
        ("small list", [["RPUSH", "k", "a", "1", "-1", "128", "70000", "9223372036854775807", "x y"]]),
        ("long list", [.. Batches("RPUSH", 3000, i => [$"element-{i}"])]),
        ("list of long elements", [["RPUSH", "k", Noise(20_000, 4), "short", Noise(9_000, 5)]]),
        ("intset 16", [["SADD", "k", "1", "2", "-3"]]),
        ("intset 32", [["SADD", "k", "1", "70000", "-3"]]),
        ("intset 64", [["SADD", "k", "1", "9223372036854775807", "-9223372036854775808"]]),
        ("small set", [["SADD", "k", "a", "b", "12"]]),
        ("large set of integers", [.. Batches("SADD", 2000, i => [(i * 7L).ToString(CultureInfo.InvariantCulture)])]),
        ("large set", [.. Batches("SADD", 2000, i => [$"member:{i}", Noise(30, i)])]),
        ("small sorted set", [["ZADD", "k", "1", "a", "1.5", "b", "-inf", "c", "inf", "d", "1e300", "e", "-0", "f", "3", "17"]]),
        ("large sorted set", [.. Batches("ZADD", 1000, i => [(i / 3.0).ToString("R", CultureInfo.InvariantCulture), $"m{i}"])]),
        ("sorted set of long members", [["ZADD", "k", "2", new string('m', 100), "1", Noise(200, 6)]]),
        ("small hash", [["HSET", "k", "f", "v", "1", "2", "empty", "", "minus", "-7"]]),
        ("large hash", [.. Batches("HSET", 1500, i => [$"field{i}", Noise(i % 90, i)])]),
        ("hash of a long value", [["HSET", "k", "f", Noise(5000, 7), "g", "1"]]),
        ("stream", [["XADD", "k", "1-1", "a", "1", "b", "2"], ["XADD", "k", "1-2", "a", "3", "b", "4"], ["XADD", "k", "5-0", "other", "x"], ["XADD", "k", "6-0", "a", "7", "b", "8"], ["XDEL", "k", "1-2"]]),
        ("stream of many blocks", [.. Enumerable.Range(1, 700).Select(i => (string[])["XADD", "k", $"{i}-{i % 5}", "temperature", $"{i}", "humidity", Noise(10, i)])]),
        ("empty stream", [["XADD", "k", "3-3", "a", "b"], ["XDEL", "k", "3-3"]]),
        ("stream with groups",
        [
            .. Enumerable.Range(1, 50).Select(i => (string[])["XADD", "k", $"{i}-0", "n", $"{i}"]),
            ["XGROUP", "CREATE", "k", "g1", "0"],
            ["XGROUP", "CREATE", "k", "g2", "10-0", "ENTRIESREAD", "10"],
            ["XGROUP", "CREATE", "k", "g3", "$"],
            ["XGROUP", "CREATECONSUMER", "k", "g1", "idle"],
            ["XREADGROUP", "GROUP", "g1", "alice", "COUNT", "20", "STREAMS", "k", ">"],
            ["XREADGROUP", "GROUP", "g1", "bob", "COUNT", "10", "STREAMS", "k", ">"],
            ["XACK", "k", "g1", "3-0", "25-0"],
            ["XREADGROUP", "GROUP", "g2", "carol", "COUNT", "5", "STREAMS", "k", ">"],
            ["XDEL", "k", "7-0"],
        ]),
    ];

    /// <summary>Bytes that do not compress, always the same for a seed.</summary>
    public static string Noise(int length, int seed)
    {
        var random = new Random(seed);
        return string.Create(length, random, static (text, random) =>
        {
            for (int i = 0; i < text.Length; i++)
            {
                text[i] = (char)random.Next(256);
            }
        });
    }

    private static IEnumerable<string[]> Batches(string command, int count, Func<int, string[]> elements) =>
        Enumerable.Range(0, count).Chunk(100).Select(batch => (string[])[command, "k", .. batch.SelectMany(elements)]);
}
