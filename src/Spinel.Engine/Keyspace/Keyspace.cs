using Spinel.DataStructures;
using Spinel.Engine.Background;
using Spinel.Engine.Effects;
using Spinel.Engine.Eviction;
using Spinel.Engine.Observation;
using Spinel.Engine.PubSub;
using Spinel.Engine.Statistics;
using Spinel.Memory;

namespace Spinel.Engine;

/// <summary>
/// The data of a server: its databases, and the one door through which they change.
/// <para>
/// Reading goes through <see cref="Find"/>. Every change goes through <see cref="OpenForWrite"/> and the <see cref="KeyWriter"/> it
/// returns: open (expires first, hands the old image to whoever keeps one), change, commit (counts it, tells the observers). A command never
/// does any of this by itself, so none can be forgotten. A change without a commit is a bug and stops the process at the end of the command.
/// </para>
/// </summary>
public sealed class Keyspace : IDisposable
{
    private Database[] _databases;
    private IOldImageObserver[] _oldImageObservers = [];
    private IKeyChangeObserver[] _changeObservers = [];

    public Keyspace(int databaseCount, NativeHeap heap, HashKey hashKey, EngineClock clock, AccessClock accessClock, ServerStatistics statistics, BackgroundFreer freer)
    {
        Heap = heap;
        Clock = clock;
        AccessClock = accessClock;
        Statistics = statistics;
        Freer = freer;
        HashKey = hashKey;
        Removals = new UnaskedRemovals(this);
        _databases = new Database[databaseCount];
        for (int i = 0; i < databaseCount; i++)
        {
            _databases[i] = new Database(i, heap, hashKey);
        }
    }

    public NativeHeap Heap { get; }

    /// <summary>The secret of all hash tables of this server.</summary>
    public HashKey HashKey { get; }

    public EngineClock Clock { get; }

    public EffectStream Effects { get; } = new();

    public int DatabaseCount => _databases.Length;

    public Database this[int index] => _databases[index];

    /// <summary>The number of changes since the last save, as INFO's <c>rdb_changes_since_last_save</c>.</summary>
    public long Dirty { get; internal set; }

    internal AccessClock AccessClock { get; }

    internal ServerStatistics Statistics { get; }

    internal BackgroundFreer Freer { get; }

    /// <summary>Removes what nobody has asked to be removed: keys and fields whose time has come, and keys in the way of others.</summary>
    internal UnaskedRemovals Removals { get; }

    /// <summary>Whether values that a command replaces or deletes are freed by the background thread, by cause.</summary>
    internal LazyFreeing LazyFreeing { get; } = new();

    /// <summary>Takes over what a flush would free: the snapshot under way. Null when there is none.</summary>
    public IFlushHeir? FlushHeir { get; set; }

    /// <summary>
    /// Keys whose time has come are not shown any more, but stay until somebody writes to them: during CLIENT PAUSE, when nothing is to change, and on a replica, whose
    /// primary says when they go.
    /// </summary>
    internal bool KeepsExpired => IsPaused || IsReplica;

    /// <summary>Nothing is to change by itself for a while (CLIENT PAUSE).</summary>
    internal bool IsPaused { get; set; }

    /// <summary>The data is a copy of a primary's, which removes what expires.</summary>
    internal bool IsReplica { get; set; }

    /// <summary>Hears of keys that are looked for in vain, while somebody asked for that.</summary>
    internal KeyspaceNotifications? MissListener { get; set; }

    /// <summary>Hears of keys that come into being, while somebody asked for that; before the event by which they came.</summary>
    internal KeyspaceNotifications? NewKeyListener { get; set; }

    /// <summary>Hears of changes of large keys.</summary>
    internal ILargeKeyWatcher? LargeKeys { get; set; }

    /// <summary>Whether streams remember messages of producers, or have just gone: then files and payloads need a form that Redis 7.0 does not know.</summary>
    public bool MayHaveSentMessages => StreamValue.IdempotentCount(Heap) > 0;

    /// <summary>Compares keys before and after they change, while somebody wants to know of keys that come, go, grow or shrink. Set between commands.</summary>
    internal ShapeWatch? Shapes { get; set; }

    /// <summary>Grows whenever keys were entered past the write door, as loading does: who keeps something about all keys has to begin anew.</summary>
    public long LoadCount { get; private set; }

    /// <summary>Changes made through a writer and not committed. Zero between commands.</summary>
    internal int UncommittedChanges { get; set; }

    public void Subscribe(IOldImageObserver observer) => _oldImageObservers = [.. _oldImageObservers, observer];

    public void Unsubscribe(IOldImageObserver observer) => _oldImageObservers = Array.FindAll(_oldImageObservers, o => o != observer);

