using Spinel.DataStructures;

namespace Spinel.Insight.Tree;

/// <summary>A prefix of the key tree, or a key in it.</summary>
/// <param name="FullName">The prefix with its delimiter at the end, or the key.</param>
/// <param name="NameOffset">Where in it the name begins: behind the prefix that was opened.</param>
/// <param name="IsKey">Whether it is a key.</param>
/// <param name="Tally">What the keys below it come to; of a key, itself.</param>
/// <param name="Facts">Of a key, what is known of it.</param>
public sealed record TreeNode(byte[] FullName, int NameOffset, bool IsKey, KeyTally Tally, NameFacts Facts)
{
    /// <summary>The name within the prefix that was opened, without the delimiter.</summary>
    public ReadOnlySpan<byte> Name => IsKey ? FullName.AsSpan(NameOffset) : FullName.AsSpan(NameOffset, FullName.Length - NameOffset - 1);

    /// <summary>Of the key's name only the beginning is known.</summary>
    public bool IsTruncated => IsKey && FullName.Length == NameIndex.NameRoomBytes;

    /// <summary>Reads of the last minute, estimated from a sample.</summary>
    public long Reads { get; internal set; }

    /// <summary>Those of <see cref="Reads"/> that found their key.</summary>
    public long Hits { get; internal set; }
}

/// <summary>In which order the children of a prefix are shown.</summary>
public enum TreeOrder
{
    /// <summary>By name, ascending.</summary>
    Name,

    /// <summary>Those with most keys first.</summary>
    Keys,

    /// <summary>The largest first.</summary>
    Bytes,
}

/// <summary>Which children of which prefix are wanted.</summary>
public sealed record TreeRequest
{
    /// <summary>The prefix, with its delimiter at the end; empty for the root.</summary>
    public required byte[] Prefix { get; init; }

    /// <summary>Bytes that divide names.</summary>
    public byte[] Delimiters { get; init; } = ":"u8.ToArray();

    /// <summary>How many children to pass over.</summary>
    public int Offset { get; init; }

    /// <summary>How many children to show.</summary>
    public int Count { get; init; } = 100;

    public TreeOrder Order { get; init; }

    /// <summary>A pattern that the children's names match; null: any.</summary>
    public byte[]? Match { get; init; }

    /// <summary>A type of which there are keys; null: any.</summary>
    public ValueKind? Kind { get; init; }

    /// <summary>In order of names: only children behind this one (<see cref="TreeNode.FullName"/>), so that pages far back are cheap.</summary>
    public byte[]? After { get; init; }

    /// <summary>Only prefixes, and no further than the page reaches: for who looks several times a second.</summary>
    internal bool IsGlance { get; init; }
}

/// <summary>A page of the children of a prefix.</summary>
public sealed class TreePage
{
    /// <summary>What all keys with the prefix come to.</summary>
    public required TreeNode Node { get; init; }

    /// <summary>How many children there are that match, behind <see cref="TreeRequest.After"/>. An estimate when <see cref="IsComplete"/> is false.</summary>
    public long Total { get; set; }

    /// <summary>False when there are so many children that only the first of them, by name, were looked at.</summary>
    public bool IsComplete { get; set; } = true;

    /// <summary>Where to go on in the order of names (<see cref="TreeRequest.After"/>) when <see cref="IsComplete"/> is false; null when that cannot be gone on with.</summary>
    public byte[]? Next { get; set; }

    public IReadOnlyList<TreeNode> Children { get; set; } = [];
}
