using Spinel.Memory;

namespace Spinel.DataStructures;

/// <summary>What is known of the structures of one heap beside them: who reads which of them, and how many there are of a kind that everybody has to know of.</summary>
internal sealed class HeapCompanion
{
    private long _sentMessages;

    private HeapCompanion()
    {
    }

    /// <summary>For the heap's own thread.</summary>
    public PartWatches Watches { get; } = new();

    /// <summary>How many <see cref="DataStructures.SentMessages"/> there are, those that are about to be freed among them.</summary>
    public long SentMessages => Interlocked.Read(ref _sentMessages);

    /// <summary>The first call for a heap is made on its own thread.</summary>
    public static HeapCompanion Of(NativeHeap heap) => (HeapCompanion)(heap.Companion ??= new HeapCompanion());

    public void OnSentMessagesCreated() => Interlocked.Increment(ref _sentMessages);

    /// <summary>On any thread.</summary>
    public void OnSentMessagesFreed() => Interlocked.Decrement(ref _sentMessages);
}
