using Spinel.DataStructures;
using Spinel.Engine.Dispatch;
using Spinel.Engine.Effects;

namespace Spinel.Engine.Commands.Streams;

/// <summary>By what a stream is cut.</summary>
internal enum TrimStrategy : byte
{
    None,
    MaxLength,
    MinId,
}

/// <summary>The options of XADD and XTRIM in front of the id: how the stream is to be cut, and whether it may be made.</summary>
internal struct StreamTrimming
{
    private const long MaxDefaultLimit = 1_000_000;
    private const long DefaultLimitWithoutNodeEntries = 10_000;
    private const int NodesOfDefaultLimit = 100;

    private int _threshold;
    private long _maxLength;
    private StreamId _minId;
    private long _limit;
    private bool _limitGiven;
    private bool _referencesGiven;

    /// <summary>The argument with the name of a producer (XADD IDMP, IDMPAUTO); 0 when not given.</summary>
    public int ProducerIndex { get; private set; }

    /// <summary>The argument with the name that the producer gives its message; 0 when the message is its own name.</summary>
    public int MessageIndex { get; private set; }

    public TrimStrategy Strategy { get; private set; }

    /// <summary>Whether only whole blocks go, so that more entries may stay than asked for.</summary>
    public bool IsApproximate { get; private set; }

    /// <summary>What becomes of the references that groups hold to entries that go.</summary>
    public StreamReferences References { get; private set; }

    /// <summary>NOMKSTREAM: a stream that does not exist is not made.</summary>
    public bool MustExist { get; private set; }

    /// <summary>
    /// Reads the options from argument 2 on, of XADD up to the id. Replies with an error and returns false when they are wrong.
    /// </summary>
    /// <param name="c">The call.</param>
    /// <param name="beforeId">Whether the options end where an id stands (XADD).</param>
    /// <param name="trimming">The options.</param>
    /// <param name="end">The argument behind the options, or the number of arguments.</param>
    public static bool TryRead(ref CommandContext c, bool beforeId, out StreamTrimming trimming, out int end)
    {
        trimming = default;
        for (end = 2; end < c.Count; end++)
        {
            bool hasMore = end + 1 < c.Count;
            if (beforeId && c[end] is [(byte)'*'])
            {
                break;
            }

            if (hasMore && (c.Is(end, "MAXLEN"u8) || c.Is(end, "MINID"u8)))
            {
                if (!trimming.TryReadThreshold(ref c, ref end))
                {
                    return false;
                }
            }
            else if (hasMore && c.Is(end, "LIMIT"u8))
            {
                if (!trimming.TryReadLimit(ref c, ++end))
                {
                    return false;
                }
            }
            else if (!trimming._referencesGiven && ReferenceCommands.TryReadOption(in c, end, out StreamReferences references))
            {
                trimming._referencesGiven = true;
                trimming.References = references;
            }
            else if (beforeId && ((end + 2 < c.Count && c.Is(end, "IDMP"u8)) || (hasMore && c.Is(end, "IDMPAUTO"u8))))
            {
                if (!trimming.TryReadProducer(ref c, ref end))
                {
                    return false;
                }
            }
            else if (beforeId && c.Is(end, "NOMKSTREAM"u8))
            {
                trimming.MustExist = true;
            }
            else if (beforeId)
            {
                break;
            }
            else
            {
                c.Error(Errors.Syntax);
                return false;
            }
        }

        return true;
    }

    private bool TryReadProducer(ref CommandContext c, ref int index)
    {
        bool isNamed = c.Is(index, "IDMP"u8);
        ReadOnlySpan<byte> error = ProducerIndex != 0 ? Errors.ProducerGivenTwice
            : c[index + 1].IsEmpty ? (isNamed ? Errors.ProducerEmpty : Errors.ProducerOfAutoEmpty)
            : isNamed && c[index + 2].IsEmpty ? Errors.MessageNameEmpty
            : default;
        if (!error.IsEmpty)
        {
            c.Error(error);
            return false;
        }

        ProducerIndex = ++index;
        MessageIndex = isNamed ? ++index : 0;
        return true;
    }

