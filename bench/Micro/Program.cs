using BenchmarkDotNet.Running;
using Spinel.Memory;

namespace Spinel.Bench.Micro;

/// <summary>
/// <c>--quick [huge] [checked]</c>: ratios in seconds, own loop. <c>memory [spinel|system]</c>: resident bytes for each requested byte.
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
            default:
                BenchmarkSwitcher.FromAssembly(typeof(Program).Assembly).Run(args);
                break;
        }
    }
}
