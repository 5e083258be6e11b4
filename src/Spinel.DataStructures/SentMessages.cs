using System.Buffers;
using System.Runtime.InteropServices;
using Spinel.Memory;

namespace Spinel.DataStructures;

/// <summary>
/// The messages that producers have sent to a stream not long ago, by the producer's name and the message's, each with the id of its entry: who sends one again gets that id, and no
/// second entry is made. This is a handle; default is none.
/// </summary>
/// <remarks>
/// Producers stand in a list in the order in which they came, and each has a queue of its messages by age; two tables, one of producers and one of all messages, find them by name. What is
/// older than a limit, or more than a number for each producer, is forgotten when the producer sends something. A message is as old as the id of its entry says, so that replicas
/// and logs need not be told its time.
/// <para>
/// Finding and adding are O(1), of producers too, of whom there is no limit but memory. What is forgotten on the way is bounded for each call; only a message that comes again after it
/// has become too old has all before it forgotten at once, which are no more than the limit for its producer.
/// </para>
/// <para>
/// Messages never change, and lists and queues only grow at their ends. So a reader that shows them as they were (<see cref="SentParts"/>) copies nothing: it notes where the queues began
/// and ended, and what is forgotten meanwhile is left to it.
/// </para>
/// Source: "Idempotent message processing" in the documentation of Redis 8.6.
/// </remarks>
internal readonly unsafe partial struct SentMessages
{
    private const long MsPerSecond = 1000;
    private const int KeyBytesOnStack = 256;

    private readonly IdempotencyHeader* _header;

    public SentMessages(nint address) => _header = (IdempotencyHeader*)address;

    public bool IsNull => _header == null;

    public nint Address => (nint)_header;

    public int Seconds => _header->Seconds;

    public int MaxMessages => _header->MaxMessages;

    public long Added => _header->Added;

    public long Duplicates => _header->Duplicates;

    public long ProducerCount => Producers.Count;

    /// <summary>How many messages of all producers.</summary>
    public long MessageCount => Messages.Count;

    /// <summary>The work of freeing it, in units of one small block.</summary>
    public long FreeEffort => 1 + ProducerCount + MessageCount;

    /// <summary>Memory of all. It is kept up, not counted: there may be any number of producers, and a stream that is small otherwise is measured with every change.</summary>
    public long MemoryBytes => (long)NativeHeap.UsableSize((nuint)sizeof(IdempotencyHeader)) + Producers.MemoryBytes + Messages.MemoryBytes + _header->ItemBytes;

    internal IdempotencyHeader* Header => _header;

    private EntryTable<ProducerOps> Producers => new(_header->Producers);

    private EntryTable<MessageOps> Messages => new(_header->Messages);

    private SentParts? Watcher(NativeHeap heap) => _header->IsWatched ? PartWatches.Get<SentParts>(heap, Address) : null;

    public static SentMessages Create(NativeHeap heap)
    {
        SentMessages created = new((nint)heap.AllocateZeroed((nuint)sizeof(IdempotencyHeader)));
        var key = HashKey.Random();
        created._header->Producers = new EntryTable<ProducerOps>(heap, key).Address;
        created._header->Messages = new EntryTable<MessageOps>(heap, key).Address;
        created._header->Seconds = StreamIdempotency.DefaultSeconds;
        created._header->MaxMessages = StreamIdempotency.DefaultMessages;
        HeapCompanion.Of(heap).OnSentMessagesCreated();
        return created;
    }

    /// <summary>One with the same counts, other limits, and no messages.</summary>
    public SentMessages CreateSuccessor(NativeHeap heap, int seconds, int maxMessages)
    {
        SentMessages created = Create(heap);
        created._header->Seconds = seconds;
        created._header->MaxMessages = maxMessages;
        created.SetCounts(Added, Duplicates);
        return created;
    }

    /// <summary>Finds a message that is not forgotten yet, and forgets of what is too old.</summary>
    public bool TryFind(NativeHeap heap, ReadOnlySpan<byte> producer, ReadOnlySpan<byte> message, long nowMs, out StreamId id)
    {
        id = default;
        ProducerHeader* sender = FindProducer(producer);
        if (sender == null)
        {
            return false;
        }

        int forgets = ForgetsPerCall;
        ForgetOld(heap, sender, nowMs, ref forgets);
        MessageHeader* found = FindMessage(sender, message);
        if (found == null)
        {
            return false;
        }

        id = found->Id;
        if (!IsOld(found, nowMs))
        {
            return true;
        }

        ForgetUpTo(heap, sender, found);
        return false;
    }

    public void CountDuplicate() => _header->Duplicates++;

    public void SetCounts(long added, long duplicates)
    {
        _header->Added = added;
        _header->Duplicates = duplicates;
    }

    /// <summary>Notes a message that is not there.</summary>
    public void Add(NativeHeap heap, ReadOnlySpan<byte> producer, ReadOnlySpan<byte> message, StreamId id)
    {
        ProducerHeader* sender = FindProducer(producer);
        if (sender == null)
        {
            ForgetOfOthers(heap, (long)id.Ms);
            sender = AddProducer(heap, producer);
        }

        Watcher(heap)?.BeforeAdd(sender);
        while (sender->Count >= MaxMessages)
        {
            ForgetOldest(heap, sender);
        }

        MessageHeader* added = MessageHeader.Create(heap, message);
        added->Id = id;
        added->Producer = sender->Number;
        *(sender->Newest == null ? &sender->Oldest : &sender->Newest->Next) = added;
        sender->Newest = added;
        sender->Count++;
        Messages.Insert(heap, (nint)added, Messages.Hash(added->Key));
        _header->ItemBytes += added->MemoryBytes;
        _header->Added++;
    }

    public SentMessages Clone(NativeHeap heap)
    {
        SentMessages copy = CreateSuccessor(heap, Seconds, MaxMessages);
        for (ProducerHeader* producer = _header->First; producer != null; producer = producer->Next)
        {
            for (MessageHeader* message = producer->Oldest; message != null; message = message->Next)
            {
                copy.Add(heap, producer->Name, message->Name, message->Id);
            }
        }

        copy.SetCounts(Added, Duplicates);
        return copy;
    }

    public void Free(NativeHeap heap, bool ownerThread)
    {
        PartWatches.ThrowIfWatched(_header->IsWatched);
        for (ProducerHeader* producer = _header->First; producer != null;)
        {
            for (MessageHeader* message = producer->Oldest; message != null;)
            {
                MessageHeader* newer = message->Next;
                message->Free(heap, ownerThread);
                message = newer;
            }

            ProducerHeader* next = producer->Next;
            producer->Free(heap, ownerThread);
            producer = next;
        }

        Free(heap, Producers.Release(), ownerThread);
        Free(heap, Messages.Release(), ownerThread);
        SentBlock.Free(heap, _header, (nuint)sizeof(IdempotencyHeader), ownerThread);
        HeapCompanion.Of(heap).OnSentMessagesFreed();
    }

    private static void Free(NativeHeap heap, EntryTableRelease table, bool ownerThread)
    {
        while (!table.IsDone)
        {
            table.FreeLast(heap, ownerThread);
        }

        table.FreeHeader(heap, ownerThread);
    }

    private ProducerHeader* FindProducer(ReadOnlySpan<byte> name) => (ProducerHeader*)Producers.Find(name, Producers.Hash(name));

    private MessageHeader* FindMessage(ProducerHeader* producer, ReadOnlySpan<byte> name)
    {
        int length = sizeof(ulong) + name.Length;
        byte[]? rented = length > KeyBytesOnStack ? ArrayPool<byte>.Shared.Rent(length) : null;
        Span<byte> key = rented is null ? stackalloc byte[KeyBytesOnStack] : rented;
        MemoryMarshal.Write(key, in producer->Number);
        name.CopyTo(key[sizeof(ulong)..]);
        key = key[..length];
        MessageHeader* found = (MessageHeader*)Messages.Find(key, Messages.Hash(key));
        if (rented is not null)
        {
            ArrayPool<byte>.Shared.Return(rented);
        }

        return found;
    }

    private ProducerHeader* AddProducer(NativeHeap heap, ReadOnlySpan<byte> name)
    {
        ProducerHeader* added = ProducerHeader.Create(heap, name);
        added->Number = _header->NextNumber++;
        added->Previous = _header->Last;
        *(_header->Last == null ? &_header->First : &_header->Last->Next) = added;
        _header->Last = added;
        Producers.Insert(heap, (nint)added, Producers.Hash(name));
        _header->ItemBytes += added->MemoryBytes;
        return added;
    }

    /// <summary>Removes a producer of whom nothing is remembered.</summary>
    private void Remove(NativeHeap heap, ProducerHeader* producer)
    {
        bool isKept = Watcher(heap)?.BeforeRemove(producer) ?? false;
        Producers.Remove(heap, (nint)producer, Producers.Hash(producer->Name));
        *(producer->Previous == null ? &_header->First : &producer->Previous->Next) = producer->Next;
        *(producer->Next == null ? &_header->Last : &producer->Next->Previous) = producer->Previous;
        if (_header->Look == producer)
        {
            _header->Look = producer->Next;
        }

        _header->ItemBytes -= producer->MemoryBytes;
        if (!isKept)
        {
            producer->Free(heap, ownerThread: true);
        }
    }
}
