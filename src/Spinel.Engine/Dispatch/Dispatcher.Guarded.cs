using Spinel.Engine.Observation;
using Spinel.Engine.Sessions;
using Spinel.Engine.Tracking;
using Spinel.Engine.Transactions;
using Spinel.Protocol;

namespace Spinel.Engine.Dispatch;

/// <summary>
/// The path of a command when anything is out of the ordinary: a gate of the client or of the engine is set, or the command is unknown, malformed or protected. What
/// stands against it, <see cref="ClientGuard"/> and <see cref="TrustedGuard"/> know; here is what becomes of it then.
/// </summary>
internal sealed partial class Dispatcher
{
    private readonly ClientGuard _clientGuard;
    private readonly TrustedGuard _trustedGuard;

    private void ExecuteGuarded(ref CommandContext context, Session session, Request request)
    {
        _hasNotRun = false;
        if ((session.Gate & SessionGate.RepliesDiscarded) == 0)
        {
            CheckAndCall(ref context, session, request);
        }
        else
        {
            ExecuteDiscarding(ref context, session, request);
        }

        if (_hasNotRun)
        {
            // It has had its answer, but is no call of the command: the statistics pass it over.
            request.Command = null;
        }
    }

    /// <summary>Executes a request of a client that wants no replies.</summary>
    private void ExecuteDiscarding(ref CommandContext context, Session session, Request request)
    {
        // CLIENT REPLY itself decides whether it is answered, so it writes to the real buffer; and RESET ends the silence. What a replica is sent is the stream, and
        // nothing that it says may get into that.
        bool isReplica = session.Type == ClientType.Replica;
        bool changesMode = !isReplica && ((request.Command?.Name == "client|reply" && session.Transaction is null) || (request.Command?.Name == "reset" && session.ReplyMode == ReplyMode.Off));
        if (!changesMode)
        {
            context.Reply.Flush();
            var real = context.Reply;
            context.Reply = new ReplyWriter(_discard, session.Protocol);
            CheckAndCall(ref context, session, request);
            RespVersion version = context.Reply.Version;
            context.Reply = real;
            context.Reply.Version = version;
        }
        else
        {
            CheckAndCall(ref context, session, request);
        }

        if (session.IsPostponed)
        {
            // Its reply is yet to come, and to be skipped.
            return;
        }

        if (isReplica)
        {
            session.ReplyMode = ReplyMode.Off;
        }
        else if (session.ReplyMode == ReplyMode.Skip)
        {
            session.ReplyMode = ReplyMode.On;
        }
        else if (session.ReplyMode == ReplyMode.SkipNext)
        {
            session.ReplyMode = changesMode ? ReplyMode.Skip : ReplyMode.On;
        }
    }

    private void CheckAndCall(ref CommandContext context, Session session, Request request)
    {
        CommandDescriptor? command = request.Command;
        if (session.Waiter is not null)
        {
            // It passed the checks when it began to wait.
            Call(ref context, session, command!);
        }
        else if (session.Feed is { } feed)
        {
            RunTrusted(ref context, session, feed, request);
            if (session.Transaction is null)
            {
                feed.CompletedInput = request.End;
            }
        }
        else if (command is not null)
        {
            RunChecked(ref context, session, command);
        }
        else
        {
            AbortTransaction(session);
            if (ClientGuard.IsWebRequest(in context))
            {
                _clientGuard.CutOff(session);
            }
            else
            {
                context.Error(request.Container is null ? Errors.UnknownCommand(in context) : Errors.UnknownSubcommand(in context));
            }
        }
    }

