using Spinel.DataStructures;
using Spinel.Engine.Dispatch;

namespace Spinel.Engine.Commands.HyperLogLogs;

/// <summary>PFADD.</summary>
internal static class PfAddCommand
{
    [Command("PFADD", "key [element [element ...]]", Arity = -2, Flags = CommandFlags.Write | CommandFlags.DenyOom | CommandFlags.Fast,
        Keys = "1 RW insert", Group = CommandGroup.HyperLogLog, Since = "2.8.9", Complexity = "O(1) for each element",
        Summary = "Adds elements to a HyperLogLog, or creates it; returns whether that may have changed its count.")]
    internal static void PfAdd(ref CommandContext c)
    {
        if (!HyperLogLogKeys.TryOpen(ref c, 1, out KeyWriter writer))
        {
            return;
        }

        bool intact = true;
        var editor = new HyperLogLogEditor(writer, c.Engine.Options.HllSparseMaxBytes);
        for (int i = 2; i < c.Count && intact; i++)
        {
            intact = editor.TryRaise(HyperLogLog.Locate(c[i]));
        }

        bool changed = editor.HasChanged;
        if (changed)
        {
            editor.ForgetCount();
        }

        editor.Close(KeyEvent.PfAdd);

        if (intact)
        {
            c.Reply.Integer(changed ? 1 : 0);
        }
        else
        {
            c.Error(Errors.DamagedHyperLogLog);
        }
    }
}
