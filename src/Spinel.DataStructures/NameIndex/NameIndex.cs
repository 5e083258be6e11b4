using System.Runtime.CompilerServices;
using Spinel.Memory;

namespace Spinel.DataStructures;

/// <summary>
/// The names of all keys of a database in order, with the type, size and expiry of each: answers what the keys of any prefix come to, and lists them by page.
/// </summary>
/// <remarks>
/// A B+-tree whose leaves hold names front-coded (<see cref="NameLeaf"/>) and whose branches hold, beside each child, the sum of what is below it
/// (<see cref="KeyTally"/>). The figures of a prefix are the difference of two such sums along a path, so no node is kept for any prefix: the index serves every
/// delimiter at once, costs the same whether keys share prefixes or not, and cannot be blown up by how keys are named. It refers to no key: keys may move and go.
/// <para>
/// Why not a tree of prefixes with counters: it would have to be built for each set of delimiters, a keyspace whose every key is a prefix of its own would cost
/// more than its keys, and listing keys by page would need an ordered index all the same.
/// </para>
/// Cost: about 17 bytes a key besides what the name does not share with its neighbour, O(log n) for a change and for the figures of a prefix.
/// Names above <see cref="MaxNameBytes"/> are kept by their beginning and a hash.
/// Sources: B+-trees are Bayer and McCreight's, with prefix compression after Bayer and Unterauer, "Prefix B-trees" (1977); partial sums in
/// branches are those of an order-statistic tree.
/// </remarks>
[SkipLocalsInit]
public sealed unsafe partial class NameIndex : IDisposable
{
    /// <summary>The longest name that is kept whole.</summary>
    public const int MaxNameBytes = 1024;

    /// <summary>Room for any name as it is kept, see <see cref="Fold"/>.</summary>
    public const int NameRoomBytes = MaxNameBytes + sizeof(ulong);

    /// <summary>Leaves are divided above this.</summary>
    private const int MaxLeafBytes = 512;

    /// <summary>A tree of this height has more leaves than there is memory.</summary>
    private const int MaxHeight = 12;

    private const int MaxEntryBytes = NameLeaf.MaxEntryHead + NameRoomBytes;

    private readonly NativeHeap _heap;

    /// <summary>A leaf when <see cref="_height"/> is 0, else a branch.</summary>
    private byte* _root;
    private int _height;
    private KeyTally _total;

    /// <summary>Grows when nodes come or go: paths that were found before are not good any more.</summary>
    private long _structure;

    public NameIndex(NativeHeap heap)
    {
        ArgumentNullException.ThrowIfNull(heap);
        _heap = heap;
        _root = NameLeaf.Create(heap, default, 0).Block;
    }

    /// <summary>What all keys come to.</summary>
    public KeyTally Total => _total;

    /// <summary>Grows with every change.</summary>
    public long Version { get; private set; }

    /// <summary>The form in which a name is kept: itself, or its beginning and a hash when it is too long.</summary>
    /// <param name="name">The name.</param>
    /// <param name="room"><see cref="NameRoomBytes"/> bytes, used when the name is too long.</param>
    /// <param name="hash">A hash of the whole name.</param>
    public static ReadOnlySpan<byte> Fold(ReadOnlySpan<byte> name, Span<byte> room, ulong hash)
    {
        if (name.Length <= MaxNameBytes)
        {
            return name;
        }

        name[..MaxNameBytes].CopyTo(room);
        Unsafe.WriteUnaligned(ref room[MaxNameBytes], hash);
        return room[..NameRoomBytes];
    }

    /// <summary>The least name that is greater than all with this prefix; empty when there is none.</summary>
    /// <param name="prefix">The prefix.</param>
    /// <param name="room">As long as the prefix.</param>
    public static ReadOnlySpan<byte> EndOf(ReadOnlySpan<byte> prefix, Span<byte> room)
    {
        int length = prefix.Length;
        while (length > 0 && prefix[length - 1] == byte.MaxValue)
        {
            length--;
        }

        if (length == 0)
        {
            return default;
        }

        prefix[..length].CopyTo(room);
        room[length - 1]++;
        return room[..length];
    }

    /// <summary>Enters a key, or what is new about it.</summary>
    /// <param name="name">As <see cref="Fold"/> gives it.</param>
    /// <param name="facts">What is known of it.</param>
    /// <param name="nowSeconds">The present time, since 1970.</param>
    public void Set(ReadOnlySpan<byte> name, NameFacts facts, uint nowSeconds)
    {
        ArgumentOutOfRangeException.ThrowIfGreaterThan(name.Length, NameRoomBytes, nameof(name));
        Span<PathStep> path = stackalloc PathStep[MaxHeight];
        SetAt(path, Descend(name, path, splitsFullBranches: true), name, facts, nowSeconds, mayBranchBeFull: false);
    }

