using System.Buffers;
using System.Text;
using Spinel.Engine.Security;
using Spinel.Engine.Sessions;
using Spinel.Engine.Statistics;
using Spinel.Engine.Tracking;
using Spinel.Engine.Transactions;
using Spinel.Protocol;

namespace Spinel.Engine.Dispatch;

/// <summary>
/// From received bytes to executed commands.
/// <para>
/// Requests are handled in batches (<see cref="RequestBatch"/>): parsed whole, their keys asked of the memory, then run in order. The look-ahead is
/// only a hint: commands are executed as if parsed one by one, and when one of them changes what follows (it closes the connection, or clients
/// are paused), the rest of the batch is forgotten and parsed again.
/// </para>
/// </summary>
internal sealed class Dispatcher
{
    /// <summary>Argument lists grown by one huge request are trimmed back to this.</summary>
    private const int KeptArguments = 1024;

    /// <summary>A few requests: reading the time of day would be a noticeable part of their cost.</summary>
    private const int ShortInputBytes = 512;

    private readonly SpinelEngine _engine;
    private readonly RequestBatch _batch;
    private readonly Request _postponed = new();
    private readonly DiscardingWriter _discard = new();
    private readonly CommandTimer _timer;

    /// <summary>The last request that was checked was refused or queued.</summary>
    private bool _hasNotRun;

    public Dispatcher(SpinelEngine engine)
    {
        _engine = engine;
        _timer = new CommandTimer(engine);
        _batch = new RequestBatch(engine);
    }

    /// <summary>Brings what is read from options up to date.</summary>
    public void ReadOptions() => _timer.ReadOptions(_engine.Options);

    /// <summary>Where replies go that nobody wants.</summary>
    public IBufferWriter<byte> Discard => _discard;

    /// <summary>Runs the complete requests in <paramref name="input"/>.</summary>
    /// <returns>The number of bytes that are done with; the caller keeps the rest.</returns>
    public int Process(Session session, Span<byte> input)
    {
        if (input.Length > ShortInputBytes)
        {
            // A turn may serve a thousand clients: those with much to run do so at their own time, the others at the turn's.
            _engine.Clock.Refresh();
        }

        long start = _timer.Begin();
        var context = new CommandContext(_engine, session, input, new ReplyWriter(session.Output, session.Protocol));
        session.IsRunning = true;
        _engine.CurrentSession = session;
        _engine.ActingSession = session;
        int consumed = 0;
        bool more = true;
        if (session.PostponedRequestBytes > 0)
        {
            more = ResumePostponed(ref context, session, ref consumed, ref start);
        }

        while (more && consumed < input.Length)
        {
            more = ProcessBatch(ref context, session, input, ref consumed, ref start);
        }

        if (session.HoldsPushes)
        {
            // Making room told it something before a command that was then refused, queued or held up, and so has not been completed.
            session.ReleasePushes(ref context.Reply);
        }

        context.Reply.Flush();
        session.IsRunning = false;
        _engine.CurrentSession = null;
        _engine.ActingSession = null;
        if (!session.Output.IsEmpty)
        {
            _engine.AddPendingWrite(session);
        }

        return consumed;
    }

    /// <summary>
    /// Runs the request that a blocked session keeps, and only that: this happens between the commands of another session, whose batch goes on.
    /// The session is still postponed afterwards if the request could not be served.
    /// </summary>
    public void RunPostponed(Session session)
    {
        var context = new CommandContext(_engine, session, session.BufferedInput, new ReplyWriter(session.Output, session.Protocol));
        Request request = _postponed;
        request.Arguments.CopyFrom(session.PartialArguments!);
        _batch.Resolve(request, context.Buffer);
        context.Bind(request.Command!, request.Arguments.AsSpan(), -1, 0);
        session.IsPostponed = false;
        session.IsRunning = true;
        Session? cause = _engine.ActingSession;
        _engine.ActingSession = session;
        long start = _engine.Clock.Timestamp();
        Execute(ref context, session, request);
        _engine.ActingSession = cause;
        if (request.Command is { } command)
        {
            _timer.AddServed(ref context, command, start);
        }

        context.Reply.Flush();
        session.IsRunning = false;
        if (!session.IsPostponed)
        {
            session.DropPostponedRequest();
        }
    }

