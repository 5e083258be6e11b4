using Spinel.Memory;

namespace Spinel.DataStructures;

/// <summary>What a stream knows of messages that producers may send again.</summary>
/// <param name="Seconds">How long a message is remembered.</param>
/// <param name="MaxMessages">How many of a producer are remembered at most.</param>
/// <param name="Producers">Of how many producers messages are remembered.</param>
/// <param name="Messages">How many messages of all producers.</param>
/// <param name="Added">How many there ever were.</param>
/// <param name="Duplicates">How many came again.</param>
public readonly record struct StreamIdempotency(int Seconds, int MaxMessages, long Producers, long Messages, long Added, long Duplicates)
{
    /// <summary>How long messages are remembered when nothing is said.</summary>
    public const int DefaultSeconds = 100;

    /// <summary>How many of a producer are remembered when nothing is said.</summary>
    public const int DefaultMessages = 100;

    /// <summary>The most that <see cref="Seconds"/> may be: a day.</summary>
    public const int MaxSeconds = 86_400;

    /// <summary>The most that <see cref="MaxMessages"/> may be.</summary>
    public const int MaxMessagesOfProducer = 10_000;
}

public readonly unsafe partial struct StreamValue
{
    /// <summary>Whether messages of producers have ever been told apart.</summary>
    public bool IsIdempotent => _header->Idempotency != 0;

    /// <summary>How many streams of a heap are <see cref="IsIdempotent"/>; those that are deleted count until their memory is given back.</summary>
    public static long IdempotentCount(NativeHeap heap)
    {
        ArgumentNullException.ThrowIfNull(heap);
        return HeapCompanion.Of(heap).SentMessages;
    }

    internal SentMessages Sent => new(_header->Idempotency);

    /// <summary>The entry of a message that a producer has sent before, if it is not forgotten.</summary>
    public bool TryFindSent(NativeHeap heap, ReadOnlySpan<byte> producer, ReadOnlySpan<byte> message, long nowMs, out StreamId id)
    {
        id = default;
        return IsIdempotent && Sent.TryFind(heap, producer, message, nowMs, out id);
    }

    /// <summary>Counts a message that came again.</summary>
    public void CountDuplicate() => Sent.CountDuplicate();

    /// <summary>Notes the entry of a message that a producer has sent, and that <see cref="TryFindSent"/> did not find.</summary>
    public void AddSent(NativeHeap heap, ReadOnlySpan<byte> producer, ReadOnlySpan<byte> message, StreamId id)
    {
        BeginIdempotency(heap);
        Sent.Add(heap, producer, message, id);
    }

    /// <summary>Sets for how long, and how many messages of each producer are remembered. Other limits than before make all be forgotten.</summary>
    /// <param name="heap">The heap.</param>
    /// <param name="seconds">For how long; 0 leaves that as it is.</param>
    /// <param name="maxMessages">How many; 0 leaves that as it is.</param>
    /// <param name="release">Frees what is forgotten: now, or when a walk over it is done with it.</param>
    public void ConfigureIdempotency(NativeHeap heap, int seconds, int maxMessages, Action<StreamRemains> release)
    {
        ArgumentNullException.ThrowIfNull(release);
        BeginIdempotency(heap);
        SentMessages old = Sent;
        seconds = seconds == 0 ? old.Seconds : seconds;
        maxMessages = maxMessages == 0 ? old.MaxMessages : maxMessages;
        if (seconds == old.Seconds && maxMessages == old.MaxMessages)
        {
            return;
        }

        _header->Idempotency = old.CreateSuccessor(heap, seconds, maxMessages).Address;
        if (old.Header->IsWatched)
        {
            PartWatches.Get<SentParts>(heap, old.Address).TakeOver(release);
        }
        else
        {
            release(new StreamRemains(old));
        }
    }

    /// <summary>The figures, without what is too old, of which only some is looked for where there is very much. Precondition: <see cref="IsIdempotent"/>.</summary>
    public StreamIdempotency GetIdempotency(NativeHeap heap, long nowMs)
    {
        Sent.ForgetOld(heap, nowMs);
        return new StreamIdempotency(Sent.Seconds, Sent.MaxMessages, Sent.ProducerCount, Sent.MessageCount, Sent.Added, Sent.Duplicates);
    }

    /// <summary>Sets the figures that only count: when a stream is read from a file.</summary>
    public void SetIdempotencyCounts(NativeHeap heap, long added, long duplicates)
    {
        BeginIdempotency(heap);
        Sent.SetCounts(added, duplicates);
    }

    private void BeginIdempotency(NativeHeap heap)
    {
        if (!IsIdempotent)
        {
            _header->Idempotency = SentMessages.Create(heap).Address;
        }
    }
}