    /// <summary>Checks what the options say together. Replies with an error and returns false when they do not fit.</summary>
    public bool TryComplete(ref CommandContext c, bool mustTrim)
    {
        if (_limit != 0 && Strategy == TrimStrategy.None)
        {
            c.Error(Errors.TrimLimitWithoutStrategy);
            return false;
        }

        if (mustTrim && Strategy == TrimStrategy.None)
        {
            c.Error(Errors.TrimWithoutStrategy);
            return false;
        }

        if (_limitGiven && !IsApproximate)
        {
            c.Error(Errors.TrimLimitOfExact);
            return false;
        }

        if (!_limitGiven && IsApproximate)
        {
            // A bound on the work of one command.
            long limit = NodesOfDefaultLimit * c.Engine.Options.StreamNodeMaxEntries;
            _limit = limit <= 0 ? DefaultLimitWithoutNodeEntries : Math.Min(limit, MaxDefaultLimit);
        }

        return true;
    }

    /// <summary>Whether an effect in the client's words would not be understood everywhere, or not come to the same everywhere.</summary>
    public readonly bool MustBeTold => IsApproximate || _referencesGiven;

    /// <summary>Cuts a stream; returns how many entries went.</summary>
    /// <param name="keyspace">Whose it is.</param>
    /// <param name="stream">The stream.</param>
    /// <param name="effects">Notes what <see cref="Record"/> does not tell.</param>
    public readonly long Apply(Keyspace keyspace, StreamValue stream, ref RemovalEffects effects)
    {
        if (Strategy == TrimStrategy.None)
        {
            return 0;
        }

        bool byLength = Strategy == TrimStrategy.MaxLength;
        if (References != StreamReferences.Keep && stream.GroupCount > 0)
        {
            return stream.TrimWithReferences(
                keyspace.Heap, byLength ? _maxLength : -1, byLength ? StreamId.Max : _minId, IsApproximate, _limit, References, ref effects);
        }

        return byLength
            ? stream.TrimToLength(keyspace.Heap, _maxLength, IsApproximate, _limit)
            : stream.TrimToId(keyspace.Heap, _minId, IsApproximate, _limit);
    }

    /// <summary>Adds the option to an effect, after the cut: what was approximate is then told exactly, and what entries stayed for is left out.</summary>
    /// <param name="c">The call.</param>
    /// <param name="effect">The effect.</param>
    /// <param name="stream">The stream, cut.</param>
    /// <param name="deletedBehind">How many of the entries that went did so behind one that stayed. Those before were a beginning, as any cut takes one.</param>
    public readonly void Record(ref CommandContext c, EffectStream effect, StreamValue stream, int deletedBehind)
    {
        if (Strategy == TrimStrategy.None)
        {
            return;
        }

        // Where entries stay that groups refer to, their number tells which beginning went; the first one does not, nor the limit.
        bool mayKeep = References == StreamReferences.Acknowledged && stream.GroupCount > 0;
        bool byLength = Strategy == TrimStrategy.MaxLength || mayKeep;
        effect.Add(byLength ? "MAXLEN"u8 : "MINID"u8);
        effect.Add("="u8);
        if (!IsApproximate && !mayKeep)
        {
            effect.Add(c[_threshold]);
        }
        else if (byLength)
        {
            effect.Add(stream.Length + deletedBehind);
        }
        else
        {
            Span<byte> scratch = stackalloc byte[StreamId.MaxLength];
            effect.Add((stream.Length == 0 ? StreamId.Max : stream.FirstId).Format(scratch));
        }
    }

    private bool TryReadThreshold(ref CommandContext c, ref int index)
    {
        if (Strategy != TrimStrategy.None)
        {
            c.Error(Errors.TrimStrategies);
            return false;
        }

        bool byLength = c.Is(index, "MAXLEN"u8);
        int threshold = index + 1;
        IsApproximate = false;
        if (threshold + 1 < c.Count && c[threshold] is [(byte)'~'] or [(byte)'='])
        {
            IsApproximate = c[threshold] is [(byte)'~'];
            threshold++;
        }

        if (byLength)
        {
            if (!c.TryInteger(threshold, out _maxLength))
            {
                return false;
            }

            if (_maxLength < 0)
            {
                c.Error(Errors.TrimMaxLengthNegative);
                return false;
            }
        }
        else if (!StreamIdArgument.TryRead(ref c, threshold, out _minId))
        {
            return false;
        }

        index = threshold;
        _threshold = threshold;
        Strategy = byLength ? TrimStrategy.MaxLength : TrimStrategy.MinId;
        return true;
    }

    private bool TryReadLimit(ref CommandContext c, int index)
    {
        if (!c.TryInteger(index, out _limit))
        {
            return false;
        }

        if (_limit < 0)
        {
            c.Error(Errors.TrimLimitNegative);
            return false;
        }

        _limitGiven = true;
        return true;
    }
}
