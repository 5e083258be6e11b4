using System.Buffers;
using Spinel.Engine.Dispatch;
using Spinel.Engine.Sessions;
using Spinel.Engine.Transactions;
using Spinel.Protocol;

namespace Spinel.Engine.Commands.Transactions;

/// <summary>MULTI, EXEC and DISCARD. The queueing itself is the dispatcher's: it happens to every other command.</summary>
internal static class TransactionCommands
{
    private const CommandFlags Flags =
        CommandFlags.NoScript | CommandFlags.Loading | CommandFlags.Stale | CommandFlags.Fast | CommandFlags.AllowBusy;

    [Command("MULTI", "", Arity = 1, Flags = Flags, Group = CommandGroup.Transactions, Since = "1.2.0", Complexity = "O(1)",
        Summary = "Starts a transaction: the commands that follow are queued until EXEC.")]
    internal static void Multi(ref CommandContext c)
    {
        if (c.Session.Transaction is not null)
        {
            c.Error(Errors.NestedMulti);
            return;
        }

        c.Session.Transaction = c.Engine.Transactions.Rent();
        c.Reply.Raw(Replies.Ok);
    }

    [Command("DISCARD", "", Arity = 1, Flags = Flags, Group = CommandGroup.Transactions, Since = "2.0.0",
        Complexity = "O(N) with N the number of queued commands", Summary = "Drops the queued commands and ends the transaction; watched keys are forgotten.")]
    internal static void Discard(ref CommandContext c)
    {
        if (c.Session.Transaction is null)
        {
            c.Error(Errors.DiscardWithoutMulti);
            return;
        }

        c.Session.EndTransaction();
        c.Reply.Raw(Replies.Ok);
    }

    [Command("EXEC", "", Arity = 1, Flags = CommandFlags.NoScript | CommandFlags.Loading | CommandFlags.Stale | CommandFlags.SkipSlowlog,
        Group = CommandGroup.Transactions, Since = "1.2.0", Complexity = "That of the queued commands",
        Summary = "Runs the queued commands with no other client's command between them, unless a watched key was touched.")]
    internal static void Exec(ref CommandContext c)
    {
        Session session = c.Session;
        if (session.Transaction is not { } transaction)
        {
            c.Error(Errors.ExecWithoutMulti);
            return;
        }

        c.Engine.Watches.ExpireDue(session);
        if (transaction.IsAborted)
        {
            session.EndTransaction();
            c.Error(Errors.TransactionAborted);
            return;
        }

        if (session.IsWatchTouched)
        {
            session.EndTransaction();
            c.Reply.NullArray();
            return;
        }

        // What it changes itself is no reason for it to fail, and commands that look at the session see a client in no transaction's queue.
        session.TakeTransaction();
        try
        {
            Run(ref c, transaction);
        }
        finally
        {
            c.Engine.Transactions.Return(transaction);
        }
    }

    private static void Run(ref CommandContext c, Transaction transaction)
    {
        SpinelEngine engine = c.Engine;
        Session session = c.Session;
        c.Reply.ArrayHeader(transaction.Count);
        c.Reply.Flush();
        var inner = new CommandContext(engine, session, transaction.Bytes, new ReplyWriter(c.Reply.Sink, c.Reply.Version));
        engine.AtomicDepth++;
        bool neverBlocks = session.MustNotBlock;
        session.MustNotBlock = true;
        engine.IsInTransaction = true;
        for (int i = 0; i < transaction.Count; i++)
        {
            QueuedCommand queued = transaction[i];
            inner.Bind(queued.Command, transaction.ArgumentsOf(queued), -1, 0);
            bool changesMode = queued.Command.Name == "client|reply";
            if (changesMode)
            {
                WriteTo(ref inner, session.Output);
            }

            engine.Dispatcher.RunQueued(ref inner, session, queued.Command);
            if (changesMode && session.ReplyMode is ReplyMode.Off or ReplyMode.Skip)
            {
                WriteTo(ref inner, engine.Dispatcher.Discard);
            }
        }

        session.MustNotBlock = neverBlocks;
        engine.IsInTransaction = false;
        engine.AtomicDepth--;
        inner.Reply.Flush();
        c.Reply.Version = inner.Reply.Version;
        session.LastCommand = c.Command;
    }

    /// <summary>Has the replies to the commands that follow go elsewhere: CLIENT REPLY was among the queued ones.</summary>
    private static void WriteTo(ref CommandContext c, IBufferWriter<byte> sink)
    {
        c.Reply.Flush();
        c.Reply = new ReplyWriter(sink, c.Reply.Version);
    }
}
