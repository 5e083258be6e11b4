namespace Spinel.Engine.Dispatch;

/// <summary>What a command may do and where it may run. Names and meaning are the wire's (COMMAND INFO), in the order it lists them.</summary>
[Flags]
public enum CommandFlags : uint
{
    /// <summary>No property applies.</summary>
    None = 0,

    /// <summary>May change the keyspace.</summary>
    Write = 1u << 0,

    /// <summary>Reads keys and never changes them.</summary>
    ReadOnly = 1u << 1,

    /// <summary>Refused while memory is above <c>maxmemory</c> and nothing can be evicted.</summary>
    DenyOom = 1u << 2,

    /// <summary>Registered by a module.</summary>
    Module = 1u << 3,

    /// <summary>Administers the server.</summary>
    Admin = 1u << 4,

    /// <summary>Belongs to publish/subscribe.</summary>
    PubSub = 1u << 5,

    /// <summary>Not callable from a script.</summary>
    NoScript = 1u << 6,

    /// <summary>May block its client.</summary>
    Blocking = 1u << 7,

    /// <summary>Allowed while the data set is being loaded.</summary>
    Loading = 1u << 8,

    /// <summary>Allowed on a replica with stale data.</summary>
    Stale = 1u << 9,

    /// <summary>Not shown by MONITOR.</summary>
    SkipMonitor = 1u << 10,

    /// <summary>Not recorded by the slow log.</summary>
    SkipSlowlog = 1u << 11,

    /// <summary>Runs on an importing slot as if ASKING had been sent.</summary>
    Asking = 1u << 12,

    /// <summary>Constant or logarithmic time.</summary>
    Fast = 1u << 13,

    /// <summary>Allowed before authentication.</summary>
    NoAuth = 1u << 14,

    /// <summary>Key arguments may be absent.</summary>
    NoMandatoryKeys = 1u << 15,

    /// <summary>Not allowed during asynchronous loading (a replica's swapdb sync).</summary>
    NoAsyncLoading = 1u << 16,

    /// <summary>Not allowed inside MULTI.</summary>
    NoMulti = 1u << 17,

    /// <summary>Keys cannot be found by first/last/step alone. Derived from the key specifications, never declared.</summary>
    MovableKeys = 1u << 18,

    /// <summary>Allowed while a script or module holds the server past its time limit.</summary>
    AllowBusy = 1u << 19,

    /// <summary>Not a write, yet may produce effects that are replicated. Not shown to clients.</summary>
    MayReplicate = 1u << 20,

    /// <summary>Needs an enabling option (<c>enable-debug-command</c>, <c>enable-module-command</c>). Not shown to clients.</summary>
    Protected = 1u << 21,

    /// <summary>May touch keys that are not among its arguments. Not shown to clients.</summary>
    TouchesArbitraryKeys = 1u << 22,
}

/// <summary>The words that COMMAND INFO uses for <see cref="CommandFlags"/>.</summary>
public static class CommandFlagsText
{
    private static readonly string[] Words =
    [
        "write", "readonly", "denyoom", "module", "admin", "pubsub", "noscript", "blocking", "loading", "stale", "skip_monitor",
        "skip_slowlog", "asking", "fast", "no_auth", "no_mandatory_keys", "no_async_loading", "no_multi",
        "movablekeys", "allow_busy",
    ];

    /// <summary>The number of flags that clients can see; they are bits 0 to this, exclusive.</summary>
    public static int VisibleCount => Words.Length;

    /// <summary>The word of one flag, given its bit number.</summary>
    public static string Word(int bit) => Words[bit];
}
