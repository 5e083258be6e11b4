using System.Text.Json;
using Spinel.Dashboard.Channels;
using Spinel.Dashboard.Sockets;

namespace Spinel.Dashboard.Topics;

/// <summary>The topics by name, with what a browser may ask of each.</summary>
internal static class Topic
{
    private const int MinPeriodMs = 250;
    private const int MaxPeriodMs = 3_600_000;
    private const int MaxPrefixes = 64;

    /// <summary>Makes the watch that a frame asks for. Null: it cannot be had.</summary>
    /// <exception cref="FrameException">The frame makes no sense.</exception>
    internal static Watch? Create(string? topic, long id, JsonElement frame, ViewerSocket socket, out string? error)
    {
        error = null;
        switch (topic)
        {
            case "command":
                return Command(id, frame, socket, out error);
            case "keys":
                return new KeysWatch(id, socket, socket, ClientFrame.Strings(frame, "prefixes"u8, MaxPrefixes));
            default:
                error = $"ERR there is no topic '{topic}'";
                return null;
        }
    }

    private static CommandWatch? Command(long id, JsonElement frame, ViewerSocket socket, out string? error)
    {
        if (!frame.TryGetProperty("args"u8, out JsonElement args))
        {
            throw new FrameException("args is missing");
        }

        byte[][] command = ClientFrame.Command(args);
        long period = ClientFrame.Number(frame, "everyMs"u8, 1000, 0, MaxPeriodMs);
        error = CommandPolicy.CanBeWatched(socket.Services.Engine.Commands, command) ? null : "ERR only commands that read can be watched";
        return error is not null
            ? null
            : new CommandWatch(id, socket, socket.WatchChannel, Database(frame, socket), command, TimeSpan.FromMilliseconds(Math.Max(MinPeriodMs, period)), socket.Services.Time);
    }

    internal static int Database(JsonElement frame, ViewerSocket socket) => (int)ClientFrame.Number(frame, "db"u8, 0, 0, socket.Services.Engine.Options.Databases - 1);
}
