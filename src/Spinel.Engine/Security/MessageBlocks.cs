using System.Buffers.Binary;

namespace Spinel.Engine.Security;

/// <summary>
/// What SHA-1 and SHA-256 have in common (FIPS 180-4, 5.1.1 and 5.2.1): a message as blocks of 64 bytes, at its end a one bit, zeros, and the number of its bits.
/// </summary>
internal ref struct MessageBlocks
{
    /// <summary>Room, in bytes, for the last blocks.</summary>
    public const int EndBytes = 2 * BlockBytes;

    private const int BlockBytes = 64;

    private ReadOnlySpan<byte> _rest;
    private ReadOnlySpan<byte> _end;

    /// <param name="message">Any bytes.</param>
    /// <param name="room"><see cref="EndBytes"/> bytes.</param>
    public MessageBlocks(ReadOnlySpan<byte> message, Span<byte> room)
    {
        int whole = message.Length - (message.Length % BlockBytes);
        ReadOnlySpan<byte> left = message[whole..];
        Span<byte> end = room[..(left.Length + 1 + sizeof(long) <= BlockBytes ? BlockBytes : EndBytes)];
        end.Clear();
        left.CopyTo(end);
        end[left.Length] = 0x80;
        BinaryPrimitives.WriteInt64BigEndian(end[^sizeof(long)..], message.Length * 8L);
        _rest = message[..whole];
        _end = end;
    }

    public ReadOnlySpan<byte> Current { get; private set; }

    public bool MoveNext()
    {
        if (_rest.IsEmpty)
        {
            _rest = _end;
            _end = default;
        }

        if (_rest.IsEmpty)
        {
            return false;
        }

        Current = _rest[..BlockBytes];
        _rest = _rest[BlockBytes..];
        return true;
    }

    /// <summary>The hash: the state that all blocks have left.</summary>
    public static void Write(ReadOnlySpan<uint> state, Span<byte> hash)
    {
        for (int i = 0; i < state.Length; i++)
        {
            BinaryPrimitives.WriteUInt32BigEndian(hash[(sizeof(uint) * i)..], state[i]);
        }
    }
}