    /// <summary>Runs or queues a command that a client gives, unless something stands against it.</summary>
    private void RunChecked(ref CommandContext context, Session session, CommandDescriptor command)
    {
        // What EXEC may do is what the commands that it runs may do.
        CommandFlags flags = command.Flags;
        if (session.Transaction is { } transaction && command.Name == "exec")
        {
            flags |= transaction.Flags;
        }

        if (!_clientGuard.Admits(in context, session, command, flags, out ReadOnlySpan<byte> error))
        {
            Reject(ref context, session, command, error);
        }
        else if ((_engine.Gate & EngineGate.Paused) != 0 && _engine.Pause.Holds(flags) && session.Type != ClientType.Replica)
        {
            session.IsPostponed = true;
            _engine.Pause.Add(session);
        }
        else if (IsQueued(session, command))
        {
            Queue(ref context, session, command);
        }
        else
        {
            CallWatched(ref context, session, command);
        }
    }

    /// <summary>Runs a command that a log or a primary gives.</summary>
    private void RunTrusted(ref CommandContext context, Session session, TrustedFeed feed, Request request)
    {
        if (!_trustedGuard.Admits(in context, session, feed, request))
        {
            return;
        }

        if (IsQueued(session, request.Command!))
        {
            Queue(ref context, session, request.Command!);
            return;
        }

        CallWatched(ref context, session, request.Command!);
        if (context.Failed)
        {
            _trustedGuard.OnError(in context, session, feed);
        }
    }

    /// <summary>
    /// Runs a command, shows it to those who watch, and remembers what it has read for a client that tracks: before what it entails, which may be other
    /// clients' commands.
    /// </summary>
    private void CallWatched(ref CommandContext context, Session session, CommandDescriptor command)
    {
        bool isShown = (_engine.Gate & EngineGate.Monitored) != 0 && !session.IsObserving;
        bool isTracked = (session.Gate & SessionGate.Tracking) != 0;
        ICommandWatcher? watcher = session.IsTrusted || session.IsObserving ? null : _engine.CommandWatcher;
        if (!isShown && !isTracked && watcher is null)
        {
            Call(ref context, session, command);
            return;
        }

        long start = watcher is null ? 0 : _engine.Clock.Timestamp();
        _engine.AtomicDepth++;
        Call(ref context, session, command);
        _engine.AtomicDepth--;
        if (watcher is not null && !session.IsPostponed)
        {
            watcher.OnCommand(in context, _engine.Clock.Timestamp() - start);
        }

        if (isShown)
        {
            _engine.Monitors.Show(in context);
        }

        if (isTracked)
        {
            _engine.Invalidations.Remember(ref context);
        }

        if (_engine.AtomicDepth == 0)
        {
            Complete(ref context, session);
        }
    }

    /// <summary>Whether a command is queued by the transaction of its session, and not run because it concerns the transaction itself.</summary>
    internal static bool IsQueued(Session session, CommandDescriptor command) =>
        session.Transaction is not null && command.Name is not ("exec" or "discard" or "multi" or "watch" or "quit" or "reset");

    private void Queue(ref CommandContext context, Session session, CommandDescriptor command)
    {
        // A transaction that will not be run needs no commands.
        _hasNotRun = true;
        Transaction transaction = session.Transaction!;
        if (!transaction.IsAborted && !session.IsWatchTouched && !transaction.TryQueue(ref context))
        {
            transaction.IsAborted = true;
            context.Error(Errors.TransactionTooLarge);
            return;
        }

        session.LastCommand = command;
        context.Reply.SimpleString("QUEUED"u8);
    }

    private static void AbortTransaction(Session session)
    {
        if (session.Transaction is { } transaction)
        {
            transaction.IsAborted = true;
        }
    }

    /// <summary>Refuses a command. A transaction of which it was to be a part cannot be run any more.</summary>
    private void Reject(ref CommandContext context, Session session, CommandDescriptor command, ReadOnlySpan<byte> error)
    {
        _hasNotRun = true;
        _engine.Statistics.Commands[command.Id].Rejected++;
        AbortTransaction(session);
        if (command.Name == "exec")
        {
            session.EndTransaction();
            context.Error(Errors.TransactionDiscarded(error));
        }
        else
        {
            context.Error(error);
        }
    }
}
