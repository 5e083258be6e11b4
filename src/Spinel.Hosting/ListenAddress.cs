using System.Net;
using System.Net.Sockets;

namespace Spinel.Hosting;

/// <summary>
/// One entry of the <c>bind</c> option: an address, a host name, <c>*</c> (every IPv4 interface) or <c>::*</c> (every IPv6
/// interface). A leading <c>-</c> makes it optional: an address that this machine does not have is then skipped.
/// </summary>
internal readonly record struct ListenAddress(string Text, bool IsOptional)
{
    /// <summary>Reads an entry as it stands in the configuration.</summary>
    internal static ListenAddress Parse(string entry) =>
        entry.StartsWith('-') ? new(entry[1..], true) : new(entry, false);

    /// <summary>The address to bind to. A host name is resolved to its first IPv4 address.</summary>
    /// <exception cref="SocketException">The host name is unknown.</exception>
    internal IPAddress Resolve() => Text switch
    {
        "*" => IPAddress.Any,
        "::*" => IPAddress.IPv6Any,
        _ when IPAddress.TryParse(Text, out IPAddress? address) => address,
        _ => LookUp(Text),
    };

    private static IPAddress LookUp(string hostName) => Dns.GetHostAddresses(hostName, AddressFamily.InterNetwork)[0];
}
