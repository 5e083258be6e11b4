using System.Net;
using System.Net.Sockets;
using Spinel.Engine;
using Spinel.Engine.Sessions;

namespace Spinel.Replication.Replica;

/// <summary>
/// The connection that a replica opens to its primary. Names are looked up, connections made and bytes received on other threads, and handed to the engine through its
/// mailbox; so it is the same with every transport, and the copying out of the kernel costs the engine no time.
/// <para>
/// One receive is under way at a time, and the next begins when the engine is done with the bytes of the last: a primary that sends faster than its effects can be applied
/// is held back by the socket, and other clients are served between any two pieces. In the steady state nothing is allocated.
/// </para>
/// <para>
/// What is sent (a handshake, an acknowledgement a second) always fits into the socket's buffer; when it does not, the primary has stopped reading long ago and the
/// connection is given up.
/// </para>
/// </summary>
internal sealed class PrimarySocket : IInProcessConnection, IDisposable
{
    private const int ReceiveBytes = 256 * 1024;

    private readonly SpinelEngine _engine;
    private readonly IPrimarySocketOwner _owner;
    private readonly string _host;
    private readonly int _port;
    private readonly string _localHost;
    private readonly CancellationTokenSource _cancel = new();
    private readonly Action _takeReceived;
    private readonly SocketAsyncEventArgs _receive = new();
    private byte[] _buffer = [];
    private Socket? _socket;
    private bool _isReceiving;
    private bool _isPaused;

    public PrimarySocket(SpinelEngine engine, string host, int port, string localHost, IPrimarySocketOwner owner)
    {
        _engine = engine;
        _owner = owner;
        _host = host;
        _port = port;
        _localHost = localHost;
        _takeReceived = TakeReceived;
        _receive.Completed += (_, _) => _engine.Mailbox.Post(_takeReceived);
    }

    /// <summary>False once it has been closed, by whichever side.</summary>
    public bool IsOpen { get; private set; } = true;

    public long FileDescriptor => IsOpen && _socket is not null ? _socket.Handle : -1;

    public string RemoteAddress { get; private set; } = "?:0";

    public string LocalAddress { get; private set; } = "?:0";

    public bool IsUnixSocket => false;

    public bool IsLoopback => false;

    /// <summary>While true, what comes is left in the kernel.</summary>
    public bool IsPaused
    {
        get => _isPaused;
        set
        {
            _isPaused = value;
            if (!value)
            {
                Receive();
            }
        }
    }

    /// <summary>Begins to connect.</summary>
    public void Connect() => _ = ConnectAsync(_cancel.Token);

    /// <summary>Sends bytes; when that fails the owner hears of it in a later turn.</summary>
    public void Send(ReadOnlySpan<byte> bytes)
    {
        if (!IsOpen || _socket is null)
        {
            return;
        }

        int sent = _socket.Send(bytes, SocketFlags.None, out SocketError error);
        if (error != SocketError.Success || sent < bytes.Length)
        {
            string reason = error == SocketError.Success ? "the primary does not read" : Describe(error);
            _engine.Mailbox.Post(() => Fail(reason));
        }
    }

    /// <summary>Closes the connection without a word to the owner.</summary>
    public void Close()
    {
        if (!IsOpen)
        {
            return;
        }

        IsOpen = false;
        _cancel.Cancel();
        _socket?.Dispose();
        if (!_isReceiving)
        {
            Release();
        }
    }

    public void Dispose() => Close();

    /// <summary>A primary is sent nothing by the session of its stream. But somebody here may have ended that (CLIENT KILL).</summary>
    public void Deliver(Session session)
    {
        if (session.IsClosed || session.CloseAfterReply)
        {
            Fail("closed");
        }
    }

    private static string Describe(SocketError error) => error == SocketError.Success ? "the primary has closed the connection" : new SocketException((int)error).Message;

    private async Task ConnectAsync(CancellationToken cancel)
    {
        Socket? socket = null;
        string reason = "";
        try
        {
            socket = await OpenAsync(cancel).ConfigureAwait(false);
        }
        catch (Exception e) when (e is SocketException or ArgumentException or ObjectDisposedException or OperationCanceledException)
        {
            reason = e.Message;
        }

        _engine.Mailbox.Post(() => EndConnect(socket, reason));
    }

    private async Task<Socket> OpenAsync(CancellationToken cancel)
    {
        IPAddress[] addresses = IPAddress.TryParse(_host, out IPAddress? only) ? [only] : await Dns.GetHostAddressesAsync(_host, cancel).ConfigureAwait(false);
        SocketException last = new((int)SocketError.HostNotFound);
        foreach (IPAddress address in addresses)
        {
            var socket = new Socket(address.AddressFamily, SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
            try
            {
                if (IPAddress.TryParse(_localHost, out IPAddress? local) && local.AddressFamily == address.AddressFamily)
                {
                    socket.Bind(new IPEndPoint(local, 0));
                }

                await socket.ConnectAsync(new IPEndPoint(address, _port), cancel).ConfigureAwait(false);
                socket.Blocking = false;
                return socket;
            }
            catch (SocketException e)
            {
                last = e;
                socket.Dispose();
            }
            catch
            {
                socket.Dispose();
                throw;
            }
        }

        throw last;
    }

    private void EndConnect(Socket? socket, string reason)
    {
        if (!IsOpen)
        {
            socket?.Dispose();
            return;
        }

        if (socket is null)
        {
            Fail(reason);
            return;
        }

        try
        {
            RemoteAddress = socket.RemoteEndPoint?.ToString() ?? RemoteAddress;
            LocalAddress = socket.LocalEndPoint?.ToString() ?? LocalAddress;
        }
        catch (SocketException ended)
        {
            // The other end was quicker: a connection that is reset has no addresses any more.
            socket.Dispose();
            Fail(ended.Message);
            return;
        }

        _socket = socket;
        _buffer = GC.AllocateUninitializedArray<byte>(ReceiveBytes, pinned: true);
        _receive.SetBuffer(_buffer);
        _owner.OnConnected();
        Receive();
    }

    private void Receive()
    {
        if (!IsOpen || _isReceiving || _isPaused || _socket is null)
        {
            return;
        }

        _isReceiving = true;
        if (!_socket.ReceiveAsync(_receive))
        {
            // Even what is there already waits for the next turn, so that others get theirs.
            _engine.Mailbox.Post(_takeReceived);
        }
    }

    private void TakeReceived()
    {
        _isReceiving = false;
        if (!IsOpen)
        {
            Release();
            return;
        }

        if (_receive.SocketError != SocketError.Success || _receive.BytesTransferred == 0)
        {
            Fail(Describe(_receive.SocketError));
            return;
        }

        _owner.OnReceived(_buffer.AsSpan(0, _receive.BytesTransferred));
        Receive();
    }

    private void Fail(string reason)
    {
        if (IsOpen)
        {
            Close();
            _owner.OnFailed(reason);
        }
    }

    private void Release()
    {
        _receive.Dispose();
        _cancel.Dispose();
    }
}
