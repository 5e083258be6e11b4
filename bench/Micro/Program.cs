using System.Globalization;
using BenchmarkDotNet.Configs;
using BenchmarkDotNet.Jobs;
using BenchmarkDotNet.Running;
using BenchmarkDotNet.Toolchains.InProcess.Emit;
using Spinel.Memory;

namespace Spinel.Bench.Micro;

/// <summary>
/// <c>--quick [huge] [checked]</c>: ratios in seconds, own loop. <c>memory [spinel|system]</c>: resident bytes for each requested byte.
/// <c>pauses [keys]</c>: the longest turns while a table grows, keys expire, everything is deleted.
/// <c>evictions [keys]</c>: what the eviction of a key costs.
/// <c>collections</c>: the longest turns while a collection of a million elements goes.
/// <c>saves [kind]</c>: the longest turns while a collection of a million elements is saved and changed.
/// Otherwise BenchmarkDotNet with its own options, for example <c>--filter '*Heap*'</c>.
/// </summary>
internal static class Program
{
    private static void Main(string[] args)
    {
        switch (args.FirstOrDefault())
        {
            case "--quick":
                QuickHeapComparison.Run(new HeapOptions(args.Contains("checked"), args.Contains("huge")));
                break;
            case "memory":
                HeapMemoryComparison.Run(args.ElementAtOrDefault(1));
                break;
            case "collections":
                CollectionPauses.Run();
                break;
            case "saves":
                SavePauses.Run(args.ElementAtOrDefault(1));
                break;
            case "pauses":
                PauseMeasurements.Run(args.Length > 1 ? long.Parse(args[1], CultureInfo.InvariantCulture) : 10_000_000);
                break;
            case "evictions":
                EvictionCost.Run(args.Length > 1 ? int.Parse(args[1], CultureInfo.InvariantCulture) : 2_000_000);
                break;
            default:
                // In process: BenchmarkDotNet looks for a project file named like the assembly, and there is none.
                Job job = Job.Default.WithToolchain(InProcessEmitToolchain.Instance);
                BenchmarkSwitcher.FromAssembly(typeof(Program).Assembly).Run(args, DefaultConfig.Instance.AddJob(job));
                break;
        }
    }
}
