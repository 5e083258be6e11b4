using System.Globalization;
using Spinel.Engine;

namespace Spinel.Persistence.Tests;

/// <summary>An engine that keeps its data in a directory, which outlives it: another one on the same directory is the server started again.</summary>
internal sealed class PersistentEngine : IDisposable
{
    public PersistentEngine(string directory, params (string Name, string Value)[] options)
    {
        Persistence = new PersistenceExtension();
        Engine = new TestEngine(
            o =>
            {
                o.Set("dir", directory).Set("save", "").Set("enable-debug-command", "yes");
                foreach ((string name, string value) in options)
                {
                    o.Set(name, value);
                }
            },
            Log,
            Persistence);
        try
        {
            while (Engine.Engine.IsLoading)
            {
                Engine.Turn();
            }
        }
        catch
        {
            Engine.Dispose();
            throw;
        }
    }

    public TestEngine Engine { get; }

    public PersistenceExtension Persistence { get; }

    public LogLines Log { get; } = new();

    /// <summary>A number that is the same for equal data.</summary>
    public string Digest => Engine.Run("DEBUG DIGEST").Text;

    public static string NewDirectory() => Directory.CreateTempSubdirectory("spinel-persistence-").FullName;

    /// <summary>Turns until what happens on other threads has come to its end.</summary>
    public void TurnUntil(Func<bool> condition)
    {
        DateTime limit = DateTime.UtcNow.AddSeconds(30);
        while (!condition())
        {
            Assert.True(DateTime.UtcNow < limit, "it takes too long; the log says:\n" + string.Join('\n', Log.Lines));
            Engine.Turn(1);
            Thread.Yield();
        }
    }

    public void Dispose() => Engine.Dispose();

    /// <summary>Keeps what is logged.</summary>
    internal sealed class LogLines : IServerLog
    {
        private readonly List<string> _lines = [];

        public IReadOnlyList<string> Lines
        {
            get
            {
                lock (_lines)
                {
                    return [.. _lines];
                }
            }
        }

        public bool IsEnabled(ServerLogLevel level) => true;

        public void Write(ServerLogLevel level, string message)
        {
            lock (_lines)
            {
                _lines.Add(message);
            }
        }
    }
}

/// <summary>Random commands over few keys of every type, all of which mean the same whenever they run.</summary>
internal sealed class RandomCommands(int seed)
{
    private readonly Random _random = new(seed);

    public string Next()
    {
        string key = $"k{_random.Next(40)}";
        string other = $"k{_random.Next(40)}";
        string member = $"m{_random.Next(400).ToString(CultureInfo.InvariantCulture)}";
        string value = new((char)('a' + _random.Next(26)), _random.Next(4) == 0 ? _random.Next(3000) : _random.Next(20) + 1);
        return _random.Next(26) switch
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
            20 => $"PEXPIRE {key} {100000 + _random.Next(100000)}",
            21 => $"SELECT {_random.Next(3)}",
            22 => $"MOVE {key} {_random.Next(3)}",
            23 => _random.Next(12) == 0 ? "FLUSHDB" : $"SETRANGE {key} 5 {value}",
            24 => _random.Next(12) == 0 ? "SWAPDB 0 1" : $"PFADD {key} {member}",
            _ => _random.Next(60) == 0 ? "FLUSHALL" : $"SPOP {key}",
        };
    }
}
