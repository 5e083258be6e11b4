using Spinel.Engine.Dispatch;
using Spinel.Engine.Statistics.Info;

namespace Spinel.Engine.Commands.Server;

/// <summary>INFO: the state of the server as text for people and programs.</summary>
internal static class InfoCommand
{
    [Command("INFO", "[section [section ...]]", Arity = -1, Flags = CommandFlags.Loading | CommandFlags.Stale, AclCategories = "dangerous",
        Group = CommandGroup.Server, Since = "1.0.0", Complexity = "O(1)",
        Tips = "nondeterministic_output request_policy:all_shards response_policy:special",
        Summary = "Shows figures and counters of the server, in sections.", History = "7.0.0 Several sections in one call.")]
    internal static void Info(ref CommandContext c)
    {
        uint chosen = c.Count == 1 ? InfoReport.DefaultSections : 0;
        for (int i = 1; i < c.Count; i++)
        {
            chosen |= InfoReport.SectionsOf(c[i]);
        }

        var writer = new InfoWriter();
        InfoReport.Write(writer, c.Engine, chosen);
        c.Reply.VerbatimString("txt"u8, writer.Text);
    }
}
