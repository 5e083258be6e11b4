using System.Buffers;
using Spinel.DataStructures;

namespace Spinel.Persistence.Rdb;

/// <summary>
/// Turns <see cref="RdbChunk"/>s into the bytes of a file: what is marked is compressed where that makes it shorter, everything else is copied. For any
/// thread, one at a time.
/// </summary>
/// <param name="output">Where the bytes go.</param>
/// <param name="compress">Whether marks are honoured: <c>rdbcompression</c>.</param>
public sealed class RdbEncoder(IBufferWriter<byte> output, bool compress)
{
    private const int MaxHeadBytes = 1 + 9 + 9;
    private const int KeptBytes = 1 << 20;

    private readonly IBufferWriter<byte> _output = output;
    private readonly bool _compress = compress;

    // A marked string that did not end in its chunk, as far as it has come.
    private byte[] _begun = [];
    private int _begunLength;
    private int _begunMissing;

    /// <summary>Takes in the next chunk, which is free for other use afterwards.</summary>
    public void Write(RdbChunk chunk)
    {
        ArgumentNullException.ThrowIfNull(chunk);
        ReadOnlySpan<byte> bytes = chunk.Bytes;
        if (!_compress)
        {
            Copy(bytes);
            return;
        }

        int done = CompleteBegun(bytes);
        foreach (RdbMark mark in chunk.Marks)
        {
            Copy(bytes[done..mark.Offset]);
            ReadOnlySpan<byte> rest = bytes[(mark.Offset + LengthBytes(bytes[mark.Offset]))..];
            if (rest.Length < mark.Length)
            {
                Begin(rest, mark.Length);
                return;
            }

            WriteString(rest[..mark.Length]);
            done = bytes.Length - rest.Length + mark.Length;
        }

        Copy(bytes[done..]);
    }

    private static int LengthBytes(byte first) => first switch
    {
        < RdbFormat.LengthOf14Bits => 1,
        < RdbFormat.LengthOf32Bits => 2,
        RdbFormat.LengthOf32Bits => 1 + sizeof(uint),
        _ => 1 + sizeof(ulong),
    };

    private void Begin(ReadOnlySpan<byte> part, int length)
    {
        if (_begun.Length < length)
        {
            _begun = new byte[length];
        }

        part.CopyTo(_begun);
        _begunLength = part.Length;
        _begunMissing = length - part.Length;
    }

    private int CompleteBegun(ReadOnlySpan<byte> bytes)
    {
        if (_begunMissing == 0)
        {
            return 0;
        }

        int part = Math.Min(_begunMissing, bytes.Length);
        bytes[..part].CopyTo(_begun.AsSpan(_begunLength));
        _begunLength += part;
        _begunMissing -= part;
        if (_begunMissing == 0)
        {
            WriteString(_begun.AsSpan(0, _begunLength));
            if (_begun.Length > KeptBytes)
            {
                _begun = [];
            }
        }

        return part;
    }

    private void WriteString(ReadOnlySpan<byte> text)
    {
        // The compressed form is written where it will stay when its head is as long as the longest: it is moved otherwise.
        int most = text.Length - RdbFormat.MinSavedBytes;
        Span<byte> room = _output.GetSpan(MaxHeadBytes + text.Length);
        int compressed = Lzf.Compress(text, room.Slice(MaxHeadBytes, most));
        if (compressed == 0)
        {
            int plainHead = RdbChunk.PutLength(room, (ulong)text.Length);
            text.CopyTo(room[plainHead..]);
            _output.Advance(plainHead + text.Length);
            return;
        }

        room[0] = RdbFormat.Encoded | RdbFormat.EncodedLzf;
        int head = 1 + RdbChunk.PutLength(room[1..], (ulong)compressed);
        head += RdbChunk.PutLength(room[head..], (ulong)text.Length);
        room.Slice(MaxHeadBytes, compressed).CopyTo(room[head..]);
        _output.Advance(head + compressed);
    }

    private void Copy(ReadOnlySpan<byte> bytes)
    {
        if (!bytes.IsEmpty)
        {
            bytes.CopyTo(_output.GetSpan(bytes.Length));
            _output.Advance(bytes.Length);
        }
    }
}
