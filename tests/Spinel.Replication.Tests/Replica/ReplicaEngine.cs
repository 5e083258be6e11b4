using System.Diagnostics;
using Spinel.Engine;
using Spinel.Engine.Configuration;
using Spinel.Persistence;

namespace Spinel.Replication.Tests.Replica;

/// <summary>An engine with persistence and replication and without a network of its own, that turns when it is told to. Only its connection to a primary is real.</summary>
internal sealed class ReplicaEngine : IDisposable
{
    private readonly string _directory = Directory.CreateTempSubdirectory("spinel-replica-").FullName;

    public ReplicaEngine(params (string Name, string Value)[] options)
    {
        Replication = new ReplicationExtension();
        Engine = new TestEngine(
            o =>
            {
                o.Set("dir", _directory).Set("save", "").Set("enable-debug-command", "yes");
                foreach ((string name, string value) in options)
                {
                    o.Set(name, value.Split(' '));
                }
            },
            Log,
            new PersistenceExtension(keepsSnapshots: false),
            Replication);
    }

    public TestEngine Engine { get; }

    public ReplicationExtension Replication { get; }

    public Lines Log { get; } = new();

    public string Role => Engine.Run("ROLE").Text;

    public string DirectoryPath => _directory;

    public Reply Run(string line) => Engine.Run(line);

    /// <summary>A field of INFO.</summary>
    public string Info(string field) =>
        Engine.Run("INFO everything").Text.Split("\r\n").FirstOrDefault(line => line.StartsWith(field + ":", StringComparison.Ordinal))?[(field.Length + 1)..] ?? "";

    /// <summary>Turns until something has come about. The sockets need real time; the engine's clock goes some times as fast.</summary>
    public void TurnUntil(Func<bool> condition)
    {
        const int Speed = 5;
        long start = Stopwatch.GetTimestamp();
        long passedMs = 0;
        while (!condition())
        {
            TimeSpan elapsed = Stopwatch.GetElapsedTime(start);
            Assert.True(elapsed < TimeSpan.FromSeconds(15), "it takes too long; the log says:\n" + string.Join('\n', Log.All.TakeLast(30)));
            long nowMs = (long)(elapsed.TotalMilliseconds * Speed);
            Engine.Turn(nowMs - passedMs);
            passedMs = nowMs;
            Thread.Yield();
        }
    }

    public void TurnUntilLogged(string part) => TurnUntil(() => Log.Contains(part));

    public void Dispose()
    {
        Engine.Dispose();
        Directory.Delete(_directory, recursive: true);
    }

    internal sealed class Lines : IServerLog
    {
        private readonly List<string> _lines = [];

        public string[] All => [.. _lines];

        public bool Contains(string part) => _lines.Exists(line => line.Contains(part, StringComparison.Ordinal));

        public int Count(string part) => _lines.Count(line => line.Contains(part, StringComparison.Ordinal));

        public bool IsEnabled(ServerLogLevel level) => true;

        public void Write(ServerLogLevel level, string message) => _lines.Add(message);
    }
}
