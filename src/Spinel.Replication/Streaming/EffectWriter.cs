using Spinel.Engine;
using Spinel.Engine.Effects;
using Spinel.Persistence.Aof;

namespace Spinel.Replication.Streaming;

/// <summary>
/// Makes the stream of a primary: the effects of what its clients do, in the form in which the append-only log has them, and a few requests of its own
/// that are for the replicas alone. A replica makes no stream; it passes on the one that it receives.
/// </summary>
internal sealed class EffectWriter(SpinelEngine engine, Backlog backlog) : IEffectSubscriber
{
    private AofEncoder _encoder = new();

    /// <inheritdoc/>
    public bool TakesReplicaOnly => true;

    /// <summary>The database that the stream has selected; -1 when what comes next selects one in any case.</summary>
    public int Database => _encoder.Database;

    /// <summary>Whether effects become part of the stream.</summary>
    public bool IsOn
    {
        get;
        set
        {
            if (field == value)
            {
                return;
            }

            field = value;
            if (value)
            {
                _encoder.ForgetDatabase();
                engine.Keyspace.Effects.Subscribe(this);
            }
            else
            {
                engine.Keyspace.Effects.Unsubscribe(this);
            }
        }
    }

    /// <summary>Has the next effect select its database: somebody joins here who knows of no selection.</summary>
    public void ForgetDatabase() => _encoder.ForgetDatabase();

    /// <summary>Shows the replicas that the primary is there.</summary>
    public void Ping() => backlog.Append("*1\r\n$4\r\nPING\r\n"u8);

    /// <summary>Asks the replicas how far they are.</summary>
    public void RequestAcknowledgement() => backlog.Append("*3\r\n$8\r\nREPLCONF\r\n$6\r\nGETACK\r\n$1\r\n*\r\n"u8);

    /// <inheritdoc/>
    public void OnEffects(in EffectBatch batch)
    {
        // What is loaded from a log the replicas have.
        if (!engine.IsLoading)
        {
            _encoder.Append(new BacklogOutput(backlog), in batch, forReplicas: true);
        }
    }

    private readonly struct BacklogOutput(Backlog backlog) : IEffectOutput
    {
        public Span<byte> GetSpan(int size) => backlog.GetSpan(size);

        public void Advance(int count) => backlog.Advance(count);

        public void Append(ReadOnlySpan<byte> bytes) => backlog.Append(bytes);
    }
}
