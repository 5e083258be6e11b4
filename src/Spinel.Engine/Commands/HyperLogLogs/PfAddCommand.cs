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

        if (writer.Exists && HasAll(in c, writer.Block.StringBytes))
        {
            c.Reply.Integer(0);
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

    /// <summary>
    /// Whether the elements raise no register of a dense HyperLogLog. Of one that has seen much this is what most requests come to, and then nothing need be opened for
    /// editing.
    /// </summary>
    private static bool HasAll(ref readonly CommandContext c, ReadOnlySpan<byte> bytes)
    {
        if (!HyperLogLog.IsDense(bytes))
        {
            return false;
        }

        for (int i = 2; i < c.Count; i++)
        {
            RegisterUpdate update = HyperLogLog.Locate(c[i]);
            if (HyperLogLog.GetDense(bytes, update.Index) < update.Value)
            {
                return false;
            }
        }

        return true;
    }
}
