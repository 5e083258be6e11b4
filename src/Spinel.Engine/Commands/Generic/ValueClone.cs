using Spinel.DataStructures;
using Spinel.Memory;

namespace Spinel.Engine.Commands.Generic;

/// <summary>Deep copies of values. Each type of value has its line here.</summary>
internal static class ValueClone
{
    /// <summary>A block of its own with the value and the expiry of <paramref name="source"/> under another name.</summary>
    public static KeyBlock Create(NativeHeap heap, KeyBlock source, ReadOnlySpan<byte> newKey) => source.Kind switch
    {
        ValueKind.String => source.Clone(heap, newKey),
        _ => throw new NotSupportedException($"a value of type {source.Kind} cannot be copied"),
    };
}
