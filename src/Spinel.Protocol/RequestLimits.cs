namespace Spinel.Protocol;

/// <summary>
/// What one connection may send. A connection that still has to authenticate gets much less, so that a stranger cannot make
/// the server hold memory.
/// </summary>
/// <param name="MaxBulkLength">The longest argument in bytes (option <c>proto-max-bulk-len</c>).</param>
/// <param name="MaxArguments">The most arguments in one request.</param>
/// <param name="MaxInlineLength">The longest inline request, and the longest length line, in bytes.</param>
/// <param name="MustAuthenticate">Whether the connection has yet to authenticate.</param>
public readonly record struct RequestLimits(
    long MaxBulkLength,
    int MaxArguments,
    int MaxInlineLength,
    bool MustAuthenticate)
{
    /// <summary>The most arguments a connection may send before it has authenticated.</summary>
    public const int MaxArgumentsBeforeAuthentication = 10;

    /// <summary>The longest argument, in bytes, that a connection may send before it has authenticated.</summary>
    public const int MaxBulkLengthBeforeAuthentication = 16384;

    /// <summary>
    /// The longest argument that any limit allows, in bytes: offsets into a request's buffer are 32-bit.
    /// </summary>
    public const int MaxAddressableBulkLength = int.MaxValue - (1 << 20);

    /// <summary>The limits of an ordinary connection under the default configuration.</summary>
    public static RequestLimits Default => new(512L * 1024 * 1024, int.MaxValue, 64 * 1024, false);

    /// <summary>The limits of the link to a primary, which is trusted to send any value it holds.</summary>
    public static RequestLimits Trusted => Default with { MaxBulkLength = long.MaxValue };
}
