using System.Buffers;

namespace Spinel.DataStructures;

// How the tree grows and shrinks: nodes that are full are divided on the way down, leaves that are empty go.
public sealed unsafe partial class NameIndex
{
    private void GrowRoot()
    {
        _structure++;
        NameBranch* root = NameBranch.Create(_heap, _height + 1);
        NameBranch.Insert(root, 0, _root, default, in _total);
        _root = (byte*)root;
        _height++;
        if (_height > MaxHeight)
        {
            throw new InvalidOperationException("an index of names is too high");
        }

        if (_height > 1)
        {
            SplitBranch(root, 0);
        }
    }

    /// <summary>Divides a child that is a full branch. The parent is not full.</summary>
    private void SplitBranch(NameBranch* parent, int index)
    {
        _structure++;
        const int Half = NameBranch.Capacity / 2;
        var left = (NameBranch*)NameBranch.Children(parent)[index];
        NameBranch* right = NameBranch.Create(_heap, left->Level);
        NameSeparator separator = NameBranch.Separators(left)[Half];
        NameBranch.MoveTail(left, Half, right);
        KeyTally moved = NameBranch.Sum(right);
        NameBranch.Tallies(parent)[index].Subtract(in moved);
        NameBranch.Insert(parent, index + 1, (byte*)right, separator, in moved);
    }

    /// <summary>Divides a leaf of at least two entries. The branch above it is not full.</summary>
    private void SplitLeaf(Span<PathStep> path, NameLeaf leaf)
    {
        _structure++;
        if (_height == 0)
        {
            GrowRoot();
            path[0] = new PathStep((NameBranch*)_root, 0);
        }

        // The right half begins with the first entry behind the middle, but not with the very first.
        Span<byte> name = stackalloc byte[NameRoomBytes];
        byte* at = leaf.First;
        NameEntry entry = NameLeaf.Read(at);
        entry.OwnBytes.CopyTo(name[entry.Shared..]);
        int count = 0;
        do
        {
            at = entry.Next;
            count++;
            entry = NameLeaf.Read(at);
            entry.OwnBytes.CopyTo(name[entry.Shared..]);
        }
        while (at - leaf.First < leaf.UsedBytes / 2 && entry.Next < leaf.End);

        int nameLength = entry.Shared + entry.OwnLength;
        int cut = (int)(at - leaf.First);
        int rest = (int)(leaf.End - entry.Next);
        byte[] entries = ArrayPool<byte>.Shared.Rent(MaxEntryBytes + rest);
        int length = NameLeaf.Write(entries, entry.Facts, entry.Bucket, 0, name[..nameLength]);
        new ReadOnlySpan<byte>(entry.Next, rest).CopyTo(entries.AsSpan(length));
        NameLeaf right = NameLeaf.Create(_heap, entries.AsSpan(0, length + rest), leaf.Count - count);
        ArrayPool<byte>.Shared.Return(entries);
        NameSeparator separator = NameSeparator.Create(_heap, name[..(entry.Shared + 1)]);
        leaf = leaf.Splice(_heap, cut, leaf.UsedBytes - cut, default);
        leaf.Count = count;
        PathStep step = path[0];
        NameBranch.Children(step.Branch)[step.Index] = leaf.Block;
        KeyTally moved = right.Tally();
        NameBranch.Tallies(step.Branch)[step.Index].Subtract(in moved);
        NameBranch.Insert(step.Branch, step.Index + 1, right.Block, separator, in moved);
    }

    private void RemoveEmptyLeaf(ReadOnlySpan<PathStep> path, NameLeaf leaf)
    {
        _structure++;
        leaf.Free(_heap);
        for (int level = 0; level < _height; level++)
        {
            NameBranch.Remove(_heap, path[level].Branch, path[level].Index);
            if (path[level].Branch->Count > 0)
            {
                break;
            }

            _heap.Free((byte*)path[level].Branch, (nuint)NameBranch.Bytes);
            if (level == _height - 1)
            {
                _root = NameLeaf.Create(_heap, default, 0).Block;
                _height = 0;
                return;
            }
        }

        while (_height > 0 && ((NameBranch*)_root)->Count == 1)
        {
            byte* child = NameBranch.Children((NameBranch*)_root)[0];
            _heap.Free(_root, (nuint)NameBranch.Bytes);
            _root = child;
            _height--;
        }
    }
}