    public void Subscribe(IKeyChangeObserver observer) => _changeObservers = [.. _changeObservers, observer];

    public void Unsubscribe(IKeyChangeObserver observer) => _changeObservers = Array.FindAll(_changeObservers, o => o != observer);

    /// <summary>Looks a key up for reading: a null block when there is none or its time has come.</summary>
    public KeyBlock Find(Database database, ReadOnlySpan<byte> key, ulong hash, LookupFlags flags = LookupFlags.None)
    {
        KeyBlock block = database.Keys.Find(key, hash);
        if (!block.IsNull && block.HasExpiry && block.ExpiryMs <= Clock.ExpiryNowMs)
        {
            if (!KeepsExpired)
            {
                Removals.Expire(database, block, hash);
            }

            block = default;
        }

        if ((flags & LookupFlags.NoStatistics) == 0)
        {
            if (block.IsNull)
            {
                Statistics.KeyspaceMisses++;
                if ((flags & LookupFlags.NoNotification) == 0)
                {
                    MissListener?.OnMiss(database, key);
                }
            }
            else
            {
                Statistics.KeyspaceHits++;
            }
        }

        if (!block.IsNull && (flags & LookupFlags.NoTouch) == 0)
        {
            AccessClock.Touch(block);
        }

        return block;
    }

    /// <summary>Opens a key for writing. What is found is what the command changes: a key whose time has come is gone already.</summary>
    public KeyWriter OpenForWrite(Database database, ReadOnlySpan<byte> key, ulong hash, LookupFlags flags = LookupFlags.None)
    {
        KeyBlock block = database.Keys.Find(key, hash);
        if (!block.IsNull)
        {
            if (block.HasExpiry && block.ExpiryMs <= Clock.ExpiryNowMs)
            {
                Removals.Expire(database, block, hash);
                block = default;
            }
            else
            {
                if ((flags & LookupFlags.NoTouch) == 0)
                {
                    AccessClock.Touch(block);
                }

                NotifyBeforeChange(database, block);
            }
        }

        return new KeyWriter(this, database, key, hash, block);
    }

    /// <summary>True while somebody keeps old images of keys: then the blocks have to stay where they are.</summary>
    internal bool HasOldImageObservers => _oldImageObservers.Length > 0;

    /// <summary>Moves a key and its value to where the heap would rather have them. Its content stays, so nobody is told.</summary>
    /// <returns>Whether anything moved.</returns>
    internal bool Compact(Database database, KeyBlock block)
    {
        bool hasMoved = CollectionPayload.Compact(Heap, block);
        KeyBlock moved = block.Compact(Heap);
        if (moved == block)
        {
            return hasMoved;
        }

        database.Store(block, moved.HasExpiry, moved, database.Keys.Hash(moved.Key));
        return true;
    }

    /// <summary>Removes every key of a database. The memory is given back by the background thread when <paramref name="lazily"/>.</summary>
    /// <returns>The number of keys that were there.</returns>
    internal long Flush(Database database, bool lazily)
    {
        long count = Empty(database, lazily);
        NotifyAfterFlush();
        return count;
    }

    /// <summary>Removes every key of every database, as <see cref="Flush"/> does of one.</summary>
    internal void FlushAll(bool lazily)
    {
        foreach (Database database in _databases)
        {
            Empty(database, lazily);
        }

        NotifyAfterFlush();
    }

    private long Empty(Database database, bool lazily)
    {
        long count = database.Count;
        Shapes?.OnFlush(database);
        foreach (IKeyChangeObserver observer in _changeObservers)
        {
            observer.OnFlush(database);
        }

        database.ExpiryCursor = 0;
        database.AverageTtlMs = 0;
        database.ForgetFieldExpiries();
        if (count > 0 && FlushHeir is { } heir)
        {
            heir.Inherit(database, database.DetachTables(Heap, HashKey));
        }
        else
        {
            Freer.FreeTables(database.Keys, database.Expires, lazily);
        }

        Dirty += count;
        return count;
    }

    /// <summary>Lets two databases trade places; connected clients see the other's data at once.</summary>
    internal void Swap(int first, int second)
    {
        Database a = _databases[first];
        Database b = _databases[second];
        foreach (IOldImageObserver observer in _oldImageObservers)
        {
            observer.BeforeSwap(a, b);
        }

        (_databases[first], _databases[second]) = (b, a);
        a.Index = second;
        b.Index = first;
        foreach (IKeyChangeObserver observer in _changeObservers)
        {
            observer.OnSwap(a, b);
        }

        Dirty++;
    }

