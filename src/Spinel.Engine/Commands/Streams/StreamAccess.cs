using Spinel.DataStructures;
using Spinel.Engine.Dispatch;

namespace Spinel.Engine.Commands.Streams;

/// <summary>How the commands on streams come to their stream and its groups.</summary>
internal static class StreamAccess
{
    /// <summary>When a stream begins a new block, as the options say at this moment.</summary>
    public static StreamLimits Limits(ref readonly CommandContext c) =>
        new(c.Engine.Options.StreamNodeMaxBytes, c.Engine.Options.StreamNodeMaxEntries);

    /// <summary>
    /// Looks up a stream for reading. Returns false, having replied WRONGTYPE, when the key holds something else; the stream is null when
    /// it does not exist.
    /// </summary>
    public static bool TryFind(ref CommandContext c, int index, out StreamValue stream)
    {
        stream = default;
        if (!c.TryFind(index, ValueKind.Stream, out KeyBlock block))
        {
            return false;
        }

        stream = block.IsNull ? default : new StreamValue(block.Payload);
        return true;
    }

    /// <summary>As <see cref="TryFind"/>, for writing.</summary>
    public static bool TryOpen(ref CommandContext c, int index, out KeyWriter writer, out StreamValue stream)
    {
        stream = default;
        if (!c.TryOpen(index, ValueKind.Stream, out writer))
        {
            return false;
        }

        stream = writer.Exists ? new StreamValue(writer.Block.Payload) : default;
        return true;
    }

    /// <summary>
    /// Opens a stream for writing and finds a group of it. Returns false, having replied, when the key holds something else or there is no
    /// such group.
    /// </summary>
    public static bool TryOpenGroup(ref CommandContext c, int keyIndex, int groupIndex, out KeyWriter writer, out StreamValue stream, out StreamGroup group)
    {
        group = default;
        if (!TryOpen(ref c, keyIndex, out writer, out stream))
        {
            return false;
        }

        writer.CountAsRead();
        group = stream.IsNull ? default : stream.FindGroup(c[groupIndex]);
        if (!group.IsNull)
        {
            return true;
        }

        c.Error(Errors.NoStreamOrGroup(c[keyIndex], c[groupIndex]));
        return false;
    }

    /// <summary>A consumer that has just been heard of: the group's, or one that is made for it, which is an event and an effect of its own.</summary>
    public static StreamConsumer SeeConsumer(ref CommandContext c, scoped KeyWriter writer, StreamGroup group, int groupIndex, int consumerIndex)
    {
        StreamConsumer consumer = group.FindConsumer(c[consumerIndex]);
        if (consumer.IsNull)
        {
            consumer = group.CreateConsumer(c.Keyspace.Heap, c[consumerIndex], c.NowMs);
            writer.Commit(KeyEvent.XGroupCreateConsumer);
            Effects.EffectStream effect = c.BeginEffect("XGROUP"u8);
            effect.Add("CREATECONSUMER"u8);
            effect.Add(writer.Key);
            effect.Add(c[groupIndex]);
            effect.Add(c[consumerIndex]);
        }

        consumer.SeenMs = c.NowMs;
        return consumer;
    }
}
