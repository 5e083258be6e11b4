using Spinel.Memory;

namespace Spinel.DataStructures;

/// <summary>
/// A large hash: an <see cref="EntryTable{TOps}"/> of <see cref="HashEntry"/>s, with what is known of all of them together: the bytes
/// they take and which of them expire next. This is a handle on a native header.
/// </summary>
/// <remarks>
/// Invariant: the table holds each entry once, and the queue exactly those that have an expiry. The heap is always the one that it was made on.
/// </remarks>
internal readonly unsafe partial struct FieldTable
{
    private const long PageBytes = 4096;

    private readonly Header* _header;

    public FieldTable(nint address) => _header = (Header*)address;

    public nint Address => (nint)_header;

    public long Count => Table.Count;

    /// <summary>How many buckets hold so many fields; visits them all.</summary>
    public long[] ChainLengths() => Table.ChainLengths();

    /// <summary>It has become a table because fields expire, and has not outgrown the limits of a listpack since.</summary>
    public bool IsSmall
    {
        get => _header->IsSmall;
        set => _header->IsSmall = value;
    }

    /// <summary>How many fields expire.</summary>
    public int ExpiringCount => _header->Expiries.Count;

    /// <summary>When the next field expires, in Unix milliseconds; the end of time when none does.</summary>
    public long NextExpiryMs => _header->Expiries.NextMs;

    /// <summary>How many fields expire up to a time.</summary>
    public long CountDue(long unixTimeMs) => _header->Expiries.CountUpTo(unixTimeMs);

    /// <summary>The field that expires next. Precondition: there is one.</summary>
    public HashEntry NextToExpire => _header->Expiries.First;

    /// <summary>Bytes that the hash occupies in the heap.</summary>
    public long MemoryBytes =>
        (long)NativeHeap.UsableSize((nuint)sizeof(Header)) + Table.MemoryBytes + _header->EntryBytes + _header->Expiries.MemoryBytes;

    /// <summary>The work of freeing it, in units of one small block.</summary>
    public long FreeEffort => 1 + Count + (_header->EntryBytes / PageBytes);

    /// <summary>The address of the table's own header.</summary>
    internal nint TableAddress => _header->Table;

    private EntryTable<HashEntryOps> Table => new(_header->Table);

    public static FieldTable Create(NativeHeap heap, HashKey key)
    {
        FieldTable created = new((nint)heap.AllocateZeroed((nuint)sizeof(Header)));
        created._header->Table = new EntryTable<HashEntryOps>(heap, key).Address;
        return created;
    }

    /// <summary>The field of that name; null when there is none.</summary>
    public HashEntry Find(ReadOnlySpan<byte> field)
    {
        EntryTable<HashEntryOps> table = Table;
        return new HashEntry(table.Find(field, table.Hash(field)));
    }

    /// <summary>A field, each with the same probability; null when there is none.</summary>
    public HashEntry Random(Random random) => new(Table.Random(random));

    /// <summary>One step of a walk, as <see cref="EntryTable{TOps}.ScanStep"/>.</summary>
    public ulong ScanStep(ulong cursor, out ChainEntries entries) => Table.ScanStep(cursor, out entries);

    /// <summary>Sets a field; one that is overwritten loses its expiry, unless <paramref name="keepExpiry"/>.</summary>
    /// <returns>Whether the field is new.</returns>
    public bool Set(NativeHeap heap, ReadOnlySpan<byte> field, ReadOnlySpan<byte> value, bool keepExpiry)
    {
        EntryTable<HashEntryOps> table = Table;
        ulong hash = table.Hash(field);
        HashEntry old = new(table.Find(field, hash));
        if (old.IsNull)
        {
            Add(heap, HashEntry.Create(heap, field, value), hash);
            return true;
        }

        table.BeforeChange(heap, hash);
        if (!keepExpiry && old.HasExpiry)
        {
            old = ClearExpiry(heap, old);
        }

        long oldBytes = old.MemoryBytes;
        Complete(old, oldBytes, old.WithValue(heap, value), hash);
        return false;
    }

    /// <summary>Adds a field that the hash does not have yet.</summary>
    public void AddNew(NativeHeap heap, ReadOnlySpan<byte> field, ReadOnlySpan<byte> value) =>
        Add(heap, HashEntry.Create(heap, field, value), Table.Hash(field));

    /// <returns>Whether there was such a field.</returns>
    public bool Remove(NativeHeap heap, ReadOnlySpan<byte> field)
    {
        EntryTable<HashEntryOps> table = Table;
        HashEntry entry = new(table.Remove(heap, field, table.Hash(field)));
        if (entry.IsNull)
        {
            return false;
        }

        if (entry.HasExpiry)
        {
            _header->Expiries.Remove(heap, entry);
        }

        _header->EntryBytes -= entry.MemoryBytes;
        entry.Free(heap);
        return true;
    }

    /// <summary>Sets when a field of this hash expires, and returns its new handle.</summary>
    public HashEntry SetExpiry(NativeHeap heap, HashEntry entry, long expiryMs)
    {
        BeforeChange(heap, entry);
        if (entry.HasExpiry)
        {
            entry.WithExpiry(heap, expiryMs);
            _header->Expiries.Update(entry);
            return entry;
        }

        ulong hash = Table.Hash(entry.Field);
        long oldBytes = entry.MemoryBytes;
        HashEntry now = entry.WithExpiry(heap, expiryMs);
        _header->Expiries.Add(heap, now);
        Complete(entry, oldBytes, now, hash);
        return now;
    }

    /// <summary>Makes a field that expires one that does not, and returns its new handle.</summary>
    public HashEntry ClearExpiry(NativeHeap heap, HashEntry entry)
    {
        BeforeChange(heap, entry);
        _header->Expiries.Remove(heap, entry);
        ulong hash = Table.Hash(entry.Field);
        long oldBytes = entry.MemoryBytes;
        HashEntry now = entry.WithoutExpiry(heap);
        Complete(entry, oldBytes, now, hash);
        return now;
    }

    /// <summary>A deep copy.</summary>
    public FieldTable Clone(NativeHeap heap)
    {
        FieldTable clone = Create(heap, Table.Key);
        clone.IsSmall = IsSmall;
        ulong cursor = 0;
        do
        {
            cursor = ScanStep(cursor, out ChainEntries entries);
            while (entries.Next(out nint address))
            {
                HashEntry entry = new(address);
                clone.Add(heap, HashEntry.Create(heap, entry.Field, entry.Value, entry.ExpiryMs), Table.Hash(entry.Field));
            }
        }
        while (cursor != 0);
        return clone;
    }

    /// <summary>Frees everything, on the heap's own thread or on another.</summary>
    public void Free(NativeHeap heap, bool ownerThread)
    {
        PartWatches.ThrowIfWatched(Table.IsWatched);
        EntryTableRelease release = Table.Release();
        while (!release.IsDone)
        {
            ChainEntries entries = release.LastEntries;
            while (entries.Next(out nint address))
            {
                if (ownerThread)
                {
                    new HashEntry(address).Free(heap);
                }
                else
                {
                    new HashEntry(address).FreeFromOtherThread(heap);
                }
            }

            release.FreeLast(heap, ownerThread);
        }

        release.FreeHeader(heap, ownerThread);
        _header->Expiries.Free(heap, ownerThread);
        if (ownerThread)
        {
            heap.Free((byte*)_header, (nuint)sizeof(Header));
        }
        else
        {
            heap.FreeFromOtherThread((byte*)_header, (nuint)sizeof(Header));
        }
    }

    private void BeforeChange(NativeHeap heap, HashEntry entry)
    {
        if (Table.IsWatched)
        {
            Table.BeforeChange(heap, Table.Hash(entry.Field));
        }
    }

    private void Add(NativeHeap heap, HashEntry entry, ulong hash)
    {
        Table.Insert(heap, entry.Address, hash);
        _header->EntryBytes += entry.MemoryBytes;
        if (entry.HasExpiry)
        {
            _header->Expiries.Add(heap, entry);
        }
    }

    /// <summary>Enters the successor of an entry, which changed in place or moved. The old handle is only compared.</summary>
    private void Complete(HashEntry old, long oldBytes, HashEntry now, ulong hash)
    {
        _header->EntryBytes += now.MemoryBytes - oldBytes;
        if (old == now)
        {
            return;
        }

        if (!Table.Replace(old.Address, now.Address, hash))
        {
            throw new InvalidOperationException("A field that moved is not in its hash.");
        }

        if (now.HasExpiry)
        {
            _header->Expiries.Update(now);
        }
    }

    private struct Header
    {
        public nint Table;
        public long EntryBytes;
        public FieldExpiryQueue Expiries;
        public bool IsSmall;
    }
}
