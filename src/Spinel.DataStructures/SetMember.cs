using System.Diagnostics;

namespace Spinel.DataStructures;

/// <summary>
/// A member as it is read from a set: bytes within the set's memory, or a number that the set keeps as one. Valid until the
/// set changes.
/// </summary>
public readonly ref struct SetMember
{
    private readonly ReadOnlySpan<byte> _bytes;
    private readonly long _integer;

    internal SetMember(ReadOnlySpan<byte> bytes) => _bytes = bytes;

    internal SetMember(long integer)
    {
        _integer = integer;
        IsInteger = true;
    }

    /// <summary>Whether it is kept as a number.</summary>
    public bool IsInteger { get; }

    /// <summary>The number. Precondition: <see cref="IsInteger"/>.</summary>
    public long Integer
    {
        get
        {
            Debug.Assert(IsInteger);
            return _integer;
        }
    }

    /// <summary>The bytes. Precondition: not <see cref="IsInteger"/>.</summary>
    public ReadOnlySpan<byte> Bytes
    {
        get
        {
            Debug.Assert(!IsInteger);
            return _bytes;
        }
    }

    /// <summary>The text: the bytes, or the digits of a number written to <paramref name="scratch"/>.</summary>
    /// <param name="scratch">At least <see cref="ListpackNumber.MaxLength"/> bytes.</param>
    public ReadOnlySpan<byte> GetText(Span<byte> scratch) => IsInteger ? ListpackNumber.Format(_integer, scratch) : _bytes;

    internal static SetMember Of(ListpackValue value) => value.IsInteger ? new SetMember(value.Integer) : new SetMember(value.Bytes);
}
