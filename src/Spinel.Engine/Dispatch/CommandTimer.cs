using Spinel.Engine.Configuration;
using Spinel.Engine.Sessions;
using Spinel.Engine.Statistics;

namespace Spinel.Engine.Dispatch;

/// <summary>
/// Measures how long commands take, and hands that to who wants to know: the counters of <c>commandstats</c>, the histograms, the slow log, the latency
/// monitor.
/// <para>
/// Reading the clock twice takes longer than many commands do. So the commands of a batch that are quick by nature share the time of the row in which they ran,
/// and only these are timed by themselves: commands that may take long, requests that are long, whatever made a long reply, and all commands once
/// the slow log is to tell of less than a millisecond. Within a row of quick commands the mean is what each is said to have taken.
/// </para>
/// <para>
/// A command's time is its own. What other clients were served because of it (a push that somebody waited for) is taken off.
/// </para>
/// </summary>
internal sealed class CommandTimer(SpinelEngine engine)
{
    /// <summary>Copying this much takes as long as a quick command.</summary>
    private const int LongRequestBytes = 4096;

    private const int LongReplyBytes = 16 * 1024;

    /// <summary>Below this even a quick command can be what the slow log wants to hear of.</summary>
    private const long FineThresholdMicroseconds = 1000;

    /// <summary>A new mean counts for one part in so many of the running one.</summary>
    private const int MeanWeight = 16;

    private bool _timesAll;
    private bool _tracks;
    private long _slowTicks = long.MaxValue;

    /// <summary>The shorter of what the slow log and the latency monitor look for.</summary>
    private long _noteworthyTicks = long.MaxValue;

    /// <summary>What a quick command has taken lately.</summary>
    private long _quickTicks;

    /// <summary>Time since the start of the row that belongs to none of its commands.</summary>
    private long _foreignTicks;

    public void ReadOptions(ServerOptions options)
    {
        _tracks = options.LatencyTracking;
        long slow = options.SlowlogLogSlowerThanMicroseconds;
        _slowTicks = slow < 0 ? long.MaxValue : engine.Clock.TicksOfMicroseconds(slow);
        _timesAll = slow is >= 0 and < FineThresholdMicroseconds;
        _noteworthyTicks = Math.Min(_slowTicks, engine.Latency.ThresholdTicks);
    }

    /// <summary>Begins the first row of what a client has sent. Clients that were served between turns took nobody's time.</summary>
    /// <returns>The time at which it begins.</returns>
    public long Begin()
    {
        _foreignTicks = 0;
        return engine.Clock.Timestamp();
    }

    /// <summary>Whether a request has to be timed by itself.</summary>
    public bool IsTimedAlone(CommandDescriptor command, int requestBytes) => !command.IsQuick || requestBytes > LongRequestBytes || _timesAll;

    /// <summary>Whether a command's reply tells that it should have been timed by itself.</summary>
    public static bool IsLongReply(long bytes) => bytes > LongReplyBytes;

    /// <summary>Shares the time since <paramref name="start"/> among the commands of a batch from <paramref name="first"/> up to <paramref name="end"/>.</summary>
    public void AddRow(ref CommandContext context, RequestBatch batch, int first, int end, ref long start)
    {
        if (end > first)
        {
            long now = engine.Clock.Timestamp();
            AddRow(ref context, batch, first, end, start, now - start - TakeForeign());
            start = now;
        }
    }

    /// <summary>
    /// As <see cref="AddRow(ref CommandContext, RequestBatch, int, int, ref long)"/>, where the last command is found to have made a long reply: those before
    /// it are said to have taken what quick commands take, and it the rest.
    /// </summary>
    public void AddRowWithLongReply(ref CommandContext context, RequestBatch batch, int first, int end, ref long start)
    {
        long now = engine.Clock.Timestamp();
        long total = now - start - TakeForeign();
        int last = end - 1;
        long others = Math.Min(total / 2, _quickTicks * (last - first));
        if (last > first)
        {
            AddRow(ref context, batch, first, last, start, others);
        }

        if (batch[last].Command is { } command)
        {
            context.Bind(command, batch[last].Arguments.AsSpan(), -1, 0);
            Add(ref context, command, start + others, total - others);
        }

        start = now;
    }

    /// <summary>Counts the time since <paramref name="start"/> for one command that has run to its end.</summary>
    public void Add(ref CommandContext context, CommandDescriptor command, ref long start)
    {
        long now = engine.Clock.Timestamp();
        Add(ref context, command, start, now - start - TakeForeign());
        start = now;
    }

    /// <summary>Counts the time of a command that has begun to wait: it is not done, and nobody is told of it yet.</summary>
    public void AddUnfinished(CommandDescriptor command, long start) => Count(command, engine.Clock.Timestamp() - start - TakeForeign());

