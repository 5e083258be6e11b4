namespace Spinel.DataStructures;

/// <summary>Walks over the members of a set; of a table bucket after bucket, asking for the next ones' entries ahead of time.</summary>
public ref struct SetMembers
{
    /// <summary>How many buckets ahead entries are asked for: far enough to hide the memory's latency behind their members.</summary>
    private const int BucketsAhead = 2;

    private const int BeforeFirst = -1;
    private const int AtEnd = -2;

    private readonly SetValue _set;
    private ChainEntries _entries;
    private long _bucket;
    private long _place;
    private int _index;

    internal SetMembers(SetValue set)
    {
        _set = set;
        _index = BeforeFirst;
        if (set.Encoding == ValueEncoding.HashTable)
        {
            Enter(0);
        }
    }

    /// <summary>Where the member stands, for <see cref="SetValue.MemberAt"/>.</summary>
    public readonly long Place => _place;

    public readonly SetMember Current => _set.MemberAt(_place);

    public bool MoveNext()
    {
        switch (_set.Encoding)
        {
            case ValueEncoding.IntSet:
                Intset intset = _set.AsIntset;
                if (++_index >= intset.Count)
                {
                    return false;
                }

                _place = intset.At(_index);
                return true;
            case ValueEncoding.ListPack:
                return MoveNextInListpack();
            default:
                return MoveNextInTable();
        }
    }

    private bool MoveNextInListpack()
    {
        if (_index == AtEnd)
        {
            return false;
        }

        Listpack listpack = _set.AsListpack;
        _index = _index == BeforeFirst ? listpack.First : listpack.Next(_index);
        _place = _index;
        if (_index < 0)
        {
            _index = AtEnd;
            return false;
        }

        return true;
    }

    private bool MoveNextInTable()
    {
        nint entry;
        while (!_entries.Next(out entry))
        {
            if (_bucket + 1 >= _set.AsTable.BucketCount)
            {
                return false;
            }

            Enter(_bucket + 1);
        }

        _place = entry;
        return true;
    }

    private void Enter(long bucket)
    {
        EntryTable<SetEntryOps> table = _set.AsTable;
        _bucket = bucket;
        _entries = table.EntriesAt(bucket);
        if (bucket + BucketsAhead < table.BucketCount)
        {
            table.PrefetchEntriesAt(bucket + BucketsAhead);
        }
    }
}
