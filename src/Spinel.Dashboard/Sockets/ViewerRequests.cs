using System.Text.Json;
using Spinel.Dashboard.Channels;
using Spinel.Dashboard.Topics;
using Spinel.Engine;

namespace Spinel.Dashboard.Sockets;

/// <summary>
/// What one browser asks for: reads its frames, and owns the channels in which its commands run and the topics that it watches. Frames come one after the other, from the socket's
/// receiving task; channels may end, and the socket with them, on any thread.
/// </summary>
internal sealed class ViewerRequests(ViewerSocket socket) : IDisposable
{
    private readonly Dictionary<string, ViewerChannel> _channels = new(StringComparer.Ordinal);
    private readonly Dictionary<long, Watch> _watches = [];
    private readonly Lock _lock = new();
    private WatchChannel? _watchChannel;
    private bool _isStopped;

    /// <summary>The session in which topics run their commands.</summary>
    internal WatchChannel WatchChannel
    {
        get
        {
            lock (_lock)
            {
                return _watchChannel ??= new WatchChannel(Engine, socket.Viewer, Limits);
            }
        }
    }

    private DashboardLimits Limits => socket.Services.Limits;

    private SpinelEngine Engine => socket.Services.Engine;

    /// <summary>Does what a frame asks for.</summary>
    /// <param name="frame">The frame.</param>
    /// <param name="length">Its length in bytes.</param>
    /// <exception cref="FrameException">It makes no sense.</exception>
    internal void Handle(JsonElement frame, int length)
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
        socket.Send(frame.Take());
    }

    /// <summary>Ends the channels; none begins any more.</summary>
    internal void Stop()
    {
        lock (_lock)
        {
            _isStopped = true;
            foreach (ViewerChannel channel in _channels.Values)
            {
                channel.Engine.Close();
            }
        }
    }

    public void Dispose()
    {
        Stop();
        lock (_lock)
        {
            foreach (Watch watch in _watches.Values)
            {
                watch.Dispose();
            }

            _watchChannel?.Close();
            _watches.Clear();
            _channels.Clear();
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
            if (!_channels.TryGetValue(name, out ViewerChannel? channel) && _channels.Count < Limits.MaxChannels && !_isStopped)
            {
                channel = new ViewerChannel(socket, this, name);
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

        Watch? watch = Topic.Create(topic, id, frame, socket, this, out string? error);
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
        socket.Send(frame.Take());
    }
}
