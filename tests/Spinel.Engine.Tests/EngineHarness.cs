using System.Globalization;
using System.Text;
using Spinel.Engine.Configuration;
using Spinel.Engine.Effects;
using Spinel.Engine.Sessions;

namespace Spinel.Engine.Tests;

/// <summary>
/// An engine without sockets, on a clock that stands still until it is told to move and on the checked heap. Commands go in as
/// text, replies come out as text, and what the commands did to the keyspace is recorded. Disposing reports leaks.
/// </summary>
/// <example><code>
/// using TestEngine engine = new();
/// engine.Run("SET a 1").ShouldBe("+OK");
/// engine.Run("GET a").ShouldBe("$1", "1");
/// engine.TakeEffects().ShouldBe("0 SET a 1");
/// </code></example>
internal sealed class TestEngine : IDisposable
{
    private readonly Recorder _recorder = new();
    private TestClient? _client;

    public TestEngine(Action<ServerOptions>? configure = null, IServerLog? log = null, params IEngineExtension[] extensions)
    {
        ServerOptions options = new();
        configure?.Invoke(options);
        Engine = new SpinelEngine(new EngineSettings
        {
            Options = options,
            Time = Time,
            CheckedHeap = true,
            Seed = 1,
            Log = log ?? new NullServerLog(),
            Extensions = extensions,
        });
        Engine.Keyspace.Effects.Subscribe(_recorder);
        Engine.Keyspace.Subscribe(_recorder);
    }

    public FakeTime Time { get; } = new();

    public SpinelEngine Engine { get; }

    /// <summary>The client that <see cref="Run(string)"/> speaks for.</summary>
    public TestClient Client => _client ??= Connect();

    /// <summary>Unix milliseconds of the engine's clock.</summary>
    public long NowMs => Time.GetUtcNow().ToUnixTimeMilliseconds();

    public TestClient Connect() => new(this);

    /// <summary>Runs one command: words separated by blanks; a word in double quotes may hold blanks or be empty.</summary>
    public Reply Run(string line) => Client.Run(line);

    /// <summary>Runs one command with the arguments given, each character a byte.</summary>
    public Reply Call(params string[] arguments) => Client.Call(arguments);

    /// <summary>A turn of the loop in which nothing is received, after the time given has passed.</summary>
    public void Turn(long milliseconds = 0)
    {
        Time.Advance(milliseconds);
        Engine.BeginTurn();
        Engine.EndTurn();
        Engine.RunBackground();
        Engine.ClearPendingWrites();
    }

    /// <summary>The effects since the last call: the database and the arguments of each.</summary>
    public Lines TakeEffects() => Recorder.Take(_recorder.Effects);

    /// <summary>How many units the effects came in since the last call.</summary>
    public int TakeEffectBatches()
    {
        int count = _recorder.Batches;
        _recorder.Batches = 0;
        return count;
    }

    /// <summary>The key events since the last call: the database, the event and the key of each.</summary>
    public Lines TakeEvents() => Recorder.Take(_recorder.Events);

    /// <summary>Keeps no more notes: they would be most of what a test counts that counts allocations.</summary>
    public void StopRecording()
    {
        Engine.Keyspace.Effects.Unsubscribe(_recorder);
        Engine.Keyspace.Unsubscribe(_recorder);
    }

    public void Dispose()
    {
        Engine.Stop();
        Engine.Dispose();
    }

    private sealed class Recorder : IEffectSubscriber, IKeyChangeObserver
    {
        public List<string> Effects { get; } = [];

        public List<string> Events { get; } = [];

        public int Batches { get; set; }

        public static Lines Take(List<string> lines)
        {
            var taken = new Lines([.. lines]);
            lines.Clear();
            return taken;
        }

        public void OnEffects(in EffectBatch batch)
        {
            Batches++;
            for (int i = 0; i < batch.Count; i++)
            {
                Effect effect = batch[i];
                var text = new StringBuilder().Append(CultureInfo.InvariantCulture, $"{effect.Database}");
                for (int j = 0; j < effect.Count; j++)
                {
                    text.Append(' ').Append(Encoding.Latin1.GetString(effect[j]));
                }

                Effects.Add(text.ToString());
            }
        }

        public void AfterChange(Database database, ReadOnlySpan<byte> key, KeyEvent keyEvent) =>
            Events.Add($"{database.Index} {Encoding.Latin1.GetString(KeyEvents.NameOf(keyEvent))} {Encoding.Latin1.GetString(key)}");

        public void OnFlush(Database database) => Events.Add($"{database.Index} flush");

        public void OnSwap(Database first, Database second) => Events.Add($"swap {first.Index} {second.Index}");
    }
}

