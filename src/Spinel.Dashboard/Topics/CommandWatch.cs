using System.Text.Json;
using Spinel.Dashboard.Channels;
using Spinel.Dashboard.Sockets;

namespace Spinel.Dashboard.Topics;

/// <summary>The topic <c>command</c>: a command is asked again and again, and its reply sent when it is another one.</summary>
internal sealed class CommandWatch : Watch
{
    private const int MaxReplyBytes = 8 << 20;

    private readonly TimeProvider _time;
    private readonly WatchChannel _channel;
    private readonly int _database;
    private readonly byte[][] _command;
    private readonly TimeSpan _period;
    private readonly JsonFrame _writing = new();
    private readonly Lock _lock = new();
    private ITimer? _timer;
    private byte[] _last = [];
    private string? _error;
    private bool _isNew;
    private bool _isAsking;
    private bool _isOver;

    internal CommandWatch(long id, IWatcher watcher, WatchChannel channel, int database, byte[][] command, TimeSpan period, TimeProvider time)
        : base(id, watcher)
    {
        _channel = channel;
        _database = database;
        _command = command;
        _period = period;
        _time = time;
    }

    internal override void Start() => _timer = _time.CreateTimer(static watch => ((CommandWatch)watch!).Ask(), this, TimeSpan.Zero, _period);

    protected override bool TryWriteState(Utf8JsonWriter json)
    {
        lock (_lock)
        {
            if (!_isNew || _isOver)
            {
                return false;
            }

            _isNew = false;
            if (_error is not null)
            {
                json.WriteString("error"u8, _error);
            }
            else
            {
                json.WritePropertyName("data"u8);
                json.WriteRawValue(_last, skipInputValidation: true);
            }

            return true;
        }
    }

    protected override void Dispose(bool disposing)
    {
        _timer?.Dispose();
        lock (_lock)
        {
            _isOver = true;
        }

        base.Dispose(disposing);
    }

    private void Ask()
    {
        lock (_lock)
        {
            // A reply that takes longer than the period is waited for.
            if (_isAsking || _isOver)
            {
                return;
            }

            _isAsking = true;
        }

        _channel.Run(_database, _command, OnReply, OnClosed);
    }

    private void OnReply(ScannedReply reply)
    {
        string? error = reply.IsTooLong ? "ERR the reply is too long to be watched" : reply.IsError ? ReplyJson.ErrorText(reply.Bytes) : null;
        bool isNew;
        lock (_lock)
        {
            _isAsking = false;
            ReadOnlySpan<byte> text = default;
            if (error is null)
            {
                Utf8JsonWriter json = _writing.Begin();
                if (ReplyJson.TryWrite(reply.Bytes, json, MaxReplyBytes))
                {
                    json.Flush();
                    text = _writing.Written;
                }
                else
                {
                    error = "ERR the reply is too long to be watched";
                }
            }

            isNew = error is null ? _error is not null || !text.SequenceEqual(_last) : error != _error;
            if (isNew)
            {
                _last = text.ToArray();
                _error = error;
                Drop(_isNew ? 1 : 0);
                _isNew = true;
            }
        }

        if (isNew)
        {
            Changed();
        }
    }

    private void OnClosed(string reason)
    {
        lock (_lock)
        {
            _error = "ERR " + reason;
            _isNew = true;
        }

        _timer?.Dispose();
        Changed();
    }
}
