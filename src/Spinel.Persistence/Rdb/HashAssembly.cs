using Spinel.DataStructures;
using Spinel.Memory;

namespace Spinel.Persistence.Rdb;

/// <summary>
/// A hash that is read field by field: a listpack as long as it may be one, and a table from the first field on that is too long, one too many, or
/// expires. Use it in a using statement: what was not completed is then freed.
/// </summary>
internal ref struct HashAssembly
{
    private readonly NativeHeap _heap;
    private readonly HashLimits _limits;
    private readonly long _expected;
    private ListpackBuilder _pack;
    private HashValue _table;

    /// <summary>Begins a hash of about so many fields.</summary>
    public HashAssembly(NativeHeap heap, in HashLimits limits, long expected)
    {
        _heap = heap;
        _limits = limits;
        _expected = expected;
        if (expected > limits.ListpackEntries)
        {
            _table = HashValue.CreateTable(heap, limits.TableKey, expected);
        }
        else
        {
            _pack = new ListpackBuilder(heap);
        }
    }

    /// <summary>Adds a field, with its expiry or <see cref="KeyBlock.NoExpiry"/>; false when it is seen that the hash has it already.</summary>
    public bool Add(scoped RdbString field, scoped RdbString value, long expiryMs = KeyBlock.NoExpiry)
    {
        if (_table.IsNull)
        {
            bool isSmall = Math.Max(field.Length, value.Length) <= _limits.ListpackValueBytes
                && _pack.Count / 2 < _limits.ListpackEntries
                && _pack.TotalBytes + (long)field.Length + value.Length < Listpack.SafeBytes;
            if (isSmall && expiryMs == KeyBlock.NoExpiry)
            {
                _pack.Append(field.ToElement());
                _pack.Append(value.ToElement());
                return true;
            }

            if (!TryMakeTable())
            {
                return false;
            }
        }

        Span<byte> fieldDigits = stackalloc byte[ListpackNumber.MaxLength];
        Span<byte> valueDigits = stackalloc byte[ListpackNumber.MaxLength];
        return _table.TryAdd(field.GetText(fieldDigits), value.GetText(valueDigits), expiryMs);
    }

    /// <summary>The hash; false when a field stands in it twice.</summary>
    public bool TryComplete(out HashValue hash)
    {
        hash = default;
        if (_table.IsNull)
        {
            Listpack pack = _pack.Build();
            if (HashValue.TryTake(_heap, pack, in _limits, out hash))
            {
                return true;
            }

            pack.Free(_heap);
            return false;
        }

        hash = _table;
        _table = default;
        return true;
    }

    public void Dispose()
    {
        if (!_table.IsNull)
        {
            _table.Free();
            _table = default;
        }

        _pack.Dispose();
    }

    private bool TryMakeTable()
    {
        _table = HashValue.CreateTable(_heap, _limits.TableKey, _expected);
        Listpack pack = _pack.Build();
        Span<byte> fieldDigits = stackalloc byte[ListpackNumber.MaxLength];
        Span<byte> valueDigits = stackalloc byte[ListpackNumber.MaxLength];
        bool isNew = true;
        for (int position = pack.First; position >= 0 && isNew; position = pack.Skip(position, 2))
        {
            isNew = _table.TryAdd(
                pack.GetBytes(position, fieldDigits), pack.GetBytes(pack.Next(position), valueDigits), KeyBlock.NoExpiry);
        }

        pack.Free(_heap);
        return isNew;
    }
}
