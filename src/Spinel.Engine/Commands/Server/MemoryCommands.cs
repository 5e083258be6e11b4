using System.Text;
using Spinel.DataStructures;
using Spinel.Engine.Dispatch;
using Spinel.Engine.Statistics.Info;
using Spinel.Protocol;

namespace Spinel.Engine.Commands.Server;

/// <summary>MEMORY: where the memory is.</summary>
[CommandContainer("MEMORY", Group = CommandGroup.Server, Since = "4.0.0", Summary = "Tells where the server's memory is.")]
internal static class MemoryCommands
{
    private const string ShardTips = "nondeterministic_output request_policy:all_shards response_policy:special";

    /// <summary>What an entry takes in a table: eight bytes and a tag, in buckets that are nearly full.</summary>
    private const int TableEntryBytes = 9;

    [Command("MEMORY|USAGE", "key [SAMPLES count:integer]", Arity = -3, Flags = CommandFlags.ReadOnly, Keys = "2 RO",
        Group = CommandGroup.Server, Since = "4.0.0", Complexity = "O(N) with N the number of samples",
        Summary = "Estimates the bytes that a key and its value take.")]
    internal static void Usage(ref CommandContext c)
    {
        for (int i = 3; i < c.Count; i += 2)
        {
            if (!c.Is(i, "SAMPLES"u8) || i + 1 == c.Count)
            {
                c.Error(Errors.Syntax);
                return;
            }

            if (!c.TryInteger(i + 1, out long samples))
            {
                return;
            }

            if (samples < 0)
            {
                c.Error(Errors.Syntax);
                return;
            }
        }

        KeyBlock block = c.Find(2, LookupFlags.NoTouch | LookupFlags.NoStatistics);
        if (block.IsNull)
        {
            c.Reply.NullBulk();
            return;
        }

        c.Reply.Integer(CollectionPayload.MemoryBytes(block) + TableEntryBytes + (block.HasExpiry ? TableEntryBytes : 0));
    }

    [Command("MEMORY|STATS", "", Arity = 2, Group = CommandGroup.Server, Since = "4.0.0", Complexity = "O(1)", Tips = ShardTips,
        Summary = "Shows the memory that the parts of the server take.")]
    internal static void Stats(ref CommandContext c) => MemoryStatsReply.Write(ref c);

    [Command("MEMORY|DOCTOR", "", Arity = 2, Group = CommandGroup.Server, Since = "4.0.0", Complexity = "O(1)", Tips = ShardTips,
        Summary = "Says in words whether something about the memory needs attention.")]
    internal static void Doctor(ref CommandContext c) =>
        c.Reply.VerbatimString("txt"u8, Encoding.UTF8.GetBytes(MemoryDoctor.Examine(c.Engine, MemoryFigures.Read(c.Engine))));

    [Command("MEMORY|MALLOC-STATS", "", Arity = 2, Group = CommandGroup.Server, Since = "4.0.0", Complexity = "O(1)", Tips = ShardTips,
        Summary = "Shows the size classes of the native heap.")]
    internal static void MallocStats(ref CommandContext c) =>
        c.Reply.VerbatimString("txt"u8, Encoding.UTF8.GetBytes(HeapReport.Write(c.Engine.Heap)));

    [Command("MEMORY|PURGE", "", Arity = 2, Group = CommandGroup.Server, Since = "4.0.0", Complexity = "O(N) with N the number of free pages",
        Tips = "request_policy:all_shards response_policy:all_succeeded",
        Summary = "Gives memory that is free but still resident back to the system.")]
    internal static void Purge(ref CommandContext c)
    {
        c.Engine.Heap.ReclaimRemoteFrees();
        c.Engine.Heap.Trim();
        c.Reply.Raw(Replies.Ok);
    }

    [Command("MEMORY|HELP", "", Arity = 2, Flags = CommandFlags.Loading | CommandFlags.Stale, Group = CommandGroup.Server, Since = "4.0.0", Complexity = "O(1)",
        Summary = "Lists the subcommands.")]
    internal static void Help(ref CommandContext c) => CommandTableHelp.Write(ref c);
}
