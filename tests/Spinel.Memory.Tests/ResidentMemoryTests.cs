using System.Globalization;

namespace Spinel.Memory.Tests;

/// <summary>Looks at the whole process, so nothing else may run meanwhile.</summary>
[CollectionDefinition(nameof(ResidentMemoryTests), DisableParallelization = true)]
[Collection(nameof(ResidentMemoryTests))]
public sealed unsafe class ResidentMemoryTests
{
    [Fact]
    public void The_process_shrinks_by_what_the_heap_says()
    {
        Assert.SkipUnless(OperatingSystem.IsLinux(), "Resident memory is read from /proc");
        using var heap = new NativeHeap();
        const int Count = 400_000;
        const int Size = 200;
        var blocks = new nint[Count];
        for (int i = 0; i < Count; i++)
        {
            byte* block = heap.Allocate(Size);
            new Span<byte>(block, Size).Fill(1);
            blocks[i] = (nint)block;
        }

        long residentBefore = ResidentBytes();
        long believedBefore = heap.BytesFromSystem;

        // Every other slab's worth stays, so this is partial chunks going back, not whole ones.
        for (int i = 0; i < Count; i++)
        {
            if (i % 1000 < 900)
            {
                heap.Free((byte*)blocks[i], Size);
            }
        }

        heap.Trim();
        long dropped = residentBefore - ResidentBytes();
        long believed = believedBefore - heap.BytesFromSystem;
        Assert.True(believed > 30 * 1024 * 1024, $"The heap believes it gave back {believed}");
        Assert.True(dropped > believed - (12 * 1024 * 1024), $"The heap believes it gave back {believed}, the process shrank by {dropped}");
        heap.ReleaseAll();
    }

    private static long ResidentBytes()
        => long.Parse(File.ReadAllText("/proc/self/statm").Split(' ')[1], CultureInfo.InvariantCulture) * Environment.SystemPageSize;
}