    /// <summary>Makes as many databases as there are, empty, for <see cref="ReplaceAll"/> or <see cref="Discard"/>.</summary>
    internal Database[] MakeDatabases()
    {
        var databases = new Database[_databases.Length];
        for (int i = 0; i < databases.Length; i++)
        {
            databases[i] = new Database(i, Heap, HashKey) { SnapshotMark = _databases[i].SnapshotMark };
        }

        return databases;
    }

    /// <summary>
    /// Puts what is in other databases into the place of all that there is, and frees that. No snapshot may be under way. The databases themselves stay: lists of keys and candidates
    /// for eviction refer to them.
    /// </summary>
    internal void ReplaceAll(Database[] databases, bool lazily)
    {
        if (FlushHeir is not null)
        {
            throw new InvalidOperationException("a snapshot is under way");
        }

        NoteLoading();
        for (int i = 0; i < databases.Length; i++)
        {
            _databases[i].TradeContents(databases[i]);
        }

        foreach (IKeyChangeObserver observer in _changeObservers)
        {
            for (int i = 0; i < databases.Length; i++)
            {
                if (_databases[i].Count > 0 || databases[i].Count > 0)
                {
                    observer.OnSwap(_databases[i], databases[i]);
                }
            }
        }

        NotifyAfterFlush();
        Discard(databases, lazily);
    }

    /// <summary>Frees databases that are not, or not any more, those of the keyspace.</summary>
    internal void Discard(Database[] databases, bool lazily)
    {
        foreach (Database database in databases)
        {
            database.ForgetFieldExpiries();
            Freer.FreeTables(database.Keys, database.Expires, lazily);
            database.Keys.Dispose();
            database.Expires.Dispose();
            database.FieldExpires.Dispose();
        }
    }

    /// <summary>Says that keys are being entered past the write door; see <see cref="LoadCount"/>.</summary>
    public void NoteLoading() => LoadCount++;

    /// <summary>Sets the mark that new keys get in every database; see <see cref="KeyBlock.SnapshotMark"/>.</summary>
    public void SetSnapshotMark(bool mark)
    {
        foreach (Database database in _databases)
        {
            database.SnapshotMark = mark;
        }
    }

    /// <summary>Frees the tables of a flushed database, with the keys in them, on the background thread.</summary>
    public void Release(DetachedTables tables)
    {
        Freer.FreeTables(tables.Keys, tables.Expires, lazily: true);
        tables.Keys.Dispose();
        tables.Expires.Dispose();
    }

    /// <summary>Gives a detached block back.</summary>
    internal void Release(KeyBlock block, bool lazily)
    {
        if (FlushHeir is { } heir && heir.TryInherit(block))
        {
            return;
        }

        // A huge value goes to the other thread whatever the command says: nobody waits for its memory, and everybody for the engine.
        long effort = CollectionPayload.FreeEffort(block);
        if (effort > (lazily ? BackgroundFreer.EffortThreshold : BackgroundFreer.MaxForegroundEffort))
        {
            Freer.Free(block);
        }
        else
        {
            CollectionPayload.Free(Heap, block);
            block.Free(Heap);
        }
    }

    /// <summary>Gives back what a stream has no more.</summary>
    internal void Release(StreamRemains remains)
    {
        // The thread is started for what a client would notice.
        if (remains.FreeEffort > BackgroundFreer.MaxForegroundEffort)
        {
            Freer.Free(remains);
        }
        else
        {
            remains.Free(Heap, ownerThread: true);
        }
    }

    /// <summary>Whether the string of a key is being recorded for a snapshot.</summary>
    internal bool IsRecording(KeyBlock block) => FlushHeir is { } heir && heir.IsRecording(block);

    /// <summary>A key that was looked for is not there.</summary>
    internal void CountMiss(Database database, ReadOnlySpan<byte> key)
    {
        Statistics.KeyspaceMisses++;
        MissListener?.OnMiss(database, key);
    }

    internal void NotifyAfterChange(Database database, ReadOnlySpan<byte> key, KeyEvent keyEvent)
    {
        foreach (IKeyChangeObserver observer in _changeObservers)
        {
            observer.AfterChange(database, key, keyEvent);
        }
    }

    private void NotifyAfterFlush()
    {
        foreach (IKeyChangeObserver observer in _changeObservers)
        {
            observer.AfterFlush();
        }
    }

    /// <summary>A key is about to change, or to go.</summary>
    internal void NotifyBeforeChange(Database database, KeyBlock block)
    {
        foreach (IOldImageObserver observer in _oldImageObservers)
        {
            observer.BeforeChange(database, block);
        }
    }

    public void Dispose()
    {
        // The heap goes whole, and all keys with it: a server with a hundred million of them ends at once. Only one that looks for leaks wants each of them back.
        if (Heap.IsChecked)
        {
            Discard(_databases, lazily: false);
        }

        _databases = [];
    }
}
