using Spinel.DataStructures;

namespace Spinel.Insight.Tree;

/// <summary>The words for <see cref="TtlBucket"/>, the same in INSIGHT TREE and in the dashboard's topic.</summary>
public static class TtlWords
{
    /// <summary>The word of a bucket.</summary>
    public static ReadOnlySpan<byte> Of(TtlBucket bucket) => bucket switch
    {
        TtlBucket.None => "none"u8,
        TtlBucket.Minute => "minute"u8,
        TtlBucket.Hour => "hour"u8,
        TtlBucket.Day => "day"u8,
        TtlBucket.Month => "month"u8,
        _ => "later"u8,
    };
}
