using System.Buffers;
using System.Collections.Concurrent;
using System.Text.Json;
using Spinel.Dashboard.Channels;
using Spinel.Engine;

namespace Spinel.Dashboard.Sockets;

/// <summary>
/// One of a browser's channels: pairs replies with the requests that they answer, and passes both them and what comes besides on as frames.
/// </summary>
internal sealed class ViewerChannel : IChannelReader
{
    private static readonly SearchValues<byte> DigitsAndPoint = SearchValues.Create("0123456789."u8);

    private readonly ViewerSocket _socket;
    private readonly ViewerRequests _requests;
    private readonly SpinelEngine _engine;
    private readonly DashboardLimits _limits;
    private readonly ConcurrentQueue<Pending> _pending = new();
    private readonly JsonFrame _frame = new();
    private int _pendingCount;
    private long _droppedPushes;
    private bool _isMonitor;

    /// <summary>Confirmations that belong to a request which the first of them has completed: a request has one for each name.</summary>
    private int _confirmationsLeft;
    private RequestKind _confirmationKind;
    private SubscriptionCounts _subscriptions;

    /// <summary>The frame of a list of commands whose last reply has not come.</summary>
    private JsonFrame? _listFrame;
    private int _listReplies;
    private bool _isListTooLong;

    internal ViewerChannel(ViewerSocket socket, ViewerRequests requests, string name)
    {
        _socket = socket;
        _requests = requests;
        _engine = socket.Services.Engine;
        _limits = socket.Services.Limits;
        Name = name;
        Engine = new EngineChannel(_engine, socket.Viewer, this, _limits.MaxReplyBytes);
    }

    internal string Name { get; }

    internal EngineChannel Engine { get; }

    /// <summary>Whether more commands are taken at present.</summary>
    internal bool HasRoom(int commands) => Volatile.Read(ref _pendingCount) + commands <= _limits.MaxPendingCommands && Engine.PendingBytes <= _limits.MaxPendingBytes;

    /// <summary>Runs one command, or a list of them whose replies come together.</summary>
    internal void Run(long id, IReadOnlyList<byte[][]> commands, bool isList)
    {
        var request = default(RequestBytes);
        long now = _engine.Clock.Timestamp();
        Interlocked.Add(ref _pendingCount, commands.Count);
        for (int i = 0; i < commands.Count; i++)
        {
            ClientFrame.Add(ref request, commands[i]);
            _pending.Enqueue(new Pending(id, now, KindOf(commands[i][0]), commands[i].Length - 1, isList ? commands.Count : 0));
        }

        Engine.Send(request.Take());
    }

    void IChannelReader.OnReply(ScannedReply reply, long timestamp)
    {
        if (reply.IsPush)
        {
            Push(reply);
            Confirm(reply, timestamp);
            return;
        }

        if (_pending.IsEmpty || (_isMonitor && IsMonitorLine(reply)))
        {
            Push(reply);
            return;
        }

        _isMonitor |= _pending.TryPeek(out Pending next) && next.Kind == RequestKind.Monitor && !reply.IsError;
        Complete(reply.Bytes, (char)reply.Type, timestamp, reply.IsTooLong);
    }

    void IChannelReader.OnClosed(string reason) => _requests.OnChannelClosed(this, reason);

    /// <summary>In RESP3, the confirmation of a subscription takes the place of a reply; of a request for several names the first one does.</summary>
    private void Confirm(ScannedReply reply, long timestamp)
    {
        if (reply.IsTooLong || !_subscriptions.TryNote(reply.Bytes, out int subscribed))
        {
            return;
        }

        if (_confirmationsLeft > 0 && IsConfirmation(reply.Bytes, _confirmationKind))
        {
            _confirmationsLeft--;
        }
        else if (_pending.TryPeek(out Pending first) && first.Kind != RequestKind.Plain && IsConfirmation(reply.Bytes, first.Kind))
        {
            // Without names, everything is unsubscribed from: a confirmation for each, and one where there is nothing.
            _confirmationsLeft = (first.Names > 0 ? first.Names : Math.Max(1, subscribed)) - 1;
            _confirmationKind = first.Kind;
            Complete("+OK\r\n"u8, '+', timestamp);
        }
    }

    private static RequestKind KindOf(byte[] name)
    {
        Span<byte> word = stackalloc byte[12];
        if (name.Length > word.Length || System.Text.Ascii.ToLower(name, word, out int length) != OperationStatus.Done)
        {
            return RequestKind.Plain;
        }

        return word[..length] switch
        {
            var w when w.SequenceEqual("subscribe"u8) => RequestKind.Subscribe,
            var w when w.SequenceEqual("psubscribe"u8) => RequestKind.PSubscribe,
            var w when w.SequenceEqual("ssubscribe"u8) => RequestKind.SSubscribe,
            var w when w.SequenceEqual("unsubscribe"u8) => RequestKind.Unsubscribe,
            var w when w.SequenceEqual("punsubscribe"u8) => RequestKind.PUnsubscribe,
            var w when w.SequenceEqual("sunsubscribe"u8) => RequestKind.SUnsubscribe,
            var w when w.SequenceEqual("monitor"u8) => RequestKind.Monitor,
            _ => RequestKind.Plain,
        };
    }

