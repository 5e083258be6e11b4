using System.Buffers;
using System.Text;
using Spinel.Engine.Effects;
using Spinel.Engine.Observation;
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
internal sealed partial class Dispatcher
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
    private readonly AccessSampling _sampling;

    /// <summary>The last request that was checked was refused or queued.</summary>
    private bool _hasNotRun;

    /// <summary>The number of commands that the client had run before its present input.</summary>
    private long _countBefore;

    public Dispatcher(SpinelEngine engine)
    {
        _engine = engine;
        _timer = new CommandTimer(engine);
        _sampling = engine.AccessSampling;
        _batch = new RequestBatch(engine);
        _clientGuard = new ClientGuard(engine);
        _trustedGuard = new TrustedGuard(engine);
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
        _countBefore = session.CommandCount;
        int consumed = 0;
        bool more = true;
        if (session.Input.PostponedBytes > 0)
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
        NoteStreamOffset(session);
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
        var context = new CommandContext(_engine, session, session.Input.Bytes, new ReplyWriter(session.Output, session.Protocol));
        Request request = _postponed;
        request.Arguments.CopyFrom(session.Input.Arguments!);
        _batch.Resolve(request, context.Buffer, session);
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
        NoteStreamOffset(session);
        session.IsRunning = false;
        if (!session.IsPostponed)
        {
            session.DropPostponedRequest();
        }
    }

    /// <summary>
    /// The place in the replication stream up to which the client that runs may have written: the present one when it has run a command before in this input,
    /// since nobody else has meanwhile.
    /// </summary>
    public long WrittenOffset(Session session, long present) =>
        session.CommandCount - _countBefore > 1 ? present : Math.Min(session.StreamOffset, present);

    private void NoteStreamOffset(Session session)
    {
        if (_engine.ReplicationStream is { } stream)
        {
            session.StreamOffset = stream.EndOffset;
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

        if (_sampling.Count(count))
        {
            _sampling.Show(_engine, session, _batch, input);
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
                session.Input.Parser.Reset();
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
        EffectStream effects = _engine.Keyspace.Effects;
        if (effects.IsActive)
        {
            effects.Publish();
            session.LoggedBytes = effects.LoggedBytes;
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

    private void Refuse(ref CommandContext context, Session session)
    {
        byte[] text = session.Input.Parser.Error.ToReplyText();
        if (_engine.Log.IsEnabled(ServerLogLevel.Verbose))
        {
            _engine.Log.Write(ServerLogLevel.Verbose, $"{session.Input.Parser.Error} from client id={session.Id} addr={session.Connection.RemoteAddress}");
        }

        session.Feed?.Refuse(Encoding.UTF8.GetString(text));
        context.Error(text);
        session.CloseWhenFlushed();
        session.Input.Parser.Reset();
    }

    /// <summary>Keeps a parsed request for later: it may have been unescaped in place, so it cannot be parsed again.</summary>
    private void Postpone(Session session, Request request, int requestStart)
    {
        ArgumentList kept = session.Input.Arguments ?? new ArgumentList();
        kept.CopyFrom(request.Arguments);
        kept.Shift(-requestStart);
        session.Input.Arguments = kept;
        session.Input.PostponedBytes = request.End - requestStart;
        session.Input.PostponedAt = _engine.Clock.Timestamp();
        session.Input.Parser.Reset();
    }

    private bool ResumePostponed(ref CommandContext context, Session session, ref int consumed, ref long start)
    {
        Request request = _batch[0];
        request.Arguments.CopyFrom(session.Input.Arguments!);
        request.End = session.Input.PostponedBytes;
        session.Input.PostponedBytes = 0;
        _batch.Resolve(request, context.Buffer, session);
        context.Bind(request.Command!, request.Arguments.AsSpan(), -1, 0);
        ExecuteTimed(ref context, session, request, ref start);
        if (session.IsPostponed)
        {
            session.Input.PostponedBytes = request.End;
            return false;
        }

        session.Input.PostponedAt = 0;
        consumed = request.End;
        return (session.Gate & SessionGate.Closing) == 0;
    }
}
