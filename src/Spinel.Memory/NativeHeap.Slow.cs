using System.Diagnostics.CodeAnalysis;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace Spinel.Memory;

/// <summary>What happens once in many calls: changing slabs, blocks of pages, and errors.</summary>
public sealed unsafe partial class NativeHeap
{
    [MethodImpl(MethodImplOptions.NoInlining)]
    private byte* AllocateSlow(nuint sizeBytes, bool zeroed, string file, int line)
    {
        ObjectDisposedException.ThrowIf(_classes == null, this);
        if (sizeBytes >= SizeClasses.AbsurdBytes)
        {
            ThrowOutOfMemory(sizeBytes);
        }

        if (_checked is not null)
        {
            return _checked.Allocate(sizeBytes, zeroed, file, line);
        }

        nuint usable = UsableSize(sizeBytes);
        byte* block;
        bool isZero;
        if (usable <= SizeClasses.LargestRunBytes)
        {
            block = _pages.Allocate((int)(usable / Chunk.PageBytes), 1, out bool untouched);
            isZero = untouched && SystemMemory.FreshIsZero && SystemMemory.PurgedIsZero;
            if (block != null)
            {
                _bytesInUse += (long)usable;
                _mediumBlocks++;
            }
        }
        else
        {
            block = _direct.Allocate(usable);
            isZero = SystemMemory.FreshIsZero;
        }

        if (block == null)
        {
            ThrowOutOfMemory(sizeBytes);
        }

        if (zeroed && !isZero)
        {
            NativeMemory.Clear(block, usable);
        }

        return block;
    }

    [MethodImpl(MethodImplOptions.NoInlining)]
    private void FreeSlow(byte* block, nuint sizeBytes)
    {
        ObjectDisposedException.ThrowIf(_classes == null, this);
        if (_checked is not null)
        {
            _checked.Free(block, sizeBytes);
            return;
        }

        nuint usable = UsableSize(sizeBytes);
        if (usable <= SizeClasses.LargestRunBytes)
        {
            _pages.Free(block, (int)(usable / Chunk.PageBytes));
            _bytesInUse -= (long)usable;
            _mediumBlocks--;
        }
        else
        {
            _direct.Free(block, usable);
        }
    }

    /// <summary>Resizes a block of pages without copying, or returns null.</summary>
    private byte* TryResizeLarge(byte* block, nuint oldUsable, nuint newSizeBytes)
    {
        nuint newUsable = UsableSize(newSizeBytes);
        if (oldUsable <= SizeClasses.LargestBytes || newUsable <= SizeClasses.LargestBytes || newSizeBytes >= SizeClasses.AbsurdBytes)
        {
            return null;
        }

        if (oldUsable > SizeClasses.LargestRunBytes)
        {
            return newUsable > SizeClasses.LargestRunBytes ? _direct.TryResize(block, oldUsable, newUsable) : null;
        }

        if (newUsable > SizeClasses.LargestRunBytes
            || !_pages.TryResize(block, (int)(oldUsable / Chunk.PageBytes), (int)(newUsable / Chunk.PageBytes)))
        {
            return null;
        }

        _bytesInUse += (long)newUsable - (long)oldUsable;
        return block;
    }

    /// <summary>The current slab has no free block: make a partial slab current, or a new one.</summary>
    [MethodImpl(MethodImplOptions.NoInlining)]
    private byte* AllocateFromNextSlab(SizeClass* c)
    {
        // Blocks that other threads freed come before new memory.
        if (c->Partial == null && _remoteSlabs != 0)
        {
            ReclaimRemoteFrees();
        }

        Slab* current = c->Current;
        if (current->Free == null)
        {
            Slab* next = c->Partial;
            if (next != null)
            {
                RemovePartial(c, next);
            }
            else
            {
                next = AddSlab(c);
            }

            MakeCurrent(c, next);
        }

        // The current slab has a block now, so this does not come back here.
        return Allocate(c->BlockBytes);
    }

    /// <summary>Has a class allocate from a slab that is in no list. The slab that was current has no block left.</summary>
    private void MakeCurrent(SizeClass* c, Slab* next)
    {
        Slab* current = c->Current;
        next->SlowAt = Slab.IsCurrent;
        c->Current = next;
        if (current != _noSlab)
        {
            current->SlowAt = c->Capacity - 1;
        }
    }

    private Slab* AddSlab(SizeClass* c)
    {
        byte* blocks = _pages.Allocate(c->SlabPages, c->SlabPages, out bool untouched);
        if (blocks == null)
        {
            ThrowOutOfMemory(c->BlockBytes);
        }

        Slab* slab = Slab.HeaderOf(blocks);
        *slab = new Slab
        {
            Fresh = blocks,
            FreshLeft = (ushort)c->Capacity,
            Class = (byte)c->Number,
            Untouched = untouched ? (byte)1 : (byte)0,
        };
        c->Slabs++;
        return slab;
    }

    /// <summary>A full slab got its first free block, or a partial slab lost its last used one.</summary>
    [MethodImpl(MethodImplOptions.NoInlining)]
    private void ChangeState(SizeClass* c, Slab* slab)
    {
        if (slab->SlowAt == Slab.IsPartial)
        {
            RemovePartial(c, slab);
            ReleaseSlab(c, slab);
        }
        else
        {
            AddPartial(c, slab);
        }
    }

    private static void AddPartial(SizeClass* c, Slab* slab)
    {
        slab->SlowAt = Slab.IsPartial;
        slab->Previous = null;
        slab->Next = c->Partial;
        if (c->Partial != null)
        {
            c->Partial->Previous = slab;
        }

        c->Partial = slab;
    }

    private static void RemovePartial(SizeClass* c, Slab* slab)
    {
        if (slab->Next != null)
        {
            slab->Next->Previous = slab->Previous;
        }

        if (slab->Previous != null)
        {
            slab->Previous->Next = slab->Next;
        }
        else
        {
            c->Partial = slab->Next;
        }
    }

    private void ReleaseSlab(SizeClass* c, Slab* slab)
    {
        c->Slabs--;
        slab->Class = 0;
        _pages.Free(Slab.BaseOf(slab), c->SlabPages);
    }

    /// <summary>Bytes of the current slab that were never touched. Other slabs have none: a slab stops being current when it is full.</summary>
    private long UntouchedBytes(SizeClass* c)
    {
        Slab* slab = c->Current;
        if (slab->Untouched == 0)
        {
            return 0;
        }

        nuint end = (nuint)Slab.BaseOf(slab) + ((nuint)c->SlabPages * Chunk.PageBytes);
        nuint touched = ((nuint)slab->Fresh + Chunk.PageBytes - 1) & ~(nuint)(Chunk.PageBytes - 1);
        return (long)(end - Math.Min(end, touched));
    }

    [DoesNotReturn]
    private static void ThrowOutOfMemory(nuint sizeBytes)
        => throw new InsufficientMemoryException($"The system has no memory for a block of {sizeBytes} bytes");

    [DoesNotReturn]
    private static void ThrowWrongClass(byte* block, nuint sizeBytes, Slab* slab)
        => throw new HeapCorruptionException(slab->Class is > 0 and <= SizeClasses.Count
            ? $"A block at 0x{(nuint)block:x} is freed as {sizeBytes} bytes, but its slab has blocks of {SizeClasses.BytesOf(slab->Class - 1)} bytes"
            : $"A block at 0x{(nuint)block:x} is freed as {sizeBytes} bytes, but no slab of that size is there");
}