    private static bool IsConfirmation(ReadOnlySpan<byte> push, RequestKind kind)
    {
        ReadOnlySpan<byte> word = kind switch
        {
            RequestKind.Subscribe => "$9\r\nsubscribe\r\n"u8,
            RequestKind.PSubscribe => "$10\r\npsubscribe\r\n"u8,
            RequestKind.SSubscribe => "$10\r\nssubscribe\r\n"u8,
            RequestKind.Unsubscribe => "$11\r\nunsubscribe\r\n"u8,
            RequestKind.PUnsubscribe => "$12\r\npunsubscribe\r\n"u8,
            RequestKind.SUnsubscribe => "$12\r\nsunsubscribe\r\n"u8,
            _ => "?"u8,
        };
        int head = push.IndexOf((byte)'\n') + 1;
        return push[head..].StartsWith(word);
    }

    /// <summary>A line of MONITOR: <c>+1700000000.123456 [0 127.0.0.1:5000] "GET" "k"</c>.</summary>
    private static bool IsMonitorLine(ScannedReply reply)
    {
        int blank = reply.Bytes.IndexOf(" ["u8);
        return reply.Type == (byte)'+' && (reply.IsTooLong || (blank > 8 && !reply.Bytes[1..blank].ContainsAnyExcept(DigitsAndPoint)));
    }

    private void Push(ScannedReply reply)
    {
        Utf8JsonWriter json = _frame.Begin();
        json.WriteStartObject();
        json.WriteString("channel"u8, Name);
        json.WritePropertyName("push"u8);
        if (reply.IsTooLong || !ReplyJson.TryWrite(reply.Bytes, json, _limits.MaxPushBytes))
        {
            _droppedPushes++;
            return;
        }

        if (_droppedPushes > 0)
        {
            json.WriteNumber("dropped"u8, _droppedPushes);
        }

        json.WriteEndObject();
        _droppedPushes = _socket.Outgoing.TryAddPush(_frame.Take()) ? 0 : _droppedPushes + 1;
    }

    private void Complete(ReadOnlySpan<byte> reply, char type, long timestamp, bool isTooLong = false)
    {
        _pending.TryDequeue(out Pending request);
        Interlocked.Decrement(ref _pendingCount);
        long microseconds = Math.Max(0, _engine.Clock.MicrosecondsBetween(request.SentAt, timestamp));
        if (request.ListCount > 0)
        {
            CompletePart(request, reply, microseconds, isTooLong);
            return;
        }

        Utf8JsonWriter json = _frame.Begin();
        json.WriteStartObject();
        json.WriteNumber("id"u8, request.Id);
        if (type is '-' or '!' && !isTooLong)
        {
            json.WriteString("error"u8, ReplyJson.ErrorText(reply));
        }
        else
        {
            json.WritePropertyName("reply"u8);
            isTooLong = isTooLong || !ReplyJson.TryWrite(reply, json, _limits.MaxOutgoingBytes / 2);
            json.WriteNumber("us"u8, microseconds);
        }

        json.WriteEndObject();
        if (isTooLong)
        {
            WriteTooLong(request.Id);
        }

        _socket.Send(_frame.Take());
    }

    private void CompletePart(Pending request, ReadOnlySpan<byte> reply, long microseconds, bool isTooLong)
    {
        if (_listFrame is null)
        {
            _listFrame = new JsonFrame();
            Utf8JsonWriter begun = _listFrame.Begin();
            begun.WriteStartObject();
            begun.WriteNumber("id"u8, request.Id);
            begun.WriteStartArray("reply"u8);
        }

        Utf8JsonWriter json = _listFrame.Json;
        _isListTooLong = _isListTooLong || isTooLong || !ReplyJson.TryWrite(reply, json, _limits.MaxOutgoingBytes / 2);
        if (++_listReplies < request.ListCount)
        {
            return;
        }

        JsonFrame frame = _listFrame;
        if (_isListTooLong)
        {
            frame = _frame;
            WriteTooLong(request.Id);
        }
        else
        {
            json.WriteEndArray();
            json.WriteNumber("us"u8, microseconds);
            json.WriteEndObject();
        }

        _socket.Send(frame.Take());
        _listFrame = null;
        _listReplies = 0;
        _isListTooLong = false;
    }

    private void WriteTooLong(long id)
    {
        Utf8JsonWriter json = _frame.Begin();
        json.WriteStartObject();
        json.WriteNumber("id"u8, id);
        json.WriteString("error"u8, $"ERR the reply is longer than the {_limits.MaxReplyBytes >> 20} MB that the dashboard passes on");
        json.WriteEndObject();
    }

    private enum RequestKind : byte
    {
        Plain,
        Subscribe,
        PSubscribe,
        SSubscribe,
        Unsubscribe,
        PUnsubscribe,
        SUnsubscribe,
        Monitor,
    }

    /// <param name="Id">The browser's number.</param>
    /// <param name="SentAt">When it was handed to the engine.</param>
    /// <param name="Kind">How its reply is recognised.</param>
    /// <param name="Names">How many arguments it has.</param>
    /// <param name="ListCount">How many commands its list has; 0: it stands alone.</param>
    private readonly record struct Pending(long Id, long SentAt, RequestKind Kind, int Names, int ListCount);
}
