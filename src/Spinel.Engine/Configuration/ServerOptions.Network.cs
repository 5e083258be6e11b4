using Spinel.Engine.Configuration.Codecs;
using static Spinel.Engine.Configuration.OptionFlags;
using static Spinel.Engine.Configuration.OptionUnit;

namespace Spinel.Engine.Configuration;

// Who can reach the server, and how much a connection may ask of it.
public sealed partial class ServerOptions
{
    [Option("bind", "* -::*", "Addresses to listen on. A leading '-' makes an address optional: the server starts without it if the machine does not have it.", Codec = typeof(WordListCodec))]
    public partial IReadOnlyList<string> Bind { get; }

    [Option("bind-source-addr", "", "Local address of connections that the server opens to others.")]
    public partial string BindSourceAddress { get; }

    [Option("port", "6379", "TCP port to listen on; 0 listens on none.", Max = 65535)]
    public partial int Port { get; }

    [Option("tcp-backlog", "511", "Length of the kernel's queue of connections that wait to be accepted.", Flags = Immutable)]
    public partial int TcpBacklog { get; }

    [Option("unixsocket", "", "Path of a Unix socket to listen on; empty for none.", Flags = Immutable)]
    public partial string UnixSocket { get; }

    [Option("unixsocketperm", "0", "File mode of the Unix socket; 0 leaves it to the umask.", Flags = Immutable, Unit = Octal, Max = 511)]
    public partial int UnixSocketPermissions { get; }

    [Option("timeout", "0", "Seconds after which an idle client is disconnected; 0 never.")]
    public partial int TimeoutSeconds { get; }

    [Option("tcp-keepalive", "300", "Seconds of silence after which the kernel probes whether a client is still there; 0 never.")]
    public partial int TcpKeepAliveSeconds { get; }

    [Option("protected-mode", "yes", "Refuses clients from other machines while the default user has no password.")]
    public partial bool ProtectedMode { get; }

    [Option("maxclients", "10000", "Clients that may be connected at once.", Min = 1, Max = uint.MaxValue)]
    public partial long MaxClients { get; }

    [Option("socket-mark-id", "0", "Mark that the kernel puts on the server's packets.", Flags = Immutable | NotYet, Max = uint.MaxValue)]
    public partial long SocketMarkId { get; }

    [Option("proto-max-bulk-len", "512mb", "Longest single argument a client may send.", Unit = Bytes, Min = 1048576)]
    public partial long ProtoMaxBulkLengthBytes { get; }

    [Option("client-query-buffer-limit", "1gb", "Most unparsed input that is held for one client before it is disconnected.", Unit = Bytes, Min = 1048576)]
    public partial long ClientQueryBufferLimitBytes { get; }

    [Option("client-output-buffer-limit", "normal 0 0 0 slave 256mb 64mb 60 pubsub 32mb 8mb 60", "Most output that is held for a client that does not read it, for each class of clients: a hard limit, a soft limit, and the seconds the soft limit may be exceeded.", Codec = typeof(OutputBufferLimitsCodec))]
    public partial OutputBufferLimits ClientOutputBufferLimits { get; }

    [Option("maxmemory-clients", "0", "Most memory that all clients' buffers may use together before the largest are disconnected; a percentage is of maxmemory.", Unit = BytesOrPercent, Min = -100)]
    public partial long MaxMemoryClientsBytes { get; }

    [Option("io-threads", "1", "Threads that read and write sockets beside the engine.", Flags = Immutable | NotYet, Min = 1, Max = 128)]
    public partial int IoThreads { get; }

    [Option("io-threads-do-reads", "no", "Whether those threads also read and parse.", Flags = Immutable | NotYet)]
    public partial bool IoThreadsDoReads { get; }

    [Option("tracking-table-max-keys", "1000000", "Keys that are remembered for client-side caching before some are invalidated to make room; 0 for no limit.")]
    public partial long TrackingTableMaxKeys { get; }
}