    /// <returns>False when nothing more can run now.</returns>
    private bool ProcessBatch(ref CommandContext context, Session session, Span<byte> input, ref int consumed, ref long start)
    {
        ParseStatus status = _batch.Parse(session, input, consumed, out int position);
        int count = _batch.Count;
        if (count > 1)
        {
            _batch.Prefetch(session, input);
        }

        int timed = 0;
        long written = context.Reply.BytesWritten;
        for (int i = 0; i < count; i++)
        {
            Request request = _batch[i];
            ArgumentList arguments = request.Arguments;
            bool isTimedAlone = request.Command is { } command && _timer.IsTimedAlone(command, request.End - consumed);
            if (isTimedAlone)
            {
                _timer.AddRow(ref context, _batch, timed, i, ref start);
                timed = i + 1;
            }

            context.Bind(request.Command!, arguments.AsSpan(), request.HashedArgument, request.Hash);
            if (isTimedAlone)
            {
                ExecuteTimed(ref context, session, request, ref start);
            }
            else
            {
                Execute(ref context, session, request);
                if (CommandTimer.IsLongReply(context.Reply.BytesWritten - written))
                {
                    _timer.AddRowWithLongReply(ref context, _batch, timed, i + 1, ref start);
                    timed = i + 1;
                }
            }

            written = context.Reply.BytesWritten;
            if (session.IsPostponed)
            {
                _timer.AddRow(ref context, _batch, timed, i, ref start);
                Postpone(session, request, consumed);
                return false;
            }

            consumed = request.End;
            if (session.Output.Length > session.Output.Limits.HardBytes || session.Output.IsCutOff)
            {
                // The rest of the pipeline is not worth running: nobody will see its replies.
                OutputLimit.Check(_engine, session);
            }

            if (arguments.Capacity > KeptArguments)
            {
                arguments.Clear();
                arguments.TrimExcess();
            }

            if ((session.Gate & SessionGate.Closing) != 0)
            {
                _timer.AddRow(ref context, _batch, timed, i + 1, ref start);
                session.Parser.Reset();
                consumed = input.Length;
                return false;
            }
        }

        _timer.AddRow(ref context, _batch, timed, count, ref start);
        switch (status)
        {
            case ParseStatus.Incomplete:
                consumed = position;
                _batch.KeepPartial(session);
                return false;
            case ParseStatus.Error:
                Refuse(ref context, session);
                consumed = input.Length;
                return false;
            default:
                consumed = position;
                return true;
        }
    }

    /// <summary>Executes a request, and measures the time for it alone.</summary>
    private void ExecuteTimed(ref CommandContext context, Session session, Request request, ref long start)
    {
        Execute(ref context, session, request);
        if (request.Command is not { } command)
        {
            start = _engine.Clock.Timestamp();
        }
        else if (session.IsPostponed)
        {
            if (session.Waiter is not null)
            {
                _timer.AddUnfinished(command, start);
            }
        }
        else
        {
            _timer.Add(ref context, command, ref start);
        }

        _engine.Clock.Refresh();
    }

    private void Execute(ref CommandContext context, Session session, Request request)
    {
        CommandDescriptor? command = request.Command;
        if (command?.Handler is null || !command.AcceptsCount(context.Count) || session.Gate != SessionGate.None || _engine.Gate != EngineGate.None
            || (command.Flags & CommandFlags.Protected) != 0)
        {
            ExecuteGuarded(ref context, session, request);
            if (session.Tracking is { IsCachingGiven: true } tracking)
            {
                EndCachingException(session, tracking, command);
            }

            return;
        }

        Call(ref context, session, command);
    }

    /// <summary>CLIENT CACHING holds for the command, or transaction, that comes next, but for further settings of the client.</summary>
    private static void EndCachingException(Session session, ClientTracking tracking, CommandDescriptor? command)
    {
        if (!session.IsPostponed && session.Transaction is null && command?.Parent?.Name != "client")
        {
            tracking.IsCachingGiven = false;
        }
    }

    /// <summary>Runs a command whose checks have passed, and sees to what a change entails.</summary>
    private void Call(ref CommandContext context, Session session, CommandDescriptor command)
    {
        Keyspace keyspace = _engine.Keyspace;
        long dirty = keyspace.Dirty;
        ref CommandCounters counters = ref _engine.Statistics.Commands[command.Id];
        if (session.Waiter is null)
        {
            // A request that is tried again has been counted when it came.
            session.LastCommand = command;
            session.CommandCount++;
            _engine.Statistics.TotalCommands++;
            counters.Calls++;
        }

        command.Handler!(ref context);
        if (context.Failed)
        {
            counters.Failed++;
        }

        if (keyspace.UncommittedChanges != 0)
        {
            throw new InvalidOperationException($"command '{command.Name}' changed a key without committing it");
        }

        if (keyspace.Dirty != dirty && keyspace.Effects.IsActive && context.EffectForm == EffectForm.Verbatim && (command.Flags & CommandFlags.Write) != 0)
        {
            context.RecordVerbatim();
        }

        if (_engine.AtomicDepth == 0)
        {
            Complete(ref context, session);
        }
    }

