using System.Buffers;
using System.Numerics;

namespace Spinel.DataStructures;

/// <summary>
/// Different fields of a <see cref="HashValue"/> at random, one after the other, every subset equally likely. Valid until the hash changes.
/// </summary>
/// <remarks>
/// Where many of the fields are wanted, one walk decides at each whether it is among them (Knuth, volume 2, 3.4.2, algorithm S). Where few
/// of a large hash are, fields are drawn and those that came before are drawn again: at most one draw in four is in vain.
/// </remarks>
public ref struct HashSample : IDisposable
{
    private const int FewOneIn = 4;

    private readonly Random _random;
    private readonly FieldTable _table;
    private HashFields _fields;
    private HashEntry _entry;
    private long _left;
    private long _wanted;
    private long[]? _drawn;
    private int _drawnMask;

    internal HashSample(HashFields fields, long count, Random random, long wanted)
    {
        _fields = fields;
        _left = count;
        _wanted = Math.Min(wanted, count);
        _random = random;
    }

    internal HashSample(FieldTable table, Random random, int wanted)
    {
        _table = table;
        _wanted = wanted;
        _random = random;

        // An open hash set of addresses, at most half full.
        int size = (int)BitOperations.RoundUpToPowerOf2((uint)wanted * 2);
        _drawn = ArrayPool<long>.Shared.Rent(size);
        _drawn.AsSpan(0, size).Clear();
        _drawnMask = size - 1;
    }

    /// <summary>The field's name.</summary>
    public readonly ListpackValue Field => _entry.IsNull ? _fields.Field : new ListpackValue(_entry.Field);

    /// <summary>The field's value.</summary>
    public readonly ListpackValue Value => _entry.IsNull ? _fields.Value : new ListpackValue(_entry.Value);

    /// <summary>Goes to the next field; false when there are no more.</summary>
    public bool MoveNext()
    {
        if (_wanted == 0)
        {
            return false;
        }

        if (_drawn is not null)
        {
            do
            {
                _entry = _table.Random(_random);
            }
            while (!TryAdd(_drawn, _entry.Address));
        }
        else
        {
            do
            {
                _fields.MoveNext();
            }
            while (_random.NextInt64(_left--) >= _wanted);
        }

        _wanted--;
        return true;
    }

    public void Dispose()
    {
        if (_drawn is not null)
        {
            ArrayPool<long>.Shared.Return(_drawn);
            _drawn = null;
            _wanted = 0;
        }
    }

    /// <summary>Whether so few of so many are wanted that drawing them is the shorter way.</summary>
    internal static bool IsSparse(long wanted, long count) => wanted < count / FewOneIn && wanted < 1 << 24;

    private readonly bool TryAdd(long[] drawn, nint address)
    {
        // Blocks are 8-byte aligned: the multiplication brings the bits that differ to the top.
        int slot = (int)((ulong)address * 0x9E37_79B9_7F4A_7C15 >> 32) & _drawnMask;
        for (; drawn[slot] != 0; slot = (slot + 1) & _drawnMask)
        {
            if (drawn[slot] == address)
            {
                return false;
            }
        }

        drawn[slot] = address;
        return true;
    }
}
