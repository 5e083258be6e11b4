using Spinel.Memory;

namespace Spinel.DataStructures;

/// <summary>
/// Who is told before parts of a large value change, by the address of its structure: the readers (<see cref="TableParts"/> and its like) that show a value as it
/// was at one moment while it goes on changing.
/// </summary>
/// <remarks>
/// Structures live in native memory and cannot refer to an object, so they carry a flag, and those whose flag is set are looked up here. A structure
/// has one watcher at most. One registry for each heap; for the heap's own thread.
/// </remarks>
internal sealed class PartWatches
{
    private readonly Dictionary<nint, object> _byAddress = [];

    public static TWatcher Get<TWatcher>(NativeHeap heap, nint address)
        where TWatcher : class => (TWatcher)Of(heap)._byAddress[address];

    public static void Add(NativeHeap heap, nint address, object watcher) => Of(heap)._byAddress.Add(address, watcher);

    public static void Remove(NativeHeap heap, nint address) => Of(heap)._byAddress.Remove(address);

    /// <summary>Frees of a structure that is being read are mistakes of its owner, who has to hand it to the reader's.</summary>
    public static void ThrowIfWatched(bool isWatched)
    {
        if (isWatched)
        {
            throw new InvalidOperationException("A value is freed while it is being recorded.");
        }
    }

    private static PartWatches Of(NativeHeap heap) => HeapCompanion.Of(heap).Watches;
}
