using System.Runtime.CompilerServices;

namespace Spinel.Memory;

/// <summary>
/// Blocks above 1 MB, each its own mapping: freeing one returns its memory at once, and growing one moves page tables instead of
/// bytes. The registry lets the heap release what is left at its end and refuse an address or size it does not know.
/// It is behind a lock, so that other threads free such blocks themselves and keep the system call off the owner's thread.
/// </summary>
internal sealed unsafe class DirectBlocks : IDisposable
{
    private readonly Lock _gate = new();
    private readonly Dictionary<nint, nuint> _sizeByAddress = [];
    private readonly bool _hugePages;
    private long _bytes;

    internal DirectBlocks(bool hugePages) => _hugePages = hugePages;

    internal long Bytes => Volatile.Read(ref _bytes);

    internal int Count
    {
        get
        {
            lock (_gate)
            {
                return _sizeByAddress.Count;
            }
        }
    }

    /// <summary>Null when the system has no memory. <paramref name="sizeBytes"/> is whole pages.</summary>
    internal byte* Allocate(nuint sizeBytes)
    {
        byte* area = SystemMemory.Map(Mapped(sizeBytes));
        if (area == null)
        {
            return null;
        }

        if (_hugePages)
        {
            SystemMemory.PreferHugePages(area, Mapped(sizeBytes));
        }

        lock (_gate)
        {
            _sizeByAddress.Add((nint)area, sizeBytes);
            _bytes += (long)sizeBytes;
        }

        return area;
    }

    internal void Free(byte* block, nuint sizeBytes)
    {
        lock (_gate)
        {
            Check(block, sizeBytes);
            _sizeByAddress.Remove((nint)block);
            _bytes -= (long)sizeBytes;
        }

        SystemMemory.Unmap(block, Mapped(sizeBytes));
    }

    /// <summary>Null when the block must be moved by copying.</summary>
    internal byte* TryResize(byte* block, nuint oldSizeBytes, nuint newSizeBytes)
    {
        lock (_gate)
        {
            Check(block, oldSizeBytes);
            byte* moved = SystemMemory.TryRemap(block, Mapped(oldSizeBytes), Mapped(newSizeBytes));
            if (moved != null)
            {
                _sizeByAddress.Remove((nint)block);
                _sizeByAddress.Add((nint)moved, newSizeBytes);
                _bytes += (long)newSizeBytes - (long)oldSizeBytes;
            }

            return moved;
        }
    }

    internal bool Owns(void* address)
    {
        lock (_gate)
        {
            return _sizeByAddress.Any(block => (nuint)((nint)address - block.Key) < block.Value);
        }
    }

    public void Dispose()
    {
        lock (_gate)
        {
            foreach ((nint address, nuint sizeBytes) in _sizeByAddress)
            {
                SystemMemory.Unmap((byte*)address, Mapped(sizeBytes));
            }

            _sizeByAddress.Clear();
            _bytes = 0;
        }
    }

    /// <summary>The system maps its own pages, which may be larger than the heap's.</summary>
    private static nuint Mapped(nuint sizeBytes)
    {
        nuint page = (nuint)Environment.SystemPageSize;
        return (sizeBytes + page - 1) & ~(page - 1);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private void Check(byte* block, nuint sizeBytes)
    {
        if (!_sizeByAddress.TryGetValue((nint)block, out nuint known) || known != sizeBytes)
        {
            throw new HeapCorruptionException(known == 0
                ? $"0x{(nuint)block:x} is not a block of this heap of {sizeBytes} bytes"
                : $"The block at 0x{(nuint)block:x} has {known} bytes, not {sizeBytes}");
        }
    }
}
