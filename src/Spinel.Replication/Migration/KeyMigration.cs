using System.Buffers;
using System.Globalization;
using System.Text;
using Spinel.DataStructures;
using Spinel.Engine;
using Spinel.Engine.Blocking;
using Spinel.Persistence.Rdb;

namespace Spinel.Replication.Migration;

/// <summary>
/// Keys on their way to another server. They are sent in rounds: each key that is due is written as it is now (DUMP there, RESTORE here), and goes from here when the other server has taken it and
/// it has not changed meanwhile. One that has changed is due again, and takes the place of what was sent before.
/// <para>
/// So clients are served all the time, nothing that they write is lost, and a key is on both servers for a moment but never on none. Rounds are as long as <see cref="RoundBytes"/>, or
/// one key. All of it is used on the engine thread; only the exchange of bytes is not.
/// </para>
/// </summary>
internal sealed class KeyMigration : IKeyChangeObserver
{
    /// <summary>A round takes no further key once it has so many bytes.</summary>
    private const int RoundBytes = 64 << 20;

    private readonly SpinelEngine _engine;
    private readonly DumpCodec _dumps;
    private readonly MigrationOrder _order;
    private readonly Dictionary<KeyName, Item> _items = new(KeyNameComparer.Instance);
    private readonly Dictionary<KeyName, Item>.AlternateLookup<KeyNameView> _itemsByView;
    private readonly List<Item> _due = [];
    private readonly List<Item> _sent = [];
    private readonly List<byte[]> _gone = [];

    public KeyMigration(SpinelEngine engine, DumpCodec dumps, MigrationOrder order)
    {
        _engine = engine;
        _dumps = dumps;
        _order = order;
        _itemsByView = _items.GetAlternateLookup<KeyNameView>();
        foreach (byte[] key in order.Keys)
        {
            var name = new KeyName(order.Database, key);
            if (_items.TryGetValue(name, out Item? named))
            {
                named.Times++;
                continue;
            }

            var item = new Item(name);
            _items.Add(name, item);
            _due.Add(item);
        }

        engine.Keyspace.Subscribe(this);
    }

    /// <summary>The first error.</summary>
    public string? Error { get; private set; }

    /// <summary>How often a key had to be sent again.</summary>
    public int Repetitions { get; private set; }

    /// <summary>Writes the requests for the keys that are due.</summary>
    /// <remarks>
    /// A key that the order names several times is sent as often, once: who may not replace what is there learns so that the other server has it, as if the order had named it in two.
    /// </remarks>
    /// <returns>How many there are; 0 at the end.</returns>
    public int WriteRound(ArrayBufferWriter<byte> requests)
    {
        _sent.Clear();
        Database database = _engine.Keyspace[_order.Database];
        int taken = 0;
        while (taken < _due.Count && requests.WrittenCount < RoundBytes)
        {
            Item item = _due[taken++];
            item.HasChanged = false;
            item.IsAnswered = false;
            byte[] key = item.Name.Bytes;
            KeyBlock block = _engine.Keyspace.Find(database, key, database.Keys.Hash(key), LookupFlags.NoTouch | LookupFlags.NoStatistics);
            if (block.IsNull)
            {
                if (item.IsThere)
                {
                    // Deleted here since it was sent.
                    TargetConnection.Append(requests, "DEL"u8.ToArray(), key);
                    _sent.Add(item);
                }

                continue;
            }

            long leftMs = block.HasExpiry ? Math.Max(1, block.ExpiryMs - _engine.Clock.NowMs) : 0;
            byte[] left = Encoding.ASCII.GetBytes(leftMs.ToString(CultureInfo.InvariantCulture));
            byte[] payload = _dumps.Dump(block).ToArray();
            if (_order.Replaces || item.IsThere)
            {
                TargetConnection.Append(requests, "RESTORE"u8.ToArray(), key, left, payload, "REPLACE"u8.ToArray());
            }
            else
            {
                TargetConnection.Append(requests, "RESTORE"u8.ToArray(), key, left, payload);
                for (int i = 1; i < item.Times; i++)
                {
                    TargetConnection.Append(requests, "RESTORE"u8.ToArray(), key, left, payload);
                    _sent.Add(item);
                }
            }

            _sent.Add(item);
        }

        _due.RemoveRange(0, taken);
        return _sent.Count;
    }

    /// <summary>Deletes what has arrived there, and makes due again what has changed.</summary>
    public void Apply(TargetReplies replies)
    {
        Error ??= replies.Errors.FirstOrDefault(static error => error is not null) ?? replies.Failure;
        for (int i = 0; i < replies.Errors.Count; i++)
        {
            Item item = _sent[i];
            if (replies.Errors[i] is not null || item.IsAnswered)
            {
                continue;
            }

            item.IsAnswered = true;
            item.IsThere = true;
            if (_order.Copies)
            {
                continue;
            }

            if (item.HasChanged)
            {
                Repetitions++;
                _due.Add(item);
            }
            else
            {
                Delete(item.Name.Bytes);
            }
        }

        if (replies.Failure is not null)
        {
            _due.Clear();
        }
    }

    /// <summary>Enters what was deleted here into the effects, as one.</summary>
    public void RecordEffect()
    {
        if (_gone.Count == 0)
        {
            return;
        }

        _engine.Keyspace.Effects.Begin(_order.Database);
        _engine.Keyspace.Effects.Add("DEL"u8);
        foreach (byte[] key in _gone)
        {
            _engine.Keyspace.Effects.Add(key);
        }

        _gone.Clear();
    }

    /// <summary>Ends it, in whatever state.</summary>
    public void End() => _engine.Keyspace.Unsubscribe(this);

    public void AfterChange(Database database, ReadOnlySpan<byte> key, KeyEvent keyEvent)
    {
        if (keyEvent != KeyEvent.Reformed && _itemsByView.TryGetValue(new KeyNameView(database.Index, key), out Item? item))
        {
            item.HasChanged = true;
        }
    }

    public void OnFlush(Database database)
    {
        if (database.Index == _order.Database)
        {
            MarkAll();
        }
    }

    public void OnSwap(Database first, Database second)
    {
        if (first.Index == _order.Database || second.Index == _order.Database)
        {
            MarkAll();
        }
    }

    private void MarkAll()
    {
        foreach (Item item in _items.Values)
        {
            item.HasChanged = true;
        }
    }

    private void Delete(byte[] key)
    {
        Database database = _engine.Keyspace[_order.Database];
        KeyWriter writer = _engine.Keyspace.OpenForWrite(database, key, database.Keys.Hash(key), LookupFlags.NoTouch | LookupFlags.NoStatistics);
        if (writer.Exists)
        {
            writer.Remove(_engine.Keyspace.LazyFreeing.OnServerDelete);
            writer.Commit(KeyEvent.Del);
            _gone.Add(key);
        }
    }

    private sealed class Item(KeyName name)
    {
        public KeyName Name { get; } = name;

        /// <summary>The other server has taken it, in whatever form.</summary>
        public bool IsThere { get; set; }

        /// <summary>The other server has taken it in this round, and what follows from that has been done.</summary>
        public bool IsAnswered { get; set; }

        /// <summary>How often the order names it.</summary>
        public int Times { get; set; } = 1;

        /// <summary>It has changed since it was written for the other server.</summary>
        public bool HasChanged { get; set; }
    }
}
