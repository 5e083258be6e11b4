using System.Buffers;
using System.Text;
using Spinel.Engine;
using Spinel.Engine.Blocking;
using Spinel.Engine.Sessions;
using Spinel.Persistence;
using Spinel.Persistence.Rdb;
using Spinel.Protocol;

namespace Spinel.Replication.Migration;

/// <summary>
/// The migrations under way. The client that has ordered one waits for it, and nobody else: connecting, sending and receiving happen on other threads, and each round comes back to the engine
/// by the mailbox. Within a transaction or a script nothing else can run meanwhile, so the engine itself waits there.
/// <para>
/// A key that changes faster than it can be sent would never go; after some rounds the last ones are sent while what may write waits.
/// </para>
/// </summary>
internal sealed class Migrations(SpinelEngine engine, ReplicationState state)
{
    /// <summary>Keys may have to be sent again so many times before writes are held up.</summary>
    private const int MaxRepetitions = 16;

    private readonly List<Entry> _entries = [];
    private readonly TargetConnections _idle = new(engine.Clock);
    private int _holding;

    /// <summary>Those whose answers wait for the end of a pause.</summary>
    internal int Postponed { get; private set; }

    /// <summary>Moves keys.</summary>
    public void Begin(ref CommandContext c, MigrationOrder order)
    {
        DumpCodec dumps = engine.Extension<PersistenceExtension>().Dumps;
        var migration = new KeyMigration(engine, dumps, order);
        var requests = new ArrayBufferWriter<byte>();
        int count = migration.WriteRound(requests);
        TargetConnection connection = _idle.Take(order) ?? new TargetConnection { Order = order };
        connection.Order = order;
        if (c.Session.MustNotBlock)
        {
            RunAtOnce(ref c, migration, connection, requests, count);
            return;
        }

        engine.Blocked.Block(ref c, [], default, 0, static (ref reply) => reply.Error("IOERR error or timeout reading to target instance"u8));
        var entry = new Entry(c.Session, c.Session.Waiter!, migration, connection);
        _entries.Add(entry);
        _ = RunRoundAsync(entry, requests, count, isFirst: true);
    }

    /// <summary>Gives all of them up: the server stops.</summary>
    public void Stop()
    {
        foreach (Entry entry in _entries)
        {
            entry.Connection.Stop();
            entry.Migration.End();
        }

        _entries.Clear();
        _idle.Clear();
    }

    /// <summary>Closes connections that nobody has used for a while.</summary>
    public void OnCron() => _idle.CloseOld();

    private static async Task<TargetReplies> ExchangeAsync(TargetConnection connection, ArrayBufferWriter<byte> requests, int count, bool isFirst)
    {
        if (isFirst && connection.IsOpen)
        {
            TargetReplies replies = await connection.ExchangeAsync(requests.WrittenMemory, count).ConfigureAwait(false);
            if (replies is { Failure: null } or { Errors.Count: > 0 } || connection.HasTimedOut)
            {
                return replies;
            }

            // The other server has closed it meanwhile. Had it run a request nevertheless it would refuse that now, or replace it by the same: nothing is lost.
        }

        string? failure = isFirst ? await connection.OpenAsync().ConfigureAwait(false) : null;
        return failure is null ? await connection.ExchangeAsync(requests.WrittenMemory, count).ConfigureAwait(false) : new TargetReplies([], failure);
    }

    private void RunAtOnce(ref CommandContext c, KeyMigration migration, TargetConnection connection, ArrayBufferWriter<byte> requests, int count)
    {
        for (bool isFirst = true; count > 0; isFirst = false)
        {
            TargetReplies replies = Task.Run(() => ExchangeAsync(connection, requests, count, isFirst)).GetAwaiter().GetResult();
            migration.Apply(replies);
            requests = new ArrayBufferWriter<byte>();
            count = migration.WriteRound(requests);
        }

        _idle.Return(connection);
        migration.End();
        c.SuppressEffect();
        migration.RecordEffect();
        if (migration.Error is { } error)
        {
            c.Error(Encoding.Latin1.GetBytes(error));
        }
        else
        {
            c.Reply.Raw(Replies.Ok);
        }
    }

    private async Task RunRoundAsync(Entry entry, ArrayBufferWriter<byte> requests, int count, bool isFirst)
    {
        // Looking a name up may take its time before anything is awaited.
        TargetReplies replies = await Task.Run(() => ExchangeAsync(entry.Connection, requests, count, isFirst)).ConfigureAwait(false);
        engine.Mailbox.Post(() => OnReplies(entry, replies));
    }

    private void OnReplies(Entry entry, TargetReplies replies)
    {
        if (!_entries.Contains(entry))
        {
            // The server is stopping.
            entry.Connection.Dispose();
            return;
        }

        KeyMigration migration = entry.Migration;
        if (state.Role == ReplicationRole.Replica)
        {
            // The keys belong to a primary now, and are not this server's to delete.
            End(entry, "IOERR the server has become a replica");
            return;
        }

        if (engine.Pause.HoldsWritesBeyond(WriteHold.Migration))
        {
            Postponed++;
            engine.Pause.Postpone(() =>
            {
                Postponed--;
                OnReplies(entry, replies);
            });
            return;
        }

        migration.Apply(replies);
        migration.RecordEffect();
        engine.Keyspace.Effects.Publish();
        if (migration.Repetitions > MaxRepetitions && !entry.HoldsWrites)
        {
            entry.HoldsWrites = true;
            _holding++;
            engine.Pause.Hold(WriteHold.Migration);
        }

        var requests = new ArrayBufferWriter<byte>();
        int count = migration.WriteRound(requests);
        if (count > 0)
        {
            _ = RunRoundAsync(entry, requests, count, isFirst: false);
        }
        else
        {
            End(entry, migration.Error);
        }
    }

    private void End(Entry entry, string? error)
    {
        _entries.Remove(entry);
        entry.Migration.End();
        _idle.Return(entry.Connection);
        if (entry.HoldsWrites && --_holding == 0)
        {
            engine.Pause.Release(WriteHold.Migration);
        }

        if (entry.Session.Waiter != entry.Waiter)
        {
            // Nobody waits for the answer any more.
            return;
        }

        // What has gone from here is what the client has written, for WAIT and WAITAOF.
        entry.Session.LoggedBytes = engine.Keyspace.Effects.LoggedBytes;
        entry.Session.StreamOffset = engine.ReplicationStream?.EndOffset ?? entry.Session.StreamOffset;
        byte[]? text = error is null ? null : Encoding.Latin1.GetBytes(error);
        if (text is not null)
        {
            engine.Statistics.TotalErrorReplies++;
            engine.Statistics.Errors.Add(text);
            engine.Statistics.Commands[entry.Session.LastCommand!.Id].Failed++;
        }

        engine.Blocked.EndWithReply(entry.Session, (ref reply) =>
        {
            if (text is null)
            {
                reply.Raw(Replies.Ok);
            }
            else
            {
                reply.Error(text);
            }
        });
    }

    private sealed class Entry(Session session, Waiter waiter, KeyMigration migration, TargetConnection connection)
    {
        public Session Session { get; } = session;

        public Waiter Waiter { get; } = waiter;

        public KeyMigration Migration { get; } = migration;

        public TargetConnection Connection { get; } = connection;

        /// <summary>Clients that write wait for it.</summary>
        public bool HoldsWrites { get; set; }
    }
}
