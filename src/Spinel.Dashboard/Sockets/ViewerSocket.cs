using System.Buffers;
using System.Net.WebSockets;
using System.Text.Json;
using Spinel.Dashboard.Channels;
using Spinel.Dashboard.Security;
using Spinel.Dashboard.Topics;
using Spinel.Engine;

namespace Spinel.Dashboard.Sockets;

/// <summary>
/// One browser's web socket: reads its frames, owns its channels and watches, and sends what they have to say. One task receives, one sends; the producers
/// (channels, topics) write into the <see cref="OutgoingQueue"/> from wherever they are and wait for nothing.
/// </summary>
internal sealed class ViewerSocket : IWatcher, IDisposable
{
    private const int ReceiveBytes = 16 * 1024;
    private static readonly TimeSpan FarewellTimeout = TimeSpan.FromSeconds(2);

    private readonly DashboardServices _services;
    private readonly WebSocket _socket;
    private readonly Dictionary<string, ViewerChannel> _channels = new(StringComparer.Ordinal);
    private readonly Dictionary<long, Watch> _watches = [];
    private readonly CancellationTokenSource _abort = new();
    private readonly Lock _lock = new();
    private WatchChannel? _watchChannel;
    private string? _goodbye;
    private bool _isEnding;

    internal ViewerSocket(DashboardServices services, WebSocket socket, Viewer viewer)
    {
        _services = services;
        _socket = socket;
        Viewer = viewer;
        Outgoing = new OutgoingQueue(services.Limits, services.Outgoing);
    }

    internal Viewer Viewer { get; }

    internal OutgoingQueue Outgoing { get; }

    internal DashboardServices Services => _services;

    private DashboardLimits Limits => _services.Limits;

    private SpinelEngine Engine => _services.Engine;

    /// <summary>The session in which topics run their commands.</summary>
    internal WatchChannel WatchChannel
    {
        get
        {
            lock (_lock)
            {
                return _watchChannel ??= new WatchChannel(Engine, Viewer, Limits);
            }
        }
    }

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

            // A browser that takes its time with what it was sent must not go on meanwhile.
            foreach (ViewerChannel channel in _channels.Values)
            {
                channel.Engine.Close();
            }
        }

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

    /// <summary>The engine has ended a channel.</summary>
    internal void OnChannelClosed(ViewerChannel channel, string reason)
    {
        lock (_lock)
        {
            if (_channels.TryGetValue(channel.Name, out ViewerChannel? present) && present == channel)
            {
                _channels.Remove(channel.Name);
            }
        }

        var frame = new JsonFrame();
        Utf8JsonWriter json = frame.Begin();
        json.WriteStartObject();
        json.WriteString("channel"u8, channel.Name);
        json.WriteString("closed"u8, reason);
        json.WriteEndObject();
        Send(frame.Take());
    }

    public void Dispose()
    {
        lock (_lock)
        {
            foreach (Watch watch in _watches.Values)
            {
                watch.Dispose();
            }

            foreach (ViewerChannel channel in _channels.Values)
            {
                channel.Engine.Close();
            }

            _watchChannel?.Close();
            _watches.Clear();
            _channels.Clear();
        }

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
            Handle(document.RootElement, frame.Length);
            return true;
        }
        catch (FrameException e)
        {
            End(e.Message);
            return false;
        }
    }

    private void Handle(JsonElement frame, int length)
    {
        if (frame.TryGetProperty("run"u8, out JsonElement command))
        {
            Run(frame, [ClientFrame.Command(command)], isList: false);
        }
        else if (frame.TryGetProperty("runMany"u8, out JsonElement commands))
        {
            if (commands.ValueKind != JsonValueKind.Array)
            {
                throw new FrameException("runMany must be a list of commands");
            }

            Run(frame, [.. commands.EnumerateArray().Select(ClientFrame.Command)], isList: true);
        }
        else if (length > Limits.MaxFrameBytes)
        {
            throw new FrameException("a frame is too long");
        }
        else if (frame.TryGetProperty("watch"u8, out _))
        {
            StartWatch(frame);
        }
        else if (frame.TryGetProperty("unwatch"u8, out _))
        {
            EndWatch(ClientFrame.Number(frame, "unwatch"u8, 0, long.MinValue, long.MaxValue));
        }
        else if (ClientFrame.Name(frame, "close"u8) is { } name)
        {
            CloseChannel(name);
        }
        else
        {
            throw new FrameException("a frame asks for nothing that is known");
        }
    }

    private void Run(JsonElement frame, IReadOnlyList<byte[][]> commands, bool isList)
    {
        long id = ClientFrame.Id(frame);
        string name = ClientFrame.Name(frame, "channel"u8) ?? "ui";
        bool isReadOnly = Engine.Options.DashboardReadOnly;
        foreach (byte[][] command in commands)
        {
            if (CommandPolicy.Refuse(Engine.Commands, command, isReadOnly) is { } refusal)
            {
                SendError(id, refusal);
                return;
            }
        }

        if (commands.Count == 0)
        {
            throw new FrameException("runMany must name a command");
        }

        ViewerChannel? channel = Channel(name);
        if (channel is null)
        {
            SendError(id, $"ERR a browser can have {Limits.MaxChannels} channels");
        }
        else if (!channel.HasRoom(commands.Count))
        {
            SendError(id, "ERR too many commands of this channel wait for their replies");
        }
        else
        {
            channel.Run(id, commands, isList);
        }
    }

    private ViewerChannel? Channel(string name)
    {
        lock (_lock)
        {
            if (!_channels.TryGetValue(name, out ViewerChannel? channel) && _channels.Count < Limits.MaxChannels && !_isEnding)
            {
                channel = new ViewerChannel(this, name, Engine, Limits);
                _channels.Add(name, channel);
            }

            return channel;
        }
    }

    private void CloseChannel(string name)
    {
        lock (_lock)
        {
            if (_channels.Remove(name, out ViewerChannel? channel))
            {
                channel.Engine.Close();
            }
        }
    }

    private void StartWatch(JsonElement frame)
    {
        long id = ClientFrame.Id(frame);
        string? topic = ClientFrame.Name(frame, "watch"u8);
        EndWatch(id);
        if (_watches.Count >= Limits.MaxWatches)
        {
            SendError(id, $"ERR a browser can watch {Limits.MaxWatches} topics");
            return;
        }

        Watch? watch = Topic.Create(topic, id, frame, this, out string? error);
        if (watch is null)
        {
            SendError(id, error!);
            return;
        }

        _watches.Add(id, watch);
        watch.Start();
    }

    private void EndWatch(long id)
    {
        if (_watches.Remove(id, out Watch? watch))
        {
            watch.Dispose();
        }
    }

    private void SendError(long id, string error)
    {
        var frame = new JsonFrame();
        Utf8JsonWriter json = frame.Begin();
        json.WriteStartObject();
        json.WriteNumber("id"u8, id);
        json.WriteString("error"u8, error);
        json.WriteEndObject();
        Send(frame.Take());
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
