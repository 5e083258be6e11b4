using Spinel.DataStructures;
using Spinel.Engine;
using Spinel.Persistence.Rdb;

namespace Spinel.Persistence.Snapshot;

/// <summary>
/// Takes an image of the whole keyspace as it is at one moment, while clients go on changing it.
/// <para>
/// The walk visits the tables bucket by bucket, in slices on the engine thread. A key that is about to change and has not been visited is written first,
/// as it was: the write door says so. Each key has a bit that tells whether it has been dealt with; the meaning of the bit is turned
/// over when a snapshot begins, so that all keys are unvisited at once, and keys that are new are born as visited. It costs no memory, and nothing when
/// there is no snapshot.
/// </para>
/// <para>
/// Tables may grow meanwhile: what a split moves comes later in the walk, and is skipped where it has been visited. They must not shrink. Databases that are
/// flushed leave their tables to the walk (<see cref="IFlushHeir"/>); databases that trade places keep the number that they had.
/// </para>
/// <para>
/// A value that is longer than a chunk is written in several steps, with other clients' commands between them. It is frozen meanwhile: of what a command is about
/// to change, no more than the part it touches is written or copied first, and a value that is deleted is left to the walk. The same goes for large
/// values that change before the walk gets to them: these wait in a row, behind the one that is being written. Images of small keys wait in chunks between
/// them. Of strings and compact values, which are a copy of memory, the rest is written at once.
/// </para>
/// </summary>
internal sealed partial class SnapshotWalk : IOldImageObserver, IFlushHeir
{
    /// <summary>A value of which more than this is left when it is about to change is frozen: a tenth of a millisecond's work.</summary>
    private const int MaxAtOnceBytes = 16 * 1024;

    private readonly SpinelEngine _engine;
    private readonly SnapshotEncoder _encoder;
    private readonly Stack<IRecordWriter> _writers = new();
    private readonly List<Part> _parts = [];
    private readonly List<DetachedTables> _kept = [];
    private readonly Dictionary<nint, OpenRecord> _frozen = [];
    private readonly Queue<OpenRecord> _queue = new();
    private readonly ISnapshotFormat _format;
    private readonly bool _mark;
    private RdbChunk _chunk;
    private List<RdbChunk>? _waiting;
    private OpenRecord? _open;
    private int _part;
    private int _selected = -1;

    private SnapshotWalk(SpinelEngine engine, SnapshotEncoder encoder, ISnapshotFormat format, bool mark)
    {
        _engine = engine;
        _encoder = encoder;
        _format = format;
        _mark = mark;
        _chunk = encoder.Rent();
    }

    /// <summary>Keys there were at the beginning.</summary>
    public long TotalKeys { get; private set; }

    /// <summary>Keys written so far.</summary>
    public long WrittenKeys { get; private set; }

    /// <summary>Bytes written because a key was about to change: what a fork would have copied.</summary>
    public long ImageBytes { get; private set; }

    /// <summary>Everything has been handed to the encoder.</summary>
    public bool IsDone { get; private set; }

    /// <summary>The mark of keys that this snapshot has dealt with.</summary>
    public bool Mark => _mark;

    /// <summary>Takes the image of this moment; the walk follows in steps.</summary>
    /// <param name="engine">The engine.</param>
    /// <param name="encoder">Takes what is written.</param>
    /// <param name="format">In which form.</param>
    /// <param name="info">What the file says about itself.</param>
    /// <param name="mark">The opposite of the mark that all keys have.</param>
    public static SnapshotWalk Begin(SpinelEngine engine, SnapshotEncoder encoder, ISnapshotFormat format, RdbFileInfo info, bool mark)
    {
        var walk = new SnapshotWalk(engine, encoder, format, mark);
        for (int i = 0; i < engine.Keyspace.DatabaseCount; i++)
        {
            Database database = engine.Keyspace[i];
            if (database.Count > 0)
            {
                walk._parts.Add(new Part(database, i));
                walk.TotalKeys += database.Count;
            }
        }

        format.WriteHead(walk._chunk, engine, info);
        engine.Keyspace.SetSnapshotMark(mark);
        engine.Keyspace.Subscribe(walk);
        engine.Keyspace.FlushHeir = walk;
        return walk;
    }

