using System.Buffers;
using System.Text;
using Spinel.Engine.Configuration;
using Spinel.Engine.Observation;
using Spinel.Engine.Security;
using Spinel.Engine.Sessions;
using Spinel.Engine.Statistics;
using Spinel.Engine.Tracking;
using Spinel.Engine.Transactions;
using Spinel.Protocol;

namespace Spinel.Engine.Dispatch;

/// <summary>
/// The path of a command when anything is out of the ordinary: a gate of the client or of the engine is set, or the command is unknown, malformed or protected. The
/// order of the checks is Redis's, because the first of them that fails is the answer.
/// </summary>
internal sealed partial class Dispatcher
{
    /// <summary>The checks that a command goes through when anything is out of the ordinary.</summary>
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
            return;
        }

        if ((session.Gate & SessionGate.Trusted) != 0)
        {
            RunTrusted(ref context, session, request);
            if (session.Transaction is null)
            {
                session.CompletedInput = request.End;
            }

            return;
        }

        if (command is null)
        {
            AbortTransaction(session);
            if (IsWebRequest(in context))
            {
                CutOff(session);
                return;
            }

            context.Error(request.Container is null ? Errors.UnknownCommand(in context) : Errors.UnknownSubcommand(in context));
            return;
        }

        if (!MayRun(ref context, session, command))
        {
            return;
        }

        // What EXEC may do is what the commands that it runs may do.
        CommandFlags flags = command.Flags;
        if (session.Transaction is { } transaction)
        {
            flags |= command.Name == "exec" ? transaction.Flags : CommandFlags.None;
        }

        // Any command makes room, not only those that need it. What is queued needs memory whatever it does.
        if ((_engine.Gate & EngineGate.MemoryLimit) != 0 && !_engine.MemoryLimit.MakeRoom()
            && ((flags & CommandFlags.DenyOom) != 0 || (session.Transaction is not null && !RunsInsideTransaction(command))))
        {
            Reject(ref context, session, command, Errors.OutOfMemory);
            return;
        }

        if ((_engine.Gate & EngineGate.WritesRefused) != 0 && _engine.WriteRefusals.For(command, flags) is { } refusal)
        {
            Reject(ref context, session, command, refusal);
            return;
        }

        if ((session.Gate & SessionGate.SubscribedResp2) != 0 && !RunsWhileSubscribed(command))
        {
            Reject(ref context, session, command, Errors.NotWhileSubscribed(command.Name));
            return;
        }

        if (_engine.RefusesStaleData && (command.Flags & CommandFlags.Stale) == 0)
        {
            Reject(ref context, session, command, Errors.PrimaryDown);
            return;
        }

        if ((_engine.IsLoading && (command.Flags & CommandFlags.Loading) == 0)
            || (_engine.IsLoadingAside && (command.Flags & CommandFlags.NoAsyncLoading) != 0))
        {
            Reject(ref context, session, command, Errors.Loading);
            return;
        }

        if ((session.IsMonitor || session.Type == ClientType.Replica) && (flags & (CommandFlags.Write | CommandFlags.ReadOnly | CommandFlags.MayReplicate)) != 0)
        {
            Reject(ref context, session, command, Errors.MonitorUsesKeys);
            return;
        }

        if ((_engine.Gate & EngineGate.Paused) != 0 && _engine.Pause.Holds(flags) && session.Type != ClientType.Replica)
        {
            session.IsPostponed = true;
            _engine.Pause.Add(session);
            return;
        }

        if (session.Transaction is not null && !RunsInsideTransaction(command))
        {
            Queue(ref context, session, command);
            return;
        }

        CallWatched(ref context, session, command);
    }

    /// <summary>
    /// Runs a command, shows it to those who watch, and remembers what it has read for a client that tracks: before what it entails, which may be other
    /// clients' commands.
    /// </summary>
    private void CallWatched(ref CommandContext context, Session session, CommandDescriptor command)
    {
        bool isShown = (_engine.Gate & EngineGate.Monitored) != 0;
        bool isTracked = (session.Gate & SessionGate.Tracking) != 0;
        ICommandWatcher? watcher = session.IsTrusted ? null : _engine.CommandWatcher;
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

    /// <summary>What a subscribed client may run in RESP2, where it could not tell other replies from messages.</summary>
    private static bool RunsWhileSubscribed(CommandDescriptor command) =>
        command.Name is "subscribe" or "unsubscribe" or "psubscribe" or "punsubscribe" or "ssubscribe" or "sunsubscribe" or "ping" or "quit" or "reset";

    /// <summary>What is queued by a transaction, and what is not because it concerns the transaction itself.</summary>
    private static bool RunsInsideTransaction(CommandDescriptor command) => command.Name is "exec" or "discard" or "multi" or "watch" or "quit" or "reset";

    /// <summary>Runs a command that a log or a primary gives, whatever stands against it when it comes from a client.</summary>
    private void RunTrusted(ref CommandContext context, Session session, Request request)
    {
        CommandDescriptor? command = request.Command;
        if (request.IsInline)
        {
            // Logs have lines that begin with a number sign, for those who want to know when something was written.
            if (context[0] is not [(byte)'#', ..])
            {
                session.Refusal ??= "what should be a request is none";
            }

            return;
        }

        if (session.Refusal is not null)
        {
            // The rest of what was read together with something broken must not be applied.
            return;
        }

        if (command?.Handler is null || !command.AcceptsCount(context.Count))
        {
            if (session.Type == ClientType.Primary)
            {
                // The primary has gone on, and so has whoever else copies it.
                LogPrimaryError(command is null ? Errors.UnknownCommand(in context) : Errors.WrongArity(command.Name), context[0]);
                return;
            }

            session.Refusal ??= Encoding.UTF8.GetString(command is null ? Errors.UnknownCommand(in context) : Errors.WrongArity(command.Name));
            return;
        }

        if (session.Transaction is not null && !RunsInsideTransaction(command))
        {
            Queue(ref context, session, command);
            return;
        }

        CallWatched(ref context, session, command);
        if (context.Failed && session.Type == ClientType.Primary)
        {
            LogPrimaryError(default, context[0]);
        }
    }

    /// <summary>Says that the data of primary and replica may differ from here on.</summary>
    private void LogPrimaryError(ReadOnlySpan<byte> error, ReadOnlySpan<byte> command) =>
        _engine.Log.Write(
            ServerLogLevel.Warning,
            $"== CRITICAL == This replica is sending an error to its master: '{Encoding.Latin1.GetString(error)}' after processing the command '{Encoding.Latin1.GetString(command)}'");

    /// <summary>
    /// Whether what should be a command begins a request of HTTP or one of its headers. A page in a browser on this machine can send such requests, and what follows
    /// them may look like commands, so nothing of that connection is to be obeyed.
    /// </summary>
    private static bool IsWebRequest(in CommandContext context) =>
        Ascii.EqualsIgnoreCase(context[0], "POST"u8) || Ascii.EqualsIgnoreCase(context[0], "HOST:"u8);

    private void CutOff(Session session)
    {
        _engine.Log.Write(
            ServerLogLevel.Warning,
            $"Possible SECURITY ATTACK detected. It looks like somebody is sending POST or Host: commands to Redis. This is likely due to an attacker attempting to use Cross Protocol Scripting to compromise your Redis instance. Connection from {session.Connection.RemoteAddress} aborted.");
        session.Close();
    }

    /// <summary>The checks that concern the command and the client alone. False once the command has been refused.</summary>
    private bool MayRun(ref CommandContext context, Session session, CommandDescriptor command)
    {
        if (command.Handler is null || !command.AcceptsCount(context.Count))
        {
            return Reject(ref context, session, command, Errors.WrongArity(command.Name));
        }

        if ((command.Flags & CommandFlags.Protected) != 0 && !IsEnabled(command, session))
        {
            return Reject(ref context, session, command, Errors.ProtectedCommand(command.Name));
        }

        // A password that is not required any more is not asked of those either who came while it was.
        if ((session.Gate & SessionGate.NotAuthenticated) != 0 && (command.Flags & CommandFlags.NoAuth) == 0 && _engine.Users.AuthenticationRequired)
        {
            return Reject(ref context, session, command, Errors.AuthenticationRequired);
        }

        if (session.Transaction is not null && (command.Flags & CommandFlags.NoMulti) != 0)
        {
            return Reject(ref context, session, command, Errors.NotInsideMulti);
        }

        return (session.Gate & SessionGate.Restricted) == 0 || AccessCheck.Passes(_engine, in context, command, out Denial denial)
            || Reject(ref context, session, command, Errors.NoPermission(denial, command.Name));
    }

    /// <summary>Whether a protected command is allowed to this client by its enabling option.</summary>
    private bool IsEnabled(CommandDescriptor command, Session session)
    {
        bool isOfModules = command.Name.StartsWith("module", StringComparison.Ordinal);
        return (isOfModules ? _engine.Options.EnableModuleCommand : _engine.Options.EnableDebugCommand) switch
        {
            ProtectedAccess.Yes => true,
            ProtectedAccess.Local => session.Connection.IsLoopback || session.Connection.IsUnixSocket,
            _ => false,
        };
    }

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
    /// <returns>False.</returns>
    private bool Reject(ref CommandContext context, Session session, CommandDescriptor command, ReadOnlySpan<byte> error)
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

        return false;
    }
}
