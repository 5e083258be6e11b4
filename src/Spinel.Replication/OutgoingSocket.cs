using System.Net;
using System.Net.Sockets;

namespace Spinel.Replication;

/// <summary>Opens connections to other servers.</summary>
internal static class OutgoingSocket
{
    /// <summary>Connects to a host by name or address; of several addresses the first one that answers is taken.</summary>
    /// <param name="host">The name or the address.</param>
    /// <param name="port">The port.</param>
    /// <param name="localHost">The address to connect from; empty for whichever fits.</param>
    /// <param name="cancel">Gives it up.</param>
    /// <exception cref="SocketException">None answers.</exception>
    /// <exception cref="OperationCanceledException">It was given up.</exception>
    /// <exception cref="ArgumentException">The name or the port makes no sense.</exception>
    public static async Task<Socket> OpenAsync(string host, int port, string localHost, CancellationToken cancel)
    {
        IPAddress[] addresses = IPAddress.TryParse(host, out IPAddress? only) ? [only] : await Dns.GetHostAddressesAsync(host, cancel).ConfigureAwait(false);
        SocketException last = new((int)SocketError.HostNotFound);
        foreach (IPAddress address in addresses)
        {
            Socket? socket = null;
            try
            {
                socket = new Socket(address.AddressFamily, SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
                if (IPAddress.TryParse(localHost, out IPAddress? local) && local.AddressFamily == address.AddressFamily)
                {
                    socket.Bind(new IPEndPoint(local, 0));
                }

                await socket.ConnectAsync(new IPEndPoint(address, port), cancel).ConfigureAwait(false);
                return socket;
            }
            catch (SocketException e)
            {
                last = e;
                socket?.Dispose();
            }
            catch
            {
                socket?.Dispose();
                throw;
            }
        }

        throw last;
    }
}
