namespace Spinel.Engine.Configuration;

// The words of enum options. A member's name in kebab case is its word in a configuration (VolatileLru: volatile-lru),
// and the order of the members is the order in which the error for an unknown word lists them.

/// <summary>Who may use a command or an option that can harm the server.</summary>
public enum ProtectedAccess
{
    /// <summary>Nobody.</summary>
    No,

    /// <summary>Every client.</summary>
    Yes,

    /// <summary>Clients on the loopback interface or a Unix socket.</summary>
    Local,
}

/// <summary>Which keys go when memory is full.</summary>
public enum MaxMemoryPolicy
{
    /// <summary>Keys with an expiry, least recently used first.</summary>
    VolatileLru,

    /// <summary>Keys with an expiry, least frequently used first.</summary>
    VolatileLfu,

    /// <summary>Keys with an expiry, in no order.</summary>
    VolatileRandom,

    /// <summary>Keys with an expiry, those that expire first.</summary>
    VolatileTtl,

    /// <summary>Any key, least recently used first.</summary>
    AllkeysLru,

    /// <summary>Any key, least frequently used first.</summary>
    AllkeysLfu,

    /// <summary>Any key, in no order.</summary>
    AllkeysRandom,

    /// <summary>None: commands that need memory fail.</summary>
    Noeviction,
}

/// <summary>The least important message that is logged.</summary>
public enum LogLevel
{
    /// <summary>Everything, for finding bugs.</summary>
    Debug,

    /// <summary>A lot, for development.</summary>
    Verbose,

    /// <summary>What an operator wants to know.</summary>
    Notice,

    /// <summary>Only what needs attention.</summary>
    Warning,
}

/// <summary>When the append-only file is forced to disk.</summary>
public enum AppendFsync
{
    /// <summary>Once a second.</summary>
    Everysec,

    /// <summary>Before the reply to a write is sent.</summary>
    Always,

    /// <summary>When the operating system chooses.</summary>
    No,
}

/// <summary>Which process supervisor is told that the server is ready.</summary>
public enum Supervision
{
    /// <summary>Upstart.</summary>
    Upstart,

    /// <summary>systemd.</summary>
    Systemd,

    /// <summary>The one that the environment names.</summary>
    Auto,

    /// <summary>None.</summary>
    No,
}

/// <summary>Which payloads are checked in depth before they are accepted.</summary>
public enum SanitizeDumpPayload
{
    /// <summary>None.</summary>
    No,

    /// <summary>All.</summary>
    Yes,

    /// <summary>Those that clients send.</summary>
    Clients,
}

/// <summary>What is done with the process's score for the kernel's out-of-memory killer.</summary>
public enum OomScoreAdjustment
{
    /// <summary>Nothing.</summary>
    No,

    /// <summary>As <see cref="Relative"/>.</summary>
    Yes,

    /// <summary>The configured values are added to the score at start.</summary>
    Relative,

    /// <summary>The configured values are written as they are.</summary>
    Absolute,
}

/// <summary>The facility of messages sent to syslog.</summary>
public enum SyslogFacility
{
    /// <summary>user.</summary>
    User,

    /// <summary>local0.</summary>
    Local0,

    /// <summary>local1.</summary>
    Local1,

    /// <summary>local2.</summary>
    Local2,

    /// <summary>local3.</summary>
    Local3,

    /// <summary>local4.</summary>
    Local4,

    /// <summary>local5.</summary>
    Local5,

    /// <summary>local6.</summary>
    Local6,

    /// <summary>local7.</summary>
    Local7,
}

/// <summary>Which channels a new user may use.</summary>
public enum AclPubSubDefault
{
    /// <summary>All of them.</summary>
    Allchannels,

    /// <summary>None.</summary>
    Resetchannels,
}

/// <summary>How a replica loads a full copy without writing it to disk.</summary>
public enum ReplDisklessLoad
{
    /// <summary>It writes it to disk first.</summary>
    Disabled,

    /// <summary>From the socket when it has no data of its own.</summary>
    OnEmptyDb,

    /// <summary>From the socket beside the old data, which it keeps until the copy is complete.</summary>
    Swapdb,
}

/// <summary>What happens when a replicated command fails.</summary>
public enum PropagationErrorBehavior
{
    /// <summary>It is counted.</summary>
    Ignore,

    /// <summary>The server stops.</summary>
    Panic,

    /// <summary>The server stops if it is a replica.</summary>
    PanicOnReplicas,
}

/// <summary>What cluster redirections name a node by.</summary>
public enum ClusterEndpointType
{
    /// <summary>Its address.</summary>
    Ip,

    /// <summary>Its announced host name.</summary>
    Hostname,

    /// <summary>Nothing: the client keeps the endpoint it used.</summary>
    UnknownEndpoint,
}

/// <summary>Whether TLS clients must present a certificate.</summary>
public enum TlsClientAuthentication
{
    /// <summary>No certificate is asked for.</summary>
    No,

    /// <summary>A valid certificate is required.</summary>
    Yes,

    /// <summary>A certificate is checked if presented.</summary>
    Optional,
}

/// <summary>How the server stops on a signal. Several may be combined.</summary>
[Flags]
public enum ShutdownBehaviors
{
    /// <summary>Saves if save points are configured.</summary>
    Default = 0,

    /// <summary>Saves in any case.</summary>
    Save = 1,

    /// <summary>Does not save.</summary>
    Nosave = 2,

    /// <summary>Does not wait for lagging replicas.</summary>
    Now = 4,

    /// <summary>Ignores errors that would keep it running.</summary>
    Force = 8,
}

/// <summary>Which keyspace notifications are published, and on which channels.</summary>
[Flags]
public enum KeyspaceEvents
{
    /// <summary>None.</summary>
    None = 0,

    /// <summary>K: publish on <c>__keyspace@db__:key</c>.</summary>
    Keyspace = 1 << 0,

    /// <summary>E: publish on <c>__keyevent@db__:event</c>.</summary>
    Keyevent = 1 << 1,

    /// <summary>g: commands of no particular type, such as DEL and EXPIRE.</summary>
    Generic = 1 << 2,

    /// <summary>$: strings.</summary>
    Strings = 1 << 3,

    /// <summary>l: lists.</summary>
    Lists = 1 << 4,

    /// <summary>s: sets.</summary>
    Sets = 1 << 5,

    /// <summary>h: hashes.</summary>
    Hashes = 1 << 6,

    /// <summary>z: sorted sets.</summary>
    SortedSets = 1 << 7,

    /// <summary>x: a key expired.</summary>
    Expired = 1 << 8,

    /// <summary>e: a key was evicted.</summary>
    Evicted = 1 << 9,

    /// <summary>t: streams.</summary>
    Streams = 1 << 10,

    /// <summary>m: a key was looked up and missed.</summary>
    KeyMiss = 1 << 11,

    /// <summary>d: module types.</summary>
    Modules = 1 << 13,

    /// <summary>n: a key was created.</summary>
    New = 1 << 14,

    /// <summary>A: all classes but <see cref="KeyMiss"/> and <see cref="New"/>.</summary>
    All = Generic | Strings | Lists | Sets | Hashes | SortedSets | Expired | Evicted | Streams | Modules,
}

/// <summary>How a server's sockets reach its engine.</summary>
public enum TransportKind
{
    /// <summary>The fastest that the system has.</summary>
    Auto,

    /// <summary>Linux epoll on the engine thread.</summary>
    Epoll,

    /// <summary>.NET sockets on pool threads: every system.</summary>
    Sockets,
}
