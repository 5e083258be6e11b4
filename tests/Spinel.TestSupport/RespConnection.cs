using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Text;

namespace Spinel.TestSupport;

/// <summary>
/// A blocking client without any cleverness: it sends exactly what it is given and keeps the exact bytes of what it reads.
/// Not for use by several threads at once.
/// </summary>
public sealed class RespConnection : IDisposable
{
    private const int MaxDepth = 64;
    private readonly Socket _socket;
    private byte[] _buffer = new byte[64 * 1024];
    private int _start;   // first byte not yet handed out
    private int _cursor;  // next byte to parse
    private int _end;

    /// <summary>Connects to a server on the loopback address.</summary>
    public RespConnection(int port, int timeoutMs = 15_000)
    {
        _socket = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp)
        {
            NoDelay = true,
            ReceiveTimeout = timeoutMs,
            SendTimeout = timeoutMs,
        };
        try
        {
            _socket.Connect(IPAddress.Loopback, port);
        }
        catch
        {
            _socket.Dispose();
            throw;
        }
    }

    /// <summary>The port of this end, by which CLIENT LIST knows the connection.</summary>
    public int LocalPort => ((IPEndPoint)_socket.LocalEndPoint!).Port;

    /// <summary>Messages outside the order of replies (RESP3 push) that arrived while a reply was awaited.</summary>
    public Queue<RespReply> Pushes { get; } = new();

    /// <summary>The bytes of a command as clients send it.</summary>
    public static void Encode(List<byte> output, IReadOnlyList<byte[]> arguments)
    {
        output.AddRange(Encoding.ASCII.GetBytes(string.Create(CultureInfo.InvariantCulture, $"*{arguments.Count}\r\n")));
        foreach (byte[] argument in arguments)
        {
            output.AddRange(Encoding.ASCII.GetBytes(string.Create(CultureInfo.InvariantCulture, $"${argument.Length}\r\n")));
            output.AddRange(argument);
            output.AddRange("\r\n"u8);
        }
    }

    /// <summary>Sends bytes as they are.</summary>
    public void SendRaw(ReadOnlySpan<byte> bytes)
    {
        while (bytes.Length > 0)
        {
            try
            {
                bytes = bytes[_socket.Send(bytes)..];
            }
            catch (SocketException failure)
            {
                throw new IOException(failure.Message, failure);
            }
        }
    }

    /// <summary>Tells the server that nothing more will come; replies can still be read.</summary>
    public void FinishSending()
    {
        try
        {
            _socket.Shutdown(SocketShutdown.Send);
        }
        catch (SocketException)
        {
            // The server was first to close: there is nobody left to tell.
        }
    }

    /// <summary>Sends one command without reading its reply.</summary>
    public void Send(IReadOnlyList<byte[]> arguments)
    {
        var bytes = new List<byte>();
        Encode(bytes, arguments);
        SendRaw(System.Runtime.InteropServices.CollectionsMarshal.AsSpan(bytes));
    }

    /// <summary>Sends one command and reads its reply.</summary>
    public RespValue Command(params string[] arguments)
    {
        Send([.. arguments.Select(Encoding.UTF8.GetBytes)]);
        return ReadReply().Value;
    }

    /// <summary>Sends one command, written as for redis-cli, and reads its reply.</summary>
    public RespValue CommandLine(string line)
    {
        Send(CommandText.Split(line));
        return ReadReply().Value;
    }

    /// <summary>Reads the next reply; push messages before it are put aside in <see cref="Pushes"/>.</summary>
    /// <exception cref="IOException">The connection ended, or nothing came in time.</exception>
    /// <exception cref="InvalidDataException">What came is not RESP.</exception>
    public RespReply ReadReply()
    {
        while (true)
        {
            RespReply reply = ReadMessage();
            if (reply.Value.Kind != RespKind.Push)
            {
                return reply;
            }

            Pushes.Enqueue(reply);
        }
    }

    /// <summary>Reads the next message of any kind; those put aside come first.</summary>
    public RespReply ReadMessage(bool takePushes = false)
    {
        if (takePushes && Pushes.TryDequeue(out RespReply? push))
        {
            return push;
        }

        _start = _cursor;
        RespValue value = Parse(0);
        return new RespReply(value, _buffer[_start.._cursor]);
    }

    /// <summary>Reads all bytes until the server closes the connection.</summary>
    /// <exception cref="IOException">It stayed open.</exception>
    public byte[] ReadUntilClosed()
    {
        _start = _cursor;
        try
        {
            while (Fill())
            {
            }
        }
        catch (IOException failure) when (failure.InnerException is SocketException { SocketErrorCode: SocketError.ConnectionReset })
        {
            // Closed with bytes of ours unread: still closed.
        }

        byte[] rest = _buffer[_start.._end];
        _cursor = _end;
        return rest;
    }

    /// <inheritdoc/>
    public void Dispose() => _socket.Dispose();

    private RespValue Parse(int depth)
    {
        if (depth > MaxDepth)
        {
            throw Malformed("nesting is too deep");
        }

        byte kind = NextByte();
        switch ((RespKind)kind)
        {
            case RespKind.SimpleString or RespKind.Error or RespKind.Integer or RespKind.Double or RespKind.Boolean
                or RespKind.BigNumber or RespKind.Null:
                return new RespValue((RespKind)kind, ReadLine(), null);

            case RespKind.BulkString or RespKind.BulkError or RespKind.Verbatim:
                int length = ReadLength();
                return new RespValue((RespKind)kind, length < 0 ? null : ReadBytes(length), null);

            case RespKind.Array or RespKind.Set or RespKind.Push:
                return new RespValue((RespKind)kind, null, ReadItems(ReadLength(), depth));

            case RespKind.Map:
                return new RespValue((RespKind)kind, null, ReadItems(checked(ReadLength() * 2), depth));

            case RespKind.Attribute:
                var attributes = new RespValue((RespKind)kind, null, ReadItems(checked(ReadLength() * 2), depth));
                return Parse(depth + 1) with { Attributes = attributes };

            default:
                throw Malformed($"a reply cannot begin with byte 0x{kind:x2}");
        }
    }

    private RespValue[]? ReadItems(int count, int depth)
    {
        if (count < 0)
        {
            return null;
        }

        var items = new List<RespValue>(Math.Min(count, 1024));
        for (int i = 0; i < count; i++)
        {
            items.Add(Parse(depth + 1));
        }

        return [.. items];
    }

    private int ReadLength()
    {
        byte[] line = ReadLine();
        return int.TryParse(line, CultureInfo.InvariantCulture, out int length) && length >= -1
            ? length
            : throw Malformed("not a length");
    }

    private byte[] ReadLine()
    {
        int scanned = _cursor;
        while (true)
        {
            int at = _buffer.AsSpan(scanned, _end - scanned).IndexOf((byte)'\n');
            if (at >= 0)
            {
                int end = scanned + at;
                if (end == _cursor || _buffer[end - 1] != '\r')
                {
                    throw Malformed("a line must end with CR LF");
                }

                byte[] line = _buffer[_cursor..(end - 1)];
                _cursor = end + 1;
                return line;
            }

            int offset = _end - _start;
            Require();
            scanned = _start + offset;
        }
    }

    private byte[] ReadBytes(int length)
    {
        while (_end - _cursor < length + 2)
        {
            Require();
        }

        byte[] bytes = _buffer[_cursor..(_cursor + length)];
        _cursor += length + 2;
        return _buffer[_cursor - 2] == '\r' && _buffer[_cursor - 1] == '\n' ? bytes : throw Malformed("a bulk must end with CR LF");
    }

    private byte NextByte()
    {
        if (_cursor == _end)
        {
            Require();
        }

        return _buffer[_cursor++];
    }

    private void Require()
    {
        if (!Fill())
        {
            throw new EndOfStreamException(_end == _start
                ? "the server closed the connection"
                : $"the server closed the connection within a reply: {CommandText.Escape(_buffer.AsSpan(_start, Math.Min(_end - _start, 200)))}");
        }
    }

    private bool Fill()
    {
        if (_start > 0 && _start == _end)
        {
            _start = _cursor = _end = 0;
        }

        if (_end == _buffer.Length)
        {
            if (_start > 0)
            {
                _buffer.AsSpan(_start, _end - _start).CopyTo(_buffer);
                _cursor -= _start;
                _end -= _start;
                _start = 0;
            }
            else
            {
                Array.Resize(ref _buffer, _buffer.Length * 2);
            }
        }

        try
        {
            int count = _socket.Receive(_buffer.AsSpan(_end));
            _end += count;
            return count > 0;
        }
        catch (SocketException failure) when (failure.SocketErrorCode is SocketError.TimedOut or SocketError.WouldBlock)
        {
            throw new IOException($"no reply within {_socket.ReceiveTimeout} ms", failure);
        }
        catch (SocketException failure)
        {
            throw new IOException(failure.Message, failure);
        }
    }

    private InvalidDataException Malformed(string what) =>
        new($"malformed reply: {what}: {CommandText.Escape(_buffer.AsSpan(_start, Math.Min(_end - _start, 200)))}");
}
