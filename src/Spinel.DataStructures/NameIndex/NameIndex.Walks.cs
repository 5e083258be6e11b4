using System.Runtime.CompilerServices;

namespace Spinel.DataStructures;

public sealed unsafe partial class NameIndex
{
    /// <summary>Stands on the first name that is not less than a bound. Valid until the index changes.</summary>
    /// <param name="bound">The bound; empty for the first name of all.</param>
    /// <param name="nameRoom"><see cref="NameRoomBytes"/> bytes for the names that it comes by.</param>
    public Cursor Seek(ReadOnlySpan<byte> bound, Span<byte> nameRoom) => new(this, bound, nameRoom);

    /// <summary>
    /// Brings the TTL buckets of some leaves up to date: time goes by, and keys that had an hour have a minute.
    /// </summary>
    /// <param name="from">Where to begin; empty for the beginning.</param>
    /// <param name="maxLeaves">How many leaves to see to, some microseconds each.</param>
    /// <param name="nowSeconds">The present time, since 1970.</param>
    /// <param name="nextRoom"><see cref="NameRoomBytes"/> bytes for the place to go on from.</param>
    /// <returns>The length of that place's name; 0 when the end was reached.</returns>
    public int RefreshBuckets(ReadOnlySpan<byte> from, int maxLeaves, uint nowSeconds, Span<byte> nextRoom)
    {
        Span<PathStep> path = stackalloc PathStep[MaxHeight];
        NameLeaf leaf = Descend(from, path, splitsFullBranches: false);
        while (true)
        {
            RefreshLeaf(path, leaf, nowSeconds);
            int level = 0;
            while (level < _height && path[level].Index == path[level].Branch->Count - 1)
            {
                level++;
            }

            if (level == _height)
            {
                return 0;
            }

            path[level].Index++;
            if (--maxLeaves <= 0)
            {
                ReadOnlySpan<byte> next = NameBranch.Separators(path[level].Branch)[path[level].Index].Name;
                next.CopyTo(nextRoom);
                return next.Length;
            }

            byte* node = NameBranch.Children(path[level].Branch)[path[level].Index];
            for (; level > 0; level--)
            {
                path[level - 1] = new PathStep((NameBranch*)node, 0);
                node = NameBranch.Children((NameBranch*)node)[0];
            }

            leaf = new NameLeaf(node);
        }
    }

    private void RefreshLeaf(ReadOnlySpan<PathStep> path, NameLeaf leaf, uint nowSeconds)
    {
        KeyTally delta = default;
        for (byte* at = leaf.First; at < leaf.End;)
        {
            NameEntry entry = NameLeaf.Read(at);
            if (entry.Bucket != TtlBucket.None)
            {
                TtlBucket now = KeyTally.BucketOf(entry.ExpirySeconds, nowSeconds);
                if (now != entry.Bucket)
                {
                    *entry.TagAt = (byte)((int)entry.Kind | ((int)now << NameEntry.BucketShift));
                    delta.AddKey(entry.Kind, entry.Bytes, entry.Bucket, -1);
                    delta.AddKey(entry.Kind, entry.Bytes, now);
                }
            }

            at = entry.Next;
        }

        if (delta != default)
        {
            Update(path, leaf, in delta);
        }
    }

    /// <summary>Goes through names in order.</summary>
    public ref struct Cursor
    {
        private readonly NameIndex _index;
        private readonly Span<byte> _name;
        private PathSteps _path;
        private byte* _next;
        private byte* _end;
        private NameEntry _entry;

        internal Cursor(NameIndex index, ReadOnlySpan<byte> bound, Span<byte> nameRoom)
        {
            _index = index;
            _name = nameRoom;
            Seek(bound);
        }

        /// <summary>There is no name here: the end was passed.</summary>
        public bool IsEnd { get; private set; }

        /// <summary>The name, as <see cref="Fold"/> gave it; valid until the next move.</summary>
        public readonly ReadOnlySpan<byte> Name => _name[..(_entry.Shared + _entry.OwnLength)];

        public readonly NameFacts Facts => _entry.Facts;

        /// <summary>Adds the key that the cursor is on.</summary>
        public readonly void AddTo(ref KeyTally tally) => tally.AddKey(_entry.Kind, _entry.Bytes, _entry.Bucket);

        /// <summary>Goes to the first name that is not less than a bound.</summary>
        public void Seek(ReadOnlySpan<byte> bound)
        {
            NameLeaf leaf = _index.Descend(bound, _path, splitsFullBranches: false);
            byte* target = leaf.First + leaf.Find(bound).Offset;
            _next = leaf.First;
            _end = leaf.End;
            IsEnd = false;
            while (_next < target)
            {
                Read();
            }

            MoveNext();
        }

        /// <summary>Goes to the next name.</summary>
        public void MoveNext()
        {
            if (_next == _end && !MoveToNextLeaf())
            {
                IsEnd = true;
                return;
            }

            Read();
        }

        private void Read()
        {
            _entry = NameLeaf.Read(_next);
            _entry.OwnBytes.CopyTo(_name[_entry.Shared..]);
            _next = _entry.Next;
        }

        private bool MoveToNextLeaf()
        {
            Span<PathStep> path = _path;
            int level = 0;
            while (level < _index._height && path[level].Index == path[level].Branch->Count - 1)
            {
                level++;
            }

            if (level == _index._height)
            {
                return false;
            }

            path[level].Index++;
            byte* node = NameBranch.Children(path[level].Branch)[path[level].Index];
            for (; level > 0; level--)
            {
                path[level - 1] = new PathStep((NameBranch*)node, 0);
                node = NameBranch.Children((NameBranch*)node)[0];
            }

            // Only a leaf that is the root is ever empty.
            var leaf = new NameLeaf(node);
            _next = leaf.First;
            _end = leaf.End;
            return true;
        }
    }

    [InlineArray(MaxHeight)]
    private struct PathSteps
    {
        private PathStep _first;
    }
}
