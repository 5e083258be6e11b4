using Spinel.DataStructures;
using Spinel.Engine.Dispatch;
using Spinel.Protocol;

namespace Spinel.Engine.Commands.Bitmaps;

/// <summary>Commands on single bits of a string. Bit 0 is the most significant of the first byte.</summary>
internal static class BitCommands
{
    [Command("SETBIT", "key offset value:integer", Arity = 4, Flags = CommandFlags.Write | CommandFlags.DenyOom, Keys = "1 RW access update",
        Group = CommandGroup.Bitmap, Since = "2.2.0", Complexity = "O(1)",
        Summary = "Sets or clears one bit of a string, which grows as far as needed, and returns what the bit was.")]
    internal static void SetBit(ref CommandContext c)
    {
        if (!BitOffset.TryRead(ref c, 2, 0, out long offset))
        {
            return;
        }

        if (!Int64Text.TryParse(c[3], out long bit) || bit is not (0 or 1))
        {
            c.Error(Errors.BitValue);
            return;
        }

        if (!c.TryOpenString(1, out KeyWriter writer))
        {
            return;
        }

        int at = (int)(offset >> 3);
        int mask = 0x80 >> (int)(offset & 7);
        Span<byte> bytes = writer.EditString(at + 1, out bool grown, at, 1);
        bool was = (bytes[at] & mask) != 0;
        if (grown || was != (bit == 1))
        {
            bytes[at] = (byte)(bit == 1 ? bytes[at] | mask : bytes[at] & ~mask);
            writer.Commit(KeyEvent.SetBit);
        }

        c.Reply.Integer(was ? 1 : 0);
    }

    [Command("GETBIT", "key offset", Arity = 3, Flags = CommandFlags.ReadOnly | CommandFlags.Fast, Keys = "1 RO access",
        Group = CommandGroup.Bitmap, Since = "2.2.0", Complexity = "O(1)",
        Summary = "Returns one bit of a string; 0 behind its end.")]
    internal static void GetBit(ref CommandContext c)
    {
        if (!BitOffset.TryRead(ref c, 2, 0, out long offset) || !c.TryFindString(1, out KeyBlock block))
        {
            return;
        }

        Span<byte> scratch = stackalloc byte[KeyBlock.IntegerScratchBytes];
        ReadOnlySpan<byte> bytes = block.IsNull ? default : block.GetString(scratch);
        long at = offset >> 3;
        c.Reply.Integer(at < bytes.Length ? (bytes[(int)at] >> (7 - (int)(offset & 7))) & 1 : 0);
    }
}
