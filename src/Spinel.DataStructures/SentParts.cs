namespace Spinel.DataStructures;

/// <summary>
/// The messages that a stream remembers of its producers, as they are when the walk begins. They are copied then, for they change with every message: many
/// producers make that a step that takes long.
/// </summary>
public sealed class SentParts
{
    private readonly List<SentProducerImage> _producers = [];
    private int _producer;

    /// <summary>Whether there are any, or limits for them.</summary>
    public bool IsThere { get; private set; }

    /// <summary>How long a message is remembered.</summary>
    public int Seconds { get; private set; }

    /// <summary>How many of a producer are remembered at most.</summary>
    public int MaxMessages { get; private set; }

    /// <summary>How many messages there ever were.</summary>
    public long Added { get; private set; }

    /// <summary>How many came again.</summary>
    public long Duplicates { get; private set; }

    /// <summary>Of how many producers messages are remembered.</summary>
    public int ProducerCount => _producers.Count;

    /// <summary>The present producer's name.</summary>
    public ReadOnlySpan<byte> Producer => _producers[_producer].Name;

    /// <summary>The present producer's messages, the oldest first.</summary>
    public IReadOnlyList<SentMessageImage> Messages => _producers[_producer].Messages;

    /// <summary>Goes to the next producer, at first to the first one; false when there is none.</summary>
    public bool MoveNextProducer() => ++_producer < _producers.Count;

    internal void Begin(StreamValue stream)
    {
        _producers.Clear();
        _producer = -1;
        IsThere = stream.IsIdempotent;
        if (IsThere)
        {
            SentMessages sent = stream.Sent;
            Seconds = sent.Seconds;
            MaxMessages = sent.MaxMessages;
            Added = sent.Added;
            Duplicates = sent.Duplicates;
            sent.CopyTo(_producers);
        }
    }
}

/// <summary>A message that a producer has sent.</summary>
/// <param name="Name">The producer's name for it.</param>
/// <param name="Id">Its entry.</param>
public readonly record struct SentMessageImage(byte[] Name, StreamId Id);

/// <summary>A producer with its messages.</summary>
internal sealed record SentProducerImage(byte[] Name, List<SentMessageImage> Messages);
