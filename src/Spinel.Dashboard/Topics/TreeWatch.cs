using System.Text.Json;
using Spinel.Dashboard.Channels;
using Spinel.Dashboard.Security;
using Spinel.DataStructures;
using Spinel.Engine;
using Spinel.Engine.Commands.Generic;
using Spinel.Insight.Tree;

namespace Spinel.Dashboard.Topics;

/// <summary>
/// The topic <c>tree</c>: the figures of opened prefixes and their children, at most four times a second and only those that have changed. The tree is asked again
/// when the browser has taken the last answer, so a slow one sees fewer, newer states. It needs the permission for INSIGHT TREE and all keys.
/// </summary>
internal sealed class TreeWatch(long id, IWatcher watcher, DashboardServices services, Viewer viewer, int database, byte[] delimiters, byte[][] prefixes) : Watch(id, watcher)
{
    private static readonly TimeSpan Period = TimeSpan.FromMilliseconds(250);

    private readonly Lock _lock = new();
    private ITimer? _timer;
    private TreeView? _view;
    private State? _news;
    private bool _wasReady;
    private double _lastProgress = -1;
    private bool _isAsking;
    private bool _isOver;

    internal override void Start() => _timer = services.Time.CreateTimer(static watch => ((TreeWatch)watch!).Ask(), this, TimeSpan.Zero, Period);

    protected override bool TryWriteState(Utf8JsonWriter json)
    {
        State? news;
        lock (_lock)
        {
            news = _news;
            _news = null;
        }

        if (news is null)
        {
            return false;
        }

        if (news.Error is not null)
        {
            json.WriteString("error"u8, news.Error);
            return true;
        }

        json.WriteStartObject("data"u8);
        json.WriteString("state"u8, news.IsReady ? "ready"u8 : "building"u8);
        json.WriteNumber("progress"u8, news.Progress);
        json.WriteStartArray("nodes"u8);
        foreach (TreeNode node in news.Nodes)
        {
            Write(json, node);
        }

        json.WriteEndArray();
        json.WriteEndObject();
        return true;
    }

    protected override void Dispose(bool disposing)
    {
        _timer?.Dispose();
        Volatile.Write(ref _isOver, true);
        base.Dispose(disposing);
    }

    private static void Write(Utf8JsonWriter json, TreeNode node)
    {
        KeyTally tally = node.Tally;
        json.WriteStartObject();
        json.WritePropertyName("prefix"u8);
        ReplyJson.WriteText(json, node.FullName);
        json.WriteNumber("keys"u8, tally.Keys);
        json.WriteNumber("bytes"u8, tally.Bytes);
        json.WriteStartObject("types"u8);
        for (int i = 0; i < KeyTally.Kinds; i++)
        {
            if (tally.OfKind((ValueKind)i) is > 0 and int count)
            {
                json.WriteNumber(ValueNames.Of((ValueKind)i), count);
            }
        }

        json.WriteEndObject();
        json.WriteNumber("expiring"u8, tally.Expiring);
        json.WriteStartObject("ttl"u8);
        for (int i = 0; i < KeyTally.TtlBuckets; i++)
        {
            json.WriteNumber(TtlWords.Of((TtlBucket)i), tally.InBucket((TtlBucket)i));
        }

        json.WriteEndObject();
        json.WriteNumber("reads"u8, node.Reads);
        json.WriteNumber("hits"u8, node.Hits);
        json.WriteEndObject();
    }

    private void Ask()
    {
        lock (_lock)
        {
            if (_isAsking || _news is not null)
            {
                return;
            }

            _isAsking = true;
        }

        services.Engine.Mailbox.Post(Look);
    }

    /// <summary>On the engine thread.</summary>
    private void Look()
    {
        if (Volatile.Read(ref _isOver))
        {
            return;
        }

        State? news = null;
        if (Permissions.Missing(services.Engine, viewer.User, "INSIGHT TREE x", needsAllKeys: true) is { } error)
        {
            _timer!.Dispose();
            news = new State(error, false, 0, []);
        }
        else
        {
            _view ??= services.Insight!.Trees.Open(database);
            IReadOnlyList<TreeNode> nodes = _view.Changes(prefixes, delimiters);
            bool isReady = _view.IsReady;
            double progress = _view.Progress;
            if (nodes.Count > 0 || isReady != _wasReady || progress != _lastProgress)
            {
                news = new State(null, isReady, progress, nodes);
                _wasReady = isReady;
                _lastProgress = progress;
            }
        }

        lock (_lock)
        {
            _isAsking = false;
            _news = news;
        }

        if (news is not null)
        {
            ThreadPool.UnsafeQueueUserWorkItem(static watch => watch.Changed(), this, preferLocal: false);
        }
    }

    private sealed record State(string? Error, bool IsReady, double Progress, IReadOnlyList<TreeNode> Nodes);
}