    /// <summary>Goes on with the walk.</summary>
    /// <param name="maxKeys">So many keys at most; long values count as many.</param>
    public void Step(int maxKeys)
    {
        var visitor = new Visitor(this, maxKeys);
        while (!IsDone && visitor.Left > 0 && _encoder.HasRoom)
        {
            if (_open is { } open)
            {
                visitor.Left -= 64;
                Continue(open);
            }
            else if (_part < _parts.Count)
            {
                Walk(_parts[_part], ref visitor);
            }
            else
            {
                Finish();
            }
        }
    }

    /// <summary>Gives up. The keys that have not been visited are <see cref="Sweep"/>'s.</summary>
    public void Cancel()
    {
        if (!IsDone)
        {
            if (_open is { } open)
            {
                Close(open);
            }

            while (_queue.TryDequeue(out OpenRecord? waiting))
            {
                Close(waiting);
            }

            _open = null;
            _waiting = null;
            ReleaseKept();
            Leave();
            _encoder.Cancel();
        }
    }

    /// <summary>After <see cref="Cancel"/>: gives all keys the mark without writing them, as far as <paramref name="maxBuckets"/> go.</summary>
    /// <returns>Whether all have it.</returns>
    public bool Sweep(int maxBuckets)
    {
        var marker = new Marker(_mark);
        for (; maxBuckets > 0 && _part < _parts.Count; maxBuckets--)
        {
            Part part = _parts[_part];
            if (part.Inherited is null)
            {
                part.Cursor = part.Keys.Scan(part.Cursor, ref marker);
            }

            // What nobody will see again needs no mark.
            if (part.Inherited is not null || part.Cursor == 0)
            {
                EndPart(part);
            }
        }

        if (_part < _parts.Count)
        {
            return false;
        }

        _engine.Keyspace.FlushHeir = null;
        return true;
    }

    public void BeforeChange(Database database, KeyBlock current)
    {
        if (current.SnapshotMark == _mark)
        {
            // A frozen value announces changes of its parts itself.
            if (_open is { IsFrozen: false } open && open.Block == current)
            {
                while (_open == open)
                {
                    Continue(open);
                }
            }

            return;
        }

        current.SetSnapshotMark(_mark);
        WrittenKeys++;
        RdbChunk chunk = _open is null ? _chunk : WaitingChunk();
        int before = chunk.Length;
        Select(chunk, NumberOf(database));
        IRecordWriter writer = BeginRecord(current);
        long written = 0;
        while (!writer.WriteSome(chunk))
        {
            written += chunk.Length - before;
            before = 0;
            chunk = Next(chunk);
            if (written >= MaxAtOnceBytes && TryOpen(writer, current))
            {
                ImageBytes += written;
                return;
            }
        }

        ImageBytes += written + chunk.Length - before;
        _writers.Push(writer);
        if (chunk.IsFull)
        {
            Next(chunk);
        }
    }

    public void BeforeSwap(Database first, Database second)
    {
        // The walk knows the databases themselves, by the numbers that they had.
    }

    public bool TryInherit(KeyBlock block)
    {
        if (!_frozen.TryGetValue(AddressOf(block), out OpenRecord? record))
        {
            return false;
        }

        record.Inherited = block;
        return true;
    }

    public bool IsRecording(KeyBlock block) => _frozen.Count > 0 && _frozen.ContainsKey(AddressOf(block));

    public void BeforeStringChange(KeyBlock block, int from, int count) => _frozen[AddressOf(block)].Writer.Text.BeforeChange(from, count);

    public void AfterStringChange(nint oldBody, KeyBlock block)
    {
        _frozen.Remove(oldBody, out OpenRecord? record);
        record!.Payload = block.BodyAddress;
        record.Writer.Text.MoveTo(block);
        _frozen.Add(record.Payload, record);
    }

