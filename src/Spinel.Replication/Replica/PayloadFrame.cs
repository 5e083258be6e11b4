using System.Globalization;
using System.Text;

namespace Spinel.Replication.Replica;

/// <summary>
/// Where the RDB file that a primary sends ends: after a number of bytes that it has said before, or at a mark of 40 random bytes that it has said before and
/// that cannot occur in the file by chance. The mark is found wherever the pieces are cut, and is not passed on.
/// </summary>
internal sealed class PayloadFrame
{
    public const int MarkBytes = 40;

    private const int MaxHeldBytes = MarkBytes - 1;

    private readonly byte[]? _mark;

    /// <summary>The end of what came, in which the mark may have begun.</summary>
    private readonly byte[] _held = new byte[2 * MaxHeldBytes];
    private int _heldLength;
    private long _left;

    private PayloadFrame(byte[] mark) => _mark = mark;

    private PayloadFrame(long length)
    {
        _left = length;
        TotalBytes = length;
    }

    /// <summary>The number of bytes; -1 when it is not known.</summary>
    public long TotalBytes { get; } = -1;

    public bool IsComplete { get; private set; }

    /// <summary>Reads the line that comes before the file, without its end: <c>$EOF:</c> and the mark, or <c>$</c> and the length.</summary>
    public static PayloadFrame? Parse(ReadOnlySpan<byte> line)
    {
        if (line.StartsWith("$EOF:"u8) && line.Length >= "$EOF:"u8.Length + MarkBytes)
        {
            return new PayloadFrame(line.Slice("$EOF:"u8.Length, MarkBytes).ToArray());
        }

        return line is [(byte)'$', .. var digits] && long.TryParse(Encoding.ASCII.GetString(digits), NumberStyles.None, CultureInfo.InvariantCulture, out long length)
            ? new PayloadFrame(length)
            : null;
    }

    /// <summary>Passes on what of the input belongs to the file.</summary>
    /// <returns>How many bytes of the input are done with: all of them, unless the file ends before.</returns>
    public int Pass(ReadOnlySpan<byte> input, IPayloadTarget target)
    {
        if (_mark is null)
        {
            int count = (int)Math.Min(_left, input.Length);
            target.Take(input[..count]);
            _left -= count;
            IsComplete = _left == 0;
            return count;
        }

        return PassMarked(input, _mark, target);
    }

    private int PassMarked(ReadOnlySpan<byte> input, byte[] mark, IPayloadTarget target)
    {
        // Where the mark begins in what is held, it ends within as many bytes of the input as it has at most left.
        int joined = Math.Min(input.Length, MaxHeldBytes);
        input[..joined].CopyTo(_held.AsSpan(_heldLength));
        int at = _heldLength > 0 ? _held.AsSpan(0, _heldLength + joined).IndexOf(mark) : -1;
        if (at >= 0 && at < _heldLength)
        {
            target.Take(_held.AsSpan(0, at));
            IsComplete = true;
            return at + MarkBytes - _heldLength;
        }

        at = input.IndexOf(mark);
        if (at >= 0)
        {
            target.Take(_held.AsSpan(0, _heldLength));
            target.Take(input[..at]);
            IsComplete = true;
            return at + MarkBytes;
        }

        Hold(input, target);
        return input.Length;
    }

    /// <summary>Passes on all but the last bytes, which may be the beginning of the mark.</summary>
    private void Hold(ReadOnlySpan<byte> input, IPayloadTarget target)
    {
        if (input.Length >= MaxHeldBytes)
        {
            target.Take(_held.AsSpan(0, _heldLength));
            target.Take(input[..^MaxHeldBytes]);
            input[^MaxHeldBytes..].CopyTo(_held);
            _heldLength = MaxHeldBytes;
            return;
        }

        // The input has been copied behind what is held already.
        int length = _heldLength + input.Length;
        int surplus = Math.Max(0, length - MaxHeldBytes);
        target.Take(_held.AsSpan(0, surplus));
        _held.AsSpan(surplus, length - surplus).CopyTo(_held);
        _heldLength = length - surplus;
    }
}
