using System.Text;

namespace Spinel.Protocol;

/// <summary>What is wrong with a malformed request.</summary>
public enum ProtocolErrorKind : byte
{
    /// <summary>Nothing.</summary>
    None = 0,

    /// <summary>The count after <c>*</c> is no number or too large.</summary>
    InvalidMultibulkLength,

    /// <summary>More arguments than a connection may send before it authenticates.</summary>
    UnauthenticatedMultibulkLength,

    /// <summary>The count line after <c>*</c> does not end.</summary>
    TooBigMultibulkCount,

    /// <summary>An argument does not begin with <c>$</c>.</summary>
    ExpectedDollar,

    /// <summary>The length after <c>$</c> is no number, negative or too large.</summary>
    InvalidBulkLength,

    /// <summary>A longer argument than a connection may send before it authenticates.</summary>
    UnauthenticatedBulkLength,

    /// <summary>The length line after <c>$</c> does not end.</summary>
    TooBigBulkCount,

    /// <summary>The inline request does not end.</summary>
    TooBigInline,

    /// <summary>A quote of an inline request is not closed, or is followed by something other than a blank.</summary>
    UnbalancedQuotes,
}

/// <summary>
/// Why a request could not be parsed, with the text that clients see. The connection is to be closed after the reply.
/// </summary>
/// <param name="Kind">What is wrong.</param>
/// <param name="Found">For <see cref="ProtocolErrorKind.ExpectedDollar"/>, the byte that stood in the place of <c>$</c>.</param>
public readonly record struct ProtocolError(ProtocolErrorKind Kind, byte Found = 0)
{
    /// <summary>The error reply's text without the leading minus and the line end, such as <c>ERR Protocol error: …</c>.</summary>
    public byte[] ToReplyText()
    {
        ReadOnlySpan<byte> detail = Kind switch
        {
            ProtocolErrorKind.InvalidMultibulkLength => "invalid multibulk length"u8,
            ProtocolErrorKind.UnauthenticatedMultibulkLength => "unauthenticated multibulk length"u8,
            ProtocolErrorKind.TooBigMultibulkCount => "too big mbulk count string"u8,
            ProtocolErrorKind.ExpectedDollar => [.. "expected '$', got '"u8, Found, (byte)'\''],
            ProtocolErrorKind.InvalidBulkLength => "invalid bulk length"u8,
            ProtocolErrorKind.UnauthenticatedBulkLength => "unauthenticated bulk length"u8,
            ProtocolErrorKind.TooBigBulkCount => "too big bulk count string"u8,
            ProtocolErrorKind.TooBigInline => "too big inline request"u8,
            ProtocolErrorKind.UnbalancedQuotes => "unbalanced quotes in request"u8,
            _ => "none"u8,
        };
        return [.. "ERR Protocol error: "u8, .. detail];
    }

    /// <inheritdoc/>
    public override string ToString() => Encoding.Latin1.GetString(ToReplyText());
}
