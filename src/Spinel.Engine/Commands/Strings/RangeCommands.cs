using Spinel.DataStructures;
using Spinel.Engine.Dispatch;
using Spinel.Protocol;

namespace Spinel.Engine.Commands.Strings;

/// <summary>Commands on parts of strings.</summary>
internal static class RangeCommands
{
    [Command("STRLEN", "key", Arity = 2, Flags = CommandFlags.ReadOnly | CommandFlags.Fast, Keys = "1 RO",
        Group = CommandGroup.String, Since = "2.2.0", Complexity = "O(1)",
        Summary = "Returns the length of a string in bytes; 0 when the key does not exist.")]
    internal static void StrLen(ref CommandContext c)
    {
        if (c.TryFindString(1, out KeyBlock block))
        {
            c.Reply.Integer(block.IsNull ? 0 : block.StringLength);
        }
    }

    [Command("GETRANGE", "key start:integer end:integer", Arity = 4, Flags = CommandFlags.ReadOnly, Keys = "1 RO access",
        Group = CommandGroup.String, Since = "2.4.0", Complexity = "O(N) with N the length of the part",
        Summary = "Returns the part of a string between two offsets, both included; negative ones count from the end.")]
    [Command("SUBSTR", "key start:integer end:integer", Arity = 4, Flags = CommandFlags.ReadOnly, Keys = "1 RO access",
        Group = CommandGroup.String, Since = "1.0.0", Complexity = "O(N) with N the length of the part", Deprecated = "2.0.0 `GETRANGE`",
        Summary = "Returns the part of a string between two offsets, both included; negative ones count from the end.")]
    internal static void GetRange(ref CommandContext c)
    {
        if (!c.TryInteger(2, out long start) || !c.TryInteger(3, out long end) || !c.TryFindString(1, out KeyBlock block))
        {
            return;
        }

        Span<byte> scratch = stackalloc byte[KeyBlock.IntegerScratchBytes];
        ReadOnlySpan<byte> value = block.IsNull ? default : block.GetString(scratch);
        c.Reply.BulkString(Part(value, start, end));
    }

    [Command("APPEND", "key value", Arity = 3, Flags = CommandFlags.Write | CommandFlags.DenyOom | CommandFlags.Fast, Keys = "1 RW insert",
        Group = CommandGroup.String, Since = "2.0.0", Complexity = "O(1) amortised, as long as the value appended is small",
        Summary = "Appends to the string stored under a key, or creates it.")]
    internal static void Append(ref CommandContext c)
    {
        if (!c.TryOpenString(1, out KeyWriter writer))
        {
            return;
        }

        ReadOnlySpan<byte> value = c[2];
        int length = value.Length;
        if (writer.Exists)
        {
            int oldLength = writer.Block.StringLength;
            if (value.Length > c.Engine.Limits.StringBytes - oldLength)
            {
                c.Error(Errors.StringTooLong);
                return;
            }

            length += oldLength;
            value.CopyTo(writer.ResizeString(length, oldLength)[oldLength..]);
        }
        else
        {
            writer.SetString(value, ExpiryChange.None);
        }

        writer.Commit(KeyEvent.Append);
        c.Reply.Integer(length);
    }

    [Command("SETRANGE", "key offset:integer value", Arity = 4, Flags = CommandFlags.Write | CommandFlags.DenyOom, Keys = "1 RW update",
        Group = CommandGroup.String, Since = "2.2.0", Complexity = "O(1) as long as the value is small, otherwise O(M) with M its length",
        Summary = "Overwrites a part of a string from an offset on; the string grows, padded with zero bytes, as far as needed.")]
    internal static void SetRange(ref CommandContext c)
    {
        if (!c.TryInteger(2, out long offset))
        {
            return;
        }

        if (offset < 0)
        {
            c.Error(Errors.OffsetOutOfRange);
            return;
        }

        if (!c.TryOpenString(1, out KeyWriter writer))
        {
            return;
        }

        ReadOnlySpan<byte> value = c[3];
        int oldLength = writer.Exists ? writer.Block.StringLength : 0;
        if (value.IsEmpty)
        {
            c.Reply.Integer(oldLength);
            return;
        }

        if (offset > c.Engine.Limits.StringBytes - value.Length)
        {
            c.Error(Errors.StringTooLong);
            return;
        }

        int at = (int)offset;
        int length = Math.Max(oldLength, at + value.Length);
        value.CopyTo(writer.ResizeString(length, at, value.Length)[at..]);
        writer.Commit(KeyEvent.SetRange);
        c.Reply.Integer(length);
    }

    /// <summary>The bytes from <paramref name="start"/> to <paramref name="end"/>, both included; negative offsets count from the end.</summary>
    private static ReadOnlySpan<byte> Part(ReadOnlySpan<byte> value, long start, long end)
    {
        // Two offsets in the wrong order stay so, also where both lie before the first byte, to which an offset there is moved.
        if (start < 0 && end < 0 && start > end)
        {
            return default;
        }

        start = Math.Max(start < 0 ? start + value.Length : start, 0);
        end = Math.Min(Math.Max(end < 0 ? end + value.Length : end, 0), value.Length - 1);
        return start > end ? default : value[(int)start..((int)end + 1)];
    }
}
