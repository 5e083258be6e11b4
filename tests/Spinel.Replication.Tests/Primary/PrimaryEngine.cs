using System.Globalization;
using System.Text;
using Spinel.Engine;
using Spinel.Persistence;
using Spinel.Replication.Primary;

namespace Spinel.Replication.Tests.Primary;

/// <summary>A primary without sockets, on the checked heap, in a directory that may outlive it.</summary>
internal sealed class PrimaryEngine : IDisposable
{
    private readonly string _directory;
    private readonly bool _ownsDirectory;

    public PrimaryEngine(params (string Name, string Value)[] options)
        : this(null, options)
    {
    }

    public PrimaryEngine(string? directory, params (string Name, string Value)[] options)
    {
        _ownsDirectory = directory is null;
        _directory = directory ?? Directory.CreateTempSubdirectory("spinel-replication-").FullName;
        Persistence = new PersistenceExtension();
        Replication = new ReplicationExtension();
        Engine = new TestEngine(
            o =>
            {
                o.Set("dir", _directory).Set("save", "").Set("enable-debug-command", "yes").Set("repl-diskless-sync-delay", "0");
                foreach ((string name, string value) in options)
                {
                    o.Set(name, value);
                }
            },
            Log,
            Persistence,
            Replication);
        TurnUntil(() => !Engine.Engine.IsLoading);

        // The first of what is done once a second is over then.
        Engine.Turn(1);
    }

    public TestEngine Engine { get; }

    public PersistenceExtension Persistence { get; }

    public ReplicationExtension Replication { get; }

    public LogLines Log { get; } = new();

    /// <summary>The bytes of the stream so far.</summary>
    public long Offset => Replication.State.Offset;

    public Reply Run(string line) => Engine.Run(line);

    public ScriptedReplica Connect() => new(this);

    /// <summary>A field of INFO replication.</summary>
    public string Info(string field)
    {
        string? line = Run("INFO everything").Text.Split("\r\n").FirstOrDefault(line => line.StartsWith(field + ":", StringComparison.Ordinal));
        return line is null ? "" : line[(field.Length + 1)..];
    }

    /// <summary>Turns until what happens on another thread has come to its end.</summary>
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

    public void Dispose()
    {
        Engine.Dispose();
        if (_ownsDirectory)
        {
            Directory.Delete(_directory, recursive: true);
        }
    }

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

        public bool Has(string text) => Lines.Any(line => line.Contains(text, StringComparison.Ordinal));

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

/// <summary>A replica that says what a test has it say, and keeps what it is sent.</summary>
internal sealed class ScriptedReplica(PrimaryEngine primary)
{
    private readonly StringBuilder _received = new();

    public TestClient Client { get; } = primary.Engine.Connect();

    /// <summary>What has been received and not been taken, each byte one character.</summary>
    public string Pending => _received.ToString();

    public bool IsClosed => Client.Session.IsClosed;

    /// <summary>The history, from the answer to PSYNC.</summary>
    public string Id { get; private set; } = "";

    /// <summary>The offset at which the stream begins, from the answer to PSYNC.</summary>
    public long Offset { get; private set; }

    /// <summary>Says what it can do.</summary>
    public ScriptedReplica Greet(bool recognizesEnd = true)
    {
        Client.Run("REPLCONF listening-port 7777").ShouldBe("+OK");
        Client.Run(recognizesEnd ? "REPLCONF capa eof capa psync2" : "REPLCONF capa psync2").ShouldBe("+OK");
        return this;
    }

    /// <summary>Sends a request that begins with its reply, or has none.</summary>
    public void Send(string line) => _received.Append(Client.Run(line).Text);

    /// <summary>Takes in what the turn has for it.</summary>
    public void Receive() => _received.Append(Client.Receive().Text);

    /// <summary>A turn, and what comes of it.</summary>
    public string Turn(long milliseconds = 0)
    {
        primary.Engine.Turn(milliseconds);
        Receive();
        return Take();
    }

    public string Take()
    {
        string text = _received.ToString();
        _received.Clear();
        return text;
    }

    /// <summary>Turns until a line has come, and takes it.</summary>
    public string TakeLine()
    {
        TurnUntil(() => Pending.Contains('\n', StringComparison.Ordinal));
        int end = Pending.IndexOf('\n', StringComparison.Ordinal) + 1;
        string line = Pending[..end];
        _received.Remove(0, end);
        return line.TrimEnd('\r', '\n');
    }

    /// <summary>Asks for everything, and returns the snapshot.</summary>
    public string SyncFully()
    {
        Send("PSYNC ? -1");
        return TakeSnapshot();
    }

    /// <summary>Takes the answer to a PSYNC that cannot be gone on with, and the snapshot.</summary>
    public string TakeSnapshot()
    {
        string[] words;
        do
        {
            words = TakeLine().Split(' ');
        }
        while (words[0].Length == 0);
        Assert.Equal("+FULLRESYNC", words[0]);
        Id = words[1];
        Offset = long.Parse(words[2], CultureInfo.InvariantCulture);
        return TakePayload();
    }

    public string TakePayload()
    {
        string header;
        do
        {
            header = TakeLine();
        }
        while (header.Length == 0);
        if (header.StartsWith("$EOF:", StringComparison.Ordinal))
        {
            string mark = header[5..];
            TurnUntil(() => Pending.Contains(mark, StringComparison.Ordinal));
            string data = Take();
            Assert.EndsWith(mark, data, StringComparison.Ordinal);
            return data[..^mark.Length];
        }

        int length = int.Parse(header.AsSpan(1), CultureInfo.InvariantCulture);
        TurnUntil(() => Pending.Length >= length);
        string bytes = Pending[..length];
        _received.Remove(0, length);
        return bytes;
    }

    /// <summary>Everything that belongs to becoming a replica.</summary>
    public ScriptedReplica Join()
    {
        Greet();
        SyncFully();
        Send($"REPLCONF ACK {Offset}");
        TurnUntil(() => PrimarySide.LinkOf(Client.Session) is { State: LinkState.Online, AwaitsFirstAcknowledgement: false });
        Turn();
        return this;
    }

    public void Disconnect() => Client.Session.OnDisconnected();

    public void TurnUntil(Func<bool> condition) => primary.TurnUntil(() =>
    {
        Receive();
        return condition();
    });
}
