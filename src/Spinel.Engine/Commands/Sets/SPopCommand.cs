using Spinel.DataStructures;
using Spinel.Engine.Dispatch;
using Spinel.Engine.Effects;

namespace Spinel.Engine.Commands.Sets;

/// <summary>SPOP: takes random members out. What leaves the server is which ones they were.</summary>
internal static class SPopCommand
{
    /// <summary>Most members that one recorded SREM names.</summary>
    private const int MembersPerEffect = 1024;

    [Command("SPOP", "key [count]",
        Arity = -2, Flags = CommandFlags.Write | CommandFlags.Fast, Keys = "1 RW access delete", Group = CommandGroup.Set,
        Since = "1.0.0", Complexity = "O(N) with N the number of members taken out", Tips = "nondeterministic_output",
        Summary = "Removes random members from a set and returns them.",
        History = "3.2.0 Argument count.")]
    internal static void SPop(ref CommandContext c)
    {
        long count = 1;
        bool single = c.Count == 2;
        if (c.Count > 3)
        {
            c.Error(Errors.Syntax);
            return;
        }

        if (!single && (!Protocol.Int64Text.TryParse(c[2], out count) || count < 0))
        {
            c.Error(Errors.OutOfRangePositive);
            return;
        }

        if (!c.TryOpen(1, ValueKind.Set, out KeyWriter writer))
        {
            return;
        }

        if (!writer.Exists || count == 0)
        {
            ReplyNothing(ref c, single);
            return;
        }

        SetValue set = SetValue.Of(writer.Block);
        if (!single && count >= set.Count)
        {
            PopAll(ref c, ref writer, set);
            return;
        }

        if (!single)
        {
            c.Reply.SetHeader(count);
        }

        set = Pop(ref c, set, count);
        MemberCommands.CommitRemoval(ref writer, set, KeyEvent.SPop, count);
    }

    private static void ReplyNothing(ref CommandContext c, bool single)
    {
        if (single)
        {
            c.Reply.NullBulk();
        }
        else
        {
            c.Reply.SetHeader(0);
        }
    }

    private static void PopAll(ref CommandContext c, ref KeyWriter writer, SetValue set)
    {
        long count = set.Count;
        c.Reply.SetHeader(count);
        foreach (SetMember member in set)
        {
            MembershipCommands.ReplyMember(ref c, member);
        }

        bool lazily = c.Keyspace.LazyFreeing.OnServerDelete;
        writer.Remove(lazily);
        writer.Commit(KeyEvent.SPop, count);
        writer.AlsoNotify(KeyEvent.Del);
        c.BeginEffect(lazily ? "UNLINK"u8 : "DEL"u8).Add(c[1]);
    }

    private static SetValue Pop(ref CommandContext c, SetValue set, long count)
    {
        SetSettings settings = c.Engine.Sets;
        EffectStream effects = c.Keyspace.Effects;
        Span<byte> scratch = stackalloc byte[ListpackNumber.MaxLength];
        for (long i = 0; i < count; i++)
        {
            if (i % MembersPerEffect == 0)
            {
                c.BeginEffect("SREM"u8).Add(c[1]);
            }

            long place = set.RandomPlace(c.Engine.Random);
            SetMember member = set.MemberAt(place);
            MembershipCommands.ReplyMember(ref c, member);
            effects.Add(member.GetText(scratch));
            set = set.RemoveAt(settings, place);
        }

        return set;
    }
}
