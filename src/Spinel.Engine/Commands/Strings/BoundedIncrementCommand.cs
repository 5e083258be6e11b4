using Spinel.DataStructures;
using Spinel.Engine.Dispatch;
using Spinel.Engine.Effects;
using Spinel.Protocol;

namespace Spinel.Engine.Commands.Strings;

/// <summary>INCREX: counts within bounds, and sets when the counter ends. A limiter of rates in one command.</summary>
internal static class BoundedIncrementCommand
{
    [Command("INCREX", "key [BYFLOAT increment:double | BYINT increment:integer] [LBOUND lowerbound:string] [UBOUND upperbound:string] [SATURATE] [EX seconds:integer | PX milliseconds:integer | EXAT unix-time-seconds:unix-time | PXAT unix-time-milliseconds:unix-time | PERSIST] [ENX]",
        Arity = -2, Flags = CommandFlags.Write | CommandFlags.DenyOom | CommandFlags.Fast, Keys = "1 RW access update",
        Group = CommandGroup.String, Since = "8.8.0", Complexity = "O(1)",
        Summary = "Adds to the number stored under a key unless that leads out of bounds, sets the key's expiry, and returns the number and what was added.")]
    internal static void IncrEx(ref CommandContext c)
    {
        if (!Options.TryRead(ref c, out Options options) || !options.Expiry.HasTime && options.OnlyWithoutExpiry)
        {
            if (!c.Failed)
            {
                c.Error(Errors.Syntax);
            }

            return;
        }

        long atMs = -1;
        if ((options.Expiry.HasTime && !options.Expiry.TryGetTime(ref c, out atMs)) || !c.TryOpenString(1, out KeyWriter writer))
        {
            return;
        }

        if (writer.Exists && writer.Block.HasExpiry && options.OnlyWithoutExpiry)
        {
            atMs = -1;
        }

        if (options.IsFloat)
        {
            AddFloat(ref c, writer, in options, atMs);
        }
        else
        {
            AddInteger(ref c, writer, in options, atMs);
        }
    }

    private static void AddInteger(ref CommandContext c, scoped KeyWriter writer, scoped in Options options, long atMs)
    {
        long increment = 1;
        long lower = long.MinValue;
        long upper = long.MaxValue;
        if ((options.IncrementIndex != 0 && !c.TryInteger(options.IncrementIndex, out increment))
            || (options.LowerIndex != 0 && !c.TryInteger(options.LowerIndex, out lower))
            || (options.UpperIndex != 0 && !c.TryInteger(options.UpperIndex, out upper)))
        {
            return;
        }

        long value = 0;
        if (lower > upper || (writer.Exists && !IncrementCommands.TryGetInteger(writer.Block, out value)))
        {
            c.Error(lower > upper ? Errors.BoundsCrossed : Errors.NotAnInteger);
            return;
        }

        Int128 sum = (Int128)value + increment;
        bool isOut = sum < lower || sum > upper;
        Int128 added = Int128.Clamp(sum, lower, upper) - value;
        if (isOut && options.Saturates && (added < long.MinValue || added > long.MaxValue))
        {
            c.Error(Errors.Overflow);
            return;
        }

        if (isOut && !options.Saturates)
        {
            Reply(ref c, value, 0);
            return;
        }

        Span<byte> scratch = stackalloc byte[Int64Text.MaxLength];
        ReadOnlySpan<byte> text = scratch[..Int64Text.Format(value + (long)added, scratch)];
        Store(ref c, writer, text, in options, atMs, KeyEvent.IncrBy);
        Reply(ref c, value + (long)added, (long)added);
    }

    private static void AddFloat(ref CommandContext c, scoped KeyWriter writer, scoped in Options options, long atMs)
    {
        if (!ExtendedDouble.TryParse(c[options.IncrementIndex], out ExtendedDouble increment)
            || !IncrementCommands.TryGetFloat(writer.Block, out ExtendedDouble value)
            || !TryBound(ref c, options.LowerIndex, out ExtendedDouble lower)
            || !TryBound(ref c, options.UpperIndex, out ExtendedDouble upper))
        {
            c.Error(Errors.NotAFloat);
            return;
        }

        bool hasBoth = options.LowerIndex != 0 && options.UpperIndex != 0;
        ExtendedDouble sum = value + increment;
        if ((hasBoth && IsLess(upper, lower)) || sum.IsNaN || sum.IsInfinity)
        {
            c.Error(sum.IsNaN || sum.IsInfinity ? Errors.NotFinite : Errors.BoundsCrossed);
            return;
        }

        bool isBelow = options.LowerIndex != 0 && IsLess(sum, lower);
        bool isAbove = options.UpperIndex != 0 && IsLess(upper, sum);
        bool isStored = options.Saturates || !(isBelow || isAbove);
        ExtendedDouble result = !isStored ? value : isBelow ? lower : isAbove ? upper : sum;
        ExtendedDouble added = !isStored ? default : isBelow || isAbove ? result + -value : increment;
        Span<byte> scratch = stackalloc byte[ExtendedDouble.MaxLength];
        ReadOnlySpan<byte> text = scratch[..result.Format(scratch)];
        if (isStored)
        {
            Store(ref c, writer, text, in options, atMs, KeyEvent.IncrByFloat);
        }

        c.Reply.ArrayHeader(2);
        ReplyFloat(ref c, text);
        ReplyFloat(ref c, scratch[..added.Format(scratch)]);
    }

