using Spinel.DataStructures;
using Spinel.Engine.Dispatch;
using Spinel.Protocol;

namespace Spinel.Engine.Commands.Generic;

/// <summary>Commands that give a key another name. The value and the expiry move along; nothing is copied but the name.</summary>
internal static class RenameCommands
{
    [Command("RENAME", "key newkey", Arity = 3, Flags = CommandFlags.Write, Keys = "1 RW access delete; 2 OW update",
        Group = CommandGroup.Generic, Since = "1.0.0", Complexity = "O(1), plus the freeing of a value that is overwritten",
        Summary = "Renames a key and overwrites whatever has the new name.",
        History = "3.2.0 The same name twice is no error any more.")]
    internal static void Rename(ref CommandContext c) => Rename(ref c, onlyIfFree: false);

    [Command("RENAMENX", "key newkey", Arity = 3, Flags = CommandFlags.Write | CommandFlags.Fast, Keys = "1 RW access delete; 2 OW insert",
        Group = CommandGroup.Generic, Since = "1.0.0", Complexity = "O(1)",
        Summary = "Renames a key only if no key has the new name.",
        History = "3.2.0 The same name twice is no error any more.")]
    internal static void RenameNx(ref CommandContext c) => Rename(ref c, onlyIfFree: true);

    private static void Rename(ref CommandContext c, bool onlyIfFree)
    {
        KeyWriter source = c.OpenForWrite(1);
        if (!source.Exists)
        {
            c.Error(Errors.NoSuchKey);
            return;
        }

        bool sameName = c[1].SequenceEqual(c[2]);
        if (!sameName)
        {
            KeyWriter target = c.OpenForWrite(2);
            if (onlyIfFree && target.Exists)
            {
                c.Reply.Integer(0);
                return;
            }

            KeyBlock block = source.Take();
            target.Put(block.WithKey(c.Keyspace.Heap, c[2]));

            // One change under two names: the old name's event goes first and the new name's commits.
            source.AlsoNotify(KeyEvent.RenameFrom);
            target.Commit(KeyEvent.RenameTo);
        }

        if (onlyIfFree)
        {
            c.Reply.Integer(sameName ? 0 : 1);
        }
        else
        {
            c.Reply.Raw(Replies.Ok);
        }
    }
}
