using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Text;

namespace Spinel.Bench.Compare;

/// <summary>A connection that sends requests in pipelines and looks no closer at replies than it must: the load, not its generator, is to be the bottleneck.</summary>
internal sealed class LoadConnection : IDisposable
{
    private readonly Socket _socket = new(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
    private readonly byte[] _received = new byte[1 << 20];
    private byte[] _requests = new byte[1 << 16];
    private int _length;
    private int _start;
    private int _end;

    public LoadConnection(int port) => _socket.Connect(IPAddress.Loopback, port);

    /// <summary>Replies that were errors.</summary>
    public long Errors { get; private set; }

    /// <summary>The first of them.</summary>
    public string FirstError { get; private set; } = "";

    /// <summary>Adds a request to the pipeline.</summary>
    public void Add(ReadOnlySpan<byte> command, ReadOnlySpan<byte> key, ReadOnlySpan<byte> value = default, bool hasValue = false)
    {
        Append('*', hasValue ? 3 : 2);
        AppendArgument(command);
        AppendArgument(key);
        if (hasValue)
        {
            AppendArgument(value);
        }
    }

    /// <summary>Sends the pipeline.</summary>
    public void Send()
    {
        for (int sent = 0; sent < _length;)
        {
            sent += _socket.Send(_requests.AsSpan(sent, _length - sent));
        }

        _length = 0;
    }

    /// <summary>Waits for one reply that is no array.</summary>
    /// <returns>False when it is null.</returns>
    public bool Receive()
    {
        int lineEnd = ReadLine();
        byte kind = _received[_start];
        int value = 0;
        if (kind == '$')
        {
            value = int.Parse(Encoding.ASCII.GetString(_received, _start + 1, lineEnd - _start - 1), CultureInfo.InvariantCulture);
        }
        else if (kind == '-')
        {
            FirstError = Errors++ == 0 ? Encoding.Latin1.GetString(_received, _start + 1, lineEnd - _start - 1) : FirstError;
        }

        _start = lineEnd + 2;
        if (kind != '$' || value < 0)
        {
            return value >= 0;
        }

        for (int left = value + 2; left > 0;)
        {
            if (_start == _end)
            {
                Fill();
            }

            int taken = Math.Min(left, _end - _start);
            _start += taken;
            left -= taken;
        }

        return true;
    }

    public void Dispose() => _socket.Dispose();

    private int ReadLine()
    {
        for (int i = _start; ; i++)
        {
            if (i + 1 >= _end)
            {
                int scanned = i - _start;
                Fill();
                i = _start + scanned;
                if (i + 1 >= _end)
                {
                    i--;
                    continue;
                }
            }

            if (_received[i] == '\r' && _received[i + 1] == '\n')
            {
                return i;
            }
        }
    }

    private void Fill()
    {
        if (_start > 0)
        {
            _received.AsSpan(_start, _end - _start).CopyTo(_received);
            _end -= _start;
            _start = 0;
        }

        int count = _socket.Receive(_received.AsSpan(_end));
        _end += count > 0 ? count : throw new IOException("The server closed the connection.");
    }

    private void AppendArgument(ReadOnlySpan<byte> argument)
    {
        Append('$', argument.Length);
        Reserve(argument.Length + 2);
        argument.CopyTo(_requests.AsSpan(_length));
        _length += argument.Length;
        AppendLineEnd();
    }

    private void Append(char kind, int number)
    {
        const int LongestNumber = 16;
        Reserve(LongestNumber);
        _requests[_length++] = (byte)kind;
        number.TryFormat(_requests.AsSpan(_length), out int digits, default, CultureInfo.InvariantCulture);
        _length += digits;
        AppendLineEnd();
    }

    private void AppendLineEnd()
    {
        _requests[_length++] = (byte)'\r';
        _requests[_length++] = (byte)'\n';
    }

    private void Reserve(int bytes)
    {
        if (_length + bytes > _requests.Length)
        {
            Array.Resize(ref _requests, Math.Max(_requests.Length * 2, _length + bytes));
        }
    }
}
