using Spinel.Memory;

namespace Spinel.DataStructures;

/// <summary>
/// What a <see cref="KeyBlock"/> of a collection points to, by kind and encoding: how to free it, copy it and measure it. The one place that knows
/// every structure a value can be; strings have no payload.
/// </summary>
public static class CollectionPayload
{
    /// <summary>Frees the payload on the heap's own thread. Does nothing for a string. The block is freed by the caller.</summary>
    public static void Free(NativeHeap heap, KeyBlock block) => Free(heap, block, ownerThread: true);

    /// <summary>Frees the payload from a thread that does not own the heap.</summary>
    public static void FreeFromOtherThread(NativeHeap heap, KeyBlock block) => Free(heap, block, ownerThread: false);

    /// <summary>The work of freeing block and payload, in units of one small block.</summary>
    public static long FreeEffort(KeyBlock block) => block.Kind switch
    {
        ValueKind.String => block.FreeEffort,
        ValueKind.Hash => block.FreeEffort + HashValue.FreeEffort(block),
        ValueKind.Set => block.FreeEffort + SetValue.Of(block).FreeEffort,
        ValueKind.List => block.FreeEffort + new Quicklist(block.Payload).FreeEffort,
        ValueKind.SortedSet => block.FreeEffort + new SortedSet(block.Payload, block.Encoding).FreeEffort,
        ValueKind.Stream => block.FreeEffort + new StreamValue(block.Payload).FreeEffort,
        _ => throw UnknownKind(block),
    };

    /// <summary>Bytes that block and payload occupy in the heap.</summary>
    public static long MemoryBytes(KeyBlock block) => block.Kind switch
    {
        ValueKind.String => block.MemoryBytes,
        ValueKind.Hash => block.MemoryBytes + HashValue.MemoryBytes(block),
        ValueKind.Set => block.MemoryBytes + SetValue.Of(block).MemoryBytes,
        ValueKind.List => block.MemoryBytes + new Quicklist(block.Payload).MemoryBytes,
        ValueKind.SortedSet => block.MemoryBytes + new SortedSet(block.Payload, block.Encoding).MemoryBytes,
        ValueKind.Stream => block.MemoryBytes + new StreamValue(block.Payload).MemoryBytes,
        _ => throw UnknownKind(block),
    };

    /// <summary>A deep copy of the payload of a collection.</summary>
    public static nint Clone(NativeHeap heap, KeyBlock block) => block.Kind switch
    {
        ValueKind.Hash => HashValue.Clone(heap, block),
        ValueKind.Set => SetValue.Of(block).Clone(heap).Payload,
        ValueKind.List => new Quicklist(block.Payload).Clone(heap).Address,
        ValueKind.SortedSet => new SortedSet(block.Payload, block.Encoding).Clone(heap).Payload,
        ValueKind.Stream => new StreamValue(block.Payload).Clone(heap).Payload,
        _ => throw UnknownKind(block),
    };

    /// <summary>
    /// Moves what a key points to to where the heap would rather have it (see <see cref="NativeHeap.MoveIfSparse"/>): long strings, collections of one block,
    /// and lists of not too many. The parts of tables, trees and streams stay.
    /// </summary>
    /// <returns>Whether anything moved.</returns>
    public static bool Compact(NativeHeap heap, KeyBlock block)
    {
        switch (block.Kind)
        {
            case ValueKind.String:
                return block.CompactBody(heap);
            case ValueKind.List:
                return new Quicklist(block.Payload).Compact(heap);
            case ValueKind.Hash or ValueKind.Set or ValueKind.SortedSet when block.Encoding == ValueEncoding.ListPack:
                return SetPayload(block, new Listpack(block.Payload).Compact(heap).Address);
            case ValueKind.Set when block.Encoding == ValueEncoding.IntSet:
                return SetPayload(block, new Intset(block.Payload).Compact(heap).Address);
            default:
                return false;
        }
    }

    private static bool SetPayload(KeyBlock block, nint payload)
    {
        bool changed = block.Payload != payload;
        block.SetPayload(payload);
        return changed;
    }

    private static void Free(NativeHeap heap, KeyBlock block, bool ownerThread)
    {
        switch (block.Kind)
        {
            case ValueKind.String:
                return;
            case ValueKind.Hash:
                HashValue.Free(heap, block, ownerThread);
                return;
            case ValueKind.Set:
                SetValue.Of(block).Free(heap, ownerThread);
                return;
            case ValueKind.List:
                new Quicklist(block.Payload).Free(heap, ownerThread);
                return;
            case ValueKind.SortedSet:
                new SortedSet(block.Payload, block.Encoding).Free(heap, ownerThread);
                return;
            case ValueKind.Stream:
                new StreamValue(block.Payload).Free(heap, ownerThread);
                return;
            default:
                throw UnknownKind(block);
        }
    }

    private static InvalidOperationException UnknownKind(KeyBlock block) => new($"a key holds a value of unknown kind {block.Kind}");
}
