using System.Diagnostics;
using Spinel.Memory;

namespace Spinel.DataStructures;

/// <summary>
/// A node of a <see cref="Quicklist"/>: a listpack and its neighbours. Lives in the native heap.
/// </summary>
/// <remarks>
/// The listpack need not fill its block: there may be free bytes before it and behind it, so that pushing to and popping from either end of a list move the
/// node's bytes once in a while only. Whoever changes it elsewhere closes these gaps first (<see cref="Close"/>), after which the block is the listpack's own. Only
/// nodes at the ends have gaps of note, since a full one is closed when the next is begun; and the gaps of a node are at most a quarter of its content, but for some bytes. In a list of many nodes (<see cref="ManyNodes"/>) a new one
/// has room for all that it may hold from the start.
/// <code>
///  block   [ Before ] listpack [ Behind ]       Before + listpack + Behind: the size that the heap knows, or another of its class
///          u32 length of the listpack, u32 length of what follows, the listpack compressed by <see cref="Lzf"/>       of a compressed node
/// </code>
/// </remarks>
internal unsafe struct QuicklistNode
{
    /// <summary>Gaps up to this are kept even in nodes that are nearly empty.</summary>
    private const int SmallGap = 32;

    /// <summary>
    /// Nodes longer than this grow by a quarter at a time when they are appended to: growing from class to class would touch fresh memory of each class once.
    /// </summary>
    private const int LargeNodeBytes = 512;

    private const int GrowthShare = 4;

    /// <summary>Shorter ones, when they are put before: each time, all is moved.</summary>
    private const int SmallGrowthShare = 8;

    /// <summary>Shorter nodes are not worth compressing, and neither are those that it does not make shorter by the other.</summary>
    private const int LeastCompressedBytes = 48;

    private const int LeastSavedBytes = 8;

    private const int CompressedHeaderBytes = 2 * sizeof(uint);

    /// <summary>In place of the gap before: the node is compressed.</summary>
    private const ushort CompressedMark = ushort.MaxValue;

    /// <summary>In a list of so many nodes, one more that is not yet full costs little.</summary>
    internal const int ManyNodes = 8;

    internal QuicklistNode* Previous;
    internal QuicklistNode* Next;
    internal nint Address;

    /// <summary>The number of elements, at least one: walking to an index looks at nodes only.</summary>
    internal int Count;

    /// <summary>The list's epoch when the node was made, or last dealt with by <see cref="ListParts"/>.</summary>
    internal uint Epoch;

    private ushort _before;
    private ushort _behind;

    /// <summary>Whether <see cref="Elements"/> is not there: who changes the node expands it first, who reads asks the list (<see cref="Quicklist.ElementsOf"/>).</summary>
    internal readonly bool IsCompressed => _before == CompressedMark;

    /// <summary>Length of the listpack.</summary>
    internal readonly int TotalBytes => IsCompressed ? *(int*)Address : Elements.TotalBytes;

    /// <summary>The elements, of a node that is not compressed.</summary>
    internal Listpack Elements
    {
        readonly get
        {
            Debug.Assert(!IsCompressed);
            return new(Address);
        }

        set => Address = value.Address;
    }

    /// <summary>Bytes that the block occupies in the heap.</summary>
    internal readonly long ElementsMemoryBytes => (long)NativeHeap.UsableSize(BlockBytes);

    private readonly byte* Block => IsCompressed ? (byte*)Address : (byte*)Address - _before;

    private readonly nuint BlockBytes =>
        IsCompressed ? CompressedHeaderBytes + *((uint*)Address + 1) : (nuint)(_before + Elements.TotalBytes + _behind);

    private readonly ReadOnlySpan<byte> CompressedBytes => new((byte*)Address + CompressedHeaderBytes, *((int*)Address + 1));

    internal readonly void FreeElements(NativeHeap heap, bool ownerThread = true)
    {
        if (ownerThread)
        {
            heap.Free(Block, BlockBytes);
        }
        else
        {
            heap.FreeFromOtherThread(Block, BlockBytes);
        }
    }

    /// <summary>A copy of the node, without neighbours.</summary>
    internal readonly QuicklistNode Copy(NativeHeap heap)
    {
        QuicklistNode copy = new() { Count = Count };
        if (!IsCompressed)
        {
            copy.Elements = Elements.Copy(heap);
            return copy;
        }

        byte* block = heap.Allocate(BlockBytes);
        Buffer.MemoryCopy(Block, block, BlockBytes, BlockBytes);
        copy.Address = (nint)block;
        copy._before = CompressedMark;
        return copy;
    }

    /// <summary>Moves the block to where the heap would rather have it: see <see cref="NativeHeap.MoveIfSparse"/>.</summary>
    internal void CompactElements(NativeHeap heap)
    {
        if (!IsCompressed)
        {
            Close(heap);
        }

        Address = (nint)heap.MoveIfSparse(Block, BlockBytes);
    }

    /// <summary>Compresses the elements if that is worth it.</summary>
    internal void Compress(NativeHeap heap)
    {
        if (IsCompressed || Elements.TotalBytes < LeastCompressedBytes)
        {
            return;
        }

        int total = Elements.TotalBytes;
        byte* scratch = heap.Allocate((nuint)total);
        int length = Lzf.Compress(new ReadOnlySpan<byte>((byte*)Address, total), new Span<byte>(scratch, total - LeastSavedBytes));
        if (length > 0)
        {
            byte* block = heap.Allocate((nuint)(CompressedHeaderBytes + length));
            *(int*)block = total;
            *((int*)block + 1) = length;
            Buffer.MemoryCopy(scratch, block + CompressedHeaderBytes, length, length);
            FreeElements(heap);
            Address = (nint)block;
            _before = CompressedMark;
            _behind = 0;
        }

        heap.Free(scratch, (nuint)total);
    }

