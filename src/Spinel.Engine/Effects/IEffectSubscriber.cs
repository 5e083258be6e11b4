using Spinel.Protocol;

namespace Spinel.Engine.Effects;

/// <summary>
/// A receiver of the effect stream: the append-only file, the replicas, the dashboard. Effects arrive in the order in which they
/// took place, on the engine thread, after the command that caused them is complete.
/// </summary>
public interface IEffectSubscriber
{
    /// <summary>Whether it is also to hear of what concerns replicas alone. Constant.</summary>
    bool TakesReplicaOnly => false;

    /// <summary>Takes what one command (or transaction, or script) did: one unit, to be applied whole or not at all.</summary>
    void OnEffects(in EffectBatch batch);
}

/// <summary>One deterministic write in the form of a command.</summary>
public readonly ref struct Effect
{
    private readonly ReadOnlySpan<byte> _buffer;
    private readonly ReadOnlySpan<ArgumentRange> _arguments;

    internal Effect(EffectStream.Record record, ReadOnlySpan<byte> buffer, ReadOnlySpan<ArgumentRange> arguments)
    {
        Database = record.Database;
        IsReplicaOnly = record.IsReplicaOnly;
        _buffer = buffer;
        _arguments = arguments;
    }

    /// <summary>The index of the database in which it took place.</summary>
    public int Database { get; }

    /// <summary>It changes no data: only replicas have to know of it.</summary>
    public bool IsReplicaOnly { get; }

    /// <summary>The number of arguments, the command's name included.</summary>
    public int Count => _arguments.Length;

    public ReadOnlySpan<byte> this[int index] => _buffer.Slice(_arguments[index].Offset, _arguments[index].Length);
}

/// <summary>The effects of one command, in order. Valid during the call only.</summary>
public readonly ref struct EffectBatch
{
    private readonly ReadOnlySpan<byte> _buffer;
    private readonly ReadOnlySpan<ArgumentRange> _arguments;
    private readonly ReadOnlySpan<EffectStream.Record> _records;

    internal EffectBatch(ReadOnlySpan<byte> buffer, ReadOnlySpan<ArgumentRange> arguments, ReadOnlySpan<EffectStream.Record> records)
    {
        _buffer = buffer;
        _arguments = arguments;
        _records = records;
    }

    public int Count => _records.Length;

    public Effect this[int index]
    {
        get
        {
            EffectStream.Record record = _records[index];
            return new Effect(record, _buffer, _arguments.Slice(record.FirstArgument, record.ArgumentCount));
        }
    }
}
