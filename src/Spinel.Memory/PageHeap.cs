using System.Numerics;
using System.Runtime.InteropServices;

namespace Spinel.Memory;

/// <summary>
/// Runs of 4 KB pages, cut from 16 MB chunks. Slabs and blocks of 32 KB to 1 MB are such runs, so the number of mappings stays
/// small however many blocks there are (the system allows some 65,000).
///
/// Free runs hang in one list for each exact length, with a bitmap over the lists: best fit is the first set bit. Both ends
/// of a free run carry its length and all other pages carry 0, so a freed run finds free neighbours at once and no two free
/// runs ever touch.
/// A dirty bit for each page says whether it is believed resident. Free pages stay resident up to a bound; beyond it every
/// freed run is handed back as it comes, so shrinking costs a little each time instead of one long pause. An empty
/// chunk is unmapped, except one that is kept against flapping.
///
/// Cost: allocate and free are O(1) in the number of runs, plus the dirty bits of the run and, beyond the bound, a system call.
/// </summary>
internal sealed unsafe class PageHeap : IDisposable
{
    private const int RetainedPagesFloor = 8 * 1024 * 1024 / Chunk.PageBytes;
    private const int RetainedShareLog2 = 5;
    private const int PurgeReachPages = 256;
    private const int AlignedTriesPerLength = 4;
    private const int BitmapWords = (Chunk.UsablePages >> 6) + 1;

    private readonly bool _hugePages;
    private readonly int _purgeUnitPages = Math.Max(1, Environment.SystemPageSize / Chunk.PageBytes);
    private readonly uint* _runsByLength;
    private readonly ulong* _lengthsInUse;
    private readonly Stack<int> _freeChunkIndexes = new();
    private nint[] _chunks = new nint[16];
    private int _chunksEnd;
    private int _emptyChunks;
    private long _dirtyPages;
    private long _dirtyFreePages;

    internal PageHeap(bool hugePages)
    {
        _hugePages = hugePages;
        _runsByLength = (uint*)NativeMemory.AllocZeroed((Chunk.UsablePages + 1) * sizeof(uint));
        _lengthsInUse = (ulong*)NativeMemory.AllocZeroed(BitmapWords * sizeof(ulong));
    }

    internal int ChunkCount { get; private set; }

    internal long BytesMapped => (long)ChunkCount * Chunk.Bytes;

    /// <summary>Pages believed resident, the chunks' metadata counted in full.</summary>
    internal long BytesResident => (_dirtyPages * Chunk.PageBytes) + ((long)ChunkCount * Chunk.HeaderBytes);

    /// <summary>While more pages than this are resident, none are kept; 0 for no such goal.</summary>
    internal long ResidentGoalPages { get; set; }

    internal long BytesRetained => _dirtyFreePages * Chunk.PageBytes;

    /// <summary>
    /// Takes a run of at most <see cref="Chunk.UsablePages"/> pages aligned to <paramref name="alignmentPages"/> (a power of two).
    /// <paramref name="untouched"/>: no page of it is resident. Null when the system has no memory.
    /// </summary>
    internal byte* Allocate(int pages, int alignmentPages, out bool untouched)
    {
        if (!TryFind(pages, alignmentPages, out Chunk* chunk, out int run, out int first))
        {
            if (!AddChunk())
            {
                untouched = false;
                return null;
            }

            TryFind(pages, alignmentPages, out chunk, out run, out first);
        }

        untouched = Carve(chunk, run, first, pages);
        return Chunk.Address(chunk, first);
    }

    internal void Free(byte* address, int pages)
    {
        Chunk* chunk = Chunk.Of(address);
        int first = Chunk.PageOf(address);
        int run = first;
        int length = pages;
        _dirtyFreePages += pages;

        // The metadata pages before the first usable page carry length 0, so the left neighbour always exists.
        int left = chunk->RunLengths[first - 1];
        if (left != 0)
        {
            run -= left;
            length += left;
            Unlink(chunk, run, left);
        }

        int after = first + pages;
        int right = after < Chunk.Pages ? chunk->RunLengths[after] : 0;
        if (right != 0)
        {
            length += right;
            Unlink(chunk, after, right);
        }

        Link(chunk, run, length);
        chunk->FreePages += pages;

        if (chunk->FreePages == Chunk.UsablePages && ++_emptyChunks > 1)
        {
            RemoveChunk(chunk);
        }
        else if (_dirtyFreePages > RetainedPagesFloor + (_dirtyPages >> RetainedShareLog2) || (ResidentGoalPages > 0 && _dirtyPages > ResidentGoalPages))
        {
            PurgeAround(chunk, first, pages, run, length);
        }
    }