    /// <summary>Stores the sum with the expiry that is asked for, and tells of it as the SET that it comes to.</summary>
    private static void Store(ref CommandContext c, scoped KeyWriter writer, scoped ReadOnlySpan<byte> text, scoped in Options options, long atMs, KeyEvent keyEvent)
    {
        bool ends = options.Expiry.Word == ExpiryWord.Persist;
        bool hadExpiry = writer.Exists && writer.Block.HasExpiry;
        ExpiryChange expiry = atMs >= 0 ? ExpiryChange.At(atMs) : ends ? ExpiryChange.None : ExpiryChange.Kept;
        if (options.IsFloat)
        {
            // The digits are kept as they are, even those of a whole number.
            writer.SetText(text, expiry);
        }
        else
        {
            writer.SetString(text, expiry);
        }

        writer.Commit(keyEvent);
        if (atMs >= 0 || (ends && hadExpiry))
        {
            writer.AlsoNotify(atMs >= 0 ? KeyEvent.Expire : KeyEvent.Persist);
        }

        EffectStream effect = c.BeginEffect("SET"u8);
        effect.Add(c[1]);
        effect.Add(text);
        if (atMs >= 0)
        {
            effect.Add("PXAT"u8);
            effect.Add(atMs);
        }
        else if (!ends)
        {
            effect.Add("KEEPTTL"u8);
        }
    }

    private static bool TryBound(ref CommandContext c, int index, out ExtendedDouble bound)
    {
        bound = default;
        return index == 0 || ExtendedDouble.TryParse(c[index], out bound);
    }

    private static bool IsLess(ExtendedDouble left, ExtendedDouble right)
    {
        ExtendedDouble difference = left + -right;
        return difference.IsNegative && !difference.IsNaN;
    }

    private static void Reply(ref CommandContext c, long value, long added)
    {
        c.Reply.ArrayHeader(2);
        c.Reply.Integer(value);
        c.Reply.Integer(added);
    }

    private static void ReplyFloat(ref CommandContext c, scoped ReadOnlySpan<byte> text)
    {
        if (c.Reply.Version == RespVersion.Resp3 && DoubleText.TryParse(text, out double value))
        {
            c.Reply.Double(value);
        }
        else
        {
            c.Reply.BulkString(text);
        }
    }

    private struct Options
    {
        public int IncrementIndex;
        public int LowerIndex;
        public int UpperIndex;
        public bool IsFloat;
        public bool Saturates;
        public bool OnlyWithoutExpiry;
        public ExpiryOption Expiry;

        public static bool TryRead(ref CommandContext c, out Options options)
        {
            options = default;
            for (int i = 2; i < c.Count; i++)
            {
                if (!options.TryReadOne(ref c, ref i))
                {
                    c.Error(Errors.Syntax);
                    return false;
                }
            }

            return true;
        }

        private bool TryReadOne(ref CommandContext c, ref int i)
        {
            bool hasMore = i + 1 < c.Count;
            bool isFloat = c.Is(i, "BYFLOAT"u8);
            if (isFloat || c.Is(i, "BYINT"u8))
            {
                IsFloat = isFloat;
                return hasMore && TryTake(ref IncrementIndex, ++i);
            }

            if (c.Is(i, "LBOUND"u8))
            {
                return hasMore && TryTake(ref LowerIndex, ++i);
            }

            if (c.Is(i, "UBOUND"u8))
            {
                return hasMore && TryTake(ref UpperIndex, ++i);
            }

            if (c.Is(i, "SATURATE"u8))
            {
                return Saturates = true;
            }

            if (c.Is(i, "ENX"u8))
            {
                return OnlyWithoutExpiry = true;
            }

            return c.Is(i, "PERSIST"u8) ? Expiry.TryTake(ExpiryWord.Persist) : Expiry.TryTakeTime(in c, ref i);
        }

        private static bool TryTake(ref int place, int index)
        {
            bool isFirst = place == 0;
            place = index;
            return isFirst;
        }
    }
}
