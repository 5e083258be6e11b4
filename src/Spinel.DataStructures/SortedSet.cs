using Spinel.Memory;

namespace Spinel.DataStructures;

/// <summary>What a sorted set has to be told when it may change its form.</summary>
/// <param name="HashKey">The key of the server's hash function.</param>
/// <param name="MaxPackedMembers">Most members of a set in one listpack.</param>
/// <param name="MaxPackedNameBytes">Longest member of a set in one listpack.</param>
public readonly record struct SortedSetLimits(HashKey HashKey, long MaxPackedMembers, long MaxPackedNameBytes);

/// <summary>What a search for a member has found. Valid until the set changes.</summary>
public readonly struct SortedSetEntry
{
    internal SortedSetEntry(nint place, ulong hash, double score)
    {
        Place = place;
        Hash = hash;
        Score = score;
    }

    /// <summary>Whether the set has the member.</summary>
    public bool IsFound => Place != 0;

    /// <summary>The member's score; meaningless when it was not found.</summary>
    public double Score { get; }

    /// <summary>A position in the listpack, or the address of the <see cref="ScoredMember"/>; 0 when there is none.</summary>
    internal nint Place { get; }

    internal ulong Hash { get; }
}

/// <summary>
/// A sorted set: members with scores, ordered by score and then by the bytes of their names.
/// </summary>
/// <remarks>
/// Small ones are a listpack of member and score in turns, sorted, in Redis's own bytes. Large ones have one block per
/// member (<see cref="ScoredMember"/>) and two indexes over these: an <see cref="EntryTable{TOps}"/> by name, which makes score and membership O(1), and a
/// <see cref="ScoreTree"/> by score, which makes ranks and ranges O(log n). A member of 16 bytes then takes about 56 bytes all in all: 32 the
/// block, 11 the table, 13 the tree with nodes filled at random.
/// <para>
/// The struct is a handle: payload and encoding, as a key holds them. Changes may replace both, so the owner stores them again after each.
/// A set turns large for good: nothing but <see cref="TryPack"/> makes it small again.
/// </para>
/// </remarks>
public unsafe partial struct SortedSet
{
    /// <summary>Room for the text of a member that is kept as a number, in bytes.</summary>
    public const int ScratchBytes = ListpackNumber.MaxLength;

    /// <summary>A set as a key holds it.</summary>
    public SortedSet(nint payload, ValueEncoding encoding)
    {
        Payload = payload;
        Encoding = encoding;
    }

    /// <summary>The address of the listpack or of the header.</summary>
    public nint Payload { get; private set; }

    /// <summary><see cref="ValueEncoding.ListPack"/> or <see cref="ValueEncoding.SkipList"/>, which is what clients call the large form.</summary>
    public ValueEncoding Encoding { get; private set; }

    public readonly bool IsPacked => Encoding == ValueEncoding.ListPack;

    /// <summary>The number of members.</summary>
    public readonly long Count => IsPacked ? Packed.Count / 2 : Table.Count;

    /// <summary>Bytes that the set occupies in the heap.</summary>
    public readonly long MemoryBytes => IsPacked
        ? Packed.MemoryBytes
        : (long)NativeHeap.UsableSize((nuint)sizeof(ScoreTreeHeader)) + Header->MemberBytes + Table.MemoryBytes + Tree.MemoryBytes;

    /// <summary>The work of freeing it, in units of one small block.</summary>
    public readonly long FreeEffort => IsPacked ? 1 + (Packed.TotalBytes / 4096) : Count;

    private readonly Listpack Packed => new(Payload);

    private readonly ScoreTreeHeader* Header => (ScoreTreeHeader*)Payload;

    /// <summary>How many buckets of the table of members hold so many; only where there is a table.</summary>
    internal readonly long[] ChainLengths() => Table.ChainLengths();

    private readonly EntryTable<ScoredMemberOps> Table => new(Header->Table);

    private readonly ScoreTree Tree => new(Header);

    /// <summary>An empty set in the small form.</summary>
    public static SortedSet CreatePacked(NativeHeap heap) => new(Listpack.Create(heap).Address, ValueEncoding.ListPack);

    /// <summary>An empty set in the large form.</summary>
    public static SortedSet CreateLarge(NativeHeap heap, HashKey hashKey)
    {
        ArgumentNullException.ThrowIfNull(heap);
        ScoreTreeHeader* header = (ScoreTreeHeader*)heap.AllocateZeroed((nuint)sizeof(ScoreTreeHeader));
        header->Table = new EntryTable<ScoredMemberOps>(heap, hashKey).Address;
        ScoreTree.Initialize(heap, header);
        return new SortedSet((nint)header, ValueEncoding.SkipList);
    }

