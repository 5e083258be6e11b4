namespace Spinel.DataStructures;

/// <summary>How big a node of a list may become, as <c>list-max-listpack-size</c> says.</summary>
public readonly record struct QuicklistNodeLimit
{
    /// <summary>Where the option limits the number of elements, their bytes are limited too: every change moves bytes of its node.</summary>
    private const int SafetyBytes = 8192;

    private const int LargestCount = 32767;

    private QuicklistNodeLimit(int maxBytes, int maxCount, int compressDepth)
    {
        CompressDepth = compressDepth;
        MaxBytes = maxBytes;
        MaxCount = maxCount;
    }

    /// <summary>Length of a node's listpack in bytes. An element that is longer by itself gets a node of its own.</summary>
    public int MaxBytes { get; }

    /// <summary>Number of elements in a node.</summary>
    public int MaxCount { get; }

    /// <summary>How many nodes at either end stay as they are while those between are compressed; 0: none is.</summary>
    public int CompressDepth { get; }

    /// <summary>The limit that an option value means: a number of elements, or -1 to -5 for 4, 8, 16, 32 or 64 KiB.</summary>
    /// <param name="value">The value of <c>list-max-listpack-size</c>.</param>
    /// <param name="compressDepth">That of <c>list-compress-depth</c>.</param>
    public static QuicklistNodeLimit FromOption(int value, int compressDepth = 0) => value >= 0
        ? new QuicklistNodeLimit(SafetyBytes, Math.Clamp(value, 1, LargestCount), compressDepth)
        : new QuicklistNodeLimit(4096 << (-Math.Max(value, -5) - 1), LargestCount, compressDepth);

    internal unsafe bool Admits(QuicklistNode* node, int addedBytes, int addedCount = 1) =>
        node->TotalBytes + (long)addedBytes <= MaxBytes && node->Count + addedCount <= MaxCount;
}