/// <summary>One client of a <see cref="TestEngine"/>.</summary>
internal sealed class TestClient : IConnection
{
    private readonly TestEngine _engine;
    private readonly byte[] _shared = new byte[64 * 1024];

    /// <param name="engine">The engine.</param>
    /// <param name="isTrusted">Whether it speaks as a log does, which gets no replies.</param>
    public TestClient(TestEngine engine, bool isTrusted = false)
    {
        _engine = engine;
        Session = isTrusted ? engine.Engine.OpenTrustedSession(this) : engine.Engine.Accept(this);
    }

    public Session Session { get; }

    public long FileDescriptor => -1;

    public string RemoteAddress => "127.0.0.1:50000";

    public string LocalAddress => "127.0.0.1:6379";

    public bool IsUnixSocket => false;

    public bool IsLoopback => true;

    public Reply Run(string line) => Call(Words(line));

    public Reply Call(params string[] arguments)
    {
        var request = new StringBuilder().Append(CultureInfo.InvariantCulture, $"*{arguments.Length}\r\n");
        foreach (string argument in arguments)
        {
            request.Append(CultureInfo.InvariantCulture, $"${argument.Length}\r\n{argument}\r\n");
        }

        return Send(Encoding.Latin1.GetBytes(request.ToString()));
    }

    /// <summary>Sends bytes as they are and returns everything that the engine answers.</summary>
    public Reply Send(ReadOnlySpan<byte> bytes)
    {
        // As at the start of a turn; without the turn, so that nothing periodic runs in between.
        _engine.Engine.Clock.Refresh();
        while (!bytes.IsEmpty)
        {
            Span<byte> room = Session.BeginReceive(_shared);
            int count = Math.Min(room.Length, bytes.Length);
            bytes[..count].CopyTo(room);
            Session.EndReceive(count, _shared);
            bytes = bytes[count..];
        }

        return Receive();
    }

    /// <summary>Takes what waits to be sent to the client.</summary>
    public Reply Receive()
    {
        var reply = new MemoryStream();
        while (!Session.Output.IsEmpty)
        {
            ReadOnlySpan<byte> segment = Session.Output.FirstSegment;
            reply.Write(segment);
            Session.Output.Consume(segment.Length);
        }

        _engine.Engine.ClearPendingWrites();
        return new Reply(Encoding.Latin1.GetString(reply.ToArray()));
    }

    private static string[] Words(string line)
    {
        List<string> words = [];
        for (int at = 0; at < line.Length;)
        {
            if (line[at] == ' ')
            {
                at++;
                continue;
            }

            bool quoted = line[at] == '"';
            int start = quoted ? at + 1 : at;
            int end = line.IndexOf(quoted ? '"' : ' ', start);
            end = end < 0 ? line.Length : end;
            words.Add(line[start..end]);
            at = end + 1;
        }

        return [.. words];
    }
}

/// <summary>What the engine answered, as it goes over the wire, each byte one character.</summary>
internal readonly record struct Reply(string Text)
{
    /// <summary>Asserts that the reply is these lines, each without its line end.</summary>
    public void ShouldBe(params string[] lines) => Assert.Equal(string.Concat(lines.Select(line => line + "\r\n")), Text);

    /// <summary>The elements of a reply that is an array of bulk strings without line ends in them.</summary>
    public string[] Elements()
    {
        string[] lines = Text.Split("\r\n");
        Assert.StartsWith("*", lines[0], StringComparison.Ordinal);
        int count = int.Parse(lines[0].AsSpan(1), CultureInfo.InvariantCulture);
        Assert.Equal((count * 2) + 2, lines.Length);
        return [.. Enumerable.Range(0, count).Select(i => lines[2 + (i * 2)])];
    }
}

/// <summary>Recorded lines, in order.</summary>
internal readonly record struct Lines(string[] All)
{
    public void ShouldBe(params string[] expected) => Assert.Equal(expected, All);
}

/// <summary>A clock that moves when it is told to; the time of day and the monotonic clock move together.</summary>
internal sealed class FakeTime : TimeProvider
{
    private DateTimeOffset _now = DateTimeOffset.FromUnixTimeMilliseconds(1_800_000_000_000);
    private long _timestamp;

    /// <summary>How far the monotonic clock moves at each reading, so that code which waits for a deadline gets there.</summary>
    public long TicksPerReading { get; set; }

    public override long TimestampFrequency => TimeSpan.TicksPerSecond;

    public void Advance(long milliseconds)
    {
        _now = _now.AddMilliseconds(milliseconds);
        _timestamp += milliseconds * TimeSpan.TicksPerMillisecond;
    }

    public override DateTimeOffset GetUtcNow() => _now;

    public override long GetTimestamp() => _timestamp += TicksPerReading;
}
