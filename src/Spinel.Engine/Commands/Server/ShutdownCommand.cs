using Spinel.Engine.Dispatch;
using Spinel.Protocol;

namespace Spinel.Engine.Commands.Server;

/// <summary>SHUTDOWN.</summary>
internal static class ShutdownCommand
{
    [Command("SHUTDOWN", "[NOSAVE | SAVE] [NOW] [FORCE] [ABORT]", Arity = -1,
        Flags = CommandFlags.Admin | CommandFlags.NoScript | CommandFlags.Loading | CommandFlags.Stale | CommandFlags.NoMulti | CommandFlags.AllowBusy,
        Group = CommandGroup.Server, Since = "1.0.0", Complexity = "O(N) with N the number of keys, when they are saved",
        Summary = "Stops the server.", History = "7.0.0 Options NOW, FORCE and ABORT.")]
    internal static void Shutdown(ref CommandContext c)
    {
        bool save = false;
        bool noSave = false;
        bool force = false;
        bool now = false;
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
            else if (c.Is(i, "NOW"u8))
            {
                now = true;
            }
            else
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
            if (c.Engine.Shutdown.Abort())
            {
                c.Reply.Raw(Replies.Ok);
            }
            else
            {
                c.Error(Errors.NoShutdownInProgress);
            }

            return;
        }

        if (!now && c.Session.MustNotBlock)
        {
            c.Error(Errors.ShutdownWouldBlock);
            return;
        }

        if (!c.Engine.Shutdown.TryBegin(save ? StopMode.Save : noSave ? StopMode.NoSave : StopMode.AsConfigured, force, now))
        {
            c.Error(Errors.ShutdownFailed);
            return;
        }

        if (c.Engine.Shutdown.IsPending)
        {
            c.Engine.Shutdown.Join(ref c);
            return;
        }

        // The client sees the connection close, which is the reply.
        c.Session.CloseWhenFlushed();
    }
}
