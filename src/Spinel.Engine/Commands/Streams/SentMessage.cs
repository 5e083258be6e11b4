using System.Buffers.Binary;
using Spinel.DataStructures;
using Spinel.Engine.Dispatch;
using Spinel.Engine.Effects;

namespace Spinel.Engine.Commands.Streams;

/// <summary>
/// The message that XADD was given by a producer that may send it again: under a name of the producer's own (IDMP), or one that is made of the fields and values (IDMPAUTO).
/// </summary>
/// <remarks>
/// A name of the server's making is 128 bits, so that no two messages share one by chance. Pairs are hashed one by one and summed up: in which order they come does not
/// matter.
/// </remarks>
internal readonly ref struct SentMessage
{
    /// <summary>Bytes of a name that is made of a message's content.</summary>
    public const int NameBytes = 16;

    // Any two that differ: the names go into logs and to replicas, so they are the same for all servers.
    private static readonly HashKey FirstKey = new(0x7370_696E_656C_0001, 0x6D65_7373_6167_6531);
    private static readonly HashKey SecondKey = new(0x7370_696E_656C_0002, 0x6D65_7373_6167_6532);

    private readonly ReadOnlySpan<byte> _producer;
    private readonly ReadOnlySpan<byte> _name;

    private SentMessage(ReadOnlySpan<byte> producer, ReadOnlySpan<byte> name)
    {
        _producer = producer;
        _name = name;
    }

    public bool HasProducer => !_producer.IsEmpty;

    public static SentMessage Of(CommandArguments arguments, scoped in StreamTrimming options, int firstField, Span<byte> scratch)
    {
        if (options.ProducerIndex == 0)
        {
            return default;
        }

        if (options.MessageIndex != 0)
        {
            return new SentMessage(arguments[options.ProducerIndex], arguments[options.MessageIndex]);
        }

        ulong first = 0;
        ulong second = 0;
        for (int i = firstField; i + 1 < arguments.Count; i += 2)
        {
            first += HashOf(FirstKey, arguments[i], arguments[i + 1]);
            second += HashOf(SecondKey, arguments[i], arguments[i + 1]);
        }

        BinaryPrimitives.WriteUInt64LittleEndian(scratch, first);
        BinaryPrimitives.WriteUInt64LittleEndian(scratch[sizeof(ulong)..], second);
        return new SentMessage(arguments[options.ProducerIndex], scratch);
    }

    /// <summary>Replies with the id of the entry that the message has already, if it has one.</summary>
    public static bool TryReplyAsDuplicate(ref CommandContext c, scoped SentMessage sent, StreamValue stream)
    {
        if (!stream.TryFindSent(c.Keyspace.Heap, sent._producer, sent._name, c.NowMs, out StreamId id))
        {
            return false;
        }

        stream.CountDuplicate();
        c.SuppressEffect();
        StreamReply.Id(ref c, id);
        return true;
    }

    /// <summary>Remembers the message with its entry.</summary>
    public static void Remember(ref CommandContext c, scoped SentMessage sent, StreamValue stream, StreamId id)
    {
        stream.AddSent(c.Keyspace.Heap, sent._producer, sent._name, id);
    }

    /// <summary>Has it remembered wherever the effect of the command goes.</summary>
    public static void Tell(ref CommandContext c, scoped SentMessage sent, StreamId id)
    {
        Span<byte> scratch = stackalloc byte[StreamId.MaxLength];
        EffectStream effect = c.BeginNote("XIDMPRECORD"u8);
        effect.Add(c[1]);
        effect.Add(sent._producer);
        effect.Add(sent._name);
        effect.Add(id.Format(scratch));
    }

    // The field is part of the key for the value, so that no byte can move from one to the other unnoticed.
    private static ulong HashOf(HashKey key, ReadOnlySpan<byte> field, ReadOnlySpan<byte> value) => new HashKey(key.Hash(field), key.Second).Hash(value);
}
