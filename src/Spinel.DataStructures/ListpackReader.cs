using System.Diagnostics;
using System.Runtime.CompilerServices;

namespace Spinel.DataStructures;

/// <summary>
/// Reads the values of a <see cref="Listpack"/> one after the other, each decoded once: what it is and where the next one begins come out of the same
/// look at its first byte. For loops that reply, load or compare; valid until the listpack changes.
/// </summary>
public unsafe ref struct ListpackReader
{
    private const int NotText = -1;

    private readonly byte* _start;
    private byte* _next;
    private byte* _text;
    private long _integer;
    private int _length;

    internal ListpackReader(byte* start, int position)
    {
        _start = start;
        _next = start + position;
        _length = NotText;
    }

    /// <summary>Whether the value is stored as a number.</summary>
    public readonly bool IsInteger => _length < 0;

    /// <summary>The number. Precondition: <see cref="IsInteger"/>.</summary>
    public readonly long Integer
    {
        get
        {
            Debug.Assert(IsInteger);
            return _integer;
        }
    }

    /// <summary>The bytes. Precondition: not <see cref="IsInteger"/>.</summary>
    public readonly ReadOnlySpan<byte> Bytes => new(_text, _length);

    /// <summary>The position of the value that <see cref="MoveNext"/> will read.</summary>
    public readonly int NextPosition => (int)(_next - _start);

    /// <summary>The value. Precondition: <see cref="MoveNext"/> returned true.</summary>
    public readonly ListpackValue Current => IsInteger ? new ListpackValue(_integer) : new ListpackValue(Bytes);

    /// <summary>Goes to the next value; false at the end, however often it is called.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public bool MoveNext()
    {
        byte* p = _next;
        int head = *p;
        if (head is >= ListpackEntry.String6 and < ListpackEntry.Integer13)
        {
            int length = head & 0x3F;
            _text = p + 1;
            _length = length;
            _next = p + length + 2;
            return true;
        }

        return MoveNextOther(p, head);
    }

    private bool MoveNextOther(byte* p, int head)
    {
        if (head == ListpackEntry.End)
        {
            return false;
        }

        int size = ListpackEntry.Size(p);
        if (ListpackEntry.IsInteger(head))
        {
            _integer = ListpackEntry.ReadInteger(p);
            _length = NotText;
        }
        else
        {
            int headBytes = head < ListpackEntry.String32 ? 2 : 5;
            _text = p + headBytes;
            _length = size - headBytes;
        }

        _next = p + size + ListpackEntry.BacklenBytes(size);
        return true;
    }
}
