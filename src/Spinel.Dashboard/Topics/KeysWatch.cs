using System.Text;
using System.Text.Json;
using Spinel.Dashboard.Channels;
using Spinel.Dashboard.Security;
using Spinel.Dashboard.Sockets;
using Spinel.Engine;

namespace Spinel.Dashboard.Topics;

/// <summary>
/// The topic <c>keys</c>: the names of keys that have changed, gathered and sent at most ten times a second. A session of its own tracks the prefixes
/// (CLIENT TRACKING … BCAST), so that the engine pays for it only while somebody watches. Keys that the viewer may not read are left out.
/// </summary>
internal sealed class KeysWatch : Watch, IChannelReader
{
    private const int MaxKeys = 500;
    private static readonly TimeSpan Period = TimeSpan.FromMilliseconds(100);

    private readonly EngineGateway _gateway;
    private readonly Viewer _viewer;
    private readonly TimeProvider _time;
    private readonly EngineChannel _channel;
    private readonly byte[][] _prefixes;
    private readonly Lock _lock = new();
    private readonly HashSet<byte[]> _gathered = new(ByteComparer.Instance);
    private readonly Queue<byte[]> _ready = new();
    private ITimer? _timer;
    private long _more;
    private long _readyMore;
    private bool _isFlushed;
    private bool _isReadyFlushed;
    private bool _isAsking;
    private string? _error;

    internal KeysWatch(long id, IWatcher watcher, ViewerSocket socket, byte[][] prefixes)
        : base(id, watcher)
    {
        _gateway = socket.Services.Gateway;
        _viewer = socket.Viewer;
        _time = socket.Services.Time;
        _prefixes = prefixes;
        _channel = new EngineChannel(socket.Services.Engine, socket.Viewer, this, socket.Services.Limits.MaxReplyBytes, isObserving: true);
    }

    internal override void Start()
    {
        var request = default(RequestBytes);
        List<byte[]> command = ["CLIENT"u8.ToArray(), "TRACKING"u8.ToArray(), "ON"u8.ToArray(), "BCAST"u8.ToArray()];
        foreach (byte[] prefix in _prefixes)
        {
            command.Add("PREFIX"u8.ToArray());
            command.Add(prefix);
        }

        ClientFrame.Add(ref request, [.. command]);
        _channel.Send(request.Take());
        _timer = _time.CreateTimer(static watch => ((KeysWatch)watch!).Publish(), this, Period, Period);
    }

    void IChannelReader.OnReply(ScannedReply reply, long timestamp)
    {
        if (reply.IsError)
        {
            Fail(ReplyJson.ErrorText(reply.Bytes));
        }
        else if (reply.IsPush)
        {
            lock (_lock)
            {
                if (reply.IsTooLong || !TryGather(reply.Bytes))
                {
                    _isFlushed = true;
                }
            }
        }
    }

    void IChannelReader.OnClosed(string reason) => Fail("ERR " + reason);

    protected override bool TryWriteState(Utf8JsonWriter json)
    {
        lock (_lock)
        {
            if (_error is not null)
            {
                json.WriteString("error"u8, _error);
                return true;
            }

            json.WriteStartObject("data"u8);
            json.WriteStartArray("changed"u8);
            while (_ready.TryDequeue(out byte[]? key))
            {
                ReplyJson.WriteText(json, key);
            }

            json.WriteEndArray();
            json.WriteNumber("more"u8, _readyMore);
            if (_isReadyFlushed)
            {
                json.WriteBoolean("all"u8, true);
            }

            json.WriteEndObject();
            _readyMore = 0;
            _isReadyFlushed = false;
            return true;
        }
    }

    protected override void Dispose(bool disposing)
    {
        _timer?.Dispose();
        _channel.Close();
        base.Dispose(disposing);
    }

    private void Fail(string error)
    {
        lock (_lock)
        {
            _error = error;
        }

        _timer?.Dispose();
        Changed();
    }

    /// <summary>Reads <c>&gt;2 invalidate [key …]</c>. False: every key is stale.</summary>
    private bool TryGather(ReadOnlySpan<byte> push)
    {
        var reader = new BulkReader(push);
        if (!reader.TryReadInvalidation(out long count))
        {
            return false;
        }

        for (; count > 0; count--)
        {
            ReadOnlySpan<byte> key = reader.Next();
            if (_gathered.Count < MaxKeys)
            {
                _gathered.Add(key.ToArray());
            }
            else
            {
                _more++;
            }
        }

        return true;
    }

    /// <summary>Has the engine strike out what the viewer may not see, and tells of the rest.</summary>
    private void Publish()
    {
        byte[][] keys;
        lock (_lock)
        {
            if (_isAsking || (_gathered.Count == 0 && !_isFlushed && _more == 0))
            {
                return;
            }

            _isAsking = true;
            keys = [.. _gathered];
            _gathered.Clear();
        }

        _gateway.Engine.Mailbox.Post(() => OnEngine(keys));
    }

    private void OnEngine(byte[][] keys)
    {
        if (!_viewer.User.IsUnrestricted)
        {
            keys = Array.FindAll(keys, key => _viewer.User.AllowsReading(key));
        }

        ThreadPool.UnsafeQueueUserWorkItem(static state => state.Watch.MakeReady(state.Keys), (Watch: this, Keys: keys), preferLocal: false);
    }

    private void MakeReady(byte[][] keys)
    {
        lock (_lock)
        {
            _isAsking = false;
            foreach (byte[] key in keys)
            {
                if (_ready.Count < MaxKeys)
                {
                    _ready.Enqueue(key);
                }
                else
                {
                    _readyMore++;
                    Drop();
                }
            }

            _readyMore += _more;
            _isReadyFlushed |= _isFlushed;
            _more = 0;
            _isFlushed = false;
            if (_ready.Count == 0 && _readyMore == 0 && !_isReadyFlushed)
            {
                return;
            }
        }

        Changed();
    }

    private sealed class ByteComparer : IEqualityComparer<byte[]>
    {
        internal static readonly ByteComparer Instance = new();

        public bool Equals(byte[]? x, byte[]? y) => x.AsSpan().SequenceEqual(y);

        public int GetHashCode(byte[] obj)
        {
            var hash = default(HashCode);
            hash.AddBytes(obj);
            return hash.ToHashCode();
        }
    }
}
