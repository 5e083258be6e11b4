using Spinel.Engine.Blocking;
using Spinel.Engine.Dispatch;
using Spinel.Protocol;

namespace Spinel.Engine.Commands.Streams;

/// <summary>The arguments of XREAD and XREADGROUP up to the ids.</summary>
internal struct ReadArguments
{
    /// <summary>How many entries of each stream at most; 0 for all.</summary>
    public long Count { get; private set; }

    /// <summary>Whether to wait for entries when there are none.</summary>
    public bool Blocks { get; private set; }

    /// <summary>Until when, in Unix milliseconds; 0 for ever.</summary>
    public long DeadlineMs { get; private set; }

    /// <summary>Whether what is delivered counts as acknowledged.</summary>
    public bool NoAck { get; private set; }

    /// <summary>Entries that others have had for so long without acknowledging them are to be taken over; -1: none are.</summary>
    public long ClaimMinIdleMs { get; private set; }

    public readonly bool Claims => ClaimMinIdleMs >= 0;

    /// <summary>The argument with the group's name, followed by that of the consumer; 0 when not given.</summary>
    public int GroupIndex { get; private set; }

    public int FirstKey { get; private set; }

    public int StreamCount { get; private set; }

    public readonly int FirstId => FirstKey + StreamCount;

    public static bool TryRead(ref CommandContext c, bool ofGroup, out ReadArguments arguments)
    {
        arguments = new ReadArguments { ClaimMinIdleMs = -1 };
        for (int i = 1; i < c.Count && arguments.FirstKey == 0; i++)
        {
            if (!arguments.TryReadOption(ref c, ofGroup, ref i))
            {
                return false;
            }
        }

        if (arguments.FirstKey == 0)
        {
            c.Error(Errors.Syntax);
            return false;
        }

        if (ofGroup && arguments.GroupIndex == 0)
        {
            c.Error(Errors.ReadGroupWithoutGroup);
            return false;
        }

        return true;
    }

    private bool TryReadOption(ref CommandContext c, bool ofGroup, ref int i)
    {
        int more = c.Count - i - 1;
        if (more > 0 && c.Is(i, "BLOCK"u8))
        {
            Blocks = true;
            bool isTimeout = TimeoutArgument.TryReadMilliseconds(ref c, ++i, out long deadlineMs);
            DeadlineMs = deadlineMs;
            return isTimeout;
        }

        if (more > 0 && c.Is(i, "COUNT"u8))
        {
            bool isCount = c.TryInteger(++i, out long count);
            Count = Math.Max(count, 0);
            return isCount;
        }

        if (more > 0 && c.Is(i, "STREAMS"u8))
        {
            FirstKey = i + 1;
            StreamCount = more / 2;
            return more % 2 == 0 || Fail(ref c, Errors.UnbalancedStreams);
        }

        if (more > 1 && c.Is(i, "GROUP"u8))
        {
            GroupIndex = i + 1;
            i += 2;
            return ofGroup || Fail(ref c, Errors.ReadWithGroup);
        }

        if (more > 0 && c.Is(i, "CLAIM"u8))
        {
            bool isNumber = Int64Text.TryParse(c[++i], out long minIdleMs);
            ClaimMinIdleMs = minIdleMs;
            return isNumber && minIdleMs >= 0
                ? ofGroup || Fail(ref c, Errors.ReadWithClaim)
                : Fail(ref c, isNumber ? Errors.ReadClaimNegative : Errors.ReadClaimNotAnInteger);
        }

        if (c.Is(i, "NOACK"u8))
        {
            NoAck = true;
            return ofGroup || Fail(ref c, Errors.ReadWithNoAck);
        }

        return Fail(ref c, Errors.Syntax);
    }

    private static bool Fail(ref CommandContext c, ReadOnlySpan<byte> error)
    {
        c.Error(error);
        return false;
    }
}
