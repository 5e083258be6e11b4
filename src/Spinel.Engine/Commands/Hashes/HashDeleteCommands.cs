using Spinel.DataStructures;
using Spinel.Engine.Dispatch;

namespace Spinel.Engine.Commands.Hashes;

/// <summary>Commands that delete fields.</summary>
internal static class HashDeleteCommands
{
    [Command("HDEL", "key field [field ...]", Arity = -3, Flags = CommandFlags.Write | CommandFlags.Fast, Keys = "1 RW delete",
        Group = CommandGroup.Hash, Since = "2.0.0", Complexity = "O(N) with N the number of fields given",
        Summary = "Deletes fields of a hash, and the hash with its last field; returns how many there were.",
        History = "2.4.0 Several fields at once.")]
    internal static void HDel(ref CommandContext c)
    {
        if (!HashAccess.TryOpen(ref c, 1, out KeyWriter writer, out HashValue hash))
        {
            return;
        }

        long deleted = 0;
        if (!hash.IsNull)
        {
            for (int i = 2; i < c.Count; i++)
            {
                deleted += hash.Remove(c[i]) ? 1 : 0;
            }
        }

        if (deleted > 0)
        {
            HashAccess.StoreRemoval(writer, in hash, KeyEvent.HDel, deleted);
        }

        c.Reply.Integer(deleted);
    }
}
