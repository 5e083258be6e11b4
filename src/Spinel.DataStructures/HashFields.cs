namespace Spinel.DataStructures;

/// <summary>A walk over the fields of a <see cref="HashValue"/>, all or those of one step. Valid until the hash changes.</summary>
public ref struct HashFields
{
    private readonly Listpack _pack;
    private readonly FieldTable _table;
    private readonly bool _whole;
    private readonly long _hiddenUpToMs;
    private ChainEntries _entries;
    private HashEntry _entry;
    private int _fieldPosition;
    private int _valuePosition;

    internal HashFields(Listpack pack) => _pack = pack;

    /// <param name="table">The hash.</param>
    /// <param name="whole">Whether to go on to its end, and not only to that of the step.</param>
    /// <param name="cursor">Where to begin.</param>
    /// <param name="hiddenUpToMs">Fields that expire up to this time are passed over; 0 hides none.</param>
    internal HashFields(FieldTable table, bool whole, ulong cursor, long hiddenUpToMs = 0)
    {
        _hiddenUpToMs = hiddenUpToMs;
        _table = table;
        _whole = whole;
        NextCursor = table.ScanStep(cursor, out _entries);
    }

    /// <summary>The field's name.</summary>
    public readonly ListpackValue Field => _pack.IsNull ? new ListpackValue(_entry.Field) : _pack.Get(_fieldPosition);

    /// <summary>The field's value.</summary>
    public readonly ListpackValue Value => _pack.IsNull ? new ListpackValue(_entry.Value) : _pack.Get(_valuePosition);

    /// <summary>Whether the field expires.</summary>
    public readonly bool HasExpiry => _pack.IsNull && _entry.HasExpiry;

    /// <summary>When the field expires, in Unix milliseconds, or <see cref="KeyBlock.NoExpiry"/>.</summary>
    public readonly long ExpiryMs => _pack.IsNull ? _entry.ExpiryMs : KeyBlock.NoExpiry;

    /// <summary>Where the field is; of a table only.</summary>
    internal readonly nint Place => _entry.Address;

    internal ulong NextCursor { get; private set; }

    /// <summary>Goes to the next field; false when there is none.</summary>
    public bool MoveNext()
    {
        if (!_pack.IsNull)
        {
            _fieldPosition = _valuePosition == 0 ? _pack.First : _pack.Next(_valuePosition);
            _valuePosition = _fieldPosition < 0 ? -1 : _pack.Next(_fieldPosition);
            return _fieldPosition >= 0;
        }

        do
        {
            nint address;
            while (!_entries.Next(out address))
            {
                if (!_whole || NextCursor == 0)
                {
                    return false;
                }

                NextCursor = _table.ScanStep(NextCursor, out _entries);
            }

            _entry = new HashEntry(address);
        }
        while (_hiddenUpToMs != 0 && _entry.HasExpiry && _entry.ExpiryMs <= _hiddenUpToMs);
        return true;
    }
}
