using System.Runtime.CompilerServices;
using Spinel.Memory;

namespace Spinel.DataStructures;

/// <summary>What a stream knows of the messages of its producers.</summary>
internal unsafe struct IdempotencyHeader
{
    /// <summary>The table of producers by name, and that of messages by <see cref="MessageHeader.Key"/>.</summary>
    public nint Producers;
    public nint Messages;

    /// <summary>The ends of the list of producers.</summary>
    public ProducerHeader* First;
    public ProducerHeader* Last;

    /// <summary>The producer who is the next to be looked at for old messages; null when that is the first.</summary>
    public ProducerHeader* Look;

    /// <summary>The number of the producer who comes next.</summary>
    public ulong NextNumber;

    public long Added;
    public long Duplicates;

    /// <summary>Memory of producers and messages.</summary>
    public long ItemBytes;

    public int Seconds;
    public int MaxMessages;

    /// <summary>Somebody is told before messages and producers come and go: see <see cref="SentParts"/>.</summary>
    public bool IsWatched;
}

/// <summary>A producer, and its messages as a queue; its name follows.</summary>
internal unsafe struct ProducerHeader
{
    public ProducerHeader* Next;
    public ProducerHeader* Previous;
    public MessageHeader* Oldest;
    public MessageHeader* Newest;

    /// <summary>No other has it, nor ever had: who came later has a greater one.</summary>
    public ulong Number;

    /// <summary>How many messages.</summary>
    public int Count;

    public int NameLength;

    // The block was made with this many bytes behind the header.
    public ReadOnlySpan<byte> Name => new((byte*)Self + sizeof(ProducerHeader), NameLength);

    public long MemoryBytes => (long)NativeHeap.UsableSize(BlockBytes);

    private nuint BlockBytes => (nuint)sizeof(ProducerHeader) + (nuint)NameLength;

    private ProducerHeader* Self => (ProducerHeader*)Unsafe.AsPointer(ref this);

    public static ProducerHeader* Create(NativeHeap heap, ReadOnlySpan<byte> name)
    {
        ProducerHeader* created = (ProducerHeader*)heap.AllocateZeroed((nuint)sizeof(ProducerHeader) + (nuint)name.Length);
        created->NameLength = name.Length;
        name.CopyTo(new Span<byte>(created + 1, name.Length));
        return created;
    }

    public void Free(NativeHeap heap, bool ownerThread) => SentBlock.Free(heap, Self, BlockBytes, ownerThread);
}

/// <summary>A message and its entry; its name follows.</summary>
internal unsafe struct MessageHeader
{
    /// <summary>The one that the producer sent after it.</summary>
    public MessageHeader* Next;

    public StreamId Id;
    public int NameLength;

    /// <summary>The producer's number. It stands before the name: both are what the table knows the message by.</summary>
    public ulong Producer;

    // The block was made with this many bytes behind the header.
    public ReadOnlySpan<byte> Name => new((byte*)Self + sizeof(MessageHeader), NameLength);

    public ReadOnlySpan<byte> Key => new((byte*)Self + sizeof(MessageHeader) - sizeof(ulong), sizeof(ulong) + NameLength);

    public long MemoryBytes => (long)NativeHeap.UsableSize(BlockBytes);

    private nuint BlockBytes => (nuint)sizeof(MessageHeader) + (nuint)NameLength;

    private MessageHeader* Self => (MessageHeader*)Unsafe.AsPointer(ref this);

    public static MessageHeader* Create(NativeHeap heap, ReadOnlySpan<byte> name)
    {
        MessageHeader* created = (MessageHeader*)heap.AllocateZeroed((nuint)sizeof(MessageHeader) + (nuint)name.Length);
        created->NameLength = name.Length;
        name.CopyTo(new Span<byte>(created + 1, name.Length));
        return created;
    }

    public void Free(NativeHeap heap, bool ownerThread) => SentBlock.Free(heap, Self, BlockBytes, ownerThread);
}

/// <summary>Binds a table to <see cref="ProducerHeader"/>.</summary>
internal readonly unsafe struct ProducerOps : IEntryOps
{
    public static bool CanBeWatched => false;

    public static ReadOnlySpan<byte> KeyOf(nint entry) => ((ProducerHeader*)entry)->Name;

    public static ulong Hash(HashKey key, ReadOnlySpan<byte> name) => key.Hash(name);
}

/// <summary>Binds a table to <see cref="MessageHeader"/>.</summary>
internal readonly unsafe struct MessageOps : IEntryOps
{
    public static bool CanBeWatched => false;

    public static ReadOnlySpan<byte> KeyOf(nint entry) => ((MessageHeader*)entry)->Key;

    public static ulong Hash(HashKey key, ReadOnlySpan<byte> name) => key.Hash(name);
}

/// <summary>Frees blocks on either thread.</summary>
internal static unsafe class SentBlock
{
    public static void Free(NativeHeap heap, void* block, nuint sizeBytes, bool ownerThread)
    {
        if (ownerThread)
        {
            heap.Free((byte*)block, sizeBytes);
        }
        else
        {
            heap.FreeFromOtherThread((byte*)block, sizeBytes);
        }
    }
}
