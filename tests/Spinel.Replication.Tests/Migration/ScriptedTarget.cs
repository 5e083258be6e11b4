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

    /// <summary>The other side has closed the connection.</summary>
    public bool IsClosed => _socket!.Poll(0, SelectMode.SelectRead) && _socket.Available == 0;

    /// <summary>How often it was connected to.</summary>
    public int Connections { get; private set; }

    /// <summary>Waits until something has been received, and forgets what came before it.</summary>
    public void Expect(string part)
    {
        _source.TurnUntil(() =>
        {
            if (_listener.Pending())
            {
                // The last connection is the one that counts.
                _socket?.Dispose();
                _socket = _listener.AcceptSocket();
                _socket.Blocking = false;

                // What is said is there when it has been said.
                _socket.NoDelay = true;
                Connections++;
            }

            return Hear().Contains(part, StringComparison.Ordinal);
        });
        _heard.Remove(0, _heard.ToString().IndexOf(part, StringComparison.Ordinal) + part.Length);
    }

    /// <summary>Forgets what has been received.</summary>
    public void Forget()
    {
        Hear();
        _heard.Clear();
    }

    public void Say(string text) => _socket!.Send(Encoding.ASCII.GetBytes(text));

    /// <summary>Closes the connection; another one may come.</summary>
    public void HangUp()
    {
        _socket!.Dispose();
        _socket = null;
    }

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