    /// <summary>Takes a key out; nothing happens when it is not there.</summary>
    /// <returns>Whether it was there.</returns>
    public bool Remove(ReadOnlySpan<byte> name)
    {
        Span<PathStep> path = stackalloc PathStep[MaxHeight];
        return RemoveAt(path, Descend(name, path, splitsFullBranches: false), name);
    }

    /// <summary>Looks a key up.</summary>
    public bool TryFind(ReadOnlySpan<byte> name, out NameFacts facts)
    {
        Span<PathStep> path = stackalloc PathStep[MaxHeight];
        NameLeaf leaf = Descend(name, path, splitsFullBranches: false);
        NamePlace place = leaf.Find(name);
        facts = place.IsFound ? NameLeaf.Read(leaf.First + place.Offset).Facts : default;
        return place.IsFound;
    }

    /// <summary>What the keys with a prefix come to. O(log n).</summary>
    public KeyTally TallyOf(ReadOnlySpan<byte> prefix)
    {
        Span<byte> room = stackalloc byte[NameRoomBytes];
        ReadOnlySpan<byte> end = EndOf(prefix, room);
        KeyTally tally = end.IsEmpty ? _total : TallyBelow(end);
        if (!prefix.IsEmpty)
        {
            KeyTally before = TallyBelow(prefix);
            tally.Subtract(in before);
        }

        return tally;
    }

    /// <summary>What the keys less than a name come to. O(log n).</summary>
    public KeyTally TallyBelow(ReadOnlySpan<byte> bound)
    {
        KeyTally tally = default;
        byte* node = _root;
        for (int level = _height; level > 0; level--)
        {
            var branch = (NameBranch*)node;
            int index = NameBranch.IndexOf(branch, bound);
            for (int i = 0; i < index; i++)
            {
                tally.Add(in NameBranch.Tallies(branch)[i]);
            }

            node = NameBranch.Children(branch)[index];
        }

        new NameLeaf(node).TallyBelow(bound, ref tally);
        return tally;
    }

    /// <summary>Frees everything. An owner of a heap of its own may drop that instead.</summary>
    public void Dispose()
    {
        if (_root != null)
        {
            FreeNode(_root, _height);
            _root = null;
        }
    }

    /// <summary>Enters a key in the leaf to which it belongs.</summary>
    /// <param name="mayBranchBeFull">The way to it was not made for entering: before the leaf is divided, it has to be gone again.</param>
    private void SetAt(Span<PathStep> path, NameLeaf leaf, ReadOnlySpan<byte> name, NameFacts facts, uint nowSeconds, bool mayBranchBeFull)
    {
        TtlBucket bucket = facts.HasExpiry ? KeyTally.BucketOf(facts.ExpirySeconds, nowSeconds) : TtlBucket.None;
        var change = new TallyChange { Now = facts, NowBucket = bucket, HasNow = true };
        Span<byte> room = stackalloc byte[2 * MaxEntryBytes];
        while (true)
        {
            NamePlace place = leaf.Find(name);
            NameEntry entry = default;
            int replaced = 0;
            int length;
            if (place.IsFound)
            {
                entry = NameLeaf.Read(leaf.First + place.Offset);
                if (entry.Facts == facts && entry.Bucket == bucket)
                {
                    return;
                }

                replaced = (int)(entry.Next - leaf.First) - place.Offset;
                length = NameLeaf.Write(room, facts, bucket, entry.Shared, entry.OwnBytes);
            }
            else
            {
                length = NameLeaf.Write(room, facts, bucket, place.Shared, name[place.Shared..]);
                if (place.Offset < leaf.UsedBytes)
                {
                    // The next name now has this one before it.
                    NameEntry next = NameLeaf.Read(leaf.First + place.Offset);
                    replaced = (int)(next.Next - leaf.First) - place.Offset;
                    length += NameLeaf.Write(room[length..], next.Facts, next.Bucket, place.SharedWithNext, next.OwnBytes[(place.SharedWithNext - next.Shared)..]);
                }
            }

            if (leaf.UsedBytes - replaced + length > MaxLeafBytes && leaf.Count > 1 && !place.IsFound)
            {
                if (mayBranchBeFull)
                {
                    leaf = Descend(name, path, splitsFullBranches: true);
                    mayBranchBeFull = false;
                }

                SplitLeaf(path, leaf);
                leaf = Descend(name, path, splitsFullBranches: true);
                continue;
            }

            if (place.IsFound)
            {
                change.SetBefore(in entry);
            }

            leaf = leaf.Splice(_heap, place.Offset, replaced, room[..length]);
            leaf.Count += place.IsFound ? 0 : 1;
            Update(path, leaf, in change);
            return;
        }
    }

