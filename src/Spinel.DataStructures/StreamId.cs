using System.Buffers.Text;
using System.Numerics;

namespace Spinel.DataStructures;

/// <summary>
/// The name of a stream entry: a time in milliseconds and a number that tells entries of one millisecond apart. Ids are ordered, the time
/// first; new entries only come with greater ones.
/// </summary>
public readonly record struct StreamId(ulong Ms, ulong Sequence) : IComparable<StreamId>, IComparisonOperators<StreamId, StreamId, bool>
{
    /// <summary>The longest text, two numbers of 20 digits and a dash, in bytes.</summary>
    public const int MaxLength = 41;

    public static StreamId Min => default;

    public static StreamId Max => new(ulong.MaxValue, ulong.MaxValue);

    public bool IsZero => (Ms | Sequence) == 0;

    public static bool operator <(StreamId left, StreamId right) =>
        left.Ms < right.Ms || (left.Ms == right.Ms && left.Sequence < right.Sequence);

    public static bool operator >(StreamId left, StreamId right) => right < left;

    public static bool operator <=(StreamId left, StreamId right) => !(right < left);

    public static bool operator >=(StreamId left, StreamId right) => !(left < right);

    public int CompareTo(StreamId other) => this < other ? -1 : other < this ? 1 : 0;

    /// <summary>The next id; false, and the first one, when there is none.</summary>
    public bool TryIncrement(out StreamId next)
    {
        // The result may go to this very variable, so that what is asked of it is asked first.
        bool hasNext = this != Max;
        next = Sequence != ulong.MaxValue ? this with { Sequence = Sequence + 1 } : new StreamId(unchecked(Ms + 1), 0);
        return hasNext;
    }

    /// <summary>The id before; false, and the last one, when there is none.</summary>
    public bool TryDecrement(out StreamId previous)
    {
        bool hasPrevious = !IsZero;
        previous = Sequence != 0 ? this with { Sequence = Sequence - 1 } : new StreamId(unchecked(Ms - 1), ulong.MaxValue);
        return hasPrevious;
    }

    /// <summary>Writes <c>milliseconds-sequence</c> and returns what was written.</summary>
    /// <param name="scratch">At least <see cref="MaxLength"/> bytes.</param>
    public ReadOnlySpan<byte> Format(Span<byte> scratch)
    {
        Utf8Formatter.TryFormat(Ms, scratch, out int length);
        scratch[length++] = (byte)'-';
        Utf8Formatter.TryFormat(Sequence, scratch[length..], out int sequenceLength);
        return scratch[..(length + sequenceLength)];
    }
}
