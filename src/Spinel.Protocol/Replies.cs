namespace Spinel.Protocol;

/// <summary>Whole replies that never change, for <see cref="ReplyWriter.Raw"/>.</summary>
public static class Replies
{
    /// <summary><c>+OK</c></summary>
    public static ReadOnlySpan<byte> Ok => "+OK\r\n"u8;

    /// <summary><c>+PONG</c></summary>
    public static ReadOnlySpan<byte> Pong => "+PONG\r\n"u8;

    /// <summary><c>+QUEUED</c></summary>
    public static ReadOnlySpan<byte> Queued => "+QUEUED\r\n"u8;

    /// <summary>The integer 0.</summary>
    public static ReadOnlySpan<byte> Zero => ":0\r\n"u8;

    /// <summary>The integer 1.</summary>
    public static ReadOnlySpan<byte> One => ":1\r\n"u8;

    /// <summary>An array of no elements.</summary>
    public static ReadOnlySpan<byte> EmptyArray => "*0\r\n"u8;
}
