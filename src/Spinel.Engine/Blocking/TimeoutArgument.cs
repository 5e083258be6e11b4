using Spinel.Engine.Dispatch;
using Spinel.Protocol;

namespace Spinel.Engine.Blocking;

/// <summary>The argument by which a client says how long it is willing to wait.</summary>
internal static class TimeoutArgument
{
    /// <summary>
    /// Reads a timeout in seconds, with a fraction if wanted, rounded up to milliseconds. Replies with an error and returns false when it is none.
    /// </summary>
    /// <param name="c">The call.</param>
    /// <param name="index">The argument.</param>
    /// <param name="deadlineMs">When it is over, in Unix milliseconds; 0 for never.</param>
    public static bool TryReadSeconds(ref CommandContext c, int index, out long deadlineMs)
    {
        deadlineMs = 0;
        if (!ExtendedDouble.TryParse(c[index], out ExtendedDouble seconds))
        {
            c.Error(Errors.TimeoutNotAFloat);
            return false;
        }

        // What is too long for 64 bits, infinity too, turns negative in Redis, and clients have come to see that error.
        if (!ExtendedDouble.Multiply(seconds, 1000).TryCeiling(out long milliseconds) || milliseconds < 0)
        {
            c.Error(Errors.TimeoutNegative);
            return false;
        }

        // Later than time itself can tell is never.
        deadlineMs = milliseconds == 0 || milliseconds > long.MaxValue - c.NowMs ? 0 : c.NowMs + milliseconds;
        return true;
    }

    /// <summary>As <see cref="TryReadSeconds"/>, a timeout in whole milliseconds.</summary>
    public static bool TryReadMilliseconds(ref CommandContext c, int index, out long deadlineMs)
    {
        deadlineMs = 0;
        if (!Int64Text.TryParse(c[index], out long milliseconds))
        {
            c.Error(Errors.TimeoutNotAnInteger);
            return false;
        }

        if (milliseconds < 0)
        {
            c.Error(Errors.TimeoutNegative);
            return false;
        }

        deadlineMs = milliseconds == 0 || milliseconds > long.MaxValue - c.NowMs ? 0 : c.NowMs + milliseconds;
        return true;
    }
}
