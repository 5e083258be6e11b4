using System.Buffers;
using System.Buffers.Text;

namespace Spinel.Dashboard.Channels;

/// <summary>A reply as it came, from its type byte to its last line end.</summary>
internal readonly ref struct ScannedReply(ReadOnlySpan<byte> bytes, byte type, bool isTooLong)
{
    /// <summary>The bytes; empty when the reply was too long to be kept.</summary>
    public ReadOnlySpan<byte> Bytes { get; } = bytes;

    /// <summary>RESP's type byte of the outermost value.</summary>
    public byte Type { get; } = type;

    public bool IsTooLong { get; } = isTooLong;

    /// <summary>Not the reply to a command.</summary>
    public bool IsPush => Type == (byte)'>';

    public bool IsError => Type is (byte)'-' or (byte)'!';
}

/// <summary>
/// Finds where replies end in a stream of RESP2 and RESP3. It walks over each byte of a header once and over payloads not at all; a reply is kept until it is
/// complete, and one above the limit is walked over and forgotten, so that the stream stays readable and memory bounded.
/// </summary>
internal sealed class ReplyScanner(int maxReplyBytes)
{
    private const int MaxDepth = 4096;
    private const int KeptBytes = 64 * 1024;

    private readonly List<long> _open = [];
    private byte[] _buffer = [];
    private int _start;
    private int _scanned;
    private int _end;

    /// <summary>Bytes of a payload, with its line end, that have still to be walked over.</summary>
    private long _payloadLeft;
    private bool _hasPayload;

    /// <summary>Bytes behind the last walk in which no line end was found.</summary>
    private int _searched;
    private bool _isWithinLine;
    private byte _type;
    private bool _isTooLong;

    /// <summary>Adds what was received.</summary>
    internal void Append(ReadOnlySpan<byte> bytes)
    {
        if (_buffer.Length - _end < bytes.Length)
        {
            MakeRoom(bytes.Length);
        }

        bytes.CopyTo(_buffer.AsSpan(_end));
        _end += bytes.Length;
    }

    /// <summary>Takes the next complete reply, which is valid until <see cref="Append"/> is called.</summary>
    internal bool TryRead(out ScannedReply reply)
    {
        while (TryWalk())
        {
            if (_open.Count > 0 || _hasPayload)
            {
                continue;
            }

            reply = new ScannedReply(_isTooLong ? default : _buffer.AsSpan(_start, _scanned - _start), _type, _isTooLong);
            _start = _scanned;
            _type = 0;
            _isTooLong = false;
            return true;
        }

        if (_isTooLong || _scanned - _start > maxReplyBytes)
        {
            _isTooLong = true;
            _start = _scanned;
        }

        reply = default;
        return false;
    }

    /// <summary>Gives a big buffer back that holds nothing.</summary>
    internal void Release()
    {
        if (_start == _end)
        {
            _start = _scanned = _end = 0;
            if (_buffer.Length > KeptBytes)
            {
                ArrayPool<byte>.Shared.Return(_buffer);
                _buffer = [];
            }
        }
    }

    /// <summary>Walks to the end of one value that holds no others, or over one header. False: the bytes end before that.</summary>
    private bool TryWalk()
    {
        if (_hasPayload)
        {
            int part = (int)Math.Min(_payloadLeft, _end - _scanned);
            _scanned += part;
            _payloadLeft -= part;
            if (_payloadLeft > 0)
            {
                return false;
            }

            _hasPayload = false;
            EndValue();
            return true;
        }

        ReadOnlySpan<byte> rest = _buffer.AsSpan(_scanned, _end - _scanned);
        if (_open.Count == 0 && _type == 0 && !rest.IsEmpty)
        {
            _type = rest[0];
        }

        int lineEnd = rest[_searched..].IndexOf((byte)'\n');
        if (lineEnd < 0)
        {
            _searched = rest.Length;
            if (_searched > maxReplyBytes)
            {
                ForgetLine();
            }

            return false;
        }

        lineEnd += _searched;
        _searched = 0;
        _scanned += lineEnd + 1;
        if (_isWithinLine)
        {
            _isWithinLine = false;
            EndValue();
            return true;
        }

        byte type = rest[0];
        switch (type)
        {
            case (byte)'$' or (byte)'=' or (byte)'!':
                long length = Number(rest);
                _hasPayload = length >= 0;
                _payloadLeft = length + 2;
                if (!_hasPayload)
                {
                    EndValue();
                }

                return true;
            case (byte)'*' or (byte)'~' or (byte)'>':
                Open(Number(rest));
                return true;
            case (byte)'%':
                Open(2 * Number(rest));
                return true;
            case (byte)'|':
                // The value that the attributes belong to counts as the last of them.
                Open((2 * Number(rest)) + 1);
                return true;
            default:
                EndValue();
                return true;
        }
    }

    /// <summary>A line that is longer than any reply may be is a text; what has come of it is not kept.</summary>
    private void ForgetLine()
    {
        _isTooLong = true;
        _isWithinLine = true;
        _scanned = _start = _end;
        _searched = 0;
    }

    private static long Number(ReadOnlySpan<byte> line) => Utf8Parser.TryParse(line[1..], out long value, out _) ? value : 0;

    private void Open(long count)
    {
        if (count <= 0)
        {
            EndValue();
            return;
        }

        if (_open.Count == MaxDepth)
        {
            throw new InvalidOperationException("a reply is nested too deeply");
        }

        _open.Add(count);
    }

    private void EndValue()
    {
        while (_open.Count > 0)
        {
            if (--System.Runtime.InteropServices.CollectionsMarshal.AsSpan(_open)[^1] > 0)
            {
                return;
            }

            _open.RemoveAt(_open.Count - 1);
        }
    }

    private void MakeRoom(int count)
    {
        int length = _end - _start;
        if (length + count <= _buffer.Length && _start > 0 && length <= _buffer.Length / 2)
        {
            _buffer.AsSpan(_start, length).CopyTo(_buffer);
        }
        else
        {
            byte[] larger = ArrayPool<byte>.Shared.Rent(Math.Max(length + count, Math.Min(2 * length, length + (4 << 20))));
            _buffer.AsSpan(_start, length).CopyTo(larger);
            if (_buffer.Length > 0)
            {
                ArrayPool<byte>.Shared.Return(_buffer);
            }

            _buffer = larger;
        }

        _scanned -= _start;
        _end = length;
        _start = 0;
    }
}
