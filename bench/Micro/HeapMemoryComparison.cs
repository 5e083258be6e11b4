using System.Diagnostics;
using Spinel.Memory;

namespace Spinel.Bench.Micro;

/// <summary>
/// Resident bytes for each requested byte: a million blocks of 16 to 256 bytes, then after three million random
/// replacements. Each allocator gets a process of its own, because one keeps what the other would reuse.
/// </summary>
internal static unsafe class HeapMemoryComparison
{
    private const int Blocks = 1_000_000;

    internal static void Run(string? allocator)
    {
        switch (allocator)
        {
            case "spinel":
                using (var heap = new NativeHeap())
                {
                    Measure("Spinel", new SpinelAllocator(heap));
                    Console.WriteLine($"  the heap believes {heap.BytesFromSystem:N0} resident, {heap.BytesInUse:N0} in use");
                }

                break;
            case "system":
                Measure("system", default(SystemAllocator));
                break;
            default:
                foreach (string each in (string[])["spinel", "system"])
                {
                    string[] self = [.. Environment.GetCommandLineArgs().Take(1), "memory", each];
                    IEnumerable<string> arguments = Path.GetFileNameWithoutExtension(Environment.ProcessPath) == "dotnet" ? self : self.Skip(1);
                    using Process process = Process.Start(Environment.ProcessPath!, arguments);
                    process.WaitForExit();
                }

                break;
        }
    }

    private static void Measure<TAllocator>(string name, TAllocator allocator)
        where TAllocator : struct, IAllocator
    {
        byte*[] blocks = new byte*[Blocks];
        ushort[] sizes = new ushort[Blocks];
        var random = new Random(7);

        // The arrays' own pages become resident before the measurement.
        for (int i = 0; i < Blocks; i++)
        {
            blocks[i] = (byte*)1;
            sizes[i] = 1;
        }

        long before = ResidentBytes();
        long requested = 0;
        for (int i = 0; i < Blocks; i++)
        {
            sizes[i] = (ushort)random.Next(16, 257);
            requested += sizes[i];
            blocks[i] = AllocateFilled(allocator, sizes[i]);
        }

        double filled = (double)(ResidentBytes() - before) / requested;
        for (int i = 0; i < 3 * Blocks; i++)
        {
            int victim = random.Next(Blocks);
            allocator.Free(blocks[victim], sizes[victim]);
            requested -= sizes[victim];
            sizes[victim] = (ushort)random.Next(16, 257);
            requested += sizes[victim];
            blocks[victim] = AllocateFilled(allocator, sizes[victim]);
        }

        double replaced = (double)(ResidentBytes() - before) / requested;
        Console.WriteLine($"{name,-7} resident bytes per requested byte: {filled:F3} filled, {replaced:F3} after replacement");
    }

    private static byte* AllocateFilled<TAllocator>(TAllocator allocator, int size)
        where TAllocator : struct, IAllocator
    {
        byte* block = allocator.Allocate((nuint)size);
        new Span<byte>(block, size).Fill(1);
        return block;
    }

    private static long ResidentBytes()
        => long.Parse(File.ReadAllText("/proc/self/statm").Split(' ')[1]) * Environment.SystemPageSize;
}
