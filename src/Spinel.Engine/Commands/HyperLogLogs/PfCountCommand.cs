using Spinel.DataStructures;
using Spinel.Engine.Dispatch;

namespace Spinel.Engine.Commands.HyperLogLogs;

/// <summary>PFCOUNT.</summary>
internal static class PfCountCommand
{
    [Command("PFCOUNT", "key [key ...]", Arity = -2, Flags = CommandFlags.ReadOnly, Keys = "1..-1 RW access", Group = CommandGroup.HyperLogLog,
        Since = "2.8.9", Complexity = "O(1) for one key, O(N) for N keys, with a large constant",
        Summary = "Estimates how many distinct elements HyperLogLogs have seen, together if there are several.")]
    internal static void PfCount(ref CommandContext c)
    {
        if (c.Count > 2)
        {
            CountUnion(ref c);
        }
        else
        {
            CountOne(ref c);
        }
    }

    /// <summary>One HyperLogLog remembers its count until it changes. What it remembers is data, though the command only reads: replicas hold it too.</summary>
    private static void CountOne(ref CommandContext c)
    {
        bool isValid = HyperLogLogKeys.TryOpen(ref c, 1, out KeyWriter writer);
        writer.CountAsRead();
        if (!isValid)
        {
            return;
        }

        if (!writer.Exists)
        {
            c.Reply.Integer(0);
            return;
        }

        Span<byte> bytes = writer.EditString(0, out _);
        if (!HyperLogLog.TryGetKnownCount(bytes, out ulong count))
        {
            if (!HyperLogLog.TryCount(bytes, out count))
            {
                c.Error(Errors.DamagedHyperLogLog);
                return;
            }

            HyperLogLog.SetKnownCount(bytes, count);
            writer.Commit(KeyEvent.Untold);
            c.BeginEffect("PFCOUNT"u8).Add(c[1]);
        }

        c.Reply.Integer((long)count);
    }

    private static void CountUnion(ref CommandContext c)
    {
        Span<byte> registers = stackalloc byte[HyperLogLog.RegisterCount];
        registers.Clear();
        for (int i = 1; i < c.Count; i++)
        {
            if (!HyperLogLogKeys.TryFind(ref c, i, out KeyBlock block))
            {
                return;
            }

            if (!block.IsNull && !HyperLogLog.TryMergeInto(registers, block.StringBytes))
            {
                c.Error(Errors.DamagedHyperLogLog);
                return;
            }
        }

        c.Reply.Integer((long)HyperLogLog.Count(registers));
    }
}