    /// <summary>Shrinks or grows a run in place. False: there is no room behind it.</summary>
    internal bool TryResize(byte* address, int oldPages, int newPages)
    {
        Chunk* chunk = Chunk.Of(address);
        int first = Chunk.PageOf(address);
        if (newPages < oldPages)
        {
            Free(address + ((nint)newPages << Chunk.PageShift), oldPages - newPages);
            return true;
        }

        int after = first + oldPages;
        int extra = newPages - oldPages;
        if (after >= Chunk.Pages || chunk->RunLengths[after] < extra)
        {
            return false;
        }

        Carve(chunk, after, after, extra);
        return true;
    }

    /// <summary>Hands every free page back to the system; returns the bytes that were resident.</summary>
    internal long Trim()
    {
        long before = BytesResident;
        Chunk* chunk;
        for (int i = 0; i < _chunksEnd; i++)
        {
            chunk = (Chunk*)_chunks[i];
            if (chunk != null && chunk->FreePages == Chunk.UsablePages)
            {
                RemoveChunk(chunk);
            }
        }

        for (int length = NextLength(1); length != 0; length = NextLength(length + 1))
        {
            for (uint id = _runsByLength[length]; id != 0;)
            {
                chunk = (Chunk*)_chunks[id >> 12];
                int run = (int)(id & (Chunk.Pages - 1));
                Purge(chunk, run, run + length);
                id = chunk->Next[run];
            }
        }

        return before - BytesResident;
    }

    /// <summary>Hands about so many free pages back, from the longest runs down; returns the bytes that were resident.</summary>
    internal long TrimSome(long pages)
    {
        long before = _dirtyPages;
        for (int length = Chunk.UsablePages; length > 0 && before - _dirtyPages < pages && _dirtyFreePages > 0; length--)
        {
            if ((_lengthsInUse[length >> 6] & (1UL << (length & 63))) == 0)
            {
                // Whole words of absent lengths are skipped at once.
                length = _lengthsInUse[length >> 6] == 0 ? length & ~63 : length;
                continue;
            }

            for (uint id = _runsByLength[length]; id != 0 && before - _dirtyPages < pages;)
            {
                var chunk = (Chunk*)_chunks[id >> 12];
                int run = (int)(id & (Chunk.Pages - 1));
                if (Chunk.HasDirty(chunk, run, length))
                {
                    Purge(chunk, run, run + length);
                }

                id = chunk->Next[run];
            }
        }

        return (before - _dirtyPages) * Chunk.PageBytes;
    }

    internal bool Owns(void* address)
    {
        for (int i = 0; i < _chunksEnd; i++)
        {
            if (_chunks[i] != 0 && _chunks[i] == (nint)Chunk.Of(address))
            {
                return true;
            }
        }

        return false;
    }

    public void Dispose()
    {
        for (int i = 0; i < _chunksEnd; i++)
        {
            if (_chunks[i] != 0)
            {
                SystemMemory.Unmap((byte*)_chunks[i], Chunk.Bytes);
            }
        }

        _chunksEnd = 0;
        NativeMemory.Free(_runsByLength);
        NativeMemory.Free(_lengthsInUse);
    }

    private bool TryFind(int pages, int alignmentPages, out Chunk* chunk, out int run, out int first)
    {
        for (int length = NextLength(pages); length != 0; length = NextLength(length + 1))
        {
            uint id = _runsByLength[length];
            for (int tries = 0; id != 0 && tries < AlignedTriesPerLength; tries++)
            {
                chunk = (Chunk*)_chunks[id >> 12];
                run = (int)(id & (Chunk.Pages - 1));
                first = (run + alignmentPages - 1) & -alignmentPages;
                if (first + pages <= run + length)
                {
                    return true;
                }

                id = chunk->Next[run];
            }
        }

        chunk = null;
        run = 0;
        first = 0;
        return false;
    }

    /// <summary>The shortest length of a free run that is at least <paramref name="length"/>; 0 when there is none.</summary>
    private int NextLength(int length)
    {
        int word = length >> 6;
        if (word >= BitmapWords)
        {
            return 0;
        }

        ulong bits = _lengthsInUse[word] & (ulong.MaxValue << (length & 63));
        while (bits == 0)
        {
            if (++word >= BitmapWords)
            {
                return 0;
            }

            bits = _lengthsInUse[word];
        }

        return (word << 6) + BitOperations.TrailingZeroCount(bits);
    }

