using Spinel.Memory;

namespace Spinel.DataStructures;

/// <summary>
/// Shows the messages that a stream remembers of its producers, as they are when the walk begins: the producers one after the other, of each its messages, the oldest first. Part of
/// <see cref="StreamParts"/>.
/// </summary>
/// <remarks>
/// The walk follows the list of producers, in which new ones come last. Of a producer that has not been shown, and is about to change, it is noted where its queue begins and how
/// many messages are in it; new messages come behind those. What is forgotten of them stays in its block, which still points to the next one, and is freed here once it has been shown.
/// So is the block of a producer that goes; such are shown last. Nothing is copied: whatever changes costs O(1).
/// </remarks>
public sealed unsafe class SentParts
{
    private readonly Dictionary<nint, Producer> _touched = [];
    private readonly Queue<Producer> _gone = [];
    private readonly Producer _untouched = new();
    private IdempotencyHeader* _sent;
    private NativeHeap? _heap;
    private Action<StreamRemains>? _release;
    private ProducerHeader* _next;
    private ulong _end;
    private Producer? _present;
    private bool _hasMessage;

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
    public long ProducerCount { get; private set; }

    /// <summary>The present producer's name.</summary>
    public ReadOnlySpan<byte> ProducerName => _present!.Header->Name;

    /// <summary>How many messages of the present producer are still to be shown, with the present one.</summary>
    public int MessagesLeft => _present!.Left;

    /// <summary>The producer's name for the present message.</summary>
    public ReadOnlySpan<byte> MessageName => _present!.Next->Name;

    /// <summary>The entry of the present message, which need not be there any more.</summary>
    public StreamId MessageId => _present!.Next->Id;

    /// <summary>Goes to the next producer, at first to the first one; false when there is none.</summary>
    public bool MoveNextProducer()
    {
        EndPresent();
        if (_next != null && _next->Number < _end)
        {
            ProducerHeader* header = _next;
            _next = header->Next;
            if (!_touched.Remove((nint)header, out _present))
            {
                _present = _untouched;
                _present.Begin(header);
            }

            return true;
        }

        return _gone.TryDequeue(out _present);
    }

    /// <summary>Goes to the producer's next message, at first to the first one; false when there are no more.</summary>
    public bool MoveNextMessage()
    {
        if (_hasMessage)
        {
            _present!.Pass(_heap);
        }

        _hasMessage = _present!.Left > 0;
        return _hasMessage;
    }

    internal void Begin(StreamValue stream)
    {
        _present = null;
        _hasMessage = false;
        _next = null;
        IsThere = stream.IsIdempotent;
        if (IsThere)
        {
            SentMessages sent = stream.Sent;
            _sent = sent.Header;
            _next = _sent->First;
            _end = _sent->NextNumber;
            Seconds = sent.Seconds;
            MaxMessages = sent.MaxMessages;
            Added = sent.Added;
            Duplicates = sent.Duplicates;
            ProducerCount = sent.ProducerCount;
        }
    }

    internal void Freeze(NativeHeap heap)
    {
        if (IsThere)
        {
            PartWatches.Add(heap, (nint)_sent, this);
            _sent->IsWatched = true;
            _heap = heap;
        }
    }

    internal void Thaw()
    {
        if (_heap is not { } heap)
        {
            return;
        }

        EndPresent();
        foreach (Producer producer in _touched.Values)
        {
            producer.Release(heap);
        }

        while (_gone.TryDequeue(out Producer? gone))
        {
            gone.Release(heap);
        }

        _touched.Clear();
        _sent->IsWatched = false;
        PartWatches.Remove(heap, (nint)_sent);
        _release?.Invoke(new StreamRemains(new SentMessages((nint)_sent)));
        _release = null;
        _heap = null;
        _sent = null;
    }

    /// <summary>Called by the stream: it has done with all messages. They are released when they have been shown.</summary>
    internal void TakeOver(Action<StreamRemains> release) => _release = release;

    /// <summary>Called before a message of a producer is added.</summary>
    internal void BeforeAdd(ProducerHeader* producer) => NoteOf(producer);

    /// <summary>Called before the oldest message of a producer is forgotten.</summary>
    /// <returns>Whether its block is this reader's to free from now on.</returns>
    internal bool BeforeForget(ProducerHeader* producer) => NoteOf(producer)?.Keep() ?? false;

    /// <summary>Called before a producer goes, which has no messages any more.</summary>
    /// <returns>Whether its block is this reader's to free from now on.</returns>
    internal bool BeforeRemove(ProducerHeader* producer)
    {
        Producer? note = NoteOf(producer);
        if (_next == producer)
        {
            _next = producer->Next;
        }

        if (note is null)
        {
            return false;
        }

        note.IsGone = true;
        if (_touched.Remove((nint)producer))
        {
            _gone.Enqueue(note);
        }

        return true;
    }

    /// <summary>What is known of a producer that has not been shown to the end; null of others, and of new ones.</summary>
    private Producer? NoteOf(ProducerHeader* producer)
    {
        if (_present is { } present && present.Header == producer)
        {
            return present;
        }

        if (_next == null || producer->Number < _next->Number || producer->Number >= _end)
        {
            return null;
        }

        if (!_touched.TryGetValue((nint)producer, out Producer? note))
        {
            note = new Producer();
            note.Begin(producer);
            _touched.Add((nint)producer, note);
        }

        return note;
    }

    private void EndPresent()
    {
        if (_present is { } shown)
        {
            shown.Release(_heap);
            _present = null;
        }

        _hasMessage = false;
    }

    /// <summary>A producer, and what is to be shown of its queue.</summary>
    private sealed class Producer
    {
        /// <summary>How many of the messages from <see cref="Next"/> on are forgotten, and freed here.</summary>
        private int _kept;

        /// <summary>How many messages that have been passed are not forgotten.</summary>
        private int _passed;

        public ProducerHeader* Header { get; private set; }

        /// <summary>The first message that is still to be passed.</summary>
        public MessageHeader* Next { get; private set; }

        /// <summary>How many are still to be passed.</summary>
        public int Left { get; private set; }

        /// <summary>It is in the stream no more: its block is freed here.</summary>
        public bool IsGone { get; set; }

        public void Begin(ProducerHeader* header)
        {
            Header = header;
            Next = header->Oldest;
            Left = header->Count;
            IsGone = false;
            _kept = 0;
            _passed = 0;
        }

        /// <summary>Goes to the next message.</summary>
        public void Pass(NativeHeap? heap)
        {
            MessageHeader* passed = Next;
            Next = passed->Next;
            Left--;
            if (_kept > 0)
            {
                _kept--;
                passed->Free(heap!, ownerThread: true);
            }
            else
            {
                _passed++;
            }
        }

        /// <summary>The oldest message is about to be forgotten.</summary>
        /// <returns>Whether it is still to be shown.</returns>
        public bool Keep()
        {
            if (_passed > 0)
            {
                _passed--;
                return false;
            }

            if (_kept == Left)
            {
                // A new one.
                return false;
            }

            _kept++;
            return true;
        }

        /// <summary>Frees what is left of what was kept.</summary>
        public void Release(NativeHeap? heap)
        {
            while (_kept > 0)
            {
                Pass(heap);
            }

            if (IsGone)
            {
                Header->Free(heap!, ownerThread: true);
            }
        }
    }
}
