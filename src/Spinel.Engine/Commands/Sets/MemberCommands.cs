using Spinel.DataStructures;
using Spinel.Engine.Dispatch;
using Spinel.Protocol;

namespace Spinel.Engine.Commands.Sets;

/// <summary>Commands that add, remove and move members.</summary>
internal static class MemberCommands
{
    [Command("SADD", "key member [member ...]",
        Arity = -3, Flags = CommandFlags.Write | CommandFlags.DenyOom | CommandFlags.Fast, Keys = "1 RW insert",
        Group = CommandGroup.Set, Since = "1.0.0", Complexity = "O(N) with N the number of members given",
        Summary = "Adds members to a set and returns how many were new. Creates the set when there is none.",
        History = "2.4.0 Several members.")]
    internal static void SAdd(ref CommandContext c)
    {
        if (!c.TryOpen(1, ValueKind.Set, out KeyWriter writer))
        {
            return;
        }

        SetSettings settings = c.Engine.Sets;
        SetValue set = writer.Exists ? SetValue.Of(writer.Block) : SetValue.CreateFor(settings, c[2]);
        long added = 0;
        for (int i = 2; i < c.Count; i++)
        {
            set = set.Add(settings, c[i], out bool isNew);
            added += isNew ? 1 : 0;
        }

        if (added > 0)
        {
            Store(ref writer, set);
            writer.Commit(KeyEvent.SAdd, added);
        }

        c.Reply.Integer(added);
    }

    [Command("SREM", "key member [member ...]",
        Arity = -3, Flags = CommandFlags.Write | CommandFlags.Fast, Keys = "1 RW delete", Group = CommandGroup.Set, Since = "1.0.0",
        Complexity = "O(N) with N the number of members given",
        Summary = "Removes members from a set and returns how many there were. A set without members is deleted.",
        History = "2.4.0 Several members.")]
    internal static void SRem(ref CommandContext c)
    {
        if (!c.TryOpen(1, ValueKind.Set, out KeyWriter writer))
        {
            return;
        }

        if (!writer.Exists)
        {
            c.Reply.Integer(0);
            return;
        }

        SetValue set = SetValue.Of(writer.Block);
        long removed = 0;
        for (int i = 2; i < c.Count && set.Count > 0; i++)
        {
            set = set.Remove(c.Engine.Sets, c[i], out bool wasMember);
            removed += wasMember ? 1 : 0;
        }

        if (removed > 0)
        {
            CommitRemoval(ref writer, set, KeyEvent.SRem, removed);
        }

        c.Reply.Integer(removed);
    }

    [Command("SMOVE", "source destination member",
        Arity = 4, Flags = CommandFlags.Write | CommandFlags.Fast, Keys = "1 RW access delete; 2 RW insert", Group = CommandGroup.Set,
        Since = "1.0.0", Complexity = "O(1)",
        Summary = "Moves a member from one set to another.")]
    internal static void SMove(ref CommandContext c)
    {
        KeyWriter source = c.OpenForWrite(1);
        KeyWriter destination = c.OpenForWrite(2);
        if (!source.Exists)
        {
            c.Reply.Integer(0);
            return;
        }

        if (source.Block.Kind != ValueKind.Set || (destination.Exists && destination.Block.Kind != ValueKind.Set))
        {
            c.Error(Errors.WrongType);
            return;
        }

        SetValue from = SetValue.Of(source.Block);
        if (source.Block == destination.Block)
        {
            c.Reply.Integer(from.Contains(c[3]) ? 1 : 0);
            return;
        }

        SetSettings settings = c.Engine.Sets;
        from = from.Remove(settings, c[3], out bool wasMember);
        if (!wasMember)
        {
            c.Reply.Integer(0);
            return;
        }

        CommitRemoval(ref source, from, KeyEvent.SRem, 1);
        SetValue to = destination.Exists ? SetValue.Of(destination.Block) : SetValue.CreateFor(settings, c[3]);
        to = to.Add(settings, c[3], out bool isNew);
        if (isNew)
        {
            Store(ref destination, to);
            destination.Commit(KeyEvent.SAdd);
        }

        c.Reply.Integer(1);
    }

    /// <summary>Stores a set that has members, under a key that may be new. An existing key keeps its expiry.</summary>
    internal static void Store(ref KeyWriter writer, SetValue set)
    {
        if (writer.Exists)
        {
            writer.SetPayload(set.Payload, set.Encoding);
        }
        else
        {
            writer.SetObject(ValueKind.Set, set.Encoding, set.Payload, ExpiryChange.None);
        }
    }

    /// <summary>Stores a set from which members were removed, or deletes the key when none is left.</summary>
    internal static void CommitRemoval(ref KeyWriter writer, SetValue set, KeyEvent keyEvent, long removed)
    {
        writer.SetPayload(set.Payload, set.Encoding);
        writer.CommitRemoval(keyEvent, removed, isEmpty: set.Count == 0);
    }
}