    /// <summary>What follows a command that stands by itself, or the last of those that are one.</summary>
    private void Complete(ref CommandContext context, Session session)
    {
        if (_engine.Keyspace.Effects.IsActive)
        {
            _engine.Keyspace.Effects.Publish();
        }

        _engine.Blocked.ServeReady();
        if (session.HoldsPushes)
        {
            session.ReleasePushes(ref context.Reply);
        }
    }

    /// <summary>Runs one command of a transaction, whose checks were made when it was queued.</summary>
    public void RunQueued(ref CommandContext context, Session session, CommandDescriptor command)
    {
        if ((session.Gate & SessionGate.Restricted) != 0 && !AccessCheck.PassesInExec(_engine, in context, command, out Denial denial))
        {
            context.Error(Errors.NoPermissionAnyMore(denial));
            return;
        }

        long start = _engine.Clock.Timestamp();
        CallWatched(ref context, session, command);
        _timer.Add(ref context, command, ref start);
    }

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

        // CLIENT REPLY itself decides whether it is answered, so it writes to the real buffer; and RESET ends the silence.
        bool changesMode = (request.Command?.Name == "client|reply" && session.Transaction is null) || (request.Command?.Name == "reset" && session.ReplyMode == ReplyMode.Off);
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

        if (session.ReplyMode == ReplyMode.Skip)
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

        if ((_engine.Gate & EngineGate.WritesRefused) != 0 && _engine.WriteRefusalFor(command, flags) is { } refusal)
        {
            Reject(ref context, session, command, refusal);
            return;
        }

        if ((session.Gate & SessionGate.SubscribedResp2) != 0 && !RunsWhileSubscribed(command))
        {
            Reject(ref context, session, command, Errors.NotWhileSubscribed(command.Name));
            return;
        }

        if (_engine.IsLoading && (command.Flags & CommandFlags.Loading) == 0)
        {
            Reject(ref context, session, command, Errors.Loading);
            return;
        }

        if (session.IsMonitor && (flags & (CommandFlags.Write | CommandFlags.ReadOnly | CommandFlags.MayReplicate)) != 0)
        {
            Reject(ref context, session, command, Errors.MonitorUsesKeys);
            return;
        }

        if ((_engine.Gate & EngineGate.Paused) != 0 && _engine.Pause.Holds(flags))
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
        if (!isShown && !isTracked)
        {
            Call(ref context, session, command);
            return;
        }

        _engine.AtomicDepth++;
        Call(ref context, session, command);
        _engine.AtomicDepth--;
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
            session.Refusal ??= Encoding.UTF8.GetString(command is null ? Errors.UnknownCommand(in context) : Errors.WrongArity(command.Name));
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

        if ((command.Flags & CommandFlags.Protected) != 0 && !_engine.IsAllowed(command, session))
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

    private void Refuse(ref CommandContext context, Session session)
    {
        byte[] text = session.Parser.Error.ToReplyText();
        if (_engine.Log.IsEnabled(ServerLogLevel.Verbose))
        {
            _engine.Log.Write(ServerLogLevel.Verbose, $"{session.Parser.Error} from client id={session.Id} addr={session.Connection.RemoteAddress}");
        }

        if (session.IsTrusted)
        {
            session.Refusal ??= Encoding.UTF8.GetString(text);
        }

        context.Error(text);
        session.CloseWhenFlushed();
        session.Parser.Reset();
    }

    /// <summary>Keeps a parsed request for later: it may have been unescaped in place, so it cannot be parsed again.</summary>
    private void Postpone(Session session, Request request, int requestStart)
    {
        ArgumentList kept = session.PartialArguments ?? new ArgumentList();
        kept.CopyFrom(request.Arguments);
        kept.Shift(-requestStart);
        session.PartialArguments = kept;
        session.PostponedRequestBytes = request.End - requestStart;
        session.PostponedAt = _engine.Clock.Timestamp();
        session.Parser.Reset();
    }

    private bool ResumePostponed(ref CommandContext context, Session session, ref int consumed, ref long start)
    {
        Request request = _batch[0];
        request.Arguments.CopyFrom(session.PartialArguments!);
        request.End = session.PostponedRequestBytes;
        session.PostponedRequestBytes = 0;
        _batch.Resolve(request, context.Buffer);
        context.Bind(request.Command!, request.Arguments.AsSpan(), -1, 0);
        ExecuteTimed(ref context, session, request, ref start);
        if (session.IsPostponed)
        {
            session.PostponedRequestBytes = request.End;
            return false;
        }

        session.PostponedAt = 0;
        consumed = request.End;
        return (session.Gate & SessionGate.Closing) == 0;
    }
}
