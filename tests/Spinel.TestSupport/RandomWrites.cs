using System.Globalization;

namespace Spinel.TestSupport;

/// <summary>Random commands over few keys of every type, the same for the same seed.</summary>
/// <param name="seed">Of the choice.</param>
/// <param name="leastLifeMs">The shortest time that PEXPIRE gives a key: beyond the end of the test where data has to be the same at any time.</param>
/// <param name="flushChance">One in so many commands that could empty a database does.</param>
public sealed class RandomWrites(int seed, int leastLifeMs = 100_000, int flushChance = 12)
{
    private const int Kinds = 31;
    private readonly Random _random = new(seed);

    /// <summary>The next command, its words separated by spaces.</summary>
    public string Next()
    {
        string key = $"k{_random.Next(40)}";
        string other = $"k{_random.Next(40)}";
        string member = $"m{_random.Next(400).ToString(CultureInfo.InvariantCulture)}";
        string value = new((char)('a' + _random.Next(26)), _random.Next(4) == 0 ? _random.Next(3000) : _random.Next(20) + 1);
        return _random.Next(Kinds) switch
        {
            0 or 1 => $"SET {key} {value}",
            2 => $"APPEND {key} {value}",
            3 => $"INCR {key}",
            4 or 5 => $"HSET {key} {member} {value} f{_random.Next(90)} 1",
            6 => $"HDEL {key} {member}",
            7 or 8 => $"RPUSH {key} {value} {member}",
            9 => $"LPOP {key}",
            10 or 11 => $"SADD {key} {member} {_random.Next(500)}",
            12 => $"SREM {key} {member}",
            13 or 14 => $"ZADD {key} {_random.Next(100)} {member} {_random.Next(100)} {other}",
            15 => $"ZREM {key} {member}",
            16 => $"XADD {key} * f {value}",
            17 => $"DEL {key}",
            18 => $"RENAME {key} {other}",
            19 => $"COPY {key} {other} REPLACE",
            20 => $"PEXPIRE {key} {leastLifeMs + _random.Next(Math.Max(leastLifeMs, 300))}",
            21 => $"SELECT {_random.Next(3)}",
            22 => $"MOVE {key} {_random.Next(3)}",
            23 => _random.Next(flushChance) == 0 ? "FLUSHDB" : $"SETRANGE {key} 5 {value}",
            24 => _random.Next(flushChance) == 0 ? "SWAPDB 0 1" : $"PFADD {key} {member}",
            25 => _random.Next(flushChance * 5) == 0 ? "FLUSHALL" : $"SPOP {key}",
            26 => $"ZPOPMIN {key}",
            27 => $"SUNIONSTORE {key} {other}",
            28 => $"XGROUP CREATE {key} g 0 MKSTREAM",
            29 => $"XREADGROUP GROUP g c COUNT 2 STREAMS {key} >",
            _ => $"INCRBYFLOAT {key} 0.5",
        };
    }

    /// <summary>Runs so many of them.</summary>
    public void Run(RespConnection connection, int count)
    {
        for (int i = 0; i < count; i++)
        {
            connection.Command(Next().Split(' '));
        }
    }
}