    public void Inherit(Database database, DetachedTables tables)
    {
        int index = _parts.FindIndex(part => part.Database == database && part.Inherited is null);
        if (index < 0 || index < _part)
        {
            // It was empty, or has been walked; but values that wait in the row may be among it.
            _kept.Add(tables);
            if (_open is null)
            {
                ReleaseKept();
            }

            return;
        }

        _parts[index].Inherited = tables;
        if (_parts[index].Database == database)
        {
            _parts[index].Detach();
        }
    }

    private void Walk(Part part, ref Visitor visitor)
    {
        visitor.Part = part;
        visitor.IsInterrupted = false;
        ulong next = part.Keys.ScanAhead(part.Cursor, ref visitor);
        visitor.Left--;
        if (_chunk.IsFull)
        {
            _chunk = Handed(_chunk);
        }

        // A bucket that was left in the middle is visited again; what was written of it is skipped.
        if (!visitor.IsInterrupted)
        {
            part.Cursor = next;
            if (next == 0)
            {
                EndPart(part);
            }
        }
    }

    private void EndPart(Part part)
    {
        _part++;
        if (part.Inherited is { } tables)
        {
            _engine.Keyspace.Release(tables);
        }
    }

    /// <returns>False when the value has more steps to go.</returns>
    private bool Write(Part part, KeyBlock block)
    {
        block.SetSnapshotMark(_mark);
        WrittenKeys++;
        Select(_chunk, part.Number);
        IRecordWriter writer = BeginRecord(block);

        // Where the chunk ends says nothing of the value: what does not fit into a whole chunk either is large.
        for (int i = 0; i < 2; i++)
        {
            if (writer.WriteSome(_chunk))
            {
                _writers.Push(writer);
                return true;
            }

            _chunk = Handed(_chunk);
        }

        if (!TryOpen(writer, block))
        {
            _open = new OpenRecord(this, writer) { Block = block };
        }

        return false;
    }

    private RdbChunk Handed(RdbChunk full)
    {
        _encoder.Submit(full);
        return _encoder.Rent();
    }

    private void Select(RdbChunk chunk, int number)
    {
        if (number == _selected)
        {
            return;
        }

        _selected = number;
        foreach (Part part in _parts)
        {
            if (part.Number == number)
            {
                _format.WriteDatabase(chunk, number, part.Count, part.ExpiryCount);
            }
        }
    }

    private int NumberOf(Database database)
    {
        foreach (Part part in _parts)
        {
            if (part.Database == database)
            {
                return part.Number;
            }
        }

        throw new InvalidOperationException("a key that the snapshot does not know is unmarked");
    }

    private void Finish()
    {
        _encoder.Submit(_chunk);
        Leave();
        _engine.Keyspace.FlushHeir = null;
        _encoder.CompleteQueue();
        IsDone = true;
    }

    private void Leave()
    {
        _engine.Keyspace.Unsubscribe(this);
    }

    /// <summary>A database as it was when the snapshot began.</summary>
    private sealed class Part(Database database, int number)
    {
        /// <summary>The database; null once it was flushed, for what it holds now is none of the snapshot's business.</summary>
        public Database? Database { get; private set; } = database;

        /// <summary>The number that it had.</summary>
        public int Number { get; } = number;

        public long Count { get; } = database.Count;

        public long ExpiryCount { get; } = database.Expires.Count;

        public ulong Cursor { get; set; }

        /// <summary>The tables that a flush has left.</summary>
        public DetachedTables? Inherited { get; set; }

        public KeyTable Keys => Inherited?.Keys ?? Database!.Keys;

        public void Detach() => Database = null;
    }

    private ref struct Visitor(SnapshotWalk walk, int left) : IKeyVisitor
    {
        public Part Part = null!;
        public int Left = left;
        public bool IsInterrupted;

        public void Visit(KeyBlock block)
        {
            if (IsInterrupted || block.SnapshotMark == walk._mark)
            {
                return;
            }

            Left--;
            IsInterrupted = !walk.Write(Part, block) || walk._chunk.IsFull;
        }
    }

    private readonly struct Marker(bool mark) : IKeyVisitor
    {
        public void Visit(KeyBlock block) => block.SetSnapshotMark(mark);
    }
}
