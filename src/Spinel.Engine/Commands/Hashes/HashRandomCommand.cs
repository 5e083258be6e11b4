using System.Buffers;
using Spinel.DataStructures;
using Spinel.Engine.Dispatch;
using Spinel.Protocol;

namespace Spinel.Engine.Commands.Hashes;

/// <summary>HRANDFIELD: fields by chance.</summary>
internal static class HashRandomCommand
{
    [Command("HRANDFIELD", "key [count [WITHVALUES]]", Arity = -2, Flags = CommandFlags.ReadOnly, Keys = "1 RO access",
        Group = CommandGroup.Hash, Since = "6.2.0", Complexity = "O(N) with N the number of fields returned", Tips = "nondeterministic_output",
        Summary = "Returns random fields of a hash: different ones, or with a negative count independent draws.")]
    internal static void HRandField(ref CommandContext c)
    {
        if (c.Count == 2)
        {
            ReplyOne(ref c);
            return;
        }

        if (!TryCount(ref c, out long count, out bool withValues) || !HashAccess.TryFind(ref c, 1, out HashValue hash))
        {
            return;
        }

        if (hash.IsNull || count == 0)
        {
            c.Reply.ArrayHeader(0);
        }
        else if (count < 0 && hash.HidesSome)
        {
            ReplyDrawsOfVisible(ref c, in hash, -count, withValues);
        }
        else if (count < 0)
        {
            ReplyDraws(ref c, in hash, -count, withValues);
        }
        else
        {
            ReplySample(ref c, in hash, count, withValues);
        }
    }

    private static bool TryCount(ref CommandContext c, out long count, out bool withValues)
    {
        withValues = c.Count == 4 && c.Is(3, "WITHVALUES"u8);
        if (!c.TryInteger(2, out count))
        {
            return false;
        }

        // The number of draws, and with values that of the elements of the reply, must be an integer too.
        if (count == long.MinValue)
        {
            c.Error(Errors.OutOfSymmetricRange);
            return false;
        }

        if (c.Count > 3 && !withValues)
        {
            c.Error(Errors.Syntax);
            return false;
        }

        if (withValues && count is < -(long.MaxValue / 2) or > long.MaxValue / 2)
        {
            c.Error(Errors.OutOfRange);
            return false;
        }

        return true;
    }

    private static void ReplyOne(ref CommandContext c)
    {
        if (!HashAccess.TryFind(ref c, 1, out HashValue hash))
        {
            return;
        }

        if (hash.IsNull)
        {
            c.Reply.NullBulk();
            return;
        }

        if (!hash.HidesSome)
        {
            hash.GetRandom(c.Engine.Random, out ListpackValue field, out _);
            HashAccess.Reply(ref c, field);
            return;
        }

        using HashSample sample = hash.Sample(c.Engine.Random, 1);
        if (sample.MoveNext())
        {
            HashAccess.Reply(ref c, sample.Field);
        }
        else
        {
            c.Reply.NullBulk();
        }
    }

    private static void ReplyDraws(ref CommandContext c, in HashValue hash, long count, bool withValues)
    {
        ReplyHeader(ref c, count, withValues);
        for (; count > 0; count--)
        {
            hash.GetRandom(c.Engine.Random, out ListpackValue field, out ListpackValue value);
            ReplyElement(ref c, field, value, withValues);
        }
    }

    /// <summary>As <see cref="ReplyDraws"/>, while some fields are past their time and still there. That passes, so a list of the others may cost what it costs.</summary>
    private static void ReplyDrawsOfVisible(ref CommandContext c, in HashValue hash, long count, bool withValues)
    {
        int visible = checked((int)hash.VisibleCount);
        long[] places = ArrayPool<long>.Shared.Rent(visible);
        hash.CopyPlaces(places);
        count = visible == 0 ? 0 : count;
        ReplyHeader(ref c, count, withValues);
        for (; count > 0; count--)
        {
            HashValue.ReadAt(places[c.Engine.Random.Next(visible)], out ListpackValue field, out ListpackValue value);
            ReplyElement(ref c, field, value, withValues);
        }

        ArrayPool<long>.Shared.Return(places);
    }

    private static void ReplySample(ref CommandContext c, in HashValue hash, long count, bool withValues)
    {
        ReplyHeader(ref c, Math.Min(count, hash.VisibleCount), withValues);
        using HashSample sample = hash.Sample(c.Engine.Random, count);
        while (sample.MoveNext())
        {
            ReplyElement(ref c, sample.Field, sample.Value, withValues);
        }
    }

    private static void ReplyHeader(ref CommandContext c, long count, bool withValues) =>
        c.Reply.ArrayHeader(withValues && c.Reply.Version == RespVersion.Resp2 ? count * 2 : count);

    /// <summary>In RESP3 a field with its value is an array of its own.</summary>
    private static void ReplyElement(ref CommandContext c, ListpackValue field, ListpackValue value, bool withValues)
    {
        if (withValues && c.Reply.Version == RespVersion.Resp3)
        {
            c.Reply.ArrayHeader(2);
        }

        HashAccess.Reply(ref c, field);
        if (withValues)
        {
            HashAccess.Reply(ref c, value);
        }
    }
}
