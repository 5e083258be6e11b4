using System.Buffers.Binary;

namespace Spinel.Engine.Security;

/// <summary>How a message ends for SHA-1 and SHA-256 (FIPS 180-4, 5.1.1): a one bit, zeros, and the number of its bits.</summary>
internal static class MessageEnd
{
    private const int BlockBytes = 64;

    /// <summary>Writes the last blocks.</summary>
    /// <param name="rest">What is left of the message behind its last whole block.</param>
    /// <param name="length">The length of the whole message in bytes.</param>
    /// <param name="room">Room for two blocks.</param>
    /// <returns>One block or two.</returns>
    public static Span<byte> Write(ReadOnlySpan<byte> rest, int length, Span<byte> room)
    {
        Span<byte> end = room[..(rest.Length + 1 + sizeof(long) <= BlockBytes ? BlockBytes : 2 * BlockBytes)];
        end.Clear();
        rest.CopyTo(end);
        end[rest.Length] = 0x80;
        BinaryPrimitives.WriteInt64BigEndian(end[^sizeof(long)..], length * 8L);
        return end;
    }
}
