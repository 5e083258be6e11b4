using System.Buffers;
using System.Globalization;
using System.Net.Sockets;
using System.Text;

namespace Spinel.Replication.Migration;

/// <summary>
/// The connection to the server that keys move to. It is used by one caller at a time, on any thread; every step has the time that the order gives. Failures are texts of errors as the
/// client of MIGRATE gets them. It may serve several orders, one after the other, that lead to the same place.
/// </summary>
internal sealed class TargetConnection : IDisposable
{
    private const string Connecting = "IOERR error or timeout connecting to the client";
    private const string Writing = "IOERR error or timeout writing to target instance";
    private const string Reading = "IOERR error or timeout reading to target instance";

    private readonly CancellationTokenSource _stop = new();
    private readonly byte[] _buffer = new byte[4096];
    private LineReader _lines = new();
    private Socket? _socket;
    private int _begin;
    private int _end;

    /// <summary>What it is used for at present.</summary>
    public required MigrationOrder Order { get; set; }

    /// <summary>The other server is there, as far as is known, has let this one in, and has answered all that it was asked.</summary>
    public bool IsOpen { get; private set; }

    /// <summary>The other server has neither closed it nor said anything that it was not asked: that would be taken for the answer to the next request.</summary>
    public bool IsQuiet => _socket is { } socket && !socket.Poll(0, SelectMode.SelectRead);

    /// <summary>The last failure was that the other server kept silent.</summary>
    public bool HasTimedOut { get; private set; }

    /// <summary>Connects, authenticates and chooses the database.</summary>
    /// <returns>The error; null when all is well.</returns>
    public async Task<string?> OpenAsync()
    {
        IsOpen = false;
        _socket?.Dispose();
        _socket = null;
        _lines = new LineReader();
        _begin = _end = 0;
        if (Order.Host.Length == 0)
        {
            return Connecting;
        }

        try
        {
            using CancellationTokenSource time = Time();
            _socket = await OutgoingSocket.OpenAsync(Order.Host, Order.Port, "", time.Token).ConfigureAwait(false);
        }
        catch (SocketException e) when (e.SocketErrorCode is not (SocketError.HostNotFound or SocketError.TryAgain or SocketError.NoData))
        {
            return Writing;
        }
        catch (Exception e) when (e is SocketException or OperationCanceledException or ArgumentException)
        {
            return Connecting;
        }

        var greeting = new ArrayBufferWriter<byte>();
        int replies = 1;
        if (Order.Password is { } password)
        {
            replies++;
            if (Order.User.Length > 0)
            {
                Append(greeting, "AUTH"u8.ToArray(), Order.User, password);
            }
            else
            {
                Append(greeting, "AUTH"u8.ToArray(), password);
            }
        }

        Append(greeting, "SELECT"u8.ToArray(), Encoding.ASCII.GetBytes(Order.TargetDatabase.ToString(CultureInfo.InvariantCulture)));
        TargetReplies answer = await ExchangeAsync(greeting.WrittenMemory, replies).ConfigureAwait(false);
        string? failure = answer.Failure ?? answer.Errors.FirstOrDefault(static error => error is not null);
        IsOpen &= failure is null;
        return failure;
    }

    /// <summary>Sends requests and reads the replies, which are lines.</summary>
    public async Task<TargetReplies> ExchangeAsync(ReadOnlyMemory<byte> requests, int count)
    {
        var errors = new List<string?>(count);
        string failure = Writing;
        IsOpen = false;
        HasTimedOut = false;
        try
        {
            while (!requests.IsEmpty)
            {
                using CancellationTokenSource time = Time();
                int sent = await _socket!.SendAsync(requests, SocketFlags.None, time.Token).ConfigureAwait(false);
                requests = requests[sent..];
            }

            failure = Reading;
            while (errors.Count < count)
            {
                // What is no reply, as that of a server of another kind, does not say that a key has arrived.
                if (await ReadLineAsync().ConfigureAwait(false) is not { } line || line is not ['+' or ':' or '-', ..])
                {
                    return new TargetReplies(errors, Reading);
                }

                errors.Add(line is ['-', ..] ? "ERR Target instance replied with error: " + line[1..] : null);
            }

            // What nobody has asked for would be taken for the answers to what comes next.
            IsOpen = _begin == _end;
            return new TargetReplies(errors, null);
        }
        catch (Exception e) when (e is SocketException or OperationCanceledException or ObjectDisposedException)
        {
            HasTimedOut = e is OperationCanceledException;
            return new TargetReplies(errors, failure);
        }
    }

    /// <summary>Appends a request.</summary>
    public static void Append(ArrayBufferWriter<byte> writer, params ReadOnlySpan<byte[]> words)
    {
        Span<byte> head = stackalloc byte[24];
        writer.Write(head[..Head(head, (byte)'*', words.Length)]);
        foreach (byte[] word in words)
        {
            writer.Write(head[..Head(head, (byte)'$', word.Length)]);
            writer.Write(word);
            writer.Write("\r\n"u8);
        }
    }

    /// <summary>Gives up, from whichever thread, what is under way.</summary>
    public void Stop() => _stop.Cancel();

    public void Dispose()
    {
        _socket?.Dispose();
        _stop.Dispose();
    }

    private static int Head(Span<byte> head, byte kind, int number)
    {
        head[0] = kind;
        number.TryFormat(head[1..], out int digits, default, CultureInfo.InvariantCulture);
        "\r\n"u8.CopyTo(head[(digits + 1)..]);
        return digits + 3;
    }

    private CancellationTokenSource Time()
    {
        var time = CancellationTokenSource.CreateLinkedTokenSource(_stop.Token);
        time.CancelAfter(Order.TimeoutMs);
        return time;
    }

    /// <returns>Null when the connection has ended, or the line is too long for a reply.</returns>
    private async Task<string?> ReadLineAsync()
    {
        while (true)
        {
            if (_begin == _end)
            {
                using CancellationTokenSource time = Time();
                _begin = 0;
                _end = await _socket!.ReceiveAsync(_buffer, SocketFlags.None, time.Token).ConfigureAwait(false);
                if (_end == 0)
                {
                    return null;
                }
            }

            int taken = _lines.Take(_buffer.AsSpan(_begin, _end - _begin), out bool isComplete);
            if (taken < 0)
            {
                return null;
            }

            _begin += taken;
            if (isComplete)
            {
                return Encoding.Latin1.GetString(_lines.Line);
            }
        }
    }
}

/// <summary>What the other server has said.</summary>
/// <param name="Errors">To each request an error, or null; fewer than there were requests when the connection has failed.</param>
/// <param name="Failure">Why the connection is of no more use; null when it is.</param>
internal sealed record TargetReplies(IReadOnlyList<string?> Errors, string? Failure);
