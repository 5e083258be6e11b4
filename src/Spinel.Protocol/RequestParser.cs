using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace Spinel.Protocol;

/// <summary>What <see cref="RequestParser.Parse"/> found.</summary>
public enum ParseStatus : byte
{
    /// <summary>The request goes on after the last byte of the buffer.</summary>
    Incomplete = 0,

    /// <summary>A request with at least one argument.</summary>
    Complete,

    /// <summary>Something that asks for nothing (<c>*0</c>, <c>*-1</c>, a blank line); it has been consumed.</summary>
    Empty,

    /// <summary>Malformed; see <see cref="RequestParser.Error"/>.</summary>
    Error,
}

/// <summary>
/// The resumable parser of one connection's requests.
/// </summary>
/// <remarks>
/// <para>
/// A request is an array of bulk strings (<c>*2 CRLF $3 CRLF GET CRLF $1 CRLF k CRLF</c>) or a line of words
/// (<c>GET k CRLF</c>; see <see cref="InlineRequest"/>). Arguments stay where they were received: the parser reports
/// ranges of the caller's buffer, and only quoted words of inline requests are rewritten, in place.
/// </para>
/// <para>
/// Resuming. While a request is incomplete, <c>position</c> stays at its first byte. The caller calls again with the same
/// bytes followed by more; they may have moved (another buffer, or earlier bytes dropped) as long as <c>position</c> says
/// where the request now begins and the argument list holds what it held: recorded ranges are shifted by the parser. A list
/// that serves many connections must be copied (<see cref="ArgumentList.CopyFrom"/>), or the request parsed anew after
/// <see cref="Reset"/>. No byte is looked at twice but for the one where parsing stopped, so a request costs O(bytes)
/// however it is cut.
/// </para>
/// <para>
/// As in Redis, the byte after the CR of a length line and the two bytes after an argument are skipped without a look.
/// The limits hold wherever the stream is cut, where Redis applies some of them only when a read ends inside the line; and
/// a NUL byte is an ordinary byte, where Redis waits for the line to grow too big.
/// Specification: https://redis.io/docs/latest/develop/reference/protocol-spec/
/// </para>
/// </remarks>
public struct RequestParser
{
    private const int NoLength = -1;
    private const int LineGoesOn = -1;
    private const int LineTooLong = -2;

    // All offsets but _start are relative to the request's first byte, so that moving the buffer does not touch them.
    private int _start;
    private int _cursor;
    private int _scanned;
    private int _missingArguments;
    private int _bulkLengthPlusOne;
    private int _bytesWanted;
    private ProtocolError _error;

    /// <summary>Why the last call returned <see cref="ParseStatus.Error"/>.</summary>
    public readonly ProtocolError Error => _error;

    /// <summary>Whether an array has begun, so that the argument list holds part of a request.</summary>
    public readonly bool HasPartialRequest => _missingArguments > 0;

    /// <summary>
    /// After <see cref="ParseStatus.Incomplete"/>: at least how many more bytes must arrive before parsing gets any further.
    /// Large when a large argument is under way, so that the transport can size its buffer once.
    /// </summary>
    public readonly int BytesWanted => _bytesWanted;

    /// <summary>Forgets a partial request: the next call parses from its first byte again.</summary>
    public void Reset() => this = default;

    /// <summary>
    /// Parses the request that begins at <paramref name="position"/>. When it is consumed (Complete, Empty),
    /// <paramref name="position"/> moves behind it, otherwise it stays.
    /// </summary>
    /// <param name="buffer">The received bytes. Quoted words of a complete inline request are unescaped in place.</param>
    /// <param name="position">The offset of the request's first byte.</param>
    /// <param name="arguments">Takes the ranges of the arguments in <paramref name="buffer"/>.</param>
    /// <param name="limits">What this connection may send.</param>
    public ParseStatus Parse(Span<byte> buffer, ref int position, ArgumentList arguments, in RequestLimits limits)
    {
        int start = position;
        int cursor;
        int missing = _missingArguments;
        if (missing > 0)
        {
            if (start != _start)
            {
                arguments.Shift(start - _start);
                _start = start;
            }

            cursor = start + _cursor;
        }
        else
        {
            arguments.Clear();
            if ((uint)start >= (uint)buffer.Length)
            {
                return Wait(1);
            }

            if (buffer[start] != (byte)'*')
            {
                return ParseInline(buffer, ref position, arguments, limits);
            }

            _start = start;
            if (buffer.Length - start >= 4 && buffer[start + 2] == (byte)'\r' && (uint)(buffer[start + 1] - '1') < 9)
            {
                missing = buffer[start + 1] - '0';
                cursor = start + 4;
                _scanned = 0;
                if (missing > limits.MaxArguments)
                {
                    return Fail(ProtocolErrorKind.InvalidMultibulkLength);
                }
            }
            else
            {
                ParseStatus status = ParseCount(buffer, ref position, limits);
                if (status != ParseStatus.Complete)
                {
                    return status;
                }

                missing = _missingArguments;
                cursor = start + _cursor;
            }
        }

        return ParseArguments(buffer, ref position, cursor, missing, arguments, limits);
    }

