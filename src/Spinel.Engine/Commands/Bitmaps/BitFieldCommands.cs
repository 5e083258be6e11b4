using Spinel.DataStructures;
using Spinel.Engine.Dispatch;

namespace Spinel.Engine.Commands.Bitmaps;

/// <summary>
/// BITFIELD and BITFIELD_RO. The operations are read twice, first to check all of them and to find how far they write, then to carry them out:
/// reading again is cheaper than keeping them.
/// </summary>
internal static class BitFieldCommands
{
    private const int FirstOperation = 2;

    [Command("BITFIELD", "key [<GET encoding offset | [OVERFLOW <WRAP | SAT | FAIL>] <SET encoding offset value:integer | INCRBY encoding offset increment>> [<GET encoding offset | [OVERFLOW <WRAP | SAT | FAIL>] <SET encoding offset value:integer | INCRBY encoding offset increment>> ...]]",
        Arity = -2, Flags = CommandFlags.Write | CommandFlags.DenyOom, Keys = "1 RW access update variable_flags",
        KeyExtractor = nameof(KeyExtractors.BitField), Group = CommandGroup.Bitmap, Since = "3.2.0", Complexity = "O(1) for each operation",
        Summary = "Reads, sets and adds to integers of any width at any bit offset of a string.")]
    internal static void BitField(ref CommandContext c)
    {
        if (!TryCheck(ref c, out long lastWritten, out int count))
        {
            return;
        }

        if (lastWritten < 0)
        {
            Get(ref c, count);
        }
        else
        {
            Change(ref c, count, lastWritten);
        }
    }

    [Command("BITFIELD_RO", "key [GET encoding offset [GET encoding offset ...]]", Arity = -2,
        Flags = CommandFlags.ReadOnly | CommandFlags.Fast, Keys = "1 RO access", Group = CommandGroup.Bitmap, Since = "6.0.0",
        Complexity = "O(1) for each operation",
        Summary = "Reads integers of any width at any bit offset of a string.")]
    internal static void BitFieldReadOnly(ref CommandContext c)
    {
        if (!TryCheck(ref c, out long lastWritten, out int count))
        {
            return;
        }

        if (lastWritten >= 0)
        {
            c.Error(Errors.BitFieldReadsOnly);
            return;
        }

        Get(ref c, count);
    }

    /// <summary>Checks all operations; <paramref name="lastWritten"/> is the last bit that any writes, -1 when none does.</summary>
    private static bool TryCheck(ref CommandContext c, out long lastWritten, out int count)
    {
        lastWritten = -1;
        count = 0;
        int index = FirstOperation;
        var overflow = BitFieldOverflow.Wrap;
        while (BitFieldOperation.TryRead(ref c, ref index, ref overflow, out BitFieldOperation? operation))
        {
            if (operation is not { } found)
            {
                return true;
            }

            count++;
            if (found.Action != BitFieldAction.Get)
            {
                lastWritten = Math.Max(lastWritten, found.LastBit);
            }
        }

        return false;
    }

    private static void Get(ref CommandContext c, int count)
    {
        if (!c.TryFindString(1, out KeyBlock block))
        {
            return;
        }

        Span<byte> scratch = stackalloc byte[KeyBlock.IntegerScratchBytes];
        ReadOnlySpan<byte> bytes = block.IsNull ? default : block.GetString(scratch);
        c.Reply.ArrayHeader(count);
        int index = FirstOperation;
        var overflow = BitFieldOverflow.Wrap;
        while (BitFieldOperation.TryRead(ref c, ref index, ref overflow, out BitFieldOperation? operation) && operation is { } found)
        {
            c.Reply.Integer(found.Read(bytes));
        }
    }

    private static void Change(ref CommandContext c, int count, long lastWritten)
    {
        if (!c.TryOpenString(1, out KeyWriter writer))
        {
            return;
        }

        int index = FirstOperation;
        var overflow = BitFieldOverflow.Wrap;
        long firstWritten = lastWritten;
        while (BitFieldOperation.TryRead(ref c, ref index, ref overflow, out BitFieldOperation? operation) && operation is { } found)
        {
            firstWritten = found.Action == BitFieldAction.Get ? firstWritten : Math.Min(firstWritten, found.Offset);
        }

        // Room for all operations, also for those before the one that reaches farthest.
        int first = (int)(firstWritten >> 3);
        int end = (int)(lastWritten >> 3) + 1;
        Span<byte> bytes = writer.EditString(end, out bool grown, first, end - first);
        bool changed = false;
        c.Reply.ArrayHeader(count);
        index = FirstOperation;
        overflow = BitFieldOverflow.Wrap;
        while (BitFieldOperation.TryRead(ref c, ref index, ref overflow, out BitFieldOperation? operation) && operation is { } found)
        {
            long old = found.Read(bytes);
            if (found.Action == BitFieldAction.Get)
            {
                c.Reply.Integer(old);
            }
            else if (found.TryCompute(old, out long value))
            {
                BitFields.Write(bytes, found.Offset, found.Bits, (ulong)value);
                changed |= grown || value != old;
                c.Reply.Integer(found.Action == BitFieldAction.Set ? old : value);
            }
            else
            {
                c.Reply.NullBulk();
            }
        }

        if (changed)
        {
            writer.Commit(KeyEvent.SetBit);
        }
        else if (grown)
        {
            // Every operation failed by its overflow. Redis makes room nevertheless, and does not speak of it.
            writer.Commit(KeyEvent.Reformed);
        }
    }
}