    /// <summary>Writes the listpack of a compressed node, <see cref="TotalBytes"/> long.</summary>
    internal readonly void Expand(Span<byte> destination)
    {
        if (!Lzf.TryDecompress(CompressedBytes, destination))
        {
            throw new InvalidOperationException("Damaged list: a compressed node does not expand to its length.");
        }
    }

    /// <summary>Makes a compressed node an ordinary one.</summary>
    internal void Open(NativeHeap heap)
    {
        if (!IsCompressed)
        {
            return;
        }

        int total = TotalBytes;
        byte* elements = heap.Allocate((nuint)total);
        Expand(new Span<byte>(elements, total));
        FreeElements(heap);
        Address = (nint)elements;
        _before = 0;
    }

    /// <summary>Makes the block the listpack's own, without gaps.</summary>
    internal Listpack Close(NativeHeap heap)
    {
        Open(heap);
        if ((_before | _behind) != 0)
        {
            CloseGaps(heap);
        }

        return Elements;
    }

    /// <summary>As <see cref="Append"/>, before the first.</summary>
    internal void Prepend(NativeHeap heap, scoped ListpackElement element, int maxBytes)
    {
        Open(heap);
        int added = element.TotalBytes;
        if (added > _before)
        {
            int total = Elements.TotalBytes + added;
            int room = total < LargeNodeBytes ? total + (total / SmallGrowthShare) : Math.Max(total, Math.Min(total + (total / GrowthShare), maxBytes));
            Reserve(heap, checked((int)NativeHeap.UsableSize((nuint)room)), before: true);
        }

        Elements = Elements.PrependInPlace(element);
        _before -= (ushort)added;
        Count++;
    }

    /// <summary>Adds an element behind the last.</summary>
    /// <param name="heap">The heap.</param>
    /// <param name="element">What to add.</param>
    /// <param name="maxBytes">How long the listpack may become: no more room is made than for that.</param>
    internal void Append(NativeHeap heap, scoped ListpackElement element, int maxBytes)
    {
        Open(heap);
        int added = element.TotalBytes;
        int total = Elements.TotalBytes + added;
        if (added > _behind && NativeHeap.UsableSize((nuint)(_before + total)) != NativeHeap.UsableSize(BlockBytes))
        {
            Reserve(heap, total < LargeNodeBytes ? total : Math.Max(total, Math.Min(total + (total / GrowthShare), maxBytes)));
        }

        Elements.AppendInPlace(element);
        _behind -= (ushort)Math.Min(added, _behind);
        Count++;
    }

    /// <summary>Makes room for the listpack to become so long by what is added at one end.</summary>
    internal void Reserve(NativeHeap heap, int bytes, bool before = false) => Move(heap, before ? bytes - Elements.TotalBytes : 0, bytes);

    /// <summary>Removes elements from one position on, fewer than there are.</summary>
    internal void Remove(NativeHeap heap, int position, int count)
    {
        Debug.Assert(count < Count);
        Open(heap);
        Listpack elements = Elements;
        int before = _before;
        int behind = _behind;
        int length = elements.LengthOf(position, count);
        if (position == elements.First)
        {
            before += length;
        }
        else if (position + length == elements.EndPosition)
        {
            behind += length;
        }
        else
        {
            Elements = Close(heap).Delete(heap, position, count);
            Count -= count;
            return;
        }

        if (before + behind > ((elements.TotalBytes - length) / 4) + SmallGap)
        {
            Elements = Close(heap).Delete(heap, position, count);
            Count -= count;
            return;
        }

        // A quarter of what a node may hold fits well.
        Elements = before > _before ? elements.DropFirstInPlace(length, count) : elements.DropLastInPlace(length, count);
        _before = checked((ushort)before);
        _behind = checked((ushort)behind);
        Count -= count;
    }

    private void CloseGaps(NativeHeap heap)
    {
        int total = Elements.TotalBytes;
        if (_before == 0 && NativeHeap.UsableSize((nuint)total) == NativeHeap.UsableSize(BlockBytes))
        {
            _behind = 0;
            return;
        }

        Move(heap, 0, total);
    }

    /// <summary>Moves the listpack into another block, behind a gap and before what is left of the block's size.</summary>
    private void Move(NativeHeap heap, int before, int blockBytes)
    {
        int total = Elements.TotalBytes;
        Debug.Assert(before + total <= blockBytes);
        byte* moved = heap.Allocate((nuint)blockBytes);
        Buffer.MemoryCopy((byte*)Address, moved + before, blockBytes - before, total);
        heap.Free(Block, BlockBytes);
        Address = (nint)(moved + before);
        Debug.Assert(before < CompressedMark);
        _before = checked((ushort)before);
        _behind = checked((ushort)(blockBytes - before - total));
    }
}

/// <summary>What a list's key points to. It stays where it is for the list's whole life.</summary>
internal unsafe struct QuicklistHeader
{
    internal QuicklistNode* First;
    internal QuicklistNode* Last;
    internal long Count;
    internal uint NodeCount;

    /// <summary>Odd while <see cref="ListParts"/> is told before nodes change; nodes of another epoch are what it has not dealt with.</summary>
    internal uint Epoch;

    /// <summary>What was read of compressed nodes; null when nothing was.</summary>
    internal QuicklistCopies* Copies;
}
