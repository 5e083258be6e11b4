using System.Buffers;
using Spinel.DataStructures;
using Spinel.Engine.Blocking;
using Spinel.Engine.Dispatch;
using Spinel.Engine.Effects;

namespace Spinel.Engine.Commands.Lists;

/// <summary>Commands that move an element from an end of a list to an end of another, or of the same.</summary>
internal static class MoveCommands
{
    private const CommandFlags Flags = CommandFlags.Write | CommandFlags.DenyOom;
    private const CommandFlags WaitingFlags = Flags | CommandFlags.NoScript | CommandFlags.Blocking;
    private const string Keys = "1 RW access delete; 2 RW insert";

    [Command("LMOVE", "source destination <LEFT | RIGHT> <LEFT | RIGHT>", Arity = 5, Flags = Flags, Keys = Keys, Group = CommandGroup.List,
        Since = "6.2.0", Complexity = "O(1)", Summary = "Moves an element from an end of a list to an end of another, and returns it.")]
    internal static void LMove(ref CommandContext c)
    {
        if (ListEnds.TryRead(ref c, 3, out ListEnd from) && ListEnds.TryRead(ref c, 4, out ListEnd to)
            && c.TryOpen(1, ValueKind.List, out KeyWriter source))
        {
            MoveOrReplyNone(ref c, source, from, to);
        }
    }

    [Command("RPOPLPUSH", "source destination", Arity = 3, Flags = Flags, Keys = Keys, Group = CommandGroup.List, Since = "1.2.0",
        Complexity = "O(1)", Deprecated = "6.2.0 `LMOVE` with the `RIGHT` and `LEFT` arguments",
        Summary = "Moves the rightmost element of a list to the left end of another, and returns it.")]
    internal static void RPopLPush(ref CommandContext c)
    {
        if (c.TryOpen(1, ValueKind.List, out KeyWriter source))
        {
            MoveOrReplyNone(ref c, source, ListEnd.Right, ListEnd.Left);
        }
    }

    [Command("BLMOVE", "source destination <LEFT | RIGHT> <LEFT | RIGHT> timeout:double", Arity = 6, Flags = WaitingFlags, Keys = Keys,
        Group = CommandGroup.List, Since = "6.2.0", Complexity = "O(1)",
        Summary = "Moves an element from an end of a list to an end of another, and returns it; waits for one if there is none.")]
    internal static void BLMove(ref CommandContext c)
    {
        if (!ListEnds.TryRead(ref c, 3, out ListEnd from) || !ListEnds.TryRead(ref c, 4, out ListEnd to)
            || !TimeoutArgument.TryReadSeconds(ref c, 5, out long deadlineMs) || !c.TryOpen(1, ValueKind.List, out KeyWriter source))
        {
            return;
        }

        if (!source.Exists)
        {
            Wait(ref c, deadlineMs);
        }
        else if (TryMove(ref c, source, from, to))
        {
            EffectStream effect = c.BeginEffect("LMOVE"u8);
            effect.Add(c[1]);
            effect.Add(c[2]);
            effect.Add(c[3]);
            effect.Add(c[4]);
        }
    }

    [Command("BRPOPLPUSH", "source destination timeout:double", Arity = 4, Flags = WaitingFlags, Keys = Keys, Group = CommandGroup.List,
        Since = "2.2.0", Complexity = "O(1)", Deprecated = "6.2.0 `BLMOVE` with the `RIGHT` and `LEFT` arguments",
        Summary = "Moves the rightmost element of a list to the left end of another, and returns it; waits for one if there is none.",
        History = "6.0.0 Timeouts with a fraction.")]
    internal static void BRPopLPush(ref CommandContext c)
    {
        if (!TimeoutArgument.TryReadSeconds(ref c, 3, out long deadlineMs) || !c.TryOpen(1, ValueKind.List, out KeyWriter source))
        {
            return;
        }

        if (!source.Exists)
        {
            Wait(ref c, deadlineMs);
        }
        else if (TryMove(ref c, source, ListEnd.Right, ListEnd.Left))
        {
            EffectStream effect = c.BeginEffect("RPOPLPUSH"u8);
            effect.Add(c[1]);
            effect.Add(c[2]);
        }
    }

    private static void Wait(ref CommandContext c, long deadlineMs)
    {
        if (c.Session.MustNotBlock)
        {
            c.Reply.NullBulk();
            return;
        }

        c.Engine.Blocked.Block(ref c, [1], ValueKind.List, deadlineMs, static (ref reply) => reply.NullArray());
    }

    private static void MoveOrReplyNone(ref CommandContext c, KeyWriter source, ListEnd from, ListEnd to)
    {
        if (source.Exists)
        {
            TryMove(ref c, source, from, to);
        }
        else
        {
            c.Reply.NullBulk();
        }
    }

    /// <summary>Moves an element and replies with it; false after an error.</summary>
    private static bool TryMove(ref CommandContext c, KeyWriter source, ListEnd from, ListEnd to)
    {
        Quicklist list = ListValue.Of(source.Block);
        QuicklistCursor place = ListEnds.ElementAt(list, from);
        if (c[1].SequenceEqual(c[2]))
        {
            ListValue.WriteElement(ref c.Reply, place);
            Rotate(ref c, source, place, from, to);
            return true;
        }

        if (!c.TryOpen(2, ValueKind.List, out KeyWriter destination))
        {
            return false;
        }

        ListValue.WriteElement(ref c.Reply, place);
        Quicklist target = ListValue.OpenOrCreate(ref destination, c.Keyspace.Heap);
        ListValue.Push(target, c.Keyspace.Heap, to, place.Value.ToElement(), c.Engine.Limits.ListNode);

        // One change in all: that of the source counts.
        destination.Commit(ListEnds.PushEvent(to), 0);
        ListValue.RemoveOne(ref c, ref source, place, ListEnds.PopEvent(from));
        return true;
    }

    private static void Rotate(ref CommandContext c, KeyWriter writer, QuicklistCursor place, ListEnd from, ListEnd to)
    {
        Quicklist list = ListValue.Of(writer.Block);
        writer.MarkChanged();
        if (from != to && list.Count > 1)
        {
            // An element must not be written into the list that it still lies in.
            const int UsualLength = 256;
            int length = place.Value.Length;
            byte[]? rented = length > UsualLength ? ArrayPool<byte>.Shared.Rent(length) : null;
            Span<byte> copy = rented ?? stackalloc byte[UsualLength];
            ReadOnlySpan<byte> element = place.Value.GetBytes(copy);
            element.CopyTo(copy);
            copy = copy[..length];
            list.Remove(c.Keyspace.Heap, place);
            ListValue.Push(list, c.Keyspace.Heap, to, copy, c.Engine.Limits.ListNode);
            if (rented is not null)
            {
                ArrayPool<byte>.Shared.Return(rented);
            }
        }

        writer.Commit(ListEnds.PushEvent(to), 0);
        writer.Commit(ListEnds.PopEvent(from));
    }
}
