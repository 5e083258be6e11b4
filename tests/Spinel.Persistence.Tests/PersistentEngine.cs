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
