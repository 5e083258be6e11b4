using static Spinel.Engine.Configuration.OptionFlags;

namespace Spinel.Engine.Configuration;

// Encrypted connections.
public sealed partial class ServerOptions
{
    [Option("tls-port", "0", "Port for TLS connections; 0 for none.", Max = 65535, OnlyValue = "0", OnlyValueReason = "has no TLS")]
    public partial int TlsPort { get; }

    [Option("tls-cluster", "no", "Uses TLS between cluster nodes.", OnlyValue = "no", OnlyValueReason = "has no TLS")]
    public partial bool TlsCluster { get; }

    [Option("tls-replication", "no", "Uses TLS towards the primary.", OnlyValue = "no", OnlyValueReason = "has no TLS")]
    public partial bool TlsReplication { get; }

    [Option("tls-auth-clients", "yes", "Whether TLS clients must present a certificate.", Flags = NotYet)]
    public partial TlsClientAuthentication TlsAuthClients { get; }

    [Option("tls-cert-file", "", "The server's certificate.", Flags = NotYet)]
    public partial string TlsCertFile { get; }

    [Option("tls-key-file", "", "The key of the server's certificate.", Flags = NotYet)]
    public partial string TlsKeyFile { get; }

    [Option("tls-key-file-pass", "", "Password of that key.", Flags = Sensitive | NotYet)]
    public partial ReadOnlyMemory<byte> TlsKeyFilePass { get; }

    [Option("tls-client-cert-file", "", "Certificate for connections that the server opens.", Flags = NotYet)]
    public partial string TlsClientCertFile { get; }

    [Option("tls-client-key-file", "", "The key of that certificate.", Flags = NotYet)]
    public partial string TlsClientKeyFile { get; }

    [Option("tls-client-key-file-pass", "", "Password of that key.", Flags = Sensitive | NotYet)]
    public partial ReadOnlyMemory<byte> TlsClientKeyFilePass { get; }

    [Option("tls-ca-cert-file", "", "Certificates of the authorities that are trusted.", Flags = NotYet)]
    public partial string TlsCaCertFile { get; }

    [Option("tls-ca-cert-dir", "", "Directory of such certificates.", Flags = NotYet)]
    public partial string TlsCaCertDirectory { get; }

    [Option("tls-dh-params-file", "", "Parameters for Diffie-Hellman key exchange.", Flags = NotYet)]
    public partial string TlsDhParamsFile { get; }

    [Option("tls-protocols", "", "Versions of TLS that are allowed; empty for the default.", Flags = NotYet)]
    public partial string TlsProtocols { get; }

    [Option("tls-ciphers", "", "Ciphers for TLS 1.2 and older.", Flags = NotYet)]
    public partial string TlsCiphers { get; }

    [Option("tls-ciphersuites", "", "Cipher suites for TLS 1.3.", Flags = NotYet)]
    public partial string TlsCipherSuites { get; }

    [Option("tls-prefer-server-ciphers", "no", "The server's order of ciphers decides.", Flags = NotYet)]
    public partial bool TlsPreferServerCiphers { get; }

    [Option("tls-session-caching", "yes", "Lets clients resume sessions.", Flags = NotYet)]
    public partial bool TlsSessionCaching { get; }

    [Option("tls-session-cache-size", "20480", "Sessions that are kept for that; 0 for no limit.", Flags = NotYet)]
    public partial int TlsSessionCacheSize { get; }

    [Option("tls-session-cache-timeout", "300", "Seconds that they are kept.", Flags = NotYet)]
    public partial int TlsSessionCacheTimeoutSeconds { get; }
}
