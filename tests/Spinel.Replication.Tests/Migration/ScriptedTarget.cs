using System.Net;
using System.Net.Sockets;
using System.Text;
using Spinel.Replication.Tests.Primary;

namespace Spinel.Replication.Tests.Migration;

/// <summary>A server to which keys move, that says what a test tells it to.</summary>
internal sealed class ScriptedTarget : IDisposable
{
    private readonly TcpListener _listener = new(IPAddress.Loopback, 0);
    private readonly PrimaryEngine _source;
    private readonly StringBuilder _heard = new();
    private Socket? _socket;

    public ScriptedTarget(PrimaryEngine source)
    {
        _source = source;
        _listener.Start();
    }

    public int Port => ((IPEndPoint)_listener.LocalEndpoint).Port;

    /// <summary>Waits until something has been received, and forgets what came before it.</summary>
    public void Expect(string part)
    {
        _source.TurnUntil(() =>
        {
            if (_socket is null && _listener.Pending())
            {
                _socket = _listener.AcceptSocket();
                _socket.Blocking = false;
            }

            return Hear().Contains(part, StringComparison.Ordinal);
        });
        _heard.Remove(0, _heard.ToString().IndexOf(part, StringComparison.Ordinal) + part.Length);
    }

    public void Say(string text) => _socket!.Send(Encoding.ASCII.GetBytes(text));

    public void Dispose()
    {
        _socket?.Dispose();
        _listener.Dispose();
    }

    private string Hear()
    {
        byte[] buffer = new byte[4096];
        while (_socket is not null)
        {
            int count = _socket.Receive(buffer, SocketFlags.None, out SocketError error);
            if (error != SocketError.Success || count == 0)
            {
                break;
            }

            _heard.Append(Encoding.Latin1.GetString(buffer, 0, count));
        }

        return _heard.ToString();
    }
}