    private ParseStatus ParseArguments(
        Span<byte> buffer, ref int position, int cursor, int missing, ArgumentList arguments, in RequestLimits limits)
    {
        int start = position;
        ref byte first = ref MemoryMarshal.GetReference(buffer);
        int length = _bulkLengthPlusOne - 1;
        while (true)
        {
            if (length == NoLength)
            {
                // Nearly every argument is shorter than 1000 bytes: its length line is at most "$ddd CR LF". The shortest
                // argument on the wire has six bytes ("$0 CR LF CR LF"), so with six at hand these reads are in bounds.
                int headerLength = 0;
                if (buffer.Length - cursor >= 6)
                {
                    ref byte header = ref Unsafe.Add(ref first, cursor);
                    uint digit1 = (uint)Unsafe.Add(ref header, 1) - '0';
                    uint byte2 = Unsafe.Add(ref header, 2);
                    if (header == (byte)'$' && digit1 <= 9)
                    {
                        if (byte2 == '\r')
                        {
                            length = (int)digit1;
                            headerLength = 4;
                        }
                        else if (digit1 != 0 && byte2 - '0' <= 9)
                        {
                            uint byte3 = Unsafe.Add(ref header, 3);
                            uint twoDigits = (digit1 * 10) + byte2 - '0';
                            if (byte3 == '\r')
                            {
                                length = (int)twoDigits;
                                headerLength = 5;
                            }
                            else if (byte3 - '0' <= 9 && Unsafe.Add(ref header, 4) == '\r')
                            {
                                length = (int)((twoDigits * 10) + byte3 - '0');
                                headerLength = 6;
                            }
                        }
                    }
                }

                if (headerLength == 0 || length > limits.MaxBulkLength)
                {
                    _cursor = cursor - start;
                    _missingArguments = missing;
                    _bulkLengthPlusOne = 0;
                    ParseStatus status = ParseBulkLength(buffer, cursor, limits);
                    if (status != ParseStatus.Complete)
                    {
                        return status;
                    }

                    cursor = start + _cursor;
                    length = _bulkLengthPlusOne - 1;
                }
                else
                {
                    cursor += headerLength;
                    _scanned = 0;
                }
            }

            // In 64 bits: a length near the limit after a long request must not wrap around.
            long end = (long)cursor + length + 2;
            if (end > buffer.Length)
            {
                _cursor = cursor - start;
                _missingArguments = missing;
                _bulkLengthPlusOne = length + 1;
                return Wait((int)Math.Min(end - buffer.Length, int.MaxValue));
            }

            arguments.Add(new ArgumentRange(cursor, length));
            cursor = (int)end;
            length = NoLength;
            if (--missing == 0)
            {
                _missingArguments = 0;
                _bulkLengthPlusOne = 0;
                position = cursor;
                return ParseStatus.Complete;
            }
        }
    }