    /// <summary>Looks a member up.</summary>
    public readonly SortedSetEntry Find(ReadOnlySpan<byte> name)
    {
        if (IsPacked)
        {
            int position = Packed.Find(name, Packed.First, skip: 1);
            return position < 0 ? default : new SortedSetEntry(position, 0, PackedScore(position));
        }

        EntryTable<ScoredMemberOps> table = Table;
        ulong hash = table.Hash(name);
        nint entry = table.Find(name, hash);
        return new SortedSetEntry(entry, hash, entry == 0 ? 0 : new ScoredMember(entry).Score);
    }

    /// <summary>Adds a member that <see cref="Find"/> has just not found.</summary>
    /// <param name="heap">The heap of the set.</param>
    /// <param name="limits">When to take the large form.</param>
    /// <param name="missing">The result of the search.</param>
    /// <param name="name">The member; must not lie in the set.</param>
    /// <param name="score">Not NaN.</param>
    public void Add(NativeHeap heap, in SortedSetLimits limits, in SortedSetEntry missing, ReadOnlySpan<byte> name, double score)
    {
        if (IsPacked)
        {
            if (Count < limits.MaxPackedMembers && name.Length <= limits.MaxPackedNameBytes && Packed.SafeToAdd(name))
            {
                InsertPacked(heap, name, score);
                return;
            }

            Unpack(heap, limits.HashKey);
            AddLarge(heap, name, Table.Hash(name), score);
            return;
        }

        AddLarge(heap, name, missing.Hash, score);
    }

    /// <summary>Gives a member that has been found another score.</summary>
    public void SetScore(NativeHeap heap, in SortedSetEntry found, ReadOnlySpan<byte> name, double score)
    {
        if (IsPacked)
        {
            Payload = Packed.Delete(heap, (int)found.Place, 2).Address;
            InsertPacked(heap, name, score);
            return;
        }

        Tree.SetScore(heap, new ScoredMember(found.Place), score);
    }

    /// <summary>Removes a member that has been found. An empty set is left to the owner to free.</summary>
    public void Remove(NativeHeap heap, in SortedSetEntry found)
    {
        if (IsPacked)
        {
            Payload = Packed.Delete(heap, (int)found.Place, 2).Address;
            return;
        }

        ScoredMember member = new(found.Place);
        Tree.Remove(heap, member);
        Table.Remove(heap, member.Address, found.Hash);
        FreeMember(heap, member);
    }

    /// <summary>Removes the members of consecutive ranks, which exist.</summary>
    public void Remove(NativeHeap heap, RankRange range)
    {
        if (range.IsEmpty)
        {
            return;
        }

        if (IsPacked)
        {
            Payload = Packed.Delete(heap, Packed.Seek((int)range.First * 2), (int)range.Count * 2).Address;
            return;
        }

        EntryTable<ScoredMemberOps> table = Table;
        for (long left = range.Count; left > 0; left--)
        {
            ScoredMember member = Tree.RemoveAt(heap, range.First);
            table.Remove(heap, member.Address, table.Hash(member.Name));
            FreeMember(heap, member);
        }
    }

    /// <summary>Takes the small form when the limits allow it.</summary>
    public bool TryPack(NativeHeap heap, in SortedSetLimits limits)
    {
        if (IsPacked)
        {
            return true;
        }

        if (Count > limits.MaxPackedMembers)
        {
            return false;
        }

        long bytes = 0;
        for (SortedSetCursor cursor = At(0); cursor.IsValid; cursor.MoveNext())
        {
            int length = cursor.GetName(default).Length;
            bytes += length;
            if (length > limits.MaxPackedNameBytes || bytes > Listpack.SafeBytes)
            {
                return false;
            }
        }

        Span<byte> scratch = stackalloc byte[ScoreText.MaxLength];
        using ListpackBuilder builder = new(heap);
        for (SortedSetCursor cursor = At(0); cursor.IsValid; cursor.MoveNext())
        {
            builder.Append(cursor.GetName(default));
            builder.Append(ScoreText.ToElement(cursor.Score, scratch));
        }

        Free(heap);
        this = new SortedSet(builder.Build().Address, ValueEncoding.ListPack);
        return true;
    }

    /// <summary>A copy that shares nothing.</summary>
    public readonly SortedSet Clone(NativeHeap heap)
    {
        if (IsPacked)
        {
            return new SortedSet(Packed.Copy(heap).Address, ValueEncoding.ListPack);
        }

        SortedSet copy = CreateLarge(heap, Table.Key);
        for (SortedSetCursor cursor = At(0); cursor.IsValid; cursor.MoveNext())
        {
            ReadOnlySpan<byte> name = cursor.GetName(default);
            copy.AddLarge(heap, name, Table.Hash(name), cursor.Score);
        }

        return copy;
    }

