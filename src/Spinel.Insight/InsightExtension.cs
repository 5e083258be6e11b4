using Spinel.DataStructures;
using Spinel.Engine;
using Spinel.Engine.Configuration;
using Spinel.Engine.Dispatch;
using Spinel.Engine.Observation;
using Spinel.Insight.Accesses;
using Spinel.Insight.History;
using Spinel.Insight.Keys;
using Spinel.Insight.Tree;

namespace Spinel.Insight;

/// <summary>
/// What a server knows about itself beyond its counters, as a part of the server: the history of the series, the hottest and the largest keys, the tree of keys.
/// The command <c>INSIGHT</c> shows it to clients; the members of this class are for what runs in the same process.
/// Unless something else is said, everything is for the engine thread: others come by <see cref="SpinelEngine.Mailbox"/>.
/// </summary>
/// <param name="keepsFiles">Whether the history is kept in a file, in the server's directory.</param>
public sealed class InsightExtension(bool keepsFiles = false) : IEngineExtension, IAccessSampler
{
    private const long MsPerSecond = 1000;

    private readonly double[] _latest = new double[SeriesCatalog.All.Count];
    private Parts? _parts;
    private long _nextSampleMs;

    /// <inheritdoc/>
    public CommandSet? Commands => GeneratedCommands.Set;

    /// <summary>Raised once a second, when there is a new sample.</summary>
    public event Action? Sampled;

    /// <summary>The latest sample: a value for each series of <see cref="SeriesCatalog.All"/>, NaN where nothing is known.</summary>
    public ReadOnlySpan<double> LatestSample => _latest;

    /// <summary>When it was taken, Unix milliseconds; 0 before the first.</summary>
    public long LatestSampleMs { get; private set; }

    /// <summary>The key trees of the databases.</summary>
    public KeyTrees Trees => Attached.Trees;

    /// <summary>The commands that clients run.</summary>
    public AccessFeed Accesses => Attached.Accesses;

    /// <inheritdoc/>
    public int MaxTimeoutMs => _parts is { } parts ? Math.Min(parts.Trees.MaxTimeoutMs, parts.BigKeys.MaxTimeoutMs) : int.MaxValue;

    internal HotKeySketch HotKeys { get; } = new();

    internal BigKeys BigKeys => Attached.BigKeys;

    internal HistoryKeeper History => Attached.History;

    internal SpinelEngine Engine => Attached.Engine;

    private Parts Attached => _parts ?? throw new InvalidOperationException("The extension is attached to no engine.");

    /// <summary>
    /// What reads the history. To go through a month takes some milliseconds, so it is made on the engine thread, used soon, and may read on a thread of the caller's.
    /// </summary>
    public HistoryReader HistoryReader() => new(History.Samples, Engine.Clock.NowMs);

    /// <inheritdoc/>
    public void Attach(SpinelEngine engine)
    {
        ArgumentNullException.ThrowIfNull(engine);
        _parts = new Parts(engine, new SampleReader(engine), new HistoryKeeper(engine, keepsFiles), new KeyTrees(engine), new BigKeys(engine), new AccessFeed(engine));
        engine.AccessSampling.Sampler = this;
        engine.Keyspace.LargeKeys = _parts.BigKeys;
        Array.Fill(_latest, double.NaN);
        _nextSampleMs = NextSecond(engine.Clock.NowMs);
    }

    /// <inheritdoc/>
    public void RunBackground()
    {
        Parts parts = Attached;
        parts.Trees.RunBackground();
        parts.BigKeys.RunBackground();
    }

    /// <inheritdoc/>
    public void OnCron()
    {
        Parts parts = Attached;
        parts.Trees.OnCron();
        parts.BigKeys.OnCron();
        parts.Engine.Turns.Review();
        long now = parts.Engine.Clock.NowMs;
        if (now >= _nextSampleMs || _nextSampleMs - now > MsPerSecond)
        {
            _nextSampleMs = NextSecond(now);
            HotKeys.Fade();
            parts.Reader.Read(_latest);
            LatestSampleMs = now;
            parts.History.Add(now, _latest);
            Sampled?.Invoke();
        }
    }

    /// <inheritdoc/>
    public void OnStop() => _parts?.History.Close();

    /// <inheritdoc/>
    public void Dispose()
    {
        if (_parts is { } parts)
        {
            parts.Engine.AccessSampling.Sampler = null;
            parts.Engine.Keyspace.LargeKeys = null;
            parts.Trees.Dispose();
            parts.Reader.Dispose();
            _parts = null;
        }
    }

    void IAccessSampler.OnAccess(Database database, CommandDescriptor command, ReadOnlySpan<byte> key, ulong hash, int keys)
    {
        bool isWrite = (command.Flags & CommandFlags.Write) != 0;
        HotKeys.Add(database, key, hash, isWrite, keys);
        if (_parts is { Trees.IsActive: true } parts && !isWrite)
        {
            KeyBlock block = database.Keys.Find(key, hash);
            bool isHit = !block.IsNull && !(block.HasExpiry && block.ExpiryMs <= parts.Engine.Clock.ExpiryNowMs);
            parts.Trees.Traffic.Add(database, key, isHit, keys);
        }
    }

    private static long NextSecond(long nowMs) => ((nowMs / MsPerSecond) + 1) * MsPerSecond;

    private sealed record Parts(SpinelEngine Engine, SampleReader Reader, HistoryKeeper History, KeyTrees Trees, BigKeys BigKeys, AccessFeed Accesses);
}