    /// <summary>Takes pages out of the free run that starts at <paramref name="run"/>; true when none of them was resident.</summary>
    private bool Carve(Chunk* chunk, int run, int first, int pages)
    {
        int length = chunk->RunLengths[run];
        Unlink(chunk, run, length);
        if (first > run)
        {
            Link(chunk, run, first - run);
        }

        int after = first + pages;
        if (after < run + length)
        {
            Link(chunk, after, run + length - after);
        }

        if (chunk->FreePages == Chunk.UsablePages)
        {
            _emptyChunks--;
        }

        chunk->FreePages -= pages;
        int resident = Chunk.MarkDirty(chunk, first, pages, true);
        _dirtyFreePages -= resident;
        _dirtyPages += pages - resident;
        return resident == 0;
    }

    private static uint IdOf(Chunk* chunk, int page) => ((uint)chunk->Index << 12) | (uint)page;

    private void Link(Chunk* chunk, int run, int length)
    {
        uint id = IdOf(chunk, run);
        uint head = _runsByLength[length];
        chunk->RunLengths[run] = (ushort)length;
        chunk->RunLengths[run + length - 1] = (ushort)length;
        chunk->Next[run] = head;
        chunk->Previous[run] = 0;
        if (head != 0)
        {
            ((Chunk*)_chunks[head >> 12])->Previous[head & (Chunk.Pages - 1)] = id;
        }

        _runsByLength[length] = id;
        _lengthsInUse[length >> 6] |= 1UL << (length & 63);
    }

    private void Unlink(Chunk* chunk, int run, int length)
    {
        uint next = chunk->Next[run];
        uint previous = chunk->Previous[run];
        if (next != 0)
        {
            ((Chunk*)_chunks[next >> 12])->Previous[next & (Chunk.Pages - 1)] = previous;
        }

        if (previous != 0)
        {
            ((Chunk*)_chunks[previous >> 12])->Next[previous & (Chunk.Pages - 1)] = next;
        }
        else
        {
            _runsByLength[length] = next;
            if (next == 0)
            {
                _lengthsInUse[length >> 6] &= ~(1UL << (length & 63));
            }
        }

        chunk->RunLengths[run] = 0;
        chunk->RunLengths[run + length - 1] = 0;
    }

    /// <summary>Purges the freed pages and the resident free pages next to them, so that slabs freed in a row share a system call.</summary>
    private void PurgeAround(Chunk* chunk, int first, int pages, int run, int length)
    {
        int from = first;
        int lowest = Math.Max(run, first - PurgeReachPages);
        while (from > lowest && Chunk.IsDirty(chunk, from - 1))
        {
            from--;
        }

        int to = first + pages;
        int highest = Math.Min(run + length, to + PurgeReachPages);
        while (to < highest && Chunk.IsDirty(chunk, to))
        {
            to++;
        }

        Purge(chunk, from, to);
    }

    private void Purge(Chunk* chunk, int from, int to)
    {
        from = (from + _purgeUnitPages - 1) / _purgeUnitPages * _purgeUnitPages;
        to = to / _purgeUnitPages * _purgeUnitPages;
        if (from < to && SystemMemory.Purge(Chunk.Address(chunk, from), (nuint)(to - from) << Chunk.PageShift))
        {
            int purged = Chunk.MarkDirty(chunk, from, to - from, false);
            _dirtyPages -= purged;
            _dirtyFreePages -= purged;
        }
    }

    private bool AddChunk()
    {
        byte* area = SystemMemory.MapAligned(Chunk.Bytes, Chunk.Bytes);
        if (area == null)
        {
            return false;
        }

        if (_hugePages)
        {
            SystemMemory.PreferHugePages(area, Chunk.Bytes);
        }

        if (!SystemMemory.FreshIsZero)
        {
            NativeMemory.Clear(area, Chunk.HeaderBytes);
        }

        if (!_freeChunkIndexes.TryPop(out int index))
        {
            index = _chunksEnd++;
            if (index == _chunks.Length)
            {
                Array.Resize(ref _chunks, index * 2);
            }
        }

        _chunks[index] = (nint)area;
        var chunk = (Chunk*)area;
        chunk->Index = index;
        chunk->FreePages = Chunk.UsablePages;
        ChunkCount++;
        _emptyChunks++;
        Link(chunk, Chunk.HeaderPages, Chunk.UsablePages);
        return true;
    }

    private void RemoveChunk(Chunk* chunk)
    {
        Unlink(chunk, Chunk.HeaderPages, Chunk.UsablePages);
        int resident = Chunk.CountDirty(chunk);
        _dirtyPages -= resident;
        _dirtyFreePages -= resident;
        _emptyChunks--;
        ChunkCount--;
        _chunks[chunk->Index] = 0;
        _freeChunkIndexes.Push(chunk->Index);
        SystemMemory.Unmap((byte*)chunk, Chunk.Bytes);
    }
}