    /// <summary>Reads the line <c>*count</c> in the general case; leaves the count and the cursor in the fields.</summary>
    [MethodImpl(MethodImplOptions.NoInlining)]
    private ParseStatus ParseCount(ReadOnlySpan<byte> buffer, ref int position, in RequestLimits limits)
    {
        int start = position;
        int end = FindLineEnd(buffer, start, limits.MaxInlineLength);
        if (end < 0)
        {
            return end == LineTooLong ? Fail(ProtocolErrorKind.TooBigMultibulkCount) : ParseStatus.Incomplete;
        }

        if (!Int64Text.TryParse(buffer[(start + 1)..end], out long count) || count > limits.MaxArguments)
        {
            return Fail(ProtocolErrorKind.InvalidMultibulkLength);
        }

        if (limits.MustAuthenticate && count > RequestLimits.MaxArgumentsBeforeAuthentication)
        {
            return Fail(ProtocolErrorKind.UnauthenticatedMultibulkLength);
        }

        if (count <= 0)
        {
            position = end + 2;
            return ParseStatus.Empty;
        }

        _missingArguments = (int)count;
        _cursor = end + 2 - start;
        return ParseStatus.Complete;
    }

    /// <summary>Reads the line <c>$length</c> in the general case; leaves the length and the cursor in the fields.</summary>
    [MethodImpl(MethodImplOptions.NoInlining)]
    private ParseStatus ParseBulkLength(ReadOnlySpan<byte> buffer, int cursor, in RequestLimits limits)
    {
        int end = FindLineEnd(buffer, cursor, limits.MaxInlineLength);
        if (end < 0)
        {
            return end == LineTooLong ? Fail(ProtocolErrorKind.TooBigBulkCount) : ParseStatus.Incomplete;
        }

        if (buffer[cursor] != (byte)'$')
        {
            return Fail(ProtocolErrorKind.ExpectedDollar, buffer[cursor]);
        }

        if (!Int64Text.TryParse(buffer[(cursor + 1)..end], out long length)
            || length < 0
            || length > limits.MaxBulkLength
            || length > RequestLimits.MaxAddressableBulkLength)
        {
            return Fail(ProtocolErrorKind.InvalidBulkLength);
        }

        if (limits.MustAuthenticate && length > RequestLimits.MaxBulkLengthBeforeAuthentication)
        {
            return Fail(ProtocolErrorKind.UnauthenticatedBulkLength);
        }

        _bulkLengthPlusOne = (int)length + 1;
        _cursor += end + 2 - cursor;
        return ParseStatus.Complete;
    }

    [MethodImpl(MethodImplOptions.NoInlining)]
    private ParseStatus ParseInline(Span<byte> buffer, ref int position, ArgumentList arguments, in RequestLimits limits)
    {
        int start = position;
        int end = buffer[(start + _scanned)..].IndexOf((byte)'\n');
        int lineLength = end < 0 ? buffer.Length - start : _scanned + end;
        if (lineLength > limits.MaxInlineLength)
        {
            return Fail(ProtocolErrorKind.TooBigInline);
        }

        if (end < 0)
        {
            _scanned = lineLength;
            return Wait(1);
        }

        _scanned = 0;
        int wordsLength = lineLength > 0 && buffer[start + lineLength - 1] == (byte)'\r' ? lineLength - 1 : lineLength;
        if (!InlineRequest.TrySplit(buffer.Slice(start, wordsLength), start, arguments))
        {
            arguments.Clear();
            return Fail(ProtocolErrorKind.UnbalancedQuotes);
        }

        position = start + lineLength + 1;
        return arguments.Count == 0 ? ParseStatus.Empty : ParseStatus.Complete;
    }

    /// <summary>
    /// Finds the CR that ends the line at <paramref name="lineStart"/>, when the byte after it is there too.
    /// <see cref="_scanned"/> remembers how much of the line holds no CR.
    /// </summary>
    private int FindLineEnd(ReadOnlySpan<byte> buffer, int lineStart, int maxLength)
    {
        int lineLength = buffer[(lineStart + _scanned)..].IndexOf((byte)'\r');
        lineLength = lineLength < 0 ? buffer.Length - lineStart : _scanned + lineLength;
        if (lineLength > maxLength)
        {
            return LineTooLong;
        }

        if (lineStart + lineLength + 1 >= buffer.Length)
        {
            _scanned = lineLength;
            _bytesWanted = 1;
            return LineGoesOn;
        }

        _scanned = 0;
        return lineStart + lineLength;
    }

    private ParseStatus Wait(int bytesWanted)
    {
        _bytesWanted = bytesWanted;
        return ParseStatus.Incomplete;
    }

    private ParseStatus Fail(ProtocolErrorKind kind, byte found = 0)
    {
        _error = new ProtocolError(kind, found);
        return ParseStatus.Error;
    }
}
