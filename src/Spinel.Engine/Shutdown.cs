using Spinel.Engine.Blocking;
using Spinel.Engine.Configuration;
using Spinel.Engine.Dispatch;
using Spinel.Engine.Sessions;

namespace Spinel.Engine;

/// <summary>
/// Stops the server in good order: who copies it is given time to catch up (<c>shutdown-timeout</c>), then the parts of the server are asked, which save what is to be saved and
/// may refuse.
/// <para>
/// While there is something to wait for, commands that may write wait, so that it can come to an end; clients may still read. The waiting is taken back by <see cref="Abort"/>. It
/// is looked at each turn: the last acknowledgement ends it at once.
/// </para>
/// </summary>
internal sealed class Shutdown(SpinelEngine engine)
{
    private const long MsPerSecond = 1000;

    private readonly List<(Session Session, Waiter Waiter)> _clients = [];
    private int _asked;
    private StopMode _mode;
    private bool _force;

    /// <summary>Nothing stands against it any more: the loop is to end.</summary>
    public bool IsDone { get; private set; }

    /// <summary>The server waits before it stops.</summary>
    public bool IsPending => DeadlineMs != 0;

    /// <summary>When the waiting is over, in Unix milliseconds; 0 while there is none.</summary>
    public long DeadlineMs { get; private set; }

    /// <summary>
    /// Has it begin in the next turn. May be called from any thread. Of several causes the last one of <see cref="StopCause"/> counts: an owner, who waits for the end, must not be put
    /// off by a signal.
    /// </summary>
    public void Ask(StopCause cause)
    {
        int asked = Volatile.Read(ref _asked);
        while (asked < (int)cause)
        {
            int seen = Interlocked.CompareExchange(ref _asked, (int)cause, asked);
            if (seen == asked)
            {
                return;
            }

            asked = seen;
        }
    }

    /// <summary>Begins to stop; one that has begun goes on as it is.</summary>
    /// <param name="mode">Whether the data is to be saved.</param>
    /// <param name="force">Stop even if that fails.</param>
    /// <param name="now">Wait for nobody.</param>
    /// <returns>False: a part of the server refuses, and the log says why.</returns>
    public bool TryBegin(StopMode mode, bool force, bool now)
    {
        if (IsPending || IsDone)
        {
            return true;
        }

        _mode = mode;
        _force = force;
        Log(ServerLogLevel.Warning, "User requested shutdown...");
        long timeoutMs = engine.Options.ShutdownTimeoutSeconds * MsPerSecond;
        if (now || timeoutMs == 0 || IsReady())
        {
            return TryFinish();
        }

        Log(ServerLogLevel.Notice, "Waiting for replicas before shutting down.");
        DeadlineMs = engine.Clock.NowMs + timeoutMs;
        engine.Pause.Hold(WriteHold.Shutdown);
        foreach (IEngineExtension extension in engine.Extensions)
        {
            extension.OnStopDelayed();
        }

        return true;
    }

    /// <summary>As a signal asks for it.</summary>
    private void Begin(ShutdownBehaviors behaviors)
    {
        StopMode mode = (behaviors & ShutdownBehaviors.Save) != 0 ? StopMode.Save : (behaviors & ShutdownBehaviors.Nosave) != 0 ? StopMode.NoSave : StopMode.AsConfigured;
        TryBegin(mode, (behaviors & ShutdownBehaviors.Force) != 0, (behaviors & ShutdownBehaviors.Now) != 0);
    }

    /// <summary>The client that runs has asked for it, and waits for the end, which is its answer.</summary>
    public void Join(ref CommandContext c)
    {
        engine.Blocked.Block(ref c, [], default, 0, static (ref reply) => reply.Error(Errors.ShutdownFailed));
        _clients.Add((c.Session, c.Session.Waiter!));
    }

    /// <summary>Takes it back; false when there is nothing to take back.</summary>
    public bool Abort()
    {
        if (!IsPending)
        {
            return false;
        }

        Log(ServerLogLevel.Notice, "Shutdown manually aborted.");
        End();
        return true;
    }

    /// <summary>Begins what was asked for, and ends the waiting when it is over.</summary>
    public void Step()
    {
        if (Volatile.Read(ref _asked) != (int)StopCause.None)
        {
            Begin((StopCause)Interlocked.Exchange(ref _asked, (int)StopCause.None));
        }

        if (IsPending && (engine.Clock.NowMs >= DeadlineMs || IsReady()))
        {
            TryFinish();
        }
    }

    private bool IsReady()
    {
        foreach (IEngineExtension extension in engine.Extensions)
        {
            if (!extension.IsReadyToStop)
            {
                return false;
            }
        }

        return true;
    }

    private void Begin(StopCause cause)
    {
        if (cause == StopCause.Owner)
        {
            AskParts(StopMode.AsConfigured, force: true);
        }
        else
        {
            Begin(cause == StopCause.Interrupt ? engine.Options.ShutdownOnSigint : engine.Options.ShutdownOnSigterm);
        }
    }

    /// <summary>The loop ends after this turn, unless a part of the server refuses.</summary>
    private void AskParts(StopMode mode, bool force)
    {
        if (IsDone)
        {
            return;
        }

        // An engine by itself has nowhere to save to.
        bool stops = mode != StopMode.Save || engine.Extensions.Count > 0 || force;
        foreach (IEngineExtension extension in engine.Extensions)
        {
            stops &= extension.TryStop(mode, force) || force;
        }

        IsDone = stops;
    }

    private bool TryFinish()
    {
        AskParts(_mode, _force);
        if (IsDone)
        {
            // Clients that wait see the connection close.
            return true;
        }

        Log(ServerLogLevel.Warning, "Errors trying to shut down the server. Check the logs for more information.");
        End();
        return false;
    }

    /// <summary>The server goes on.</summary>
    private void End()
    {
        DeadlineMs = 0;
        foreach ((Session session, Waiter waiter) in _clients)
        {
            if (session.Waiter == waiter)
            {
                engine.Blocked.EndWithReply(session, waiter.OnTimeout);
            }
        }

        _clients.Clear();
        engine.Pause.Release(WriteHold.Shutdown);
    }

    private void Log(ServerLogLevel level, string message) => engine.Log.Write(level, message);
}
