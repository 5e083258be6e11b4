using System.Diagnostics;
using Spinel.Memory;

namespace Spinel.Bench.Micro;

/// <summary>Both allocators in alternating rounds; medians, so that a neighbour's burst of work does not decide.</summary>
internal static class QuickHeapComparison
{
    private const int Rounds = 21;

    internal static void Run(HeapOptions options)
    {
        using var heap = new NativeHeap(options);
        using var spinel = new HeapWorkload<SpinelAllocator>(new SpinelAllocator(heap));
        using var system = new HeapWorkload<SystemAllocator>(default);
        Compare("random replacement", spinel.RandomReplacement, system.RandomReplacement);
        Compare("LIFO bursts of 64", spinel.Lifo, system.Lifo);
    }

    private static void Compare(string name, Action spinel, Action system)
    {
        // The first rounds pay for compilation.
        for (int i = 0; i < 5; i++)
        {
            spinel();
            system();
        }

        double[] spinelNs = new double[Rounds];
        double[] systemNs = new double[Rounds];
        double[] ratios = new double[Rounds];
        for (int i = 0; i < Rounds; i++)
        {
            spinelNs[i] = NanosecondsPerStep(spinel);
            systemNs[i] = NanosecondsPerStep(system);
            ratios[i] = systemNs[i] / spinelNs[i];
        }

        Console.WriteLine($"{name,-20} Spinel {Median(spinelNs),6:F1} ns  system {Median(systemNs),6:F1} ns  ratio {Median(ratios):F2}");
    }

    private static double NanosecondsPerStep(Action workload)
    {
        long start = Stopwatch.GetTimestamp();
        workload();
        return Stopwatch.GetElapsedTime(start).TotalNanoseconds / HeapWorkload<SystemAllocator>.Steps;
    }

    private static double Median(double[] values)
    {
        Array.Sort(values);
        return values[values.Length / 2];
    }
}
