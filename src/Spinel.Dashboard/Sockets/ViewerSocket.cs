using System.Buffers;
using System.Net.WebSockets;
using System.Text.Json;
using Spinel.Dashboard.Security;
using Spinel.Dashboard.Topics;

namespace Spinel.Dashboard.Sockets;

/// <summary>
/// One browser's web socket: hands its frames to <see cref="ViewerRequests"/>, and sends what is to be said. One task receives, one sends; the producers (channels,
/// topics) write into the <see cref="OutgoingQueue"/> from wherever they are and wait for nothing.
/// </summary>
internal sealed class ViewerSocket : IWatcher, IDisposable
{
    private const int ReceiveBytes = 16 * 1024;
    private static readonly TimeSpan FarewellTimeout = TimeSpan.FromSeconds(2);

    private readonly WebSocket _socket;
    private readonly ViewerRequests _requests;
    private readonly CancellationTokenSource _abort = new();
    private readonly Lock _lock = new();
    private string? _goodbye;
    private bool _isEnding;

    internal ViewerSocket(DashboardServices services, WebSocket socket, Viewer viewer)
    {
        Services = services;
        _socket = socket;
        Viewer = viewer;
        Outgoing = new OutgoingQueue(services.Limits, services.Outgoing);
        _requests = new ViewerRequests(this);
    }

    internal Viewer Viewer { get; }

    internal OutgoingQueue Outgoing { get; }

    internal DashboardServices Services { get; }

    private DashboardLimits Limits => Services.Limits;

    /// <summary>Serves the browser until it leaves or is made to.</summary>
    /// <param name="hello">The first frame.</param>
    internal async Task RunAsync(ArraySegment<byte> hello)
    {
        Send(hello);
        Task sending = SendAllAsync();
        try
        {
            await ReceiveAllAsync().ConfigureAwait(false);
        }
        catch (Exception e) when (e is WebSocketException or OperationCanceledException or IOException or ObjectDisposedException or InvalidOperationException)
        {
            // The browser is gone, or too slow; there is nobody to tell.
            End(null);
        }

        await sending.ConfigureAwait(false);
    }

    /// <summary>Says good-bye and ends the connection. May be called from any thread.</summary>
    /// <param name="reason">What the browser is told; null: it is gone.</param>
    internal void End(string? reason)
    {
        lock (_lock)
        {
            if (_isEnding)
            {
                return;
            }

            _isEnding = true;
            _goodbye = reason;
        }

        // A browser that takes its time with what it was sent must not go on meanwhile.
        _requests.Stop();
        Outgoing.Close(isDropped: reason is null);
        if (reason is null)
        {
            _abort.Cancel();
        }
    }

    /// <summary>Sends a frame that must not be lost.</summary>
    internal void Send(ArraySegment<byte> frame)
    {
        if (!Outgoing.TryAdd(frame))
        {
            End(null);
        }
    }

    void IWatcher.OnChanged(Watch watch) => Outgoing.Add(watch);

    public void Dispose()
    {
        _requests.Dispose();
        _socket.Dispose();
        _abort.Dispose();
    }

    private async Task ReceiveAllAsync()
    {
        byte[] buffer = ArrayPool<byte>.Shared.Rent(ReceiveBytes);
        try
        {
            int length = 0;
            while (true)
            {
                // An idle browser holds the small buffer only.
                if (length == buffer.Length)
                {
                    buffer = Grow(buffer, length);
                }

                ValueWebSocketReceiveResult result = await _socket.ReceiveAsync(buffer.AsMemory(length), _abort.Token).ConfigureAwait(false);
                if (result.MessageType == WebSocketMessageType.Close)
                {
                    End("");
                    return;
                }

                length += result.Count;
                if (result.MessageType != WebSocketMessageType.Text || length > Limits.MaxCommandFrameBytes)
                {
                    End(length > Limits.MaxCommandFrameBytes ? "a frame is too long" : "frames must be text");
                    return;
                }

                if (result.EndOfMessage)
                {
                    if (!TryHandle(buffer.AsMemory(0, length)))
                    {
                        return;
                    }

                    length = 0;
                    if (buffer.Length > 4 * ReceiveBytes)
                    {
                        ArrayPool<byte>.Shared.Return(buffer);
                        buffer = ArrayPool<byte>.Shared.Rent(ReceiveBytes);
                    }
                }
            }
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(buffer);
        }
    }

    private static byte[] Grow(byte[] buffer, int length)
    {
        byte[] larger = ArrayPool<byte>.Shared.Rent(2 * length);
        buffer.AsSpan(0, length).CopyTo(larger);
        ArrayPool<byte>.Shared.Return(buffer);
        return larger;
    }

    private bool TryHandle(ReadOnlyMemory<byte> frame)
    {
        lock (_lock)
        {
            if (_isEnding)
            {
                return false;
            }
        }

        try
        {
            using JsonDocument document = ClientFrame.Parse(frame);
            _requests.Handle(document.RootElement, frame.Length);
            return true;
        }
        catch (FrameException e)
        {
            End(e.Message);
            return false;
        }
    }

    private async Task SendAllAsync()
    {
        try
        {
            var frame = new JsonFrame();
            while (await Outgoing.WaitAsync().ConfigureAwait(false))
            {
                while (Outgoing.TryTake(out ArraySegment<byte> bytes, out Watch? watch))
                {
                    if (watch is not null)
                    {
                        if (!watch.TryWrite(frame.Begin()))
                        {
                            continue;
                        }

                        bytes = frame.Take();
                    }

                    await SendFrameAsync(bytes, Limits.SendTimeout).ConfigureAwait(false);
                }
            }

            await SayGoodbyeAsync(frame).ConfigureAwait(false);
        }
        catch (Exception e) when (e is WebSocketException or OperationCanceledException or IOException or ObjectDisposedException or InvalidOperationException)
        {
            End(null);
        }

        Outgoing.Close(isDropped: true);

        // The receiving task must not wait for a browser that says nothing.
        await _abort.CancelAsync().ConfigureAwait(false);
    }

    private async Task SendFrameAsync(ArraySegment<byte> bytes, TimeSpan timeout)
    {
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(_abort.Token);
        limit.CancelAfter(timeout);
        try
        {
            await _socket.SendAsync(bytes.AsMemory(), WebSocketMessageType.Text, WebSocketMessageFlags.EndOfMessage, limit.Token).ConfigureAwait(false);
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(bytes.Array!);
        }
    }

    private async Task SayGoodbyeAsync(JsonFrame frame)
    {
        string reason = _goodbye ?? "";
        if (reason.Length > 0)
        {
            Utf8JsonWriter json = frame.Begin();
            json.WriteStartObject();
            json.WriteString("goodbye"u8, reason);
            json.WriteEndObject();
            await SendFrameAsync(frame.Take(), FarewellTimeout).ConfigureAwait(false);
        }

        using var limit = new CancellationTokenSource(FarewellTimeout);
        WebSocketCloseStatus status = reason.Length > 0 ? WebSocketCloseStatus.PolicyViolation : WebSocketCloseStatus.NormalClosure;
        await _socket.CloseOutputAsync(status, null, limit.Token).ConfigureAwait(false);
    }
}
