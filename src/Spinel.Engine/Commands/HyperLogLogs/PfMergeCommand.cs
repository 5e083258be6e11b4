using Spinel.DataStructures;
using Spinel.Engine.Dispatch;

namespace Spinel.Engine.Commands.HyperLogLogs;

/// <summary>PFMERGE.</summary>
internal static class PfMergeCommand
{
    [Command("PFMERGE", "destkey sourcekey [sourcekey ...]", Arity = -2, Flags = CommandFlags.Write | CommandFlags.DenyOom,
        Keys = "1 RW access insert; 2..-1 RO access", Group = CommandGroup.HyperLogLog, Since = "2.8.9",
        Complexity = "O(N) for N HyperLogLogs, with a large constant",
        Summary = "Merges HyperLogLogs into the first of them, which is created if need be.")]
    internal static void PfMerge(ref CommandContext c)
    {
        Span<byte> registers = stackalloc byte[HyperLogLog.RegisterCount];
        registers.Clear();
        bool anyDense = false;
        for (int i = 1; i < c.Count; i++)
        {
            if (!HyperLogLogKeys.TryFind(ref c, i, out KeyBlock block))
            {
                return;
            }

            if (block.IsNull)
            {
                continue;
            }

            anyDense |= HyperLogLog.IsDense(block.StringBytes);
            if (!HyperLogLog.TryMergeInto(registers, block.StringBytes))
            {
                c.Error(Errors.DamagedHyperLogLog);
                return;
            }
        }

        Store(ref c, registers, anyDense);
    }

    /// <summary>Raises the target's registers, one after the other: so it takes the sparse form that PFADD of the same elements would give it.</summary>
    private static void Store(ref CommandContext c, scoped ReadOnlySpan<byte> registers, bool asDense)
    {
        KeyWriter writer = c.OpenForWrite(1);
        var editor = new HyperLogLogEditor(writer, c.Engine.Options.HllSparseMaxBytes);
        bool intact = !asDense || editor.TryMakeDense();
        for (int i = 0; i < registers.Length && intact; i++)
        {
            if (registers[i] != 0)
            {
                intact = editor.TryRaise(new RegisterUpdate(i, registers[i]));
            }
        }

        // The target was among those merged, and a damaged one was found there.
        System.Diagnostics.Debug.Assert(intact);
        editor.ForgetCount();
        editor.Close(KeyEvent.PfAdd);
        c.Reply.SimpleString("OK"u8);
    }
}
