using Spinel.Engine.Configuration.Codecs;
using static Spinel.Engine.Configuration.OptionFlags;

namespace Spinel.Engine.Configuration;

// The server as a process of the operating system.
public sealed partial class ServerOptions
{
    [Option("dir", ".", "Directory of the server's files. It is kept as an absolute path.", Flags = Protected, Codec = typeof(DirectoryCodec))]
    public partial string WorkingDirectory { get; }

    [Option("daemonize", "no", "Detaches from the terminal.", Flags = Immutable,
        OnlyValue = "no", OnlyValueReason = "stays where it is started: leave it to a service manager, or to the background of a shell")]
    public partial bool Daemonize { get; }

    [Option("pidfile", "", "File that holds the process number while the server runs; empty for none.", Flags = Immutable)]
    public partial string PidFile { get; }

    [Option("supervised", "no", "The process supervisor that is told when the server is ready.", Flags = Immutable | NotYet)]
    public partial Supervision Supervised { get; }

    [Option("always-show-logo", "no", "Shows the logo even when the log is not a terminal.", Flags = Immutable | NotYet)]
    public partial bool AlwaysShowLogo { get; }

    [Option("set-proc-title", "yes", "Shows what the server is doing in the process list.", Flags = Immutable | NotYet)]
    public partial bool SetProcTitle { get; }

    [Option("proc-title-template", "{title} {listen-addr} {server-mode}", "What the process list shows.", Flags = NotYet, Codec = typeof(TitleTemplateCodec))]
    public partial string ProcTitleTemplate { get; }

    [Option("shutdown-timeout", "10", "Seconds that stopping waits for replicas that lag behind.")]
    public partial int ShutdownTimeoutSeconds { get; }

    [Option("shutdown-on-sigint", "default", "How the server stops on SIGINT.")]
    public partial ShutdownBehaviors ShutdownOnSigint { get; }

    [Option("shutdown-on-sigterm", "default", "How the server stops on SIGTERM.")]
    public partial ShutdownBehaviors ShutdownOnSigterm { get; }

    [Option("oom-score-adj", "no", "Changes the process's score for the kernel's out-of-memory killer.", Flags = NotYet)]
    public partial OomScoreAdjustment OomScoreAdjustment { get; }

    [Option("oom-score-adj-values", "0 200 800", "Scores of a primary, a replica and a background child.", Flags = NotYet, Codec = typeof(OomScoreValuesCodec))]
    public partial IReadOnlyList<int> OomScoreAdjustmentValues { get; }

    [Option("disable-thp", "yes", "Asks the kernel for small pages.", Flags = Immutable | NotYet)]
    public partial bool DisableTransparentHugePages { get; }

    [Option("ignore-warnings", "", "Warnings at start that are not shown.", Flags = NotYet)]
    public partial string IgnoreWarnings { get; }

    [Option("server_cpulist", "", "Processors for the engine and its threads.", Flags = Immutable | NotYet)]
    public partial string ServerCpuList { get; }

    [Option("bio_cpulist", "", "Processors for background threads.", Flags = Immutable | NotYet)]
    public partial string BioCpuList { get; }

    [Option("aof_rewrite_cpulist", "", "Processors for rewriting the append-only file.", Flags = Immutable | NotYet)]
    public partial string AofRewriteCpuList { get; }

    [Option("bgsave_cpulist", "", "Processors for saving snapshots.", Flags = Immutable | NotYet)]
    public partial string BgsaveCpuList { get; }

    [Option("busy-reply-threshold", "5000", "Milliseconds after which other clients are told that a script is running.", Alias = "lua-time-limit", Flags = NotYet)]
    public partial long BusyReplyThresholdMs { get; }

    [Option("transport", "auto", "How sockets are served: by epoll on the engine thread, or by .NET sockets on pool threads.", Flags = Immutable | Hidden)]
    public partial TransportKind Transport { get; }

    [Option("checked-heap", "no", "Runs on a heap that finds every misuse of native memory: slow, for tests.", Flags = Immutable | Hidden)]
    public partial bool CheckedHeap { get; }
}
