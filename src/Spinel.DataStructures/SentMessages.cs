using Spinel.Memory;

namespace Spinel.DataStructures;

/// <summary>
/// The messages that producers have sent to a stream not long ago, by the producer's name and the message's, each with the id of its entry: who sends one again gets that id, and no
/// second entry is made. This is a handle; default is none.
/// </summary>
/// <remarks>
/// Of each producer there is a table by name and a queue by age in the same blocks. What is older than a limit, or more than a number for each producer, is forgotten when the
/// producer sends something. A message is as old as the id of its entry says, so that replicas and logs need not be told its time.
/// <para>
/// Finding takes O(log messages), adding O(messages of the producer) for a moved array of pointers, which is small by the limit. A producer that comes
/// moves the array of producers in the same way, and of those there is no limit but memory.
/// </para>
/// Source: "Idempotent message processing" in the documentation of Redis 8.6.
/// </remarks>
internal readonly unsafe struct SentMessages
{
    private const long MsPerSecond = 1000;

    private readonly IdempotencyHeader* _header;

    public SentMessages(nint address) => _header = (IdempotencyHeader*)address;

    public bool IsNull => _header == null;

    public nint Address => (nint)_header;

    public int Seconds => _header->Seconds;

    public int MaxMessages => _header->MaxMessages;

    public long Added => _header->Added;

    public long Duplicates => _header->Duplicates;

    public int ProducerCount => _header->Producers.Count;

    /// <summary>How many messages of all producers.</summary>
    public long MessageCount => _header->Messages;

    /// <summary>Memory of all. Both are kept up, not counted: there may be any number of producers, and a stream that is small otherwise is measured with every change.</summary>
    public long MemoryBytes => (long)NativeHeap.UsableSize((nuint)sizeof(IdempotencyHeader)) + _header->Producers.MemoryBytes + _header->ItemBytes;

    public static SentMessages Create(NativeHeap heap)
    {
        SentMessages created = new((nint)heap.AllocateZeroed((nuint)sizeof(IdempotencyHeader)));
        created._header->Seconds = StreamIdempotency.DefaultSeconds;
        created._header->MaxMessages = StreamIdempotency.DefaultMessages;
        return created;
    }

    /// <summary>Finds a message that is not forgotten yet, and forgets what is too old.</summary>
    public bool TryFind(NativeHeap heap, ReadOnlySpan<byte> producer, ReadOnlySpan<byte> message, long nowMs, out StreamId id)
    {
        id = default;
        ProducerHeader* sender = (ProducerHeader*)_header->Producers.Find(producer);
        if (sender == null)
        {
            return false;
        }

        ForgetOld(heap, sender, nowMs);
        MessageHeader* found = (MessageHeader*)sender->Messages.Find(message);
        if (found == null)
        {
            return false;
        }

        id = found->Id;
        return true;
    }

    public void CountDuplicate() => _header->Duplicates++;

    public void SetCounts(long added, long duplicates)
    {
        _header->Added = added;
        _header->Duplicates = duplicates;
    }

    /// <summary>Adds all producers with their messages.</summary>
    public void CopyTo(List<SentProducerImage> producers)
    {
        for (int i = 0; i < ProducerCount; i++)
        {
            ProducerHeader* producer = (ProducerHeader*)_header->Producers[i];
            var messages = new List<SentMessageImage>(producer->Messages.Count);
            for (MessageHeader* message = producer->Oldest; message != null; message = message->Next)
            {
                messages.Add(new SentMessageImage(NameTable.NameOf((nint)message).ToArray(), message->Id));
            }

            producers.Add(new SentProducerImage(NameTable.NameOf((nint)producer).ToArray(), messages));
        }
    }

    /// <summary>Notes a message that is not there.</summary>
    public void Add(NativeHeap heap, ReadOnlySpan<byte> producer, ReadOnlySpan<byte> message, StreamId id)
    {
        ProducerHeader* sender = (ProducerHeader*)_header->Producers.Find(producer);
        if (sender == null)
        {
            ForgetSome(heap, (long)id.Ms);
            sender = (ProducerHeader*)NameTable.CreateItem(heap, sizeof(ProducerHeader), producer);
            _header->Producers.Add(heap, (nint)sender);
            _header->ItemBytes += NameTable.ItemMemoryBytes((nint)sender);
        }

        while (sender->Messages.Count >= MaxMessages)
        {
            ForgetOldest(heap, sender);
        }

        MessageHeader* added = (MessageHeader*)NameTable.CreateItem(heap, sizeof(MessageHeader), message);
        added->Id = id;
        *(sender->Newest == null ? &sender->Oldest : &sender->Newest->Next) = added;
        sender->Newest = added;
        long tableBytes = sender->Messages.MemoryBytes;
        sender->Messages.Add(heap, (nint)added);
        _header->ItemBytes += NameTable.ItemMemoryBytes((nint)added) + sender->Messages.MemoryBytes - tableBytes;
        _header->Messages++;
        _header->Added++;
    }

    /// <summary>Sets the limits; other ones than before make all messages be forgotten.</summary>
    public void Configure(NativeHeap heap, int seconds, int maxMessages)
    {
        if (seconds != Seconds || maxMessages != MaxMessages)
        {
            Clear(heap, ownerThread: true);
            _header->Seconds = seconds;
            _header->MaxMessages = maxMessages;
        }
    }

    /// <summary>Forgets what is too old of all producers, and producers of whom nothing is left. For those who count.</summary>
    public void ForgetOld(NativeHeap heap, long nowMs)
    {
        for (int i = ProducerCount - 1; i >= 0; i--)
        {
            ProducerHeader* producer = (ProducerHeader*)_header->Producers[i];
            ForgetOld(heap, producer, nowMs);
            if (producer->Oldest == null)
            {
                Remove(heap, producer);
            }
        }
    }

    public SentMessages Clone(NativeHeap heap)
    {
        SentMessages copy = Create(heap);
        copy._header->Seconds = Seconds;
        copy._header->MaxMessages = MaxMessages;
        for (int i = 0; i < ProducerCount; i++)
        {
            ProducerHeader* producer = (ProducerHeader*)_header->Producers[i];
            for (MessageHeader* message = producer->Oldest; message != null; message = message->Next)
            {
                copy.Add(heap, NameTable.NameOf((nint)producer), NameTable.NameOf((nint)message), message->Id);
            }
        }

        copy._header->Added = Added;
        copy._header->Duplicates = Duplicates;
        return copy;
    }

    public void Free(NativeHeap heap, bool ownerThread)
    {
        Clear(heap, ownerThread);
        if (ownerThread)
        {
            heap.Free((byte*)_header, (nuint)sizeof(IdempotencyHeader));
        }
        else
        {
            heap.FreeFromOtherThread((byte*)_header, (nuint)sizeof(IdempotencyHeader));
        }
    }

    /// <summary>For each producer that comes two others are looked at, so that those who have gone do not pile up.</summary>
    private void ForgetSome(NativeHeap heap, long nowMs)
    {
        const int Looks = 2;
        for (int i = 0; i < Looks && ProducerCount > 0; i++)
        {
            int at = _header->NextLook % ProducerCount;
            ProducerHeader* producer = (ProducerHeader*)_header->Producers[at];
            ForgetOld(heap, producer, nowMs);
            if (producer->Oldest == null)
            {
                Remove(heap, producer);
            }
            else
            {
                _header->NextLook = at + 1;
            }
        }
    }

    private void Remove(NativeHeap heap, ProducerHeader* producer)
    {
        _header->ItemBytes -= NameTable.ItemMemoryBytes((nint)producer) + producer->Messages.MemoryBytes;
        producer->Messages.Free(heap, ownerThread: true);
        _header->Producers.Remove(heap, (nint)producer);
        NameTable.FreeItem(heap, (nint)producer, ownerThread: true);
    }

    private void ForgetOld(NativeHeap heap, ProducerHeader* producer, long nowMs)
    {
        while (producer->Oldest != null && (long)producer->Oldest->Id.Ms <= nowMs - (Seconds * MsPerSecond))
        {
            ForgetOldest(heap, producer);
        }
    }

    private void ForgetOldest(NativeHeap heap, ProducerHeader* producer)
    {
        MessageHeader* oldest = producer->Oldest;
        producer->Oldest = oldest->Next;
        if (producer->Oldest == null)
        {
            producer->Newest = null;
        }

        long tableBytes = producer->Messages.MemoryBytes;
        producer->Messages.Remove(heap, (nint)oldest);
        _header->ItemBytes += producer->Messages.MemoryBytes - tableBytes - NameTable.ItemMemoryBytes((nint)oldest);
        _header->Messages--;
        NameTable.FreeItem(heap, (nint)oldest, ownerThread: true);
    }

    private void Clear(NativeHeap heap, bool ownerThread)
    {
        for (int i = 0; i < ProducerCount; i++)
        {
            ProducerHeader* producer = (ProducerHeader*)_header->Producers[i];
            for (MessageHeader* message = producer->Oldest; message != null;)
            {
                MessageHeader* next = message->Next;
                NameTable.FreeItem(heap, (nint)message, ownerThread);
                message = next;
            }

            producer->Messages.Free(heap, ownerThread);
            NameTable.FreeItem(heap, (nint)producer, ownerThread);
        }

        _header->Producers.Free(heap, ownerThread);
        _header->ItemBytes = 0;
        _header->Messages = 0;
    }
}

/// <summary>What a stream knows of the messages of its producers.</summary>
internal struct IdempotencyHeader
{
    public NameTable Producers;
    public long Added;
    public long Duplicates;

    /// <summary>The number of messages of all producers.</summary>
    public long Messages;

    /// <summary>Memory of producers and messages, with the tables of messages.</summary>
    public long ItemBytes;

    public int Seconds;
    public int MaxMessages;
    public int NextLook;
}

/// <summary>The messages of a producer by name, and in the order in which they came; its own name follows.</summary>
internal unsafe struct ProducerHeader
{
    public NamedHeader Named;
    public NameTable Messages;
    public MessageHeader* Oldest;
    public MessageHeader* Newest;
}

/// <summary>A message and its entry; its name follows.</summary>
internal unsafe struct MessageHeader
{
    public NamedHeader Named;
    public MessageHeader* Next;
    public StreamId Id;
}
