using Spinel.Engine;
using Spinel.Engine.Dispatch;
using Spinel.Engine.Sessions;
using Spinel.Persistence.Aof;
using Spinel.Persistence.Snapshot;
using Spinel.Protocol;

namespace Spinel.Persistence.Loading;

/// <summary>DEBUG RELOAD and LOADAOF: what is on disk takes the place of the data, which must be the same.</summary>
internal sealed class DataReload(SpinelEngine engine, Snapshots snapshots, SnapshotSaves saves, AofLog log, AofRewrites rewrites, AofDirectory directory, LoadProgress progress)
{
    private Session? _waiting;

    /// <summary>The log is to be loaded at the end of the turn.</summary>
    public bool IsPending => _waiting is not null;

    /// <summary>See <see cref="IDataReloader.Reload"/>.</summary>
    public void Reload(ref CommandContext c, bool save, bool flush, bool merge)
    {
        if (save)
        {
            // One that is under way has to make room; who ordered it tries again.
            snapshots.CancelNow();
            if (!saves.TrySave())
            {
                c.Error(PersistenceErrors.SaveFailed);
                return;
            }
        }

        snapshots.CancelNow();
        long changes = engine.Keyspace.Dirty;
        if (flush)
        {
            engine.Keyspace.FlushAll(lazily: false);
        }

        bool isLoaded = SnapshotReload.TryLoad(engine, saves.FilePath, merge);
        engine.Keyspace.Dirty = changes;
        if (isLoaded)
        {
            engine.Log.Write(ServerLogLevel.Warning, "DB reloaded by DEBUG RELOAD");
            c.Reply.Raw(Replies.Ok);
        }
        else
        {
            c.Error(Errors.LoadingFailed);
        }
    }

    /// <summary>See <see cref="IDataReloader.ReloadLog"/>.</summary>
    public void ReloadLog(ref CommandContext c)
    {
        if (!log.IsOn || rewrites.IsWaitingForBase || c.Session.MustNotBlock || IsPending)
        {
            c.Error(PersistenceErrors.NoLogToLoad);
            return;
        }

        // Requests of the log cannot run in the middle of another one, so it is done at the end of the turn.
        _waiting = c.Session;
        engine.Blocked.Block(ref c, [], default, 0, static (ref reply) => reply.NullBulk());
    }

    /// <summary>Loads the log for the client that waits for it. Once in a turn, between commands.</summary>
    public void RunPending()
    {
        Session session = _waiting!;
        _waiting = null;
        if (session.Waiter is null)
        {
            return;
        }

        if (!log.TryFlush())
        {
            engine.Blocked.EndWithReply(session, static (ref reply) => reply.Error(PersistenceErrors.NoLogToLoad));
            return;
        }

        // Whatever goes wrong from here on stops the server: half of the data must not pass for all of it.
        engine.Keyspace.FlushAll(lazily: false);
        engine.IsLoading = true;
        using (StartupLoad load = StartupLoad.Begin(engine, directory, progress, loadsSnapshot: false))
        {
            while (load.Step())
            {
            }
        }

        engine.Keyspace.Effects.Publish();
        engine.Keyspace.Dirty = 0;
        engine.IsLoading = false;
        engine.Log.Write(ServerLogLevel.Warning, "Append Only File loaded by DEBUG LOADAOF");
        engine.Blocked.EndWithReply(session, static (ref reply) => reply.Raw(Replies.Ok));
    }
}
