using System.Diagnostics;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace Spinel.DataStructures;

/// <summary>
/// A value on its way into a <see cref="Listpack"/>: a text or a number. A text that is a canonical integer becomes a number
/// here, once, so that what follows knows the size it takes. Spans of bytes and longs convert by themselves.
/// </summary>
public readonly unsafe ref struct ListpackElement
{
    private readonly ReadOnlySpan<byte> _text;
    private readonly long _integer;
    private readonly int _entryBytes;
    private readonly bool _isInteger;

    public ListpackElement(ReadOnlySpan<byte> text)
    {
        _isInteger = ListpackNumber.TryParse(text, out _integer);
        if (_isInteger)
        {
            _entryBytes = EntryBytesOf(_integer);
        }
        else
        {
            _text = text;
            _entryBytes = EntryBytesOf(text.Length);
        }
    }

    public ListpackElement(long integer)
    {
        _isInteger = true;
        _integer = integer;
        _entryBytes = EntryBytesOf(integer);
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

    /// <summary>The text; empty when it is stored as a number.</summary>
    public ReadOnlySpan<byte> Text => _text;

    /// <summary>What it adds to the size of a listpack, in bytes.</summary>
    public int TotalBytes => _entryBytes + ListpackEntry.BacklenBytes(_entryBytes);

    public static implicit operator ListpackElement(ReadOnlySpan<byte> text) => new(text);

    public static implicit operator ListpackElement(Span<byte> text) => new((ReadOnlySpan<byte>)text);

    public static implicit operator ListpackElement(byte[] text) => new((ReadOnlySpan<byte>)text);

    public static implicit operator ListpackElement(long integer) => new(integer);

    /// <summary>Writes the entry, <see cref="TotalBytes"/> bytes, and returns where the next one begins.</summary>
    internal byte* Write(byte* p)
    {
        if (_isInteger)
        {
            WriteInteger(p);
        }
        else
        {
            WriteText(p);
        }

        p += _entryBytes;
        return p + ListpackEntry.WriteBacklen(p, _entryBytes);
    }

    /// <summary>Whether its text lies within the given memory, which moving that memory would pull away.</summary>
    internal bool IsWithin(byte* bytes, int length)
    {
        nuint offset = (nuint)Unsafe.AsPointer(ref MemoryMarshal.GetReference(_text)) - (nuint)bytes;
        return !_text.IsEmpty && offset < (nuint)length;
    }

    private static int EntryBytesOf(int textLength) => textLength switch
    {
        < ListpackEntry.String6Limit => 1 + textLength,
        < ListpackEntry.String12Limit => 2 + textLength,
        _ => checked(5 + textLength),
    };

    private static int EntryBytesOf(long integer) => integer switch
    {
        >= 0 and <= 127 => 1,
        >= -4096 and <= 4095 => 2,
        >= short.MinValue and <= short.MaxValue => 3,
        >= -(1 << 23) and < 1 << 23 => 4,
        >= int.MinValue and <= int.MaxValue => 5,
        _ => 9,
    };

    private void WriteInteger(byte* p)
    {
        switch (_entryBytes)
        {
            case 1:
                *p = (byte)_integer;
                break;
            case 2:
                *p = (byte)(ListpackEntry.Integer13 | (_integer >> 8 & 0x1F));
                p[1] = (byte)_integer;
                break;
            case 3:
                *p = ListpackEntry.Integer16;
                *(short*)(p + 1) = (short)_integer;
                break;
            case 4:
                *p = ListpackEntry.Integer24;
                *(short*)(p + 1) = (short)_integer;
                p[3] = (byte)(_integer >> 16);
                break;
            case 5:
                *p = ListpackEntry.Integer32;
                *(int*)(p + 1) = (int)_integer;
                break;
            default:
                *p = ListpackEntry.Integer64;
                *(long*)(p + 1) = _integer;
                break;
        }
    }

    private void WriteText(byte* p)
    {
        int length = _text.Length;
        switch (_entryBytes - length)
        {
            case 1:
                *p++ = (byte)(ListpackEntry.String6 | length);
                break;
            case 2:
                *p++ = (byte)(ListpackEntry.String12 | length >> 8);
                *p++ = (byte)length;
                break;
            default:
                *p++ = ListpackEntry.String32;
                *(uint*)p = (uint)length;
                p += sizeof(uint);
                break;
        }

        // The caller has made room for TotalBytes.
        _text.CopyTo(new Span<byte>(p, length));
    }
}
