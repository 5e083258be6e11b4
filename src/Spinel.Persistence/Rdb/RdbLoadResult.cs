using Spinel.Engine;

namespace Spinel.Persistence.Rdb;

/// <summary>How a file is to be loaded.</summary>
public sealed record RdbLoadSettings
{
    /// <summary>Whether the checksum is compared: <c>rdbchecksum</c>.</summary>
    public bool Checksum { get; init; } = true;

    /// <summary>
    /// Whether keys whose time has come are loaded all the same: what comes from a primary or precedes a log says itself when they go.
    /// </summary>
    public bool KeepExpired { get; init; }

    /// <summary>As <see cref="KeepExpired"/>, for a file that says to which place in a replication history it belongs.</summary>
    public bool KeepExpiredOfHistory { get; init; }

    /// <summary>Whether keys that are there already are replaced; otherwise they are an error.</summary>
    public bool Replaces { get; init; }

    /// <summary>The databases that the keys go to; null for those of the engine.</summary>
    public IReadOnlyList<Database>? Target { get; init; }

    /// <summary>Whether values are read and thrown away: for looking into a file.</summary>
    public bool Discard { get; init; }
}

/// <summary>What a file contained, as far as it has been loaded.</summary>
public sealed class RdbLoadResult
{
    private readonly long[] _keysByType = new long[256];

    /// <summary>The version of the format; of Valkey's own from 80 on.</summary>
    public int Version { get; internal set; }

    /// <summary>Keys that are there now.</summary>
    public long Keys { get; internal set; }

    /// <summary>Keys that have an expiry, among these.</summary>
    public long ExpiringKeys { get; internal set; }

    /// <summary>Keys that were left out because their time had come.</summary>
    public long ExpiredKeys { get; internal set; }

    /// <summary>Keys that were left out because they hold an empty collection, which old servers wrote by mistake.</summary>
    public long EmptyKeys { get; internal set; }

    /// <summary>Keys that were left out because only a module can read their value.</summary>
    public long ModuleKeys { get; internal set; }

    /// <summary>What the file says about itself, by name.</summary>
    public Dictionary<string, string> Aux { get; } = new(StringComparer.Ordinal);

    /// <summary>The sources of libraries of functions.</summary>
    public List<byte[]> Functions { get; } = [];

    /// <summary>Whether the file ended with a checksum, and it was compared.</summary>
    public bool IsChecked { get; internal set; }

    /// <summary>The replication history to which the data belongs; null when the file does not say.</summary>
    public string? ReplicationId => Aux.GetValueOrDefault("repl-id");

    /// <summary>The place in that history; -1 when the file does not say.</summary>
    public long ReplicationOffset => Number("repl-offset", -1);

    /// <summary>The database that the stream of effects has selected there; -1 when the file does not say.</summary>
    public int ReplicationDatabase => (int)Number("repl-stream-db", -1);

    /// <summary>Whether it is the beginning of an append-only log.</summary>
    public bool IsAofBase => Number("aof-base", 0) == 1;

    /// <summary>How many keys had a type of value.</summary>
    public long KeysOf(RdbType type) => _keysByType[(int)type];

    internal void Count(RdbType type) => _keysByType[(int)type]++;

    private long Number(string name, long otherwise) =>
        long.TryParse(Aux.GetValueOrDefault(name), System.Globalization.CultureInfo.InvariantCulture, out long value) ? value : otherwise;
}
