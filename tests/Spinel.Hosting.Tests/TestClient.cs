using System.Net;
using System.Net.Sockets;
using System.Text;

namespace Spinel.Hosting.Tests;

/// <summary>A plain blocking socket that speaks in bytes. Waiting for ever fails after a time-out instead.</summary>
internal sealed class TestClient : IDisposable
{
    private const int TimeoutMs = 30_000;

    internal TestClient(EndPoint endpoint)
    {
        Socket = endpoint.AddressFamily == AddressFamily.Unix
            ? new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified)
            : new Socket(endpoint.AddressFamily, SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
        Socket.ReceiveTimeout = TimeoutMs;
        Socket.SendTimeout = TimeoutMs;
        Socket.Connect(endpoint);
    }

    internal Socket Socket { get; }

    public void Dispose() => Socket.Dispose();

    internal void Send(string text) => Send(Encoding.Latin1.GetBytes(text));

    internal void Send(ReadOnlySpan<byte> bytes)
    {
        while (!bytes.IsEmpty)
        {
            bytes = bytes[Socket.Send(bytes)..];
        }
    }

    internal string Receive(int bytes)
    {
        byte[] buffer = new byte[bytes];
        int have = 0;
        while (have < bytes)
        {
            int count = Socket.Receive(buffer.AsSpan(have));
            Assert.True(count > 0, $"connection closed after {have} of {bytes} bytes: {Encoding.Latin1.GetString(buffer, 0, have)}");
            have += count;
        }

        return Encoding.Latin1.GetString(buffer);
    }

    /// <summary>Everything up to the end of the connection.</summary>
    internal string ReceiveToEnd()
    {
        byte[] buffer = new byte[64 * 1024];
        var all = new StringBuilder();
        while (true)
        {
            int count;
            try
            {
                count = Socket.Receive(buffer);
            }
            catch (SocketException e) when (e.SocketErrorCode == SocketError.ConnectionReset)
            {
                count = 0;
            }

            if (count == 0)
            {
                return all.ToString();
            }

            all.Append(Encoding.Latin1.GetString(buffer, 0, count));
        }
    }

    internal void Ping()
    {
        Send("*1\r\n$4\r\nPING\r\n");
        Assert.Equal("+PONG\r\n", Receive(7));
    }

    internal static string Request(params ReadOnlySpan<string> arguments)
    {
        var request = new StringBuilder($"*{arguments.Length}\r\n");
        foreach (string argument in arguments)
        {
            request.Append($"${argument.Length}\r\n{argument}\r\n");
        }

        return request.ToString();
    }
}
