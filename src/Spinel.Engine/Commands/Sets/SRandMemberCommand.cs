using Spinel.DataStructures;
using Spinel.Engine.Dispatch;
using Spinel.Engine.Sessions;

namespace Spinel.Engine.Commands.Sets;

/// <summary>SRANDMEMBER: random members, distinct ones or with repetitions.</summary>
internal static class SRandMemberCommand
{
    /// <summary>After so many repeated draws the client is looked at: it may have exceeded the limit of its output.</summary>
    private const int DrawsBetweenChecks = 4096;

    [Command("SRANDMEMBER", "key [count]",
        Arity = -2, Flags = CommandFlags.ReadOnly, Keys = "1 RO access", Group = CommandGroup.Set, Since = "1.0.0",
        Complexity = "O(N) with N the absolute value of count", Tips = "nondeterministic_output",
        Summary = "Returns random members of a set. With a positive count they are distinct, with a negative one they may repeat.",
        History = "2.6.0 Argument count.")]
    internal static void SRandMember(ref CommandContext c)
    {
        if (c.Count > 3)
        {
            c.Error(Errors.Syntax);
            return;
        }

        if (c.Count == 2)
        {
            ReplyOne(ref c);
            return;
        }

        if (!c.TryInteger(2, out long count))
        {
            return;
        }

        if (count == long.MinValue)
        {
            c.Error(Errors.OutOfSymmetricRange);
            return;
        }

        if (!c.TryFind(1, ValueKind.Set, out KeyBlock block))
        {
            return;
        }

        if (block.IsNull || count == 0)
        {
            c.Reply.ArrayHeader(0);
            return;
        }

        SetValue set = SetValue.Of(block);
        if (count < 0)
        {
            ReplyRepeating(ref c, set, -count);
        }
        else
        {
            ReplyDistinct(ref c, set, Math.Min(count, set.Count));
        }
    }

    private static void ReplyOne(ref CommandContext c)
    {
        if (!c.TryFind(1, ValueKind.Set, out KeyBlock block))
        {
            return;
        }

        if (block.IsNull)
        {
            c.Reply.NullBulk();
            return;
        }

        SetValue set = SetValue.Of(block);
        MembershipCommands.ReplyMember(ref c, set.MemberAt(set.RandomPlace(c.Engine.Random)));
    }

    private static void ReplyRepeating(ref CommandContext c, SetValue set, long count)
    {
        c.Reply.ArrayHeader(count);
        for (long i = 0; i < count; i++)
        {
            MembershipCommands.ReplyMember(ref c, set.MemberAt(set.RandomPlace(c.Engine.Random)));
            if (i % DrawsBetweenChecks == DrawsBetweenChecks - 1)
            {
                c.Reply.Flush();
                OutputLimit.Check(c.Engine, c.Session);
                if (c.Session.IsClosed)
                {
                    return;
                }
            }
        }
    }

    private static void ReplyDistinct(ref CommandContext c, SetValue set, long count)
    {
        c.Reply.ArrayHeader(count);
        SegmentedList<long> places = c.Engine.Scratch.Places;
        set.DrawDistinct(c.Engine.Heap, c.Engine.Random, count, places);
        MembershipCommands.ReplyPlaces(ref c, set, places);
        places.Clear();
    }
}
