using Spinel.Memory;

namespace Spinel.DataStructures;

// Messages that are too old, and producers of whom nothing is left. All go in small numbers with what is done anyway, so that nobody waits for them.
internal readonly unsafe partial struct SentMessages
{
    /// <summary>Messages of a producer that are forgotten when it sends one: more than come, so that they go even where they were many.</summary>
    private const int ForgetsPerCall = 32;

    /// <summary>Producers that are looked at for each one that comes, so that those who have gone do not pile up.</summary>
    private const int LooksPerProducer = 2;

    /// <summary>Producers that are looked at for those who count, and messages forgotten: a fraction of a millisecond.</summary>
    private const int LooksPerCount = 1024;
    private const int ForgetsPerCount = 2048;

    /// <summary>Forgets what is too old, and producers of whom nothing is left; where there are very many, only of some. For those who count.</summary>
    public void ForgetOld(NativeHeap heap, long nowMs)
    {
        int forgets = ForgetsPerCount;
        Look(heap, nowMs, (int)Math.Min(ProducerCount, LooksPerCount), ref forgets);
    }

    private void ForgetOfOthers(NativeHeap heap, long nowMs)
    {
        int forgets = ForgetsPerCall;
        Look(heap, nowMs, LooksPerProducer, ref forgets);
    }

    /// <summary>Looks at some producers in turn.</summary>
    private void Look(NativeHeap heap, long nowMs, int looks, ref int forgets)
    {
        for (; looks > 0 && forgets > 0 && ProducerCount > 0; looks--)
        {
            ProducerHeader* producer = _header->Look == null ? _header->First : _header->Look;
            ForgetOld(heap, producer, nowMs, ref forgets);
            if (forgets > 0)
            {
                _header->Look = producer->Next;
            }

            if (producer->Oldest == null)
            {
                Remove(heap, producer);
            }
        }
    }

    private bool IsOld(MessageHeader* message, long nowMs) => (long)message->Id.Ms <= nowMs - (Seconds * MsPerSecond);

    private void ForgetOld(NativeHeap heap, ProducerHeader* producer, long nowMs, ref int forgets)
    {
        for (; forgets > 0 && producer->Oldest != null && IsOld(producer->Oldest, nowMs); forgets--)
        {
            ForgetOldest(heap, producer);
        }
    }

    private void ForgetUpTo(NativeHeap heap, ProducerHeader* producer, MessageHeader* message)
    {
        bool isLast;
        do
        {
            isLast = producer->Oldest == message;
            ForgetOldest(heap, producer);
        }
        while (!isLast);
    }

    private void ForgetOldest(NativeHeap heap, ProducerHeader* producer)
    {
        bool isKept = Watcher(heap)?.BeforeForget(producer) ?? false;
        MessageHeader* oldest = producer->Oldest;
        producer->Oldest = oldest->Next;
        if (producer->Oldest == null)
        {
            producer->Newest = null;
        }

        producer->Count--;
        Messages.Remove(heap, (nint)oldest, Messages.Hash(oldest->Key));
        _header->ItemBytes -= oldest->MemoryBytes;
        if (!isKept)
        {
            oldest->Free(heap, ownerThread: true);
        }
    }
}
