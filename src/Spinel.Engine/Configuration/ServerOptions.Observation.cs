using Spinel.Engine.Configuration.Codecs;
using static Spinel.Engine.Configuration.OptionFlags;

namespace Spinel.Engine.Configuration;

// What the server remembers and tells about its work.
public sealed partial class ServerOptions
{
    [Option("loglevel", "notice", "The least important message that is logged.")]
    public partial LogLevel LogLevel { get; }

    [Option("logfile", "", "File to log to; empty for standard output.", Flags = Immutable)]
    public partial string LogFile { get; }

    [Option("syslog-enabled", "no", "Logs to syslog as well.", Flags = Immutable | NotYet)]
    public partial bool SyslogEnabled { get; }

    [Option("syslog-ident", "redis", "Name of the program in syslog.", Flags = Immutable | NotYet)]
    public partial string SyslogIdent { get; }

    [Option("syslog-facility", "local0", "Facility of messages in syslog.", Flags = Immutable | NotYet)]
    public partial SyslogFacility SyslogFacility { get; }

    [Option("slowlog-log-slower-than", "10000", "Microseconds from which a command is entered in the slow log; 0 enters all, -1 none.", Min = -1)]
    public partial long SlowlogLogSlowerThanMicroseconds { get; }

    [Option("slowlog-max-len", "128", "Entries that the slow log keeps.")]
    public partial long SlowlogMaxLength { get; }

    [Option("latency-monitor-threshold", "0", "Milliseconds from which an event is entered in the latency monitor; 0 for none.")]
    public partial long LatencyMonitorThresholdMs { get; }

    [Option("latency-tracking", "yes", "Keeps a histogram of every command's duration.")]
    public partial bool LatencyTracking { get; }

    [Option("latency-tracking-info-percentiles", "50 99 99.9", "Percentiles that INFO latencystats shows.", Codec = typeof(PercentilesCodec))]
    public partial IReadOnlyList<double> LatencyTrackingInfoPercentiles { get; }

    [Option("insight-history", "yes", "Records once a second what the server does, for up to 31 days, and keeps it in spinel-history.bin where the server keeps its data in files.")]
    public partial bool InsightHistory { get; }

    [Option("notify-keyspace-events", "", "Events that are published, one letter for each class: K and E for the channels, then A or any of g$lshzxetdmn.", Codec = typeof(KeyspaceEventsCodec))]
    public partial KeyspaceEvents NotifyKeyspaceEvents { get; }

    [Option("crash-log-enabled", "yes", "Writes a report when the server crashes.", Flags = NotYet)]
    public partial bool CrashLogEnabled { get; }

    [Option("crash-memcheck-enabled", "yes", "Tests memory after a crash.", Flags = NotYet)]
    public partial bool CrashMemcheckEnabled { get; }

    [Option("dashboard-port", "8080", "TCP port of the dashboard, its API and the page of metrics; 0 turns it off.", Flags = Immutable, Max = 65535)]
    public partial int DashboardPort { get; }

    [Option("dashboard-bind", "127.0.0.1 ::1", "Addresses that the dashboard listens on; those that the machine does not have are left out.", Flags = Immutable, Codec = typeof(WordListCodec))]
    public partial IReadOnlyList<string> DashboardBind { get; }

    [Option("dashboard-read-only", "no", "Refuses commands from the dashboard that change anything.")]
    public partial bool DashboardReadOnly { get; }

    [Option("dashboard-allowed-origins", "", "Origins besides its own from which browsers may use the dashboard, such as https://spinel.example.com: for a proxy in front of it.", Codec = typeof(WordListCodec))]
    public partial IReadOnlyList<string> DashboardAllowedOrigins { get; }
}
