using System.Text;
using System.Text.Json;
using Spinel.Dashboard.Channels;
using Spinel.Dashboard.Sockets;
using Spinel.Insight.Accesses;

namespace Spinel.Dashboard.Topics;

/// <summary>The topics by name, with what a browser may ask of each.</summary>
internal static class Topic
{
    private const int MinPeriodMs = 250;
    private const int MaxPeriodMs = 3_600_000;
    private const int MaxPrefixes = 64;
    private const int MaxSample = 1000;

    /// <summary>Makes the watch that a frame asks for. Null: it cannot be had.</summary>
    /// <exception cref="FrameException">The frame makes no sense.</exception>
    internal static Watch? Create(string? topic, long id, JsonElement frame, ViewerSocket socket, ViewerRequests requests, out string? error)
    {
        error = null;
        switch (topic)
        {
            case "command":
                return Command(id, frame, socket, requests, out error);
            case "stats" when socket.Services.Stats is { } stats:
                return new StatsWatch(id, socket, stats, socket.Viewer);
            case "tree" when socket.Services.Insight is not null:
                return Tree(id, frame, socket);
            case "profile" when socket.Services.Insight is not null:
                return Profile(id, frame, socket);
            case "keys":
                return new KeysWatch(id, socket, socket, ClientFrame.Strings(frame, "prefixes"u8, MaxPrefixes));
            default:
                error = $"ERR there is no topic '{topic}'";
                return null;
        }
    }

    private static CommandWatch? Command(long id, JsonElement frame, ViewerSocket socket, ViewerRequests requests, out string? error)
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
            : new CommandWatch(id, socket, requests.WatchChannel, Database(frame, socket), command, TimeSpan.FromMilliseconds(Math.Max(MinPeriodMs, period)), socket.Services.Time);
    }

    private static TreeWatch Tree(long id, JsonElement frame, ViewerSocket socket)
    {
        byte[] delimiters = Encoding.UTF8.GetBytes(ClientFrame.Name(frame, "delimiters"u8) ?? ":");
        byte[][] prefixes = ClientFrame.Strings(frame, "prefixes"u8, MaxPrefixes);
        return new TreeWatch(id, socket, socket.Services, socket.Viewer, Database(frame, socket), delimiters, prefixes.Length == 0 ? [[]] : [.. prefixes.DistinctBy(Convert.ToBase64String)]);
    }

    private static ProfileWatch Profile(long id, JsonElement frame, ViewerSocket socket)
    {
        byte[][] commands = ClientFrame.Strings(frame, "commands"u8, MaxPrefixes);
        string? prefix = ClientFrame.Name(frame, "prefix"u8);
        var filter = new AccessFilter
        {
            Commands = commands.Length == 0 ? null : [.. commands.Select(Encoding.UTF8.GetString)],
            KeyPrefix = prefix is null ? null : Encoding.UTF8.GetBytes(prefix),
            Client = ClientFrame.Name(frame, "client"u8),
            Sample = (int)ClientFrame.Number(frame, "sample"u8, 1, 1, MaxSample),
        };
        return new ProfileWatch(id, socket, socket.Services, socket.Viewer, filter);
    }

    internal static int Database(JsonElement frame, ViewerSocket socket) => (int)ClientFrame.Number(frame, "db"u8, 0, 0, socket.Services.Engine.Options.Databases - 1);
}
