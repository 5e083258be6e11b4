using Spinel.Protocol;

namespace Spinel.Engine.Effects;

/// <summary>
/// The one stream in which every write leaves the engine, in its deterministic form: what was random, relative to the clock or decided by
/// the server is written as its outcome (<c>SPOP</c> as <c>SREM</c>, <c>EX 10</c> as <c>PXAT</c>, an expiry as <c>DEL</c>).
/// Effects are recorded while a command runs and published together when it is complete, so a subscriber never sees half a command.
/// Without subscribers recording is off and costs one predictable branch.
/// </summary>
public sealed class EffectStream
{
    private const int KeptCapacityBytes = 1 << 20;
    private const int KeptArguments = 1 << 14;
    private IEffectSubscriber[] _subscribers = [];
    private byte[] _buffer = [];
    private int _length;
    private ArgumentRange[] _arguments = [];
    private int _argumentCount;
    private Record[] _records = [];
    private int _recordCount;

    /// <summary>True when somebody listens; recording does nothing otherwise.</summary>
    public bool IsActive { get; private set; }

    /// <summary>True when somebody listens who wants to know of what is for replicas only.</summary>
    public bool IsActiveForReplicas { get; private set; }

    /// <summary>
    /// How long the append-only log has become by what has been published: the log says so, and every session keeps it from its last command on, so that a client can
    /// wait until all that it has written or seen is on disk.
    /// </summary>
    public long LoggedBytes { get; set; }

    /// <summary>The number of effects recorded and not yet published.</summary>
    public int PendingCount => _recordCount;

    public void Subscribe(IEffectSubscriber subscriber)
    {
        _subscribers = [.. _subscribers, subscriber];
        IsActive = true;
        IsActiveForReplicas |= subscriber.TakesReplicaOnly;
    }

    public void Unsubscribe(IEffectSubscriber subscriber)
    {
        _subscribers = Array.FindAll(_subscribers, s => !ReferenceEquals(s, subscriber));
        IsActive = _subscribers.Length > 0;
        IsActiveForReplicas = Array.Exists(_subscribers, static s => s.TakesReplicaOnly);
        if (!IsActive)
        {
            Clear();
        }
    }

    /// <summary>Starts an effect; its arguments follow by <see cref="Add(ReadOnlySpan{byte})"/>.</summary>
    /// <param name="database">Where it takes place.</param>
    /// <param name="isReplicaOnly">It changes no data, so that it is no business of the log: a published message.</param>
    public void Begin(int database, bool isReplicaOnly = false)
    {
        if (!IsActive)
        {
            return;
        }

        if (_recordCount == _records.Length)
        {
            Array.Resize(ref _records, Math.Max(16, _records.Length * 2));
        }

        _records[_recordCount++] = new Record(database, _argumentCount, isReplicaOnly);
    }

    /// <summary>Adds an argument to the effect begun last.</summary>
    public void Add(ReadOnlySpan<byte> argument)
    {
        if (!IsActive)
        {
            return;
        }

        if (argument.Length > _buffer.Length - _length)
        {
            Array.Resize(ref _buffer, (int)Math.Min(Array.MaxLength, Math.Max((long)_buffer.Length * 2, (long)_length + argument.Length + 256)));
        }

        if (_argumentCount == _arguments.Length)
        {
            Array.Resize(ref _arguments, Math.Max(64, _arguments.Length * 2));
        }

        argument.CopyTo(_buffer.AsSpan(_length));
        _arguments[_argumentCount++] = new ArgumentRange(_length, argument.Length);
        _length += argument.Length;
        _records[_recordCount - 1].ArgumentCount++;
    }

    /// <summary>Adds an integer argument in decimal digits.</summary>
    public void Add(long argument)
    {
        if (IsActive)
        {
            Span<byte> digits = stackalloc byte[20];
            argument.TryFormat(digits, out int length);
            Add(digits[..length]);
        }
    }

    /// <summary>Hands everything recorded to the subscribers as one unit.</summary>
    public void Publish()
    {
        if (_recordCount == 0)
        {
            return;
        }

        var batch = new EffectBatch(_buffer.AsSpan(0, _length), _arguments.AsSpan(0, _argumentCount), _records.AsSpan(0, _recordCount));
        foreach (IEffectSubscriber subscriber in _subscribers)
        {
            subscriber.OnEffects(in batch);
        }

        Clear();
    }

    private void Clear()
    {
        _recordCount = 0;
        _argumentCount = 0;
        _length = 0;

        // One huge value must not keep its buffer for good.
        if (_buffer.Length > KeptCapacityBytes)
        {
            _buffer = [];
        }

        if (_arguments.Length > KeptArguments)
        {
            _arguments = [];
            _records = [];
        }
    }

    internal struct Record(int database, int firstArgument, bool isReplicaOnly)
    {
        public readonly int Database = database;
        public readonly int FirstArgument = firstArgument;
        public readonly bool IsReplicaOnly = isReplicaOnly;
        public int ArgumentCount;
    }
}