    /// <summary>Counts the time of a command that was served after it had waited, within the time of the one that made it possible.</summary>
    public void AddServed(ref CommandContext context, CommandDescriptor command, long start)
    {
        long foreign = _foreignTicks;
        long ticks = engine.Clock.Timestamp() - start;
        if (context.Session.IsPostponed)
        {
            Count(command, ticks);
        }
        else
        {
            Add(ref context, command, start, ticks);
            engine.Latency.Add(LatencyEvents.CommandUnblocking, ticks);
        }

        _foreignTicks = foreign + ticks;
    }

    /// <summary>Since when a request has waited: it came in this turn at the latest, or was put off.</summary>
    private long ReceivedAt(Session session) => session.Input.PostponedAt != 0 ? session.Input.PostponedAt : engine.TurnStart;

    /// <summary>Time that was spent on something else since the row began.</summary>
    private long TakeForeign()
    {
        long ticks = _foreignTicks;
        _foreignTicks = 0;
        return ticks;
    }

    private void AddRow(ref CommandContext context, RequestBatch batch, int first, int end, long start, long total)
    {
        long share = total / (end - first);
        _quickTicks += (share - _quickTicks) / MeanWeight;
        engine.Statistics.CommandTicks += total;
        if (total >= _noteworthyTicks)
        {
            NoteRow(ref context, batch, first, end, start, total);
        }

        // Neighbours are often of one kind, and are counted together.
        int bucket = LatencyHistogram.BucketOf(engine.Clock.NanosecondsOf(share));
        long waited = engine.Clock.NanosecondsOf(start - engine.TurnStart);
        CommandCounters[] counters = engine.Statistics.Commands;
        for (int i = first; i < end;)
        {
            CommandDescriptor? command = batch[i].Command;
            int after = i + 1;
            while (after < end && batch[after].Command == command)
            {
                after++;
            }

            if (command is not null)
            {
                ref CommandCounters counter = ref counters[command.Id];
                counter.Ticks += share * (after - i);
                if (_tracks)
                {
                    (counter.Latency ??= new LatencyHistogram()).Add(bucket, after - i);
                    (counter.Wait ??= new WaitHistogram()).Add(waited, after - i);
                }
            }

            i = after;
        }
    }

    private void Add(ref CommandContext context, CommandDescriptor command, long start, long ticks)
    {
        Count(command, ticks);
        if (_tracks)
        {
            ref CommandCounters counter = ref engine.Statistics.Commands[command.Id];
            (counter.Latency ??= new LatencyHistogram()).Add(LatencyHistogram.BucketOf(engine.Clock.NanosecondsOf(ticks)), 1);
            (counter.Wait ??= new WaitHistogram()).Add(engine.Clock.NanosecondsOf(start - ReceivedAt(context.Session)), 1);
        }

        if (ticks >= _noteworthyTicks)
        {
            Note(ref context, command, start, ticks);
        }
    }

    private void Count(CommandDescriptor command, long ticks)
    {
        engine.Statistics.Commands[command.Id].Ticks += ticks;
        if (engine.AtomicDepth == 0)
        {
            // What runs within another command is in that one's time.
            engine.Statistics.CommandTicks += ticks;
        }
    }

    /// <summary>A row of quick commands took long. Which of them did is not known: all of them are told of if all together are slow enough for that.</summary>
    private void NoteRow(ref CommandContext context, RequestBatch batch, int first, int end, long start, long total)
    {
        long share = total / (end - first);
        for (int i = first; i < end; i++)
        {
            if (batch[i].Command is { } command && share >= _noteworthyTicks)
            {
                context.Bind(command, batch[i].Arguments.AsSpan(), -1, 0);
                Note(ref context, command, start + (share * (i - first)), share);
            }
        }

        if (share < engine.Latency.ThresholdTicks)
        {
            engine.Latency.Add(LatencyEvents.FastCommand, total);
        }
    }

    private void Note(ref CommandContext context, CommandDescriptor command, long start, long ticks)
    {
        engine.Latency.Add((command.Flags & CommandFlags.Fast) != 0 ? LatencyEvents.FastCommand : LatencyEvents.Command, ticks);
        if (ticks >= _slowTicks && (command.Flags & CommandFlags.SkipSlowlog) == 0 && !context.Session.IsObserving)
        {
            Session session = context.Session;
            long waited = Math.Max(0, engine.Clock.MicrosecondsBetween(ReceivedAt(session), start));
            long run = engine.Clock.MicrosecondsBetween(0, ticks);
            engine.SlowLog.Add(command, context.Arguments, session, engine.Clock.NowMs / 1000, run, waited);
        }
    }
}
