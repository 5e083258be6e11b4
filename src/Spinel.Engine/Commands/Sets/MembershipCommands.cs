using Spinel.DataStructures;
using Spinel.Engine.Dispatch;
using Spinel.Protocol;

namespace Spinel.Engine.Commands.Sets;

/// <summary>Commands that tell what a set has.</summary>
internal static class MembershipCommands
{
    [Command("SISMEMBER", "key member",
        Arity = 3, Flags = CommandFlags.ReadOnly | CommandFlags.Fast, Keys = "1 RO", Group = CommandGroup.Set, Since = "1.0.0",
        Complexity = "O(1)",
        Summary = "Tells whether a set has a member.")]
    internal static void SIsMember(ref CommandContext c)
    {
        if (c.TryFind(1, ValueKind.Set, out KeyBlock block))
        {
            c.Reply.Raw(!block.IsNull && SetValue.Of(block).Contains(c[2]) ? Replies.One : Replies.Zero);
        }
    }

    [Command("SMISMEMBER", "key member [member ...]",
        Arity = -3, Flags = CommandFlags.ReadOnly | CommandFlags.Fast, Keys = "1 RO access", Group = CommandGroup.Set, Since = "6.2.0",
        Complexity = "O(N) with N the number of members given",
        Summary = "Tells of several members whether a set has them.")]
    internal static void SMIsMember(ref CommandContext c)
    {
        if (!c.TryFind(1, ValueKind.Set, out KeyBlock block))
        {
            return;
        }

        c.Reply.ArrayHeader(c.Count - 2);
        for (int i = 2; i < c.Count; i++)
        {
            c.Reply.Raw(!block.IsNull && SetValue.Of(block).Contains(c[i]) ? Replies.One : Replies.Zero);
        }
    }

    [Command("SCARD", "key",
        Arity = 2, Flags = CommandFlags.ReadOnly | CommandFlags.Fast, Keys = "1 RO", Group = CommandGroup.Set, Since = "1.0.0",
        Complexity = "O(1)",
        Summary = "Returns the number of members of a set.")]
    internal static void SCard(ref CommandContext c)
    {
        if (c.TryFind(1, ValueKind.Set, out KeyBlock block))
        {
            c.Reply.Integer(block.IsNull ? 0 : SetValue.Of(block).Count);
        }
    }

    [Command("SMEMBERS", "key",
        Arity = 2, Flags = CommandFlags.ReadOnly, Keys = "1 RO access", Group = CommandGroup.Set, Since = "1.0.0",
        Complexity = "O(N) with N the number of members", Tips = "nondeterministic_output_order",
        Summary = "Returns all members of a set.")]
    internal static void SMembers(ref CommandContext c)
    {
        if (!c.TryFind(1, ValueKind.Set, out KeyBlock block))
        {
            return;
        }

        if (block.IsNull)
        {
            c.Reply.SetHeader(0);
            return;
        }

        SetValue set = SetValue.Of(block);
        c.Reply.SetHeader(set.Count);
        foreach (SetMember member in set)
        {
            ReplyMember(ref c, member);
        }
    }

    internal static void ReplyMember(ref CommandContext c, scoped SetMember member)
    {
        if (member.IsInteger)
        {
            c.Reply.BulkString(member.Integer);
        }
        else
        {
            c.Reply.BulkString(member.Bytes);
        }
    }

    /// <summary>Replies with the members at places of a set, in their order.</summary>
    internal static void ReplyPlaces(ref CommandContext c, SetValue set, SegmentedList<long> places)
    {
        for (int i = 0; i < places.SegmentCount; i++)
        {
            foreach (long place in places.Segment(i))
            {
                ReplyMember(ref c, set.MemberAt(place));
            }
        }
    }
}
