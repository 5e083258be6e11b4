namespace Spinel.DataStructures;

// Walks that stay right while the table changes between their steps, and the draw of a random entry.
internal readonly unsafe partial struct EntryTable<TOps>
{
    /// <summary>
    /// One step of a walk over the table: the entries of one logical bucket, and the cursor of the next step (0 at the end).
    /// </summary>
    /// <remarks>
    /// The cursor counts through the hashes in the order of their reversed bits: what lies before it has been visited, and
    /// a bucket, whether addressed by L or L+1 bits, is one interval of that order. So an entry that is there all the time
    /// is visited at least once however the table grows and shrinks, and twice only where a merge puts the cursor in the
    /// middle of a bucket. (The idea of counting with reversed bits is Pieter Noordhuis's, for Redis's SCAN.)
    /// </remarks>
    public ulong ScanStep(ulong cursor, out ChainEntries entries)
    {
        TableHeader* header = _header;
        ulong mask = header->HighMask;
        ulong index = cursor & mask;
        ulong low = cursor & (mask >> 1);

        // A bucket is addressed by L+1 bits when its other half, the one with bit L set, exists.
        if ((low | ((mask >> 1) + 1)) >= (ulong)header->BucketCount)
        {
            mask >>= 1;
            index = low;
        }

        entries = new ChainEntries(BucketAt(header, index));
        ulong next = ReverseBits(cursor | ~mask) + 1;
        return ReverseBits(next);
    }

    /// <summary>Asks the memory for the entries that the step at this cursor shows, and for the bucket of the step after it.</summary>
    public void PrefetchScan(ulong cursor)
    {
        BucketOf(cursor).PrefetchEntries();
        ulong next = ScanStep(cursor, out _);
        Bucket.Prefetch(BucketOf(next).Address);
    }

    /// <summary>The entries of a logical bucket by its number, for walks during which the table does not change.</summary>
    public ChainEntries EntriesAt(long bucket) => new(BucketAt(_header, (ulong)bucket));

    /// <summary>Asks the memory for the entries of a logical bucket.</summary>
    public void PrefetchEntriesAt(long bucket) => BucketAt(_header, (ulong)bucket).PrefetchEntries();

    /// <summary>
    /// An entry of the table, each with the same probability; 0 when there is none. A bucket and a position below a bound
    /// that no chain exceeds are drawn until there is an entry at that position.
    /// </summary>
    public nint Random(Random random)
    {
        if (_header->Count == 0)
        {
            return 0;
        }

        int bound = ChainLengthBound();
        while (true)
        {
            Bucket bucket = BucketAt(_header, (ulong)random.NextInt64(_header->BucketCount));
            int position = random.Next(bound);
            while (position >= bucket.Count && bucket.HasChild)
            {
                position -= bucket.Count;
                bucket = bucket.Child;
            }

            if (position < bucket.Count)
            {
                return bucket.Entry(position);
            }
        }
    }

    /// <summary>How many logical buckets have 0, 1, 2, … entries. Visits the whole table.</summary>
    public long[] ChainLengths()
    {
        long[] lengths = new long[ChainLengthBound() + 1];
        for (long index = 0; index < _header->BucketCount; index++)
        {
            Bucket bucket = BucketAt(_header, (ulong)index);
            int length = bucket.Count;
            while (bucket.HasChild)
            {
                bucket = bucket.Child;
                length += bucket.Count;
            }

            lengths[length]++;
        }

        return lengths;
    }

    private int ChainLengthBound()
    {
        const int LastCounted = TableHeader.CountedDepths;
        while (_header->MaxDepth > 0 && _header->ChildrenAtDepth[CounterOf(_header->MaxDepth)] == 0)
        {
            _header->MaxDepth = Math.Min(_header->MaxDepth, LastCounted) - 1;
        }

        return (_header->MaxDepth * Bucket.CapacityWithChild) + Bucket.Capacity;
    }

    private static ulong ReverseBits(ulong value)
    {
        value = ((value >> 1) & 0x5555_5555_5555_5555) | ((value & 0x5555_5555_5555_5555) << 1);
        value = ((value >> 2) & 0x3333_3333_3333_3333) | ((value & 0x3333_3333_3333_3333) << 2);
        value = ((value >> 4) & 0x0F0F_0F0F_0F0F_0F0F) | ((value & 0x0F0F_0F0F_0F0F_0F0F) << 4);
        return System.Buffers.Binary.BinaryPrimitives.ReverseEndianness(value);
    }

    /// <summary>Whether a walk that stands at this cursor has left the place of this hash behind. A walk starts with cursor 0.</summary>
    public static bool HasPassed(ulong cursor, ulong hash) => ReverseBits(hash) < ReverseBits(cursor);
}

/// <summary>The entries of one chain, valid until the table changes.</summary>
internal struct ChainEntries(Bucket bucket)
{
    private Bucket _bucket = bucket;
    private int _slot;

    public bool Next(out nint entry)
    {
        while (_slot >= _bucket.Count)
        {
            if (!_bucket.HasChild)
            {
                entry = 0;
                return false;
            }

            _bucket = _bucket.Child;
            _slot = 0;
        }

        entry = _bucket.Entry(_slot++);
        return true;
    }
}