    private bool RemoveAt(ReadOnlySpan<PathStep> path, NameLeaf leaf, ReadOnlySpan<byte> name)
    {
        NamePlace place = leaf.Find(name);
        if (!place.IsFound)
        {
            return false;
        }

        NameEntry entry = NameLeaf.Read(leaf.First + place.Offset);
        TallyChange change = default;
        change.SetBefore(in entry);
        Span<byte> room = stackalloc byte[MaxEntryBytes];
        int length = 0;
        int replaced = (int)(entry.Next - leaf.First) - place.Offset;
        if (entry.Next < leaf.End)
        {
            // The next name now follows on the one before; what it shared with this one only, it has to have itself.
            NameEntry next = NameLeaf.Read(entry.Next);
            int shared = Math.Min(entry.Shared, next.Shared);
            length = NameLeaf.Write(room, next.Facts, next.Bucket, shared, entry.OwnBytes[..(next.Shared - shared)], next.OwnBytes);
            replaced = (int)(next.Next - leaf.First) - place.Offset;
        }

        leaf = leaf.Splice(_heap, place.Offset, replaced, room[..length]);
        leaf.Count--;
        Update(path, leaf, in change);
        if (leaf.Count == 0 && _height > 0)
        {
            RemoveEmptyLeaf(path, leaf);
        }

        return true;
    }

    private NameLeaf Descend(ReadOnlySpan<byte> name, Span<PathStep> path, bool splitsFullBranches)
    {
        if (splitsFullBranches && _height > 0 && ((NameBranch*)_root)->Count == NameBranch.Capacity)
        {
            GrowRoot();
        }

        byte* node = _root;
        for (int level = _height; level > 0; level--)
        {
            var branch = (NameBranch*)node;
            int index = NameBranch.IndexOf(branch, name);
            if (splitsFullBranches && level > 1 && ((NameBranch*)NameBranch.Children(branch)[index])->Count == NameBranch.Capacity)
            {
                SplitBranch(branch, index);
                index = NameBranch.IndexOf(branch, name);
            }

            path[level - 1] = new PathStep(branch, index);
            node = NameBranch.Children(branch)[index];
        }

        return new NameLeaf(node);
    }

    /// <summary>Notes along a path that its leaf may have moved, and what has changed in it.</summary>
    private void Update(ReadOnlySpan<PathStep> path, NameLeaf leaf, in KeyTally delta)
    {
        Version++;
        _total.Add(in delta);
        if (_height == 0)
        {
            _root = leaf.Block;
            return;
        }

        NameBranch.Children(path[0].Branch)[path[0].Index] = leaf.Block;
        for (int level = 0; level < _height; level++)
        {
            NameBranch.Tallies(path[level].Branch)[path[level].Index].Add(in delta);
        }
    }

    /// <summary>As the other one, for a change of a single key.</summary>
    private void Update(ReadOnlySpan<PathStep> path, NameLeaf leaf, in TallyChange change)
    {
        Version++;
        change.ApplyTo(ref _total);
        if (_height == 0)
        {
            _root = leaf.Block;
            return;
        }

        NameBranch.Children(path[0].Branch)[path[0].Index] = leaf.Block;
        for (int level = 0; level < _height; level++)
        {
            change.ApplyTo(ref NameBranch.Tallies(path[level].Branch)[path[level].Index]);
        }
    }

    private void FreeNode(byte* node, int level)
    {
        if (level == 0)
        {
            new NameLeaf(node).Free(_heap);
            return;
        }

        var branch = (NameBranch*)node;
        for (int i = 0; i < branch->Count; i++)
        {
            if (i > 0)
            {
                NameBranch.Separators(branch)[i].Free(_heap);
            }

            FreeNode(NameBranch.Children(branch)[i], level - 1);
        }

        _heap.Free(node, (nuint)NameBranch.Bytes);
    }

    /// <summary>A branch on the way to a leaf, and the child that was taken.</summary>
    private struct PathStep(NameBranch* branch, int index)
    {
        public NameBranch* Branch = branch;
        public int Index = index;
    }

    /// <summary>A key that comes, goes or changes: a few additions for each sum that it is part of.</summary>
    private struct TallyChange
    {
        public NameFacts Now;
        public TtlBucket NowBucket;
        public bool HasNow;
        private ValueKind _kind;
        private TtlBucket _bucket;
        private bool _hasBefore;
        private long _bytes;

        public void SetBefore(in NameEntry entry)
        {
            _kind = entry.Kind;
            _bucket = entry.Bucket;
            _bytes = entry.Bytes;
            _hasBefore = true;
        }

        public readonly void ApplyTo(ref KeyTally tally)
        {
            if (HasNow && _hasBefore && Now.Kind == _kind && NowBucket == _bucket)
            {
                tally.AddBytes(Now.Bytes - _bytes);
                return;
            }

            if (_hasBefore)
            {
                tally.AddKey(_kind, _bytes, _bucket, -1);
            }

            if (HasNow)
            {
                tally.AddKey(Now.Kind, Now.Bytes, NowBucket);
            }
        }
    }
}
