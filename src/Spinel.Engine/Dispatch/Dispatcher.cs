using Spinel.Engine.Sessions;
using Spinel.Engine.Statistics;
using Spinel.Protocol;

namespace Spinel.Engine.Dispatch;

/// <summary>
/// From received bytes to executed commands.
/// <para>
/// Requests are handled in batches. A batch is parsed whole first; then the hash of each command's first key is computed and the cache lines on
/// the way to it are requested; then the commands run, in order. With a pipeline of commands on random keys most of the time goes into waiting
/// for memory, and this lets the waits overlap. A look-ahead is only a hint: commands are executed as if parsed one by one, and when one of
/// them changes what follows (it closes the connection, or clients are paused), the rest of the batch is forgotten and parsed again.
/// </para>
/// </summary>
internal sealed class Dispatcher
{
    /// <summary>Enough to overlap memory accesses; more would only evict each other's lines from the first-level cache.</summary>
    private const int BatchSize = 32;

    /// <summary>Argument lists grown by one huge request are trimmed back to this.</summary>
    private const int KeptArguments = 1024;

    private readonly SpinelEngine _engine;
    private readonly Slot[] _slots = new Slot[BatchSize];
    private readonly Slot _postponedSlot = new();
    private readonly DiscardingWriter _discard = new();

    public Dispatcher(SpinelEngine engine)
    {
        _engine = engine;
        for (int i = 0; i < BatchSize; i++)
        {
            _slots[i] = new Slot();
        }
    }

    /// <summary>Runs the complete requests in <paramref name="input"/>.</summary>
    /// <returns>The number of bytes that are done with; the caller keeps the rest.</returns>
    public int Process(Session session, Span<byte> input)
    {
        _engine.Clock.Refresh();
        long start = _engine.Clock.Timestamp();
        var context = new CommandContext(_engine, session, input, new ReplyWriter(session.Output, session.Protocol));
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

        context.Reply.Flush();
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
        Slot slot = _postponedSlot;
        slot.Arguments.CopyFrom(session.PartialArguments!);
        Resolve(slot, context.Buffer);
        context.Bind(slot.Command!, slot.Arguments.AsSpan(), -1, 0);
        session.IsPostponed = false;
        Execute(ref context, session, slot);
        context.Reply.Flush();
        if (!session.IsPostponed)
        {
            session.DropPostponedRequest();
        }
    }

    /// <returns>False when nothing more can run now.</returns>
    private bool ProcessBatch(ref CommandContext context, Session session, Span<byte> input, ref int consumed, ref long start)
    {
        ParseStatus status = ParseBatch(session, input, ref consumed, out int count, out int position);
        if (count > 1)
        {
            Prefetch(session, input, count);
        }

        int timed = 0;
        for (int i = 0; i < count; i++)
        {
            Slot slot = _slots[i];
            ArgumentList arguments = slot.Arguments;
            context.Bind(slot.Command!, arguments.AsSpan(), slot.HashedArgument, slot.Hash);
            if (slot.Command is { } timedCommand && (timedCommand.Flags & CommandFlags.Fast) == 0)
            {
                // What may take long is timed by itself; quick commands share the time of their run.
                AddTimes(timed, i, ref start);
                Execute(ref context, session, slot);
                timed = i;
                AddTimes(timed, i + 1, ref start);
                timed = i + 1;
                _engine.Clock.Refresh();
            }
            else
            {
                Execute(ref context, session, slot);
            }

            if (session.IsPostponed)
            {
                AddTimes(timed, i, ref start);
                Postpone(session, slot, consumed);
                return false;
            }

            consumed = slot.End;
            if (session.Output.Length > _engine.Limits.OutputHardBytes || session.Output.IsCutOff)
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
                AddTimes(timed, i + 1, ref start);
                session.Parser.Reset();
                consumed = input.Length;
                return false;
            }
        }

