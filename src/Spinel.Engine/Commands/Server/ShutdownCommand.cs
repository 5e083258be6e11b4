using Spinel.Engine.Dispatch;

namespace Spinel.Engine.Commands.Server;

/// <summary>SHUTDOWN.</summary>
internal static class ShutdownCommand
{
    /// <remarks>
    /// The server cannot write its data to disk, so asking it to save first is refused like a save that failed, unless forced. There is no
    /// waiting for replicas, so a shutdown is never in progress and NOW changes nothing.
    /// </remarks>
    [Command("SHUTDOWN", "[NOSAVE | SAVE] [NOW] [FORCE] [ABORT]", Arity = -1,
        Flags = CommandFlags.Admin | CommandFlags.NoScript | CommandFlags.Loading | CommandFlags.Stale | CommandFlags.NoMulti | CommandFlags.AllowBusy,
        Group = CommandGroup.Server, Since = "1.0.0", Complexity = "O(N) with N the number of keys, when they are saved",
        Summary = "Stops the server.", History = "7.0.0 Options NOW, FORCE and ABORT.")]
    internal static void Shutdown(ref CommandContext c)
    {
        bool save = false;
        bool noSave = false;
        bool force = false;
        bool abort = false;
        for (int i = 1; i < c.Count; i++)
        {
            if (c.Is(i, "NOSAVE"u8))
            {
                noSave = true;
            }
            else if (c.Is(i, "SAVE"u8))
            {
                save = true;
            }
            else if (c.Is(i, "FORCE"u8))
            {
                force = true;
            }
            else if (c.Is(i, "ABORT"u8))
            {
                abort = true;
            }
            else if (!c.Is(i, "NOW"u8))
            {
                c.Error(Errors.Syntax);
                return;
            }
        }

        if ((abort && c.Count > 2) || (save && noSave))
        {
            c.Error(Errors.Syntax);
            return;
        }

        if (abort)
        {
            c.Error(Errors.NoShutdownInProgress);
            return;
        }

        if (save)
        {
            c.Engine.Log.Write(ServerLogLevel.Warning, "SHUTDOWN SAVE: this version of the server cannot write snapshots.");
            if (!force)
            {
                c.Error(Errors.ShutdownFailed);
                return;
            }
        }

        // The client sees the connection close, which is the reply.
        c.Session.CloseWhenFlushed();
        c.Engine.RequestStop();
    }
}
