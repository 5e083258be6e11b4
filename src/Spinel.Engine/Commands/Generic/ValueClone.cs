using Spinel.DataStructures;
using Spinel.Memory;

namespace Spinel.Engine.Commands.Generic;

/// <summary>Deep copies of values. What a collection consists of is <see cref="CollectionPayload"/>'s to know.</summary>
internal static class ValueClone
{
    /// <summary>A block of its own with the value and the expiry of <paramref name="source"/> under another name.</summary>
    public static KeyBlock Create(NativeHeap heap, KeyBlock source, ReadOnlySpan<byte> newKey) => source.Kind switch
    {
        ValueKind.String => source.Clone(heap, newKey),
        _ => KeyBlock.CreateObject(heap, newKey, source.Kind, source.Encoding, CollectionPayload.Clone(heap, source), source.ExpiryMs),
    };
}