    /// <summary>Frees the set with its members, on the heap's own thread.</summary>
    public readonly void Free(NativeHeap heap) => Free(heap, ownerThread: true);

    /// <summary>Frees the set with its members, on the heap's own thread or on another one.</summary>
    public readonly void Free(NativeHeap heap, bool ownerThread)
    {
        ArgumentNullException.ThrowIfNull(heap);
        if (IsPacked)
        {
            if (ownerThread)
            {
                Packed.Free(heap);
            }
            else
            {
                Packed.FreeFromOtherThread(heap);
            }

            return;
        }

        EntryTableRelease release = Table.Release();
        while (!release.IsDone)
        {
            release.FreeLast(heap, ownerThread);
        }

        release.FreeHeader(heap, ownerThread);
        Tree.FreeAll(heap, ownerThread);
        if (ownerThread)
        {
            heap.Free((byte*)Header, (nuint)sizeof(ScoreTreeHeader));
        }
        else
        {
            heap.FreeFromOtherThread((byte*)Header, (nuint)sizeof(ScoreTreeHeader));
        }
    }

    /// <summary>
    /// Adds a member that <see cref="Find"/> has just not found to a set in the large form, without entering it into the order. Until <see cref="Order"/> the set may
    /// only be searched, and be added to in this way.
    /// </summary>
    public readonly void AddUnordered(NativeHeap heap, in SortedSetEntry missing, ReadOnlySpan<byte> name, double score)
    {
        ScoredMember member = ScoredMember.Create(heap, name, score);
        Header->MemberBytes += member.MemoryBytes;
        Table.Insert(heap, member.Address, missing.Hash);
    }

    /// <summary>Gives a member that has been found in a set without order another score.</summary>
    public readonly void SetScoreUnordered(in SortedSetEntry found, double score)
    {
        ScoredMember member = new(found.Place);
        member.Score = score;
    }

    /// <summary>
    /// Enters the members of a set that was made by <see cref="AddUnordered"/> into its order: lowest scores first, so that the tree only grows at its end and its
    /// leaves are full.
    /// </summary>
    public readonly void Order(NativeHeap heap)
    {
        EntryTable<ScoredMemberOps> table = Table;
        int count = checked((int)table.Count);
        if (count == 0)
        {
            return;
        }

        ArgumentNullException.ThrowIfNull(heap);
        nuint bytes = (nuint)count * sizeof(ulong);
        double* scores = (double*)heap.Allocate(bytes);
        nint* members = (nint*)heap.Allocate(bytes);
        int filled = 0;
        for (long bucket = 0; bucket < table.BucketCount; bucket++)
        {
            ChainEntries entries = table.EntriesAt(bucket);
            while (entries.Next(out nint entry))
            {
                // The table has count entries, for which there is room.
                scores[filled] = new ScoredMember(entry).Score;
                members[filled++] = entry;
            }
        }

        new Span<double>(scores, filled).Sort(new Span<nint>(members, filled));
        ScoreTree tree = Tree;
        for (int i = 0; i < filled; i++)
        {
            tree.Insert(heap, new ScoredMember(members[i]));
        }

        heap.Free((byte*)scores, bytes);
        heap.Free((byte*)members, bytes);
    }

    private readonly void AddLarge(NativeHeap heap, ReadOnlySpan<byte> name, ulong hash, double score)
    {
        ScoredMember member = ScoredMember.Create(heap, name, score);
        Header->MemberBytes += member.MemoryBytes;
        Table.Insert(heap, member.Address, hash);
        Tree.Insert(heap, member);
    }

    private readonly void FreeMember(NativeHeap heap, ScoredMember member)
    {
        Header->MemberBytes -= member.MemoryBytes;
        member.Free(heap, ownerThread: true);
    }

    /// <summary>Takes the large form.</summary>
    private void Unpack(NativeHeap heap, HashKey hashKey)
    {
        SortedSet large = CreateLarge(heap, hashKey);
        Span<byte> scratch = stackalloc byte[ScratchBytes];
        for (SortedSetCursor cursor = At(0); cursor.IsValid; cursor.MoveNext())
        {
            ReadOnlySpan<byte> name = cursor.GetName(scratch);
            large.AddLarge(heap, name, hashKey.Hash(name), cursor.Score);
        }

        Free(heap);
        this = large;
    }
}
