using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace Spinel.Memory;

/// <summary>
/// The memory that keys and values live in, outside the managed heap. One thread owns a heap and allocates and frees without
/// locks; other threads may only call <see cref="FreeFromOtherThread"/>.
///
/// Blocks up to 32 KB come from slabs of one size class each and carry no header: frees are sized, and a block finds its slab by
/// masking its address. Blocks up to 1 MB are page runs, larger ones have their own mapping. Accounting is exact: it
/// counts what blocks really occupy.
///
/// Sources: the slab idea is Bonwick's (USENIX 1994); sized frees, per-slab free lists and separate remote lists follow
/// Leijen, Zorn and de Moura, "Mimalloc: Free List Sharding in Action" (2019); page runs with boundary tags are Knuth's.
/// </summary>
public sealed unsafe partial class NativeHeap : IDisposable
{
    /// <summary>Number of size classes, see <see cref="GetSizeClasses"/>.</summary>
    public const int SizeClassCount = SizeClasses.Count;

    private const int ClassTableEntries = (SizeClasses.LargestBytes / 8) + 1;
    private const int ClassesBytes = SizeClasses.Count * 64;

    private readonly PageHeap _pages;
    private readonly DirectBlocks _direct;
    private readonly CheckedHeap? _checked;
    private readonly Slab* _noSlab;
    private SizeClass* _classes;
    private byte* _classOf;

    /// <summary>Requests of this size and above take the slow path; 0 in checked mode and after disposal sends everything there.</summary>
    private nuint _slowFromBytes;

    private long _bytesInUse;
    private long _mediumBlocks;

    /// <summary>Creates an empty heap owned by the calling thread.</summary>
    public NativeHeap(HeapOptions options = default)
    {
        _pages = new PageHeap(options.HugePages);
        _direct = new DirectBlocks(options.HugePages);

        // One area: the classes, the empty slab that classes without a slab point at, and the table from size to class.
        byte* area = (byte*)NativeMemory.AlignedAlloc(ClassesBytes + Slab.Bytes + ClassTableEntries, 64);
        NativeMemory.Clear(area, ClassesBytes + Slab.Bytes + ClassTableEntries);
        _classes = (SizeClass*)area;
        _noSlab = (Slab*)(area + ClassesBytes);
        _classOf = area + ClassesBytes + Slab.Bytes;
        for (int i = 0; i < SizeClasses.Count; i++)
        {
            int slabBytes = SizeClasses.SlabBytesOf(i);
            _classes[i] = new SizeClass
            {
                Current = _noSlab,
                HeaderMask = (nuint)((Chunk.Bytes - slabBytes) >> 10),
                BlockBytes = SizeClasses.BytesOf(i),
                Capacity = (uint)slabBytes / SizeClasses.BytesOf(i),
                SlabPages = slabBytes / Chunk.PageBytes,
                Number = i + 1,
            };
        }

        for (int i = 0; i < ClassTableEntries; i++)
        {
            _classOf[i] = (byte)SizeClasses.IndexOf((nuint)i * 8);
        }

        if (options.Checked)
        {
            _checked = new CheckedHeap(new NativeHeap(options with { Checked = false }));
        }
        else
        {
            _slowFromBytes = SizeClasses.LargestBytes + 1;
        }
    }

    /// <summary>An object of those who build on this heap, which they find again wherever they have the heap. The heap itself makes no use of it.</summary>
    public object? Companion { get; set; }

    /// <summary>True in checked mode.</summary>
    public bool IsChecked => _checked is not null;

    /// <summary>Bytes that live blocks occupy. Small blocks that other threads freed count until <see cref="ReclaimRemoteFrees"/>.</summary>
    public long BytesInUse => _checked?.BytesInUse ?? (Volatile.Read(ref _bytesInUse) + _direct.Bytes);

    /// <summary>Bytes believed resident: pages that were touched and not given back.</summary>
    public long BytesFromSystem
    {
        get
        {
            if (_checked is not null)
            {
                return _checked.Backing.BytesFromSystem;
            }

            long bytes = _pages.BytesResident + _direct.Bytes;
            for (int i = 0; i < SizeClasses.Count && _classes != null; i++)
            {
                bytes -= UntouchedBytes(_classes + i);
            }

            return bytes;
        }
    }

