using System.Net;
using System.Net.Sockets;

namespace Spinel.TestSupport;

/// <summary>
/// A port through which a server is reached, like a line of the network that can fail: it can be cut (connections end), or go dead (they stay, and
/// nothing comes through, in either direction, as with a lost route).
/// </summary>
public sealed class NetworkLine : IDisposable
{
    private readonly TcpListener _listener = new(IPAddress.Loopback, 0);
    private readonly CancellationTokenSource _end = new();
    private readonly List<Socket> _sockets = [];
    private readonly Lock _lock = new();
    private readonly int _target;
    private TaskCompletionSource _alive = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private long _passed;

    /// <param name="target">The port of the server, on the loopback address.</param>
    public NetworkLine(int target)
    {
        _target = target;
        _alive.SetResult();
        _listener.Start();
        Port = ((IPEndPoint)_listener.LocalEndpoint).Port;
        _ = AcceptAsync();
    }

    /// <summary>The port to connect to in place of the server's.</summary>
    public int Port { get; }

    /// <summary>How many bytes came through so far, in both directions.</summary>
    public long PassedBytes => Interlocked.Read(ref _passed);

    /// <summary>After so many more bytes all connections are cut; null: never. Works once.</summary>
    public long? CutAfterBytes { get; set; }

    /// <summary>How long each portion of bytes takes.</summary>
    public TimeSpan Delay { get; set; }

    /// <summary>Ends all connections; new ones are served.</summary>
    public void Cut()
    {
        lock (_lock)
        {
            foreach (Socket socket in _sockets)
            {
                socket.Dispose();
            }

            _sockets.Clear();
        }
    }

    /// <summary>From now on nothing comes through; connections are accepted, and stay.</summary>
    public void GoDead()
    {
        lock (_lock)
        {
            if (_alive.Task.IsCompleted)
            {
                _alive = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
            }
        }
    }

    /// <summary>What waited comes through.</summary>
    public void Revive()
    {
        lock (_lock)
        {
            _alive.TrySetResult();
        }
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        _end.Cancel();
        _listener.Dispose();
        Cut();
        Revive();
    }

    private async Task AcceptAsync()
    {
        try
        {
            while (true)
            {
                Socket client = await _listener.AcceptSocketAsync(_end.Token);
                _ = ServeAsync(client);
            }
        }
        catch (Exception failure) when (failure is OperationCanceledException or SocketException or ObjectDisposedException)
        {
            // The line is taken down.
        }
    }

    private async Task ServeAsync(Socket client)
    {
        using var server = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
        client.NoDelay = true;
        lock (_lock)
        {
            _sockets.Add(client);
            _sockets.Add(server);
        }

        using (client)
        {
            try
            {
                await Alive();
                await server.ConnectAsync(IPAddress.Loopback, _target, _end.Token);
                await Task.WhenAny(PassAsync(client, server), PassAsync(server, client));
            }
            catch (Exception failure) when (failure is OperationCanceledException or SocketException or ObjectDisposedException)
            {
                // Nobody at the other end: the caller learns it by his connection.
            }
        }

        lock (_lock)
        {
            _sockets.Remove(client);
            _sockets.Remove(server);
        }
    }

    private async Task PassAsync(Socket from, Socket to)
    {
        byte[] buffer = new byte[64 * 1024];
        try
        {
            while (true)
            {
                int count = await from.ReceiveAsync(buffer, _end.Token);
                await Alive();
                if (Delay > TimeSpan.Zero)
                {
                    await Task.Delay(Delay, _end.Token);
                }

                Interlocked.Add(ref _passed, count);
                if (count > CutAfterBytes)
                {
                    await to.SendAsync(buffer.AsMemory(0, (int)CutAfterBytes), _end.Token);
                    CutAfterBytes = null;
                    Cut();
                    return;
                }

                CutAfterBytes -= count;
                if (count == 0)
                {
                    return;
                }

                for (int sent = 0; sent < count;)
                {
                    sent += await to.SendAsync(buffer.AsMemory(sent, count - sent), _end.Token);
                }
            }
        }
        catch (Exception failure) when (failure is OperationCanceledException or SocketException or ObjectDisposedException)
        {
            // One end is gone: the other is closed by the caller.
        }
    }

    private Task Alive()
    {
        lock (_lock)
        {
            return _alive.Task;
        }
    }
}
