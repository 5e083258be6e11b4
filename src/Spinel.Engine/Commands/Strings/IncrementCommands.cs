using Spinel.DataStructures;
using Spinel.Engine.Dispatch;
using Spinel.Engine.Effects;
using Spinel.Protocol;

namespace Spinel.Engine.Commands.Strings;

/// <summary>Commands that count.</summary>
internal static class IncrementCommands
{
    [Command("INCR", "key", Arity = 2, Flags = CommandFlags.Write | CommandFlags.DenyOom | CommandFlags.Fast, Keys = "1 RW access update",
        Group = CommandGroup.String, Since = "1.0.0", Complexity = "O(1)",
        Summary = "Adds one to the integer stored under a key; a missing key counts as 0.")]
    internal static void Incr(ref CommandContext c) => Add(ref c, 1);

    [Command("DECR", "key", Arity = 2, Flags = CommandFlags.Write | CommandFlags.DenyOom | CommandFlags.Fast, Keys = "1 RW access update",
        Group = CommandGroup.String, Since = "1.0.0", Complexity = "O(1)",
        Summary = "Takes one from the integer stored under a key; a missing key counts as 0.")]
    internal static void Decr(ref CommandContext c) => Add(ref c, -1);

    [Command("INCRBY", "key increment:integer", Arity = 3, Flags = CommandFlags.Write | CommandFlags.DenyOom | CommandFlags.Fast, Keys = "1 RW access update",
        Group = CommandGroup.String, Since = "1.0.0", Complexity = "O(1)",
        Summary = "Adds to the integer stored under a key; a missing key counts as 0.")]
    internal static void IncrBy(ref CommandContext c)
    {
        if (c.TryInteger(2, out long increment))
        {
            Add(ref c, increment);
        }
    }

    [Command("DECRBY", "key decrement:integer", Arity = 3, Flags = CommandFlags.Write | CommandFlags.DenyOom | CommandFlags.Fast, Keys = "1 RW access update",
        Group = CommandGroup.String, Since = "1.0.0", Complexity = "O(1)",
        Summary = "Takes from the integer stored under a key; a missing key counts as 0.")]
    internal static void DecrBy(ref CommandContext c)
    {
        if (!c.TryInteger(2, out long decrement))
        {
            return;
        }

        // The one integer that has no counterpart of the other sign.
        if (decrement == long.MinValue)
        {
            c.Error(Errors.DecrementOverflow);
            return;
        }

        Add(ref c, -decrement);
    }

    [Command("INCRBYFLOAT", "key increment:double", Arity = 3, Flags = CommandFlags.Write | CommandFlags.DenyOom | CommandFlags.Fast, Keys = "1 RW access update",
        Group = CommandGroup.String, Since = "2.6.0", Complexity = "O(1)",
        Summary = "Adds to the floating-point number stored under a key; a missing key counts as 0.")]
    internal static void IncrByFloat(ref CommandContext c)
    {
        if (!c.TryOpenString(1, out KeyWriter writer))
        {
            return;
        }

        if (!TryGetFloat(writer.Block, out ExtendedDouble value) || !ExtendedDouble.TryParse(c[2], out ExtendedDouble increment))
        {
            c.Error(Errors.NotAFloat);
            return;
        }

        value += increment;
        if (value.IsNaN || value.IsInfinity)
        {
            c.Error(Errors.NotFinite);
            return;
        }

        // The digits are kept as they are, even those of a whole number: the result is text, not an integer.
        Span<byte> scratch = stackalloc byte[ExtendedDouble.MaxLength];
        ReadOnlySpan<byte> text = scratch[..value.Format(scratch)];
        writer.SetText(text, ExpiryChange.Kept);
        writer.Commit(KeyEvent.IncrByFloat);

        // Replaying the sum would round again, and perhaps with other precision.
        EffectStream effect = c.BeginEffect("SET"u8);
        effect.Add(c[1]);
        effect.Add(text);
        effect.Add("KEEPTTL"u8);
        c.Reply.BulkString(text);
    }

    private static void Add(ref CommandContext c, long increment)
    {
        if (!c.TryOpenString(1, out KeyWriter writer))
        {
            return;
        }

        KeyBlock block = writer.Block;
        long value = 0;
        if (!block.IsNull && !TryGetInteger(block, out value))
        {
            c.Error(Errors.NotAnInteger);
            return;
        }

        long sum = unchecked(value + increment);

        // An overflow has happened when both operands have the sign that the sum has not.
        if (((value ^ sum) & (increment ^ sum)) < 0)
        {
            c.Error(Errors.Overflow);
            return;
        }

        writer.SetInteger(sum, ExpiryChange.Kept);
        writer.Commit(KeyEvent.IncrBy);
        c.Reply.Integer(sum);
    }

    /// <summary>A string's value as an integer. Text may hold one too: what INCRBYFLOAT or APPEND left behind.</summary>
    internal static bool TryGetInteger(KeyBlock block, out long value)
    {
        if (block.IsInteger)
        {
            value = block.Integer;
            return true;
        }

        return Int64Text.TryParse(block.StringBytes, out value);
    }

    internal static bool TryGetFloat(KeyBlock block, out ExtendedDouble value)
    {
        if (block.IsNull || block.IsInteger)
        {
            value = ExtendedDouble.FromInt64(block.IsNull ? 0 : block.Integer);
            return true;
        }

        return ExtendedDouble.TryParse(block.StringBytes, out value);
    }
}