    /// <summary>All totals. O(size classes).</summary>
    public HeapStatistics Statistics
    {
        get
        {
            if (_checked is not null)
            {
                return _checked.Backing.Statistics with { BytesInUse = _checked.BytesInUse };
            }

            long slabs = 0;
            for (int i = 0; i < SizeClasses.Count && _classes != null; i++)
            {
                slabs += _classes[i].Slabs;
            }

            return new HeapStatistics(
                BytesInUse, BytesFromSystem, _pages.BytesMapped + _direct.Bytes, _pages.BytesRetained, slabs, _pages.ChunkCount, _mediumBlocks, _direct.Count);
        }
    }

    /// <summary>The bytes that a request occupies, all of which the caller may use.</summary>
    public static nuint UsableSize(nuint sizeBytes) => SizeClasses.UsableBytes(sizeBytes);

    /// <summary>
    /// Takes a block of at least <paramref name="sizeBytes"/> bytes with undefined content: 8-byte aligned, and 64-byte aligned when
    /// its class size is a multiple of 64. Size 0 gives a block of the smallest class.
    /// </summary>
    /// <exception cref="OutOfMemoryException">The system has no memory, or the size is absurd.</exception>
    public byte* Allocate(nuint sizeBytes, [CallerFilePath] string file = "", [CallerLineNumber] int line = 0)
    {
        if (sizeBytes >= _slowFromBytes)
        {
            return AllocateSlow(sizeBytes, zeroed: false, file, line);
        }

        // The table has an entry for every size below _slowFromBytes.
        SizeClass* c = _classes + _classOf[(sizeBytes + 7) >> 3];
        Slab* slab = c->Current;
        byte* block = slab->Free;
        if (block != null)
        {
            slab->Free = *(byte**)block;
        }
        else if (slab->FreshLeft != 0)
        {
            slab->FreshLeft--;
            block = slab->Fresh;
            slab->Fresh = block + c->BlockBytes;
        }
        else
        {
            return AllocateFromNextSlab(c);
        }

        slab->Used++;
        c->LiveBlocks++;
        _bytesInUse += c->BlockBytes;
        return block;
    }

    /// <summary>Like <see cref="Allocate"/>, all usable bytes zero.</summary>
    public byte* AllocateZeroed(nuint sizeBytes, [CallerFilePath] string file = "", [CallerLineNumber] int line = 0)
    {
        if (sizeBytes >= _slowFromBytes)
        {
            return AllocateSlow(sizeBytes, zeroed: true, file, line);
        }

        byte* block = Allocate(sizeBytes, file, line);
        NativeMemory.Clear(block, UsableSize(sizeBytes));
        return block;
    }

    /// <summary>
    /// Resizes a block; the first bytes up to the smaller size stay. The block may move, and does not when its class stays.
    /// A null block is an allocation. On <see cref="OutOfMemoryException"/> the old block is as before.
    /// </summary>
    public byte* Reallocate(byte* block, nuint oldSizeBytes, nuint newSizeBytes, [CallerFilePath] string file = "", [CallerLineNumber] int line = 0)
    {
        if (block == null)
        {
            return Allocate(newSizeBytes, file, line);
        }

        if (_checked is null)
        {
            nuint oldUsable = UsableSize(oldSizeBytes);
            nuint newUsable = UsableSize(newSizeBytes);
            byte* resized = oldUsable == newUsable && newSizeBytes < SizeClasses.AbsurdBytes ? block : TryResizeLarge(block, oldUsable, newSizeBytes);
            if (resized != null)
            {
                return resized;
            }
        }

        byte* moved = Allocate(newSizeBytes, file, line);
        nuint kept = Math.Min(oldSizeBytes, newSizeBytes);
        Buffer.MemoryCopy(block, moved, newSizeBytes, kept);
        Free(block, oldSizeBytes);
        return moved;
    }

