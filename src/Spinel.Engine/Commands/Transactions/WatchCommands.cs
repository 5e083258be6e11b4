using Spinel.Engine.Dispatch;
using Spinel.Protocol;

namespace Spinel.Engine.Commands.Transactions;

/// <summary>WATCH and UNWATCH: optimistic locking for transactions.</summary>
internal static class WatchCommands
{
    private const CommandFlags Flags =
        CommandFlags.NoScript | CommandFlags.Loading | CommandFlags.Stale | CommandFlags.Fast | CommandFlags.AllowBusy;

    [Command("WATCH", "key [key ...]", Arity = -2, Flags = Flags, Keys = "1..-1 RO", Group = CommandGroup.Transactions, Since = "2.2.0",
        Complexity = "O(1) per key", Summary = "Has the next EXEC run nothing if one of these keys is touched before it.")]
    internal static void Watch(ref CommandContext c)
    {
        if (c.Session.Transaction is not null)
        {
            c.Error(Errors.WatchInsideMulti);
            return;
        }

        // Once a key is touched the transaction is off, and what more is watched makes no difference.
        if (!c.Session.IsWatchTouched)
        {
            for (int i = 1; i < c.Count; i++)
            {
                c.Engine.Watches.Watch(c.Session, c[i]);
            }
        }

        c.Reply.Raw(Replies.Ok);
    }

    [Command("UNWATCH", "", Arity = 1, Flags = Flags, Group = CommandGroup.Transactions, Since = "2.2.0", Complexity = "O(1) per watched key",
        Summary = "Forgets the watched keys.")]
    internal static void Unwatch(ref CommandContext c)
    {
        c.Engine.Watches.Forget(c.Session);
        c.Reply.Raw(Replies.Ok);
    }
}
