using Spinel.Engine.Dispatch;

namespace Spinel.Engine.Commands.Hashes;

/// <summary>A point of time given for fields: in seconds or milliseconds, from now or from 1970.</summary>
/// <param name="InSeconds">Whether the number counts seconds.</param>
/// <param name="IsRelative">Whether it counts from now.</param>
internal readonly record struct FieldTime(bool InSeconds, bool IsRelative)
{
    /// <summary>The latest time that a field can have, in Unix milliseconds: 46 bits, as in Redis, which keeps two of 48 for itself.</summary>
    private const long MaxMs = 0xFFFF_FFFF_FFFF >> 2;

    /// <summary>The meaning of an option word; false when it is none of EX, PX, EXAT and PXAT.</summary>
    public static bool TryWord(ref readonly CommandContext c, int index, out FieldTime time)
    {
        bool exact = c.Is(index, "EXAT"u8) || c.Is(index, "PXAT"u8);
        bool seconds = c.Is(index, "EX"u8) || c.Is(index, "EXAT"u8);
        time = new FieldTime(seconds, !exact);
        return exact || seconds || c.Is(index, "PX"u8);
    }

    /// <summary>Reads the number at an argument. It may lie in the past but not before 1970.</summary>
    public bool TryRead(ref CommandContext c, int index, out long unixTimeMs)
    {
        if (!c.TryInteger(index, out unixTimeMs))
        {
            return false;
        }

        if (unixTimeMs < 0)
        {
            c.Error(Errors.NegativeExpire);
            return false;
        }

        long baseMs = IsRelative ? c.NowMs : 0;
        if (unixTimeMs > (InSeconds ? MaxMs / 1000 : MaxMs) || (InSeconds ? unixTimeMs * 1000 : unixTimeMs) > MaxMs - baseMs)
        {
            c.Error(Errors.InvalidExpire(c.Command.Name));
            return false;
        }

        unixTimeMs = (InSeconds ? unixTimeMs * 1000 : unixTimeMs) + baseMs;
        return true;
    }
}
