using System.Diagnostics;

namespace Spinel.DataStructures;

/// <summary>
/// A value read from a <see cref="Listpack"/>: bytes within its block, or a number. Valid until the listpack is changed.
/// </summary>
public readonly ref struct ListpackValue
{
    private readonly ReadOnlySpan<byte> _bytes;
    private readonly long _integer;
    private readonly bool _isInteger;

    internal ListpackValue(ReadOnlySpan<byte> bytes) => _bytes = bytes;

    internal ListpackValue(long integer)
    {
        _integer = integer;
        _isInteger = true;
    }

    /// <summary>Whether it is stored as a number.</summary>
    public bool IsInteger => _isInteger;

    /// <summary>The number. Precondition: <see cref="IsInteger"/>.</summary>
    public long Integer
    {
        get
        {
            Debug.Assert(_isInteger);
            return _integer;
        }
    }

    /// <summary>The bytes. Precondition: not <see cref="IsInteger"/>.</summary>
    public ReadOnlySpan<byte> Bytes
    {
        get
        {
            Debug.Assert(!_isInteger);
            return _bytes;
        }
    }

    /// <summary>The length of the text in bytes, of a number that of its digits.</summary>
    public int Length => _isInteger ? ListpackNumber.LengthOf(_integer) : _bytes.Length;

    /// <summary>The text: the bytes, or the digits of a number written to <paramref name="scratch"/>.</summary>
    /// <param name="scratch">At least <see cref="ListpackNumber.MaxLength"/> bytes.</param>
    public ReadOnlySpan<byte> GetBytes(Span<byte> scratch) => _isInteger ? ListpackNumber.Format(_integer, scratch) : _bytes;

    /// <summary>The number that is stored, or that the bytes spell in canonical form.</summary>
    public bool TryGetInteger(out long integer)
    {
        integer = _integer;
        return _isInteger || ListpackNumber.TryParse(_bytes, out integer);
    }

    /// <summary>The value as it is written into a listpack. Copy the bytes first when it goes into the one it comes from.</summary>
    public ListpackElement ToElement() => _isInteger ? new ListpackElement(_integer) : new ListpackElement(_bytes);
}
