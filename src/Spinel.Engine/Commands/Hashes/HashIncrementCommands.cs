using Spinel.DataStructures;
using Spinel.Engine.Dispatch;
using Spinel.Engine.Effects;
using Spinel.Protocol;

namespace Spinel.Engine.Commands.Hashes;

/// <summary>Commands that count in a field.</summary>
internal static class HashIncrementCommands
{
    [Command("HINCRBY", "key field increment", Arity = 4, Flags = CommandFlags.Write | CommandFlags.DenyOom | CommandFlags.Fast, Keys = "1 RW access update",
        Group = CommandGroup.Hash, Since = "2.0.0", Complexity = "O(1)",
        Summary = "Adds to the integer in a field of a hash; a missing field counts as 0.")]
    internal static void HIncrBy(ref CommandContext c)
    {
        if (!c.TryInteger(3, out long increment) || !HashAccess.TryOpen(ref c, 1, out KeyWriter writer, out HashValue hash))
        {
            return;
        }

        long value = 0;
        if (!hash.IsNull && hash.TryGet(c[2], out ListpackValue present) && !present.TryGetInteger(out value))
        {
            c.Error(Errors.HashValueNotAnInteger);
            return;
        }

        long sum = unchecked(value + increment);

        // An overflow has happened when both operands have the sign that the sum has not.
        if (((value ^ sum) & (increment ^ sum)) < 0)
        {
            c.Error(Errors.Overflow);
            return;
        }

        Span<byte> digits = stackalloc byte[Int64Text.MaxLength];
        SetNumber(ref c, writer, hash, digits[..Int64Text.Format(sum, digits)], KeyEvent.HIncrBy);
        c.Reply.Integer(sum);
    }

    [Command("HINCRBYFLOAT", "key field increment:double", Arity = 4, Flags = CommandFlags.Write | CommandFlags.DenyOom | CommandFlags.Fast, Keys = "1 RW access update",
        Group = CommandGroup.Hash, Since = "2.6.0", Complexity = "O(1)",
        Summary = "Adds to the floating-point number in a field of a hash; a missing field counts as 0.")]
    internal static void HIncrByFloat(ref CommandContext c)
    {
        if (!ExtendedDouble.TryParse(c[3], out ExtendedDouble increment))
        {
            c.Error(Errors.NotAFloat);
            return;
        }

        if (increment.IsNaN || increment.IsInfinity)
        {
            c.Error(Errors.IncrementNotFinite);
            return;
        }

        if (!HashAccess.TryOpen(ref c, 1, out KeyWriter writer, out HashValue hash))
        {
            return;
        }

        ExtendedDouble value = ExtendedDouble.FromInt64(0);
        if (!hash.IsNull && hash.TryGet(c[2], out ListpackValue present) && !TryGetFloat(present, out value))
        {
            c.Error(Errors.HashValueNotAFloat);
            return;
        }

        value += increment;
        if (value.IsNaN || value.IsInfinity)
        {
            c.Error(Errors.NotFinite);
            return;
        }

        Span<byte> scratch = stackalloc byte[ExtendedDouble.MaxLength];
        ReadOnlySpan<byte> text = scratch[..value.Format(scratch)];
        hash = SetNumber(ref c, writer, hash, text, KeyEvent.HIncrByFloat);

        // Replaying the sum would round again, and perhaps with other precision.
        EffectStream effect = c.BeginEffect("HSET"u8);
        effect.Add(c[1]);
        effect.Add(c[2]);
        effect.Add(text);
        FieldExpiryChange.RecordKept(ref c, in hash, 2);
        c.Reply.BulkString(text);
    }

    private static HashValue SetNumber(ref CommandContext c, scoped KeyWriter writer, HashValue hash, scoped ReadOnlySpan<byte> text, KeyEvent keyEvent)
    {
        if (hash.IsNull)
        {
            hash = HashValue.Create(c.Keyspace.Heap);
        }

        hash.Set(c[2], text, HashAccess.Limits(in c), keepExpiry: true);
        HashAccess.Store(ref writer, in hash);
        writer.Commit(keyEvent);
        return hash;
    }

    private static bool TryGetFloat(ListpackValue present, out ExtendedDouble value)
    {
        if (!present.IsInteger)
        {
            return ExtendedDouble.TryParse(present.Bytes, out value);
        }

        value = ExtendedDouble.FromInt64(present.Integer);
        return true;
    }
}