        AddTimes(timed, count, ref start);
        switch (status)
        {
            case ParseStatus.Incomplete:
                consumed = position;
                KeepPartial(session, count);
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

    /// <summary>Parses requests into the slots until the batch is full, the input ends, or something stands in the way.</summary>
    private ParseStatus ParseBatch(Session session, Span<byte> input, ref int consumed, out int count, out int position)
    {
        RequestLimits limits = _engine.Limits.Requests;
        int size = BatchSize;
        if ((session.Gate & SessionGate.NotAuthenticated) != 0)
        {
            // The next command may lift the limits for those after it.
            limits = limits with { MustAuthenticate = true };
            size = 1;
        }

        ref RequestParser parser = ref session.Parser;
        ParseStatus status = ParseStatus.Complete;
        position = consumed;
        count = 0;
        if (parser.HasPartialRequest)
        {
            Slot first = _slots[0];
            (first.Arguments, session.PartialArguments) = (session.PartialArguments!, first.Arguments);
        }

        while (count < size && position < input.Length)
        {
            // An inline request is unescaped in place and could not be parsed a second time, so it never waits behind another.
            if (count > 0 && input[position] != (byte)'*')
            {
                break;
            }

            Slot slot = _slots[count];
            status = parser.Parse(input, ref position, slot.Arguments, in limits);
            if (status == ParseStatus.Complete)
            {
                slot.End = position;
                Resolve(slot, input);
                count++;
            }
            else if (status != ParseStatus.Empty)
            {
                break;
            }
        }

        return status;
    }

    /// <summary>Finds the command of a request.</summary>
    private void Resolve(Slot slot, ReadOnlySpan<byte> input)
    {
        ReadOnlySpan<ArgumentRange> arguments = slot.Arguments.AsSpan();
        slot.HashedArgument = -1;
        ArgumentRange name = arguments[0];
        CommandDescriptor? command = _engine.Commands.Find(input.Slice(name.Offset, name.Length));
        slot.Container = null;
        if (command is not null && command.HasSubcommands && arguments.Length > 1)
        {
            ArgumentRange second = arguments[1];
            CommandDescriptor? subcommand = command.FindSubcommand(input.Slice(second.Offset, second.Length));
            if (subcommand is not null || command.Handler is null)
            {
                slot.Container = command;
                command = subcommand;
            }
        }

        slot.Command = command;
    }

    private void Prefetch(Session session, ReadOnlySpan<byte> input, int count)
    {
        DataStructures.KeyTable keys = _engine.Keyspace[session.DatabaseIndex].Keys;
        for (int i = 0; i < count; i++)
        {
            Slot slot = _slots[i];
            int keyIndex = slot.Command?.FirstKey ?? 0;
            if (keyIndex > 0 && keyIndex < slot.Arguments.Count)
            {
                ArgumentRange key = slot.Arguments[keyIndex];
                slot.Hash = keys.Hash(input.Slice(key.Offset, key.Length));
                slot.HashedArgument = keyIndex;
                keys.PrefetchBucket(slot.Hash);
            }
        }

        for (int i = 0; i < count; i++)
        {
            Slot slot = _slots[i];
            if (slot.HashedArgument > 0)
            {
                keys.PrefetchEntry(slot.Hash);
            }
        }
    }

    private void Execute(ref CommandContext context, Session session, Slot slot)
    {
        CommandDescriptor? command = slot.Command;
        if (command?.Handler is null || !command.AcceptsCount(context.Count) || session.Gate != SessionGate.None || _engine.Gate != EngineGate.None
            || (command.Flags & CommandFlags.Protected) != 0)
        {
            ExecuteGuarded(ref context, session, slot);
            return;
        }

        Call(ref context, session, command);
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

        if (keyspace.Effects.IsActive)
        {
            if (keyspace.Dirty != dirty && context.EffectForm == EffectForm.Verbatim && (command.Flags & CommandFlags.Write) != 0)
            {
                context.RecordVerbatim();
            }

            keyspace.Effects.Publish();
        }

        _engine.Blocked.ServeReady();
    }

    /// <summary>The checks that a command goes through when anything is out of the ordinary.</summary>
    private void ExecuteGuarded(ref CommandContext context, Session session, Slot slot)
    {
        if ((session.Gate & SessionGate.RepliesDiscarded) == 0)
        {
            CheckAndCall(ref context, session, slot);
            return;
        }

        // CLIENT REPLY itself decides whether it is answered, so it writes to the real buffer.
        bool changesMode = slot.Command?.Name == "client|reply";
        if (!changesMode)
        {
            context.Reply.Flush();
            var real = context.Reply;
            context.Reply = new ReplyWriter(_discard, session.Protocol);
            CheckAndCall(ref context, session, slot);
            RespVersion version = context.Reply.Version;
            context.Reply = real;
            context.Reply.Version = version;
        }
        else
        {
            CheckAndCall(ref context, session, slot);
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

    private void CheckAndCall(ref CommandContext context, Session session, Slot slot)
    {
        CommandDescriptor? command = slot.Command;
        if (session.Waiter is not null)
        {
            // It passed the checks when it began to wait.
            Call(ref context, session, command!);
            return;
        }

        if (command is null)
        {
            context.Error(slot.Container is null ? Errors.UnknownCommand(in context) : Errors.UnknownSubcommand(in context));
            return;
        }

        if (command.Handler is null || !command.AcceptsCount(context.Count))
        {
            Reject(ref context, command, Errors.WrongArity(command.Name));
            return;
        }

        if ((command.Flags & CommandFlags.Protected) != 0 && !_engine.IsAllowed(command, session))
        {
            Reject(ref context, command, Errors.ProtectedCommand(command.Name));
            return;
        }

        // A password that is not required any more is not asked of those either who came while it was.
        if ((session.Gate & SessionGate.NotAuthenticated) != 0 && (command.Flags & CommandFlags.NoAuth) == 0 && _engine.Authentication.IsRequired)
        {
            Reject(ref context, command, Errors.AuthenticationRequired);
            return;
        }

        if ((_engine.Gate & EngineGate.MemoryLimit) != 0 && (command.Flags & CommandFlags.DenyOom) != 0 && _engine.IsOverMemoryLimit)
        {
            Reject(ref context, command, Errors.OutOfMemory);
            return;
        }

        if ((_engine.Gate & EngineGate.Paused) != 0 && _engine.Pause.Holds(command))
        {
            session.IsPostponed = true;
            _engine.Pause.Add(session);
            return;
        }

        Call(ref context, session, command);
    }

    private void Reject(ref CommandContext context, CommandDescriptor command, ReadOnlySpan<byte> error)
    {
        _engine.Statistics.Commands[command.Id].Rejected++;
        context.Error(error);
    }

    private void Refuse(ref CommandContext context, Session session)
    {
        byte[] text = session.Parser.Error.ToReplyText();
        if (_engine.Log.IsEnabled(ServerLogLevel.Verbose))
        {
            _engine.Log.Write(ServerLogLevel.Verbose, $"{session.Parser.Error} from client id={session.Id} addr={session.Connection.RemoteAddress}");
        }

        context.Error(text);
        session.CloseWhenFlushed();
        session.Parser.Reset();
    }

    /// <summary>Shares the time since <paramref name="start"/> among the commands from <paramref name="first"/> up to <paramref name="end"/>.</summary>
    private void AddTimes(int first, int end, ref long start)
    {
        if (end <= first)
        {
            return;
        }

        long now = _engine.Clock.Timestamp();
        long share = (now - start) / (end - first);
        CommandCounters[] counters = _engine.Statistics.Commands;
        for (int i = first; i < end; i++)
        {
            if (_slots[i].Command is { } command)
            {
                counters[command.Id].Ticks += share;
            }
        }

        start = now;
    }

    /// <summary>Hands the half-filled argument list of an incomplete request to its session.</summary>
    private void KeepPartial(Session session, int slotIndex)
    {
        if (!session.Parser.HasPartialRequest)
        {
            return;
        }

        Slot slot = _slots[slotIndex];
        ArgumentList spare = session.PartialArguments ?? new ArgumentList();
        session.PartialArguments = slot.Arguments;
        slot.Arguments = spare;
    }

    /// <summary>Keeps a parsed request for later: it may have been unescaped in place, so it cannot be parsed again.</summary>
    private void Postpone(Session session, Slot slot, int requestStart)
    {
        ArgumentList kept = session.PartialArguments ?? new ArgumentList();
        kept.CopyFrom(slot.Arguments);
        kept.Shift(-requestStart);
        session.PartialArguments = kept;
        session.PostponedRequestBytes = slot.End - requestStart;
        session.Parser.Reset();
    }

    private bool ResumePostponed(ref CommandContext context, Session session, ref int consumed, ref long start)
    {
        Slot slot = _slots[0];
        slot.Arguments.CopyFrom(session.PartialArguments!);
        slot.End = session.PostponedRequestBytes;
        session.PostponedRequestBytes = 0;
        Resolve(slot, context.Buffer);
        context.Bind(slot.Command!, slot.Arguments.AsSpan(), -1, 0);
        Execute(ref context, session, slot);
        if (session.IsPostponed)
        {
            session.PostponedRequestBytes = slot.End;
            return false;
        }

        AddTimes(0, 1, ref start);
        consumed = slot.End;
        return (session.Gate & SessionGate.Closing) == 0;
    }

    /// <summary>A request of the batch.</summary>
    private sealed class Slot
    {
        public ArgumentList Arguments { get; set; } = new();

        public CommandDescriptor? Command { get; set; }

        /// <summary>The container in which the second word was looked for, when it was.</summary>
        public CommandDescriptor? Container { get; set; }

        public ulong Hash { get; set; }

        /// <summary>The argument that <see cref="Hash"/> is of, or -1.</summary>
        public int HashedArgument { get; set; }

        /// <summary>The offset behind the request's last byte.</summary>
        public int End { get; set; }
    }
}
