using Spinel.DataStructures;
using Spinel.Engine.Dispatch;

namespace Spinel.Engine.Commands.Generic;

/// <summary>Commands that bring a key, or a copy of it, to another place, which may be in another database.</summary>
internal static class TransferCommands
{
    [Command("COPY", "source destination [DB destination-db] [REPLACE]", Arity = -3, Flags = CommandFlags.Write | CommandFlags.DenyOom,
        Keys = "1 RO access; 2 OW update", Group = CommandGroup.Generic, Since = "6.2.0",
        Complexity = "O(1) for a string, O(N) for N nested elements",
        Summary = "Copies the value and the expiry of a key to another name or database.")]
    internal static void Copy(ref CommandContext c)
    {
        bool replace = false;
        int databaseIndex = c.Session.DatabaseIndex;
        for (int i = 3; i < c.Count; i++)
        {
            if (c.Is(i, "REPLACE"u8))
            {
                replace = true;
            }
            else if (i + 1 < c.Count && c.Is(i, "DB"u8))
            {
                if (!c.TryDatabase(++i, out databaseIndex))
                {
                    return;
                }
            }
            else
            {
                c.Error(Errors.Syntax);
                return;
            }
        }

        if (databaseIndex == c.Session.DatabaseIndex && c[1].SequenceEqual(c[2]))
        {
            c.Error(Errors.SameObject);
            return;
        }

        KeyBlock source = c.Find(1);
        if (source.IsNull)
        {
            c.Reply.Integer(0);
            return;
        }

        // Opening the target may expire it, which leaves the source where it is: it is another key.
        KeyWriter target = c.Keyspace.OpenForWrite(c.Keyspace[databaseIndex], c[2], c.HashOf(2), c.Session.LookupFlags);
        if (target.Exists && !replace)
        {
            c.Reply.Integer(0);
            return;
        }

        KeyBlock copy = ValueClone.Create(c.Keyspace.Heap, source, c[2]);
        c.Keyspace.AccessClock.Initialize(copy);
        target.Put(copy);
        target.Commit(KeyEvent.CopyTo);
        c.Reply.Integer(1);
    }

    [Command("MOVE", "key db:integer", Arity = 3, Flags = CommandFlags.Write | CommandFlags.Fast, Keys = "1 RW access update",
        Group = CommandGroup.Generic, Since = "1.0.0", Complexity = "O(1)",
        Summary = "Moves a key to another database, unless that has a key of this name.")]
    internal static void Move(ref CommandContext c)
    {
        if (!c.TryDatabase(2, out int databaseIndex))
        {
            return;
        }

        if (databaseIndex == c.Session.DatabaseIndex)
        {
            c.Error(Errors.SameObject);
            return;
        }

        KeyWriter source = c.OpenForWrite(1);
        if (!source.Exists)
        {
            c.Reply.Integer(0);
            return;
        }

        // The hash serves both databases: their tables share one key.
        KeyWriter target = c.Keyspace.OpenForWrite(c.Keyspace[databaseIndex], c[1], c.HashOf(1), c.Session.LookupFlags);
        if (target.Exists)
        {
            c.Reply.Integer(0);
            return;
        }

        target.Put(source.Take());
        source.AlsoNotify(KeyEvent.MoveFrom);
        target.Commit(KeyEvent.MoveTo);
        c.Reply.Integer(1);
    }
}
