using Spinel.Engine.Dispatch;
using Spinel.Insight;
using Spinel.Persistence;
using Spinel.Replication;

namespace Spinel.Engine.Tests;

/// <summary>The commands of a whole server: those of the engine and of all parts that declare some.</summary>
internal static class AllCommands
{
    public static CommandTable Table()
    {
        using var persistence = new PersistenceExtension();
        using var replication = new ReplicationExtension();
        using var insight = new InsightExtension();
        IEngineExtension[] parts = [persistence, replication, insight];
        return new CommandTable([GeneratedCommands.Set, .. parts.Select(part => part.Commands).OfType<CommandSet>()]);
    }
}