    /// <summary>Returns a block. <paramref name="sizeBytes"/> is the size it was asked for, or any size of the same class.</summary>
    /// <exception cref="HeapCorruptionException">The size belongs to another class. Checked mode finds more mistakes.</exception>
    public void Free(byte* block, nuint sizeBytes)
    {
        if (sizeBytes >= _slowFromBytes)
        {
            FreeSlow(block, sizeBytes);
            return;
        }

        SizeClass* c = _classes + _classOf[(sizeBytes + 7) >> 3];

        // A block's slab is aligned to its size, and its header stands in the metadata of the chunk around it.
        var slab = (Slab*)(((nuint)block & ~(nuint)(Chunk.Bytes - 1)) | (((nuint)block >> 10) & c->HeaderMask));
        if (slab->Class != c->Number)
        {
            ThrowWrongClass(block, sizeBytes, slab);
        }

        *(byte**)block = slab->Free;
        slab->Free = block;
        uint used = slab->Used - 1;
        slab->Used = used;
        c->LiveBlocks--;
        _bytesInUse -= c->BlockBytes;
        if (used == slab->SlowAt)
        {
            ChangeState(c, slab);
        }
    }

    /// <summary>
    /// Hands free memory back to the system: empty slabs, free pages, empty chunks. Returns the bytes that were resident.
    /// Takes time in proportion to what is free, so it belongs to moments when nobody waits.
    /// </summary>
    public long Trim()
    {
        if (_checked is not null)
        {
            return _checked.Trim();
        }

        ObjectDisposedException.ThrowIf(_classes == null, this);
        while (HasRemoteFrees)
        {
            ReclaimRemoteFrees();
        }

        long before = BytesFromSystem;
        for (int i = 0; i < SizeClasses.Count; i++)
        {
            SizeClass* c = _classes + i;
            if (c->Current != _noSlab && c->Current->Used == 0)
            {
                Slab* empty = c->Current;
                c->Current = _noSlab;
                ReleaseSlab(c, empty);
            }
        }

        _pages.Trim();
        return before - BytesFromSystem;
    }

    /// <summary>Fills in one row for each size class, smallest first; <paramref name="rows"/> holds <see cref="SizeClassCount"/> of them.</summary>
    public void GetSizeClasses(Span<SizeClassStatistics> rows)
    {
        if (_checked is not null)
        {
            _checked.Backing.GetSizeClasses(rows);
            return;
        }

        ObjectDisposedException.ThrowIf(_classes == null, this);
        for (int i = 0; i < SizeClasses.Count; i++)
        {
            SizeClass* c = _classes + i;
            rows[i] = new SizeClassStatistics((int)c->BlockBytes, c->LiveBlocks, c->Slabs * c->Capacity, c->Slabs);
        }
    }

    internal bool Owns(void* address) => _pages.Owns(address) || _direct.Owns(address);

    /// <summary>Makes the calling thread the owner, which checked mode verifies. The heap must be idle.</summary>
    public void BindToCurrentThread() => _checked?.BindToCurrentThread();

    /// <summary>Checked mode: verifies the red zones of all live blocks and the poison of freed ones.</summary>
    /// <exception cref="HeapCorruptionException">Something wrote where it must not.</exception>
    public void CheckIntegrity() => _checked?.CheckIntegrity();

    /// <summary>Checked mode: fails when blocks are live, and names the places that allocated them.</summary>
    /// <exception cref="HeapCorruptionException">There are live blocks.</exception>
    public void ThrowIfLeaked() => _checked?.ThrowIfLeaked();

    /// <summary>Releases everything at once, live blocks included, without asking about leaks. For owners that drop all their data.</summary>
    public void ReleaseAll()
    {
        if (_classes == null)
        {
            return;
        }

        _slowFromBytes = 0;
        _checked?.Backing.ReleaseAll();
        _pages.Dispose();
        _direct.Dispose();
        NativeMemory.AlignedFree(_classes);
        _classes = null;
        _classOf = null;
    }

    /// <summary>Releases everything. In checked mode it verifies the integrity and reports blocks that were not freed.</summary>
    /// <exception cref="HeapCorruptionException">Checked mode: there are live blocks or overwritten ones. The memory is released all the same.</exception>
    public void Dispose()
    {
        if (_classes == null)
        {
            return;
        }

        try
        {
            _checked?.FinalCheck();
        }
        finally
        {
            ReleaseAll();
        }
    }
}
