using System.Text;
using Spinel.Engine.Configuration;
using Spinel.Engine.Statistics.Info;

namespace Spinel.Engine.Commands.Server;

/// <summary>Reads the memory figures as an experienced operator would, and says what stands out.</summary>
internal static class MemoryDoctor
{
    /// <summary>Below this, fixed costs outweigh everything that could be said.</summary>
    private const long TooSmallBytes = 5 << 20;

    private const double HighPeak = 1.5;
    private const double HighFragmentation = 1.4;
    private const double HighProcessOverhead = 1.5;
    private const double NearlyFull = 0.9;
    private const long WorthMentioningBytes = 10 << 20;
    private const long HeavyClientBytes = 200 << 10;

    public static string Examine(SpinelEngine engine, MemoryFigures memory)
    {
        if (memory.UsedBytes < TooSmallBytes)
        {
            return "There is too little data in this server to say anything about its memory.\n";
        }

        var findings = new StringBuilder();
        if (memory.PeakBytes > memory.UsedBytes * HighPeak)
        {
            findings.Append(" * The server once used much more memory than now. If its resident memory has not come down since, MEMORY PURGE gives the free part back.\n");
        }

        if (memory.AllocatorFragmentation > HighFragmentation && memory.ActiveBytes - memory.UsedBytes > WorthMentioningBytes)
        {
            findings.Append(" * Many pages are only partly filled, as happens after many deletions. They fill up again as keys are added.\n");
        }

        if (memory.ProcessOverhead > HighProcessOverhead && memory.ProcessBytes - memory.ResidentBytes > 10 * WorthMentioningBytes)
        {
            findings.Append(" * The process takes much more memory than the data. See used_memory_managed in INFO memory for the share of the managed heap.\n");
        }

        if (engine.Sessions.Count > 0 && memory.ClientBytes / engine.Sessions.Count > HeavyClientBytes)
        {
            findings.Append(" * Clients take much memory for buffers. Look in CLIENT LIST for those that send large requests or read their replies slowly.\n");
        }

        ServerOptions options = engine.Options;
        if (options.MaxMemoryBytes > 0 && memory.UsedBytes > options.MaxMemoryBytes * NearlyFull)
        {
            findings.Append(options.MaxMemoryPolicy == MaxMemoryPolicy.Noeviction
                ? " * Memory is nearly at maxmemory, and the policy is noeviction: writes are about to be refused.\n"
                : " * Memory is nearly at maxmemory: keys are, or are about to be, evicted.\n");
        }

        return findings.Length == 0 ? "Nothing about the memory of this server needs attention.\n" : "What stands out about the memory of this server:\n" + findings;
    }
}
