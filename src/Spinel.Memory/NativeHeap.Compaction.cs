using System.Runtime.CompilerServices;

namespace Spinel.Memory;

/// <summary>
/// Emptying slabs by moving their blocks, for owners that can tell where all pointers to a block are. When sizes change over time, blocks of the sizes that went out of
/// use keep slabs that are mostly holes, which no other size can fill. Whoever walks over all blocks and offers each for a move leaves a class with slabs that are
/// full, and the emptied ones go back to the pages.
///
/// A block is worth moving when its slab is no fuller than the average of its class: the fuller ones are where the others go. Since the slab
/// that receives is filled to the last block, a walk converges whichever it is.
/// </summary>
public sealed unsafe partial class NativeHeap
{
    /// <summary>Holes of less than a share of 1 / 2^n of a class are left alone.</summary>
    private const int ToleratedHolesLog2 = 5;

    /// <summary>Partial slabs that are compared to find a full one to move to.</summary>
    private const int SlabsCompared = 8;

    /// <summary>Bytes of slabs that would be empty if all blocks stood in as few slabs as possible. O(size classes).</summary>
    public long CompactableBytes
    {
        get
        {
            if (_checked is not null)
            {
                return _checked.Backing.CompactableBytes;
            }

            long bytes = 0;
            for (int i = 0; i < SizeClasses.Count && _classes != null; i++)
            {
                SizeClass* c = _classes + i;
                bytes += HasManyHoles(c) ? (c->Slabs - ((c->LiveBlocks + c->Capacity - 1) / c->Capacity)) * c->SlabPages * Chunk.PageBytes : 0;
            }

            return bytes;
        }
    }

    /// <summary>
    /// While more than this is resident, freed pages go back to the system at once instead of being kept for the next allocation. 0: they are kept
    /// up to a share of what is in use.
    /// </summary>
    public long ResidentGoalBytes
    {
        get;
        set
        {
            field = value;
            (_checked?.Backing._pages ?? _pages).ResidentGoalPages = (value + Chunk.PageBytes - 1) / Chunk.PageBytes;
        }
    }

    /// <summary>
    /// Moves a block if that helps to empty its slab. The content goes along; the old address is free then.
    /// </summary>
    /// <param name="block">A live block. Whatever points at it must be changed to what is returned.</param>
    /// <param name="sizeBytes">As for <see cref="Free"/>.</param>
    /// <returns>The block's address from now on: another one, or the same.</returns>
    public byte* MoveIfSparse(byte* block, nuint sizeBytes, [CallerFilePath] string file = "", [CallerLineNumber] int line = 0)
    {
        if (_checked is not null)
        {
            return _checked.MoveIfSparse(block, sizeBytes, file, line);
        }

        if (sizeBytes >= _slowFromBytes || !IsSparse(block, sizeBytes))
        {
            return block;
        }

        byte* moved = Allocate(sizeBytes, file, line);
        nuint usable = UsableSize(sizeBytes);
        Buffer.MemoryCopy(block, moved, usable, usable);
        Free(block, sizeBytes);
        return moved;
    }

    /// <summary>Hands at most about so many bytes of free pages back to the system, the longest runs first.</summary>
    /// <returns>The bytes that were resident.</returns>
    public long TrimFreePages(long bytes) => (_checked?.Backing._pages ?? _pages).TrimSome((bytes + Chunk.PageBytes - 1) / Chunk.PageBytes);

    /// <summary>Whether the block is better off elsewhere. If so, the class has room for it in another slab.</summary>
    internal bool IsSparse(byte* block, nuint sizeBytes)
    {
        if (sizeBytes > SizeClasses.LargestBytes)
        {
            return false;
        }

        SizeClass* c = _classes + _classOf[(sizeBytes + 7) >> 3];
        if (!HasManyHoles(c))
        {
            return false;
        }

        var slab = (Slab*)(((nuint)block & ~(nuint)(Chunk.Bytes - 1)) | (((nuint)block >> 10) & c->HeaderMask));
        return slab->SlowAt == Slab.IsPartial && slab->Used * c->Slabs <= c->LiveBlocks && HasRoomElsewhere(c, slab);
    }

    /// <summary>Whether at least a slab could be saved, and the holes are more than a small share.</summary>
    private static bool HasManyHoles(SizeClass* c)
    {
        long holes = (c->Slabs * c->Capacity) - c->LiveBlocks;
        return holes > c->Capacity && holes << ToleratedHolesLog2 > c->Slabs * c->Capacity;
    }

    /// <summary>Sees to it that the next block of a class comes from another slab than the one given, and from a full one rather than an empty one.</summary>
    private bool HasRoomElsewhere(SizeClass* c, Slab* slab)
    {
        Slab* current = c->Current;
        if (current->Free != null || current->FreshLeft != 0)
        {
            return true;
        }

        Slab* fullest = null;
        int compared = 0;
        for (Slab* partial = c->Partial; partial != null && compared < SlabsCompared; partial = partial->Next)
        {
            if (partial != slab && (fullest == null || partial->Used > fullest->Used))
            {
                fullest = partial;
            }

            compared++;
        }

        if (fullest == null)
        {
            return false;
        }

        RemovePartial(c, fullest);
        MakeCurrent(c, fullest);
        return true;
    }
}
