using Spinel.Engine;
using Spinel.Engine.Dispatch;
using Spinel.Protocol;

namespace Spinel.Persistence.Commands;

/// <summary>SAVE, BGSAVE, LASTSAVE, BGREWRITEAOF.</summary>
internal static class SaveCommands
{
    [Command("SAVE", "", Arity = 1,
        Flags = CommandFlags.Admin | CommandFlags.NoScript | CommandFlags.NoAsyncLoading | CommandFlags.NoMulti,
        Group = CommandGroup.Server, Since = "1.0.0", Complexity = "O(N) with N the number of keys in all databases",
        Summary = "Writes the snapshot file before anything else is done.")]
    internal static void Save(ref CommandContext c)
    {
        var persistence = c.Engine.Extension<PersistenceExtension>();
        if (persistence.Saves.IsInProgress)
        {
            c.Error(PersistenceErrors.SaveInProgress);
            return;
        }

        // There is one snapshot at a time. Who asks for this has everybody wait, so they wait for the rewrite of the log, too.
        persistence.Snapshots.CompleteNow();
        if (persistence.Saves.TrySave())
        {
            c.Reply.Raw(Replies.Ok);
        }
        else
        {
            c.Error(PersistenceErrors.SaveFailed);
        }
    }

    [Command("BGSAVE", "[SCHEDULE]", Arity = -1, Flags = CommandFlags.Admin | CommandFlags.NoScript | CommandFlags.NoAsyncLoading,
        Group = CommandGroup.Server, Since = "1.0.0", Complexity = "O(1)",
        Summary = "Starts writing the snapshot file while clients are served.", History = "3.2.2 Option SCHEDULE.")]
    internal static void BgSave(ref CommandContext c)
    {
        bool schedule = c.Count > 1;
        if (c.Count > 2 || (schedule && !c.Is(1, "SCHEDULE"u8)))
        {
            c.Error(Errors.Syntax);
            return;
        }

        var persistence = c.Engine.Extension<PersistenceExtension>();
        if (persistence.Saves.IsInProgress)
        {
            c.Error(PersistenceErrors.SaveInProgress);
        }
        else if (persistence.Snapshots.IsActive || c.Engine.IsInTransaction)
        {
            // Inside a transaction there is no moment of which to take the image.
            if (schedule || c.Engine.IsInTransaction || !persistence.Snapshots.IsBusyWriting)
            {
                persistence.Saves.Schedule();
                c.Reply.SimpleString("Background saving scheduled"u8);
            }
            else
            {
                c.Error(PersistenceErrors.OtherSnapshot);
            }
        }
        else if (persistence.Saves.TryBegin())
        {
            c.Reply.SimpleString("Background saving started"u8);
        }
        else
        {
            c.Error(PersistenceErrors.SaveFailed);
        }
    }

    [Command("LASTSAVE", "", Arity = 1, Flags = CommandFlags.Loading | CommandFlags.Stale | CommandFlags.Fast, Group = CommandGroup.Server,
        Since = "1.0.0", Complexity = "O(1)", Tips = "nondeterministic_output", AclCategories = "admin dangerous",
        Summary = "Says when the snapshot file was last written, in Unix seconds.")]
    internal static void LastSave(ref CommandContext c) => c.Reply.Integer(c.Engine.Extension<PersistenceExtension>().Saves.LastSaveMs / 1000);

    [Command("BGREWRITEAOF", "", Arity = 1, Flags = CommandFlags.Admin | CommandFlags.NoScript | CommandFlags.NoAsyncLoading,
        Group = CommandGroup.Server, Since = "1.0.0", Complexity = "O(1)",
        Summary = "Starts rewriting the append-only log as a snapshot and what follows it.")]
    internal static void BgRewriteAof(ref CommandContext c)
    {
        var persistence = c.Engine.Extension<PersistenceExtension>();
        if (persistence.Rewrites.IsInProgress)
        {
            c.Error(PersistenceErrors.RewriteInProgress);
        }
        else if (persistence.Snapshots.IsActive || c.Engine.IsInTransaction)
        {
            persistence.Rewrites.Schedule();
            c.Reply.SimpleString("Background append only file rewriting scheduled"u8);
        }
        else if (persistence.Rewrites.TryBegin())
        {
            c.Reply.SimpleString("Background append only file rewriting started"u8);
        }
        else
        {
            c.Error(PersistenceErrors.RewriteFailed);
        }
    }
}
