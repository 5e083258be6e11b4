using Spinel.DataStructures;

namespace Spinel.Engine.Commands.Generic;

/// <summary>The wire's words for types (TYPE, SCAN) and representations (OBJECT ENCODING) of values.</summary>
internal static class ValueNames
{
    public static ReadOnlySpan<byte> Of(ValueKind kind) => kind switch
    {
        ValueKind.String => "string"u8,
        ValueKind.List => "list"u8,
        ValueKind.Set => "set"u8,
        ValueKind.SortedSet => "zset"u8,
        ValueKind.Hash => "hash"u8,
        ValueKind.Stream => "stream"u8,
        _ => throw new ArgumentOutOfRangeException(nameof(kind), kind, null),
    };

    /// <summary>How the value of a key is kept, in the words of Redis for what it does with values of that kind and size.</summary>
    public static ReadOnlySpan<byte> EncodingOf(KeyBlock block) => HashValue.IsSmallTable(block) ? "listpackex"u8 : Of(block.Encoding);

    private static ReadOnlySpan<byte> Of(ValueEncoding encoding) => encoding switch
    {
        ValueEncoding.Raw => "raw"u8,
        ValueEncoding.Int => "int"u8,
        ValueEncoding.HashTable => "hashtable"u8,
        ValueEncoding.IntSet => "intset"u8,
        ValueEncoding.SkipList => "skiplist"u8,
        ValueEncoding.EmbStr => "embstr"u8,
        ValueEncoding.QuickList => "quicklist"u8,
        ValueEncoding.Stream => "stream"u8,
        ValueEncoding.ListPack => "listpack"u8,
        _ => throw new ArgumentOutOfRangeException(nameof(encoding), encoding, null),
    };
}
