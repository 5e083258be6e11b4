using System.Globalization;
using Spinel.Dashboard.Channels;
using Spinel.Dashboard.Security;
using Spinel.Dashboard.Sockets;
using Spinel.Engine;

namespace Spinel.Dashboard.Topics;

/// <summary>The engine session in which a browser's topics run commands: with the viewer's rights, one after the other, each in the database it names.</summary>
internal sealed class WatchChannel : IChannelReader
{
    private readonly Lock _lock = new();
    private readonly Queue<Request> _requests = new();
    private readonly EngineChannel _engine;
    private int _database;
    private string? _closedReason;

    internal WatchChannel(SpinelEngine engine, Viewer viewer, DashboardLimits limits) =>
        _engine = new EngineChannel(engine, viewer, this, limits.MaxReplyBytes, isObserving: true);

    internal delegate void ReplyHandler(ScannedReply reply);

    /// <summary>Runs a command.</summary>
    /// <param name="database">The database to run it in.</param>
    /// <param name="command">The command.</param>
    /// <param name="onReply">Is called with the reply, on a pool thread.</param>
    /// <param name="onClosed">Is called when there will be none.</param>
    internal void Run(int database, byte[][] command, ReplyHandler onReply, Action<string> onClosed)
    {
        lock (_lock)
        {
            if (_closedReason is null)
            {
                var request = default(RequestBytes);
                if (database != _database)
                {
                    ClientFrame.Add(ref request, ["SELECT"u8.ToArray(), System.Text.Encoding.ASCII.GetBytes(database.ToString(CultureInfo.InvariantCulture))]);
                    _requests.Enqueue(new Request(null, null));
                    _database = database;
                }

                ClientFrame.Add(ref request, command);
                _requests.Enqueue(new Request(onReply, onClosed));
                _engine.Send(request.Take());
                return;
            }
        }

        onClosed(_closedReason);
    }

    internal void Close() => _engine.Close();

    void IChannelReader.OnReply(ScannedReply reply, long timestamp)
    {
        if (reply.IsPush)
        {
            return;
        }

        Request request;
        lock (_lock)
        {
            if (!_requests.TryDequeue(out request))
            {
                return;
            }
        }

        if (request.OnReply is null && reply.IsError)
        {
            // There is no such database: the command that follows fails too, rather than to tell of another one.
            lock (_lock)
            {
                _database = -1;
            }
        }

        request.OnReply?.Invoke(reply);
    }

    void IChannelReader.OnClosed(string reason)
    {
        Request[] left;
        lock (_lock)
        {
            _closedReason = reason;
            left = [.. _requests];
            _requests.Clear();
        }

        foreach (Request request in left)
        {
            request.OnClosed?.Invoke(reason);
        }
    }

    private readonly record struct Request(ReplyHandler? OnReply, Action<string>? OnClosed);
}
