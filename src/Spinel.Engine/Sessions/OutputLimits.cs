using Spinel.Engine.Configuration;

namespace Spinel.Engine.Sessions;

/// <summary>What <c>client-output-buffer-limit</c> says of one class of clients, as hot paths read it.</summary>
public sealed class OutputLimits
{
    /// <summary>Bytes not sent at which a client is closed; the greatest number when there is no limit.</summary>
    public long HardBytes { get; private set; } = long.MaxValue;

    /// <summary>As <see cref="HardBytes"/>, for a client that stays above it for <see cref="SoftMs"/>.</summary>
    public long SoftBytes { get; private set; } = long.MaxValue;

    public long SoftMs { get; private set; }

    /// <summary>Limits of a client that belongs to no class.</summary>
    internal static OutputLimits Hard(long bytes) => new() { HardBytes = bytes };

    /// <param name="option">What the option says.</param>
    /// <param name="leastHardBytes">A smaller hard limit is no limit that could be kept: a replica may need that much to catch up.</param>
    internal void Read(OutputBufferLimit option, long leastHardBytes = 0)
    {
        HardBytes = Math.Max(Bytes(option.HardLimitBytes), leastHardBytes);
        SoftBytes = Bytes(option.SoftLimitBytes);
        SoftMs = option.SoftLimitSeconds * 1000L;
    }

    /// <summary>Redis does not count the first 16 KB of a client's output, so a limit of a few bytes still lets small replies through.</summary>
    private static long Bytes(long limit) => limit <= 0 || limit > long.MaxValue - ChunkPool.ChunkSize ? long.MaxValue : limit + ChunkPool.ChunkSize;
}
