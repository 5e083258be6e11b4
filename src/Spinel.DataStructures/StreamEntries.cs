namespace Spinel.DataStructures;

/// <summary>
/// A walk over the entries of a stream between two ids, in either direction, without those that are deleted. Good until the stream changes.
/// <code>
/// while (entries.MoveNext())
///     while (entries.TryReadPair(out ListpackValue field, out ListpackValue value)) …
/// </code>
/// </summary>
public ref struct StreamEntries
{
    private readonly StreamId _start;
    private readonly StreamId _end;
    private readonly bool _backwards;
    private IdTreeCursor _node;
    private Listpack _pack;
    private StreamId _nodeId;

    // Flags of the entry to look at next when walking backwards, or of the current one; -1 before the first of a block.
    private int _entry;

    // What of the current entry has not been read: its position, and how many values up to the next entry's flags.
    private int _unread;
    private int _unreadCount;
    private int _nodeField;

    // A block by itself, which is looked at before anything else.
    private bool _isBegun = true;
    private bool _isSingle;

    internal StreamEntries(IdTreeCursor node, StreamId start, StreamId end, bool backwards)
    {
        _node = node;
        _start = start;
        _end = end;
        _backwards = backwards;
        _entry = -1;
    }

    /// <summary>All entries of a block.</summary>
    /// <param name="nodeId">The block's id.</param>
    /// <param name="node">Its content.</param>
    public static StreamEntries Of(StreamId nodeId, Listpack node) =>
        new(default, StreamId.Min, StreamId.Max, backwards: false) { _pack = node, _nodeId = nodeId, _isSingle = true, _isBegun = false };

    public StreamId Id { get; private set; }

    /// <summary>The number of the entry's fields.</summary>
    public int FieldCount { get; private set; }

    /// <summary>How many pairs of the entry have not been read.</summary>
    public int PairsLeft { get; private set; }

    internal readonly int EntryPosition => _entry;

    internal readonly IdTreeCursor Node => _node;

    public bool MoveNext()
    {
        while (_isSingle || !_node.IsEnd)
        {
            int entry = Step();
            _entry = entry;
            if (entry < 0)
            {
                LeaveNode();
                continue;
            }

            Open(entry, out bool isDeleted);
            if (isDeleted)
            {
                // Its id says nothing of those behind it: once the last entries are gone, XSETID allows smaller ids again.
                continue;
            }

            if (_backwards ? Id < _start : Id > _end)
            {
                _node = default;
                return false;
            }

            if (Id >= _start && Id <= _end)
            {
                return true;
            }
        }

        return false;
    }

    /// <summary>The next field of the current entry; false when all have been read.</summary>
    public bool TryReadPair(out ListpackValue field, out ListpackValue value)
    {
        if (PairsLeft == 0)
        {
            field = default;
            value = default;
            return false;
        }

        PairsLeft--;
        if (_nodeField >= 0)
        {
            field = _pack.Get(_nodeField);
            _nodeField = _pack.Next(_nodeField);
        }
        else
        {
            field = _pack.Get(_unread);
            _unread = _pack.Next(_unread);
            _unreadCount--;
        }

        value = _pack.Get(_unread);
        _unread = _pack.Next(_unread);
        _unreadCount--;
        return true;
    }

    /// <summary>Goes to the flags of the next entry of the block, or -1.</summary>
    private int Step()
    {
        if (!_isBegun)
        {
            _isBegun = true;
            return StreamNode.FirstEntry(_pack);
        }

        if (_pack.IsNull)
        {
            _pack = new Listpack(_node.Value);
            _nodeId = _node.Id;
            return _backwards ? StreamNode.LastEntry(_pack) : StreamNode.FirstEntry(_pack);
        }

        return _backwards ? StreamNode.EntryBefore(_pack, _entry) : _pack.Skip(_unread, _unreadCount);
    }

    private void LeaveNode()
    {
        _pack = default;
        if (_isSingle)
        {
            _isSingle = false;
        }
        else if (_backwards)
        {
            _node.MovePrevious();
        }
        else
        {
            _node.MoveNext();
        }
    }

    private void Open(int entry, out bool isDeleted)
    {
        long flags = _pack.Get(entry).Integer;
        isDeleted = (flags & StreamNode.DeletedFlag) != 0;
        int position = _pack.Next(entry);
        ulong ms = (ulong)_pack.Get(position).Integer;
        position = _pack.Next(position);
        ulong sequence = (ulong)_pack.Get(position).Integer;
        Id = unchecked(new StreamId(_nodeId.Ms + ms, _nodeId.Sequence + sequence));
        _unread = _pack.Next(position);
        int nodeFieldCount = StreamNode.FieldCountPosition(_pack);
        if ((flags & StreamNode.SameFieldsFlag) != 0)
        {
            FieldCount = (int)_pack.Get(nodeFieldCount).Integer;
            _nodeField = _pack.Next(nodeFieldCount);
            _unreadCount = FieldCount + 1;
        }
        else
        {
            FieldCount = (int)_pack.Get(_unread).Integer;
            _unread = _pack.Next(_unread);
            _nodeField = -1;
            _unreadCount = (2 * FieldCount) + 1;
        }

        PairsLeft = FieldCount;
    }
}
