using System.Runtime.InteropServices;

namespace Spinel.Memory;

/// <summary>
/// Pages from the operating system. Linux and macOS map anonymous pages; elsewhere the C allocator stands in,
/// and nothing can be given back before the whole area is.
/// </summary>
internal static unsafe partial class SystemMemory
{
    private const int ReadWrite = 0x1 | 0x2;
    private const int Private = 0x02;
    private const int AnonymousLinux = 0x20;
    private const int AnonymousMac = 0x1000;
    private const int RemapMayMove = 1;
    private const int AdviseDontNeedLinux = 4;
    private const int AdviseFreeMac = 5;
    private const int AdviseHugePage = 14;

    /// <summary>True when fresh areas read as zero.</summary>
    internal static bool FreshIsZero => MapsPages;

    /// <summary>True when pages read as zero after <see cref="Purge"/>.</summary>
    internal static bool PurgedIsZero => OperatingSystem.IsLinux();

    private static bool MapsPages => OperatingSystem.IsLinux() || OperatingSystem.IsMacOS();

    /// <summary>Maps whole pages, or returns null when the system has none left.</summary>
    internal static byte* Map(nuint sizeBytes)
    {
        if (!MapsPages)
        {
            return AllocateAligned(sizeBytes, Chunk.PageBytes);
        }

        int flags = Private | (OperatingSystem.IsLinux() ? AnonymousLinux : AnonymousMac);
        void* area = MemoryMap(null, sizeBytes, ReadWrite, flags, -1, 0);
        return area == (void*)-1 ? null : (byte*)area;
    }

    /// <summary>Maps an area aligned to <paramref name="alignmentBytes"/>, a power of two, or returns null.</summary>
    internal static byte* MapAligned(nuint sizeBytes, nuint alignmentBytes)
    {
        if (!MapsPages)
        {
            return AllocateAligned(sizeBytes, alignmentBytes);
        }

        // Neighbouring mappings often follow each other without a gap, so once one is aligned the next ones are too.
        byte* area = Map(sizeBytes);
        if (area == null || ((nuint)area & (alignmentBytes - 1)) == 0)
        {
            return area;
        }

        ReleasePages(area, sizeBytes);
        area = Map(sizeBytes + alignmentBytes);
        if (area == null)
        {
            return null;
        }

        nuint before = (alignmentBytes - ((nuint)area & (alignmentBytes - 1))) & (alignmentBytes - 1);
        if (before != 0)
        {
            ReleasePages(area, before);
        }

        if (alignmentBytes != before)
        {
            ReleasePages(area + before + sizeBytes, alignmentBytes - before);
        }

        return area + before;
    }

    /// <summary>Gives a whole area back.</summary>
    internal static void Unmap(byte* area, nuint sizeBytes)
    {
        if (MapsPages)
        {
            ReleasePages(area, sizeBytes);
        }
        else
        {
            NativeMemory.AlignedFree(area);
        }
    }

    /// <summary>Resizes an area of <see cref="Map"/> by moving page tables, not bytes. Null: not possible, the area is as before.</summary>
    internal static byte* TryRemap(byte* area, nuint oldSizeBytes, nuint newSizeBytes)
    {
        if (!OperatingSystem.IsLinux())
        {
            return null;
        }

        void* moved = MemoryRemap(area, oldSizeBytes, newSizeBytes, RemapMayMove);
        return moved == (void*)-1 ? null : (byte*)moved;
    }

    /// <summary>Gives the memory behind pages back and keeps their addresses. False: the system cannot, they stay resident.</summary>
    internal static bool Purge(byte* pages, nuint sizeBytes)
        => MapsPages && MemoryAdvise(pages, sizeBytes, OperatingSystem.IsLinux() ? AdviseDontNeedLinux : AdviseFreeMac) == 0;

    /// <summary>Asks for huge pages; a system without them ignores it.</summary>
    internal static void PreferHugePages(byte* area, nuint sizeBytes)
    {
        if (OperatingSystem.IsLinux())
        {
            _ = MemoryAdvise(area, sizeBytes, AdviseHugePage);
        }
    }

    /// <summary>Unmapping can fail when it would split a mapping and the system's number of mappings is used up; the memory goes all the same.</summary>
    private static void ReleasePages(byte* area, nuint sizeBytes)
    {
        if (MemoryUnmap(area, sizeBytes) != 0)
        {
            _ = Purge(area, sizeBytes);
        }
    }

    private static byte* AllocateAligned(nuint sizeBytes, nuint alignmentBytes)
    {
        try
        {
            return (byte*)NativeMemory.AlignedAlloc(sizeBytes, alignmentBytes);
        }
        catch (OutOfMemoryException)
        {
            return null;
        }
    }

    [LibraryImport("libc", EntryPoint = "mmap")]
    private static partial void* MemoryMap(void* address, nuint length, int protection, int flags, int file, nint offset);

    [LibraryImport("libc", EntryPoint = "munmap")]
    private static partial int MemoryUnmap(void* address, nuint length);

    [LibraryImport("libc", EntryPoint = "mremap")]
    private static partial void* MemoryRemap(void* address, nuint oldLength, nuint newLength, int flags);

    [LibraryImport("libc", EntryPoint = "madvise")]
    private static partial int MemoryAdvise(void* address, nuint length, int advice);
}
