using Spinel.DataStructures;
using Spinel.Protocol;

namespace Spinel.Engine;

/// <summary>What a new value does to the key's expiry.</summary>
public readonly record struct ExpiryChange(bool Keep, long AtMs)
{
    /// <summary>The key keeps the expiry it has.</summary>
    public static ExpiryChange Kept => new(true, -1);

    /// <summary>The key has none afterwards.</summary>
    public static ExpiryChange None => new(false, -1);

    /// <summary>The key expires at a Unix time in milliseconds.</summary>
    public static ExpiryChange At(long unixTimeMs) => new(false, unixTimeMs);
}

/// <summary>
/// The write door for one key: what <see cref="Keyspace.OpenForWrite"/> found, the changes that can be made to it, and the commit that makes
/// them known. Opening without changing needs no commit.
/// </summary>
public ref struct KeyWriter
{
    /// <summary>Values up to this length are reported as <c>embstr</c> when they are stored whole, as Redis does.</summary>
    private const int EmbeddedStringMaxLength = 44;

    /// <summary>The longest decimal form of a 64-bit integer.</summary>
    private const int IntegerMaxLength = 20;

    private readonly Keyspace _keyspace;
    private readonly Database _database;
    private readonly ReadOnlySpan<byte> _key;
    private readonly ulong _hash;
    private KeyBlock _block;
    private bool _isNew;

    /// <summary>How the key looked at the opening, while somebody watches; unknown once what was there has been replaced.</summary>
    private int _opening;

    internal KeyWriter(Keyspace keyspace, Database database, ReadOnlySpan<byte> key, ulong hash, KeyBlock block)
    {
        _keyspace = keyspace;
        _database = database;
        _key = key;
        _hash = hash;
        _block = block;
        _isNew = block.IsNull;
        if (keyspace.Shapes is { } shapes)
        {
            _opening = shapes.Open(block);
        }
    }

    public readonly bool Exists => !_block.IsNull;

    /// <summary>The key and its value as they are now; null when the key does not exist.</summary>
    public readonly KeyBlock Block => _block;

    public readonly ReadOnlySpan<byte> Key => _key;

    /// <summary>True when the key holds something else than a string.</summary>
    public readonly bool HoldsOtherThanString => !_block.IsNull && _block.Kind != ValueKind.String;

    /// <summary>Counts the opening as a hit or a miss, for commands that also answer with what they find.</summary>
    public readonly void CountAsRead()
    {
        if (_block.IsNull)
        {
            _keyspace.CountMiss(_database, _key);
        }
        else
        {
            _keyspace.Statistics.KeyspaceHits++;
        }
    }

    /// <summary>Stores a string in its most compact encoding: a 64-bit integer where the bytes are the canonical form of one.</summary>
    public void SetString(scoped ReadOnlySpan<byte> value, ExpiryChange expiry)
    {
        if (value.Length <= IntegerMaxLength && Int64Text.TryParse(value, out long integer))
        {
            SetInteger(integer, expiry);
            return;
        }

        SetText(value, expiry);
    }

    /// <summary>Stores a string without looking for an integer in it, as embstr or raw by its length.</summary>
    public void SetText(scoped ReadOnlySpan<byte> value, ExpiryChange expiry) =>
        SetBytes(value, value.Length <= EmbeddedStringMaxLength ? ValueEncoding.EmbStr : ValueEncoding.Raw, expiry);

    /// <summary>Stores bytes without looking for an integer in them, in the encoding given (raw or embstr).</summary>
    public void SetBytes(scoped ReadOnlySpan<byte> value, ValueEncoding encoding, ExpiryChange expiry)
    {
        bool hadExpiry = PrepareReplacement(expiry, out KeyBlock old);
        KeyBlock now = old.IsNull
            ? KeyBlock.CreateString(_keyspace.Heap, _key, value, encoding, expiry.AtMs)
            : old.WithString(_keyspace.Heap, value, encoding);
        Complete(old, hadExpiry, now, expiry);
    }

    public void SetInteger(long value, ExpiryChange expiry)
    {
        bool hadExpiry = PrepareReplacement(expiry, out KeyBlock old);
        KeyBlock now = old.IsNull
            ? KeyBlock.CreateInteger(_keyspace.Heap, _key, value, expiry.AtMs)
            : old.WithInteger(_keyspace.Heap, value);
        Complete(old, hadExpiry, now, expiry);
    }

    /// <summary>
    /// Makes the string <paramref name="length"/> bytes long and gives its content for writing; new bytes are zero. Creates the key when it does
    /// not exist. The encoding becomes raw, as after APPEND or SETRANGE in Redis.
    /// </summary>
    /// <param name="length">The new length in bytes.</param>
    /// <param name="changedFrom">The first of the bytes there are that the caller may change, for a snapshot's sake.</param>
    /// <param name="changedCount">How many it may change from there on.</param>
    public Span<byte> ResizeString(int length, int changedFrom = 0, int changedCount = int.MaxValue)
    {
        KeyBlock old = _block;
        if (old.IsNull)
        {
            KeyBlock created = KeyBlock.CreateString(_keyspace.Heap, _key, default, ValueEncoding.Raw, -1);
            Complete(default, false, created, ExpiryChange.Kept);
            old = _block;
        }

        bool hadExpiry = old.HasExpiry;
        bool isRecorded = _keyspace.IsRecording(old);
        nint body = isRecorded ? old.BodyAddress : 0;
        if (isRecorded)
        {
            _keyspace.FlushHeir!.BeforeStringChange(old, changedFrom, changedCount);
        }

        KeyBlock now = old.Resize(_keyspace.Heap, length, out Span<byte> content);
        if (isRecorded)
        {
            _keyspace.FlushHeir!.AfterStringChange(body, now);
        }

        Complete(old, hadExpiry, now, ExpiryChange.Kept);
        return content;
    }

    /// <summary>
    /// Gives the bytes of a string for changing in place, at least <paramref name="length"/> of them; the encoding becomes raw. Growing and creating
    /// are changes; a caller who then leaves all bytes of a string that was long enough as they are has changed nothing and need not commit.
    /// </summary>
    public Span<byte> EditString(int length, out bool grown, int changedFrom = 0, int changedCount = int.MaxValue)
    {
        int changes = _keyspace.UncommittedChanges;
        int oldLength = Exists ? _block.StringLength : -1;
        grown = oldLength < length;
        Span<byte> content = ResizeString(Math.Max(oldLength, length), changedFrom, changedCount);
        if (!grown)
        {
            // Nothing that a client could see has changed, but a number may be text from now on, which takes another room.
            _keyspace.Shapes?.AfterFurtherEvent(_database, _key, _hash, _opening);
            _keyspace.UncommittedChanges = changes;
        }

        return content;
    }

    /// <summary>Stores a collection, taking ownership of <paramref name="payload"/>.</summary>
    public void SetObject(ValueKind kind, ValueEncoding encoding, nint payload, ExpiryChange expiry)
    {
        long atMs = expiry.Keep && Exists ? _block.ExpiryMs : expiry.AtMs;
        if (Exists)
        {
            DetachAndRelease(_keyspace.LazyFreeing.OnServerDelete);
        }

        KeyBlock created = KeyBlock.CreateObject(_keyspace.Heap, _key, kind, encoding, payload, atMs);
        Complete(default, false, created, ExpiryChange.Kept);
    }

    /// <summary>Notes that a collection has changed in place, moved or been converted: what the key holds from now on.</summary>
    public readonly void SetPayload(nint payload, ValueEncoding encoding)
    {
        _block.SetPayload(payload, encoding);
        if (_block.Kind == ValueKind.Hash)
        {
            _database.StoreFieldExpiry(_block, _hash);
        }

        _keyspace.UncommittedChanges++;
    }

    /// <summary>Says that the content of the collection is being changed where it is. Comes before the change, so that none goes unnoticed.</summary>
    public readonly void MarkChanged() => _keyspace.UncommittedChanges++;

    /// <summary>Sets the time at which the key goes, in Unix milliseconds.</summary>
    public void SetExpiry(long unixTimeMs)
    {
        KeyBlock old = _block;
        bool hadExpiry = old.HasExpiry;
        KeyBlock now = old.WithExpiry(_keyspace.Heap, unixTimeMs);
        Complete(old, hadExpiry, now, ExpiryChange.Kept);
    }

    public void ClearExpiry()
    {
        if (!_block.HasExpiry)
        {
            return;
        }

        KeyBlock old = _block;
        KeyBlock now = old.WithoutExpiry(_keyspace.Heap);
        Complete(old, true, now, ExpiryChange.Kept);
    }

    /// <summary>Deletes the key; a big value is freed by the background thread when <paramref name="lazily"/>.</summary>
    public void Remove(bool lazily)
    {
        DetachAndRelease(lazily);
        _keyspace.UncommittedChanges++;
    }

    /// <summary>Takes the block out of the database and hands it to the caller, who stores it elsewhere (RENAME, MOVE).</summary>
    internal KeyBlock Take()
    {
        KeyBlock taken = _block;
        _database.Detach(taken, _hash);
        _block = default;
        _opening = ShapeWatch.UnknownOpening;
        _keyspace.UncommittedChanges++;
        return taken;
    }

    /// <summary>Stores a block made for this key by <see cref="KeyBlock.WithKey"/> or a clone; an older value is freed.</summary>
    internal void Put(KeyBlock block)
    {
        if (Exists)
        {
            DetachAndRelease(_keyspace.LazyFreeing.OnServerDelete);
        }

        _block = block;
        _database.Store(default, false, block, _hash);
        _keyspace.UncommittedChanges++;

        // What was there is gone, and this is another key of its name; whatever event tells of it comes later.
        _isNew = false;
        _keyspace.NewKeyListener?.AfterChange(_database, _key, KeyEvent.New);
    }

    /// <summary>Makes the changes since the opening known under the name of <paramref name="keyEvent"/>.</summary>
    /// <param name="keyEvent">What happened.</param>
    /// <param name="changes">How many changes of the data it counts as, of a collection the elements that came or went.</param>
    public readonly void Commit(KeyEvent keyEvent, long changes = 1)
    {
        _keyspace.UncommittedChanges = 0;
        _keyspace.Dirty += changes;
        if (_isNew && _keyspace.NewKeyListener is { } listener && Exists)
        {
            listener.AfterChange(_database, _key, KeyEvent.New);
        }

        if (_keyspace.LargeKeys is { } watcher && !_block.IsNull && _block.IsLarge)
        {
            watcher.OnLargeKey(_database, _block, _hash, changes);
        }

        if (_keyspace.Shapes is { } shapes)
        {
            shapes.AfterCommit(_database, _key, _hash, _block, _opening, changes);
        }

        _keyspace.NotifyAfterChange(_database, _key, keyEvent);
    }

    /// <summary>As <see cref="Commit"/>, for elements that have left a collection: the key goes with the last of them, and that is an event of its own.</summary>
    public void CommitRemoval(KeyEvent keyEvent, long removed, bool isEmpty)
    {
        if (isEmpty)
        {
            Remove(_keyspace.LazyFreeing.OnServerDelete);
        }

        Commit(keyEvent, removed);
        if (isEmpty)
        {
            AlsoNotify(KeyEvent.Del);
        }
    }

    /// <summary>Stores a result that is empty: the key goes, if it is there.</summary>
    public void CommitEmptyResult()
    {
        if (Exists)
        {
            Remove(_keyspace.LazyFreeing.OnServerDelete);
            Commit(KeyEvent.Del);
        }
    }

    /// <summary>Raises a further event for the change committed last (SET with EX is a <c>set</c> and an <c>expire</c>).</summary>
    public readonly void AlsoNotify(KeyEvent keyEvent)
    {
        _keyspace.Shapes?.AfterFurtherEvent(_database, _key, _hash, _opening);
        _keyspace.NotifyAfterChange(_database, _key, keyEvent);
    }

    /// <summary>Brings the block into the shape that the new value goes into: a string block, or none.</summary>
    private bool PrepareReplacement(ExpiryChange expiry, out KeyBlock old)
    {
        if (!_block.IsNull && (_block.Kind != ValueKind.String || _keyspace.IsRecording(_block)))
        {
            // A collection makes way for a string, or a string is left to the snapshot: a new block, which keeps the expiry where asked to.
            long kept = expiry.Keep ? _block.ExpiryMs : -1;
            DetachAndRelease(_keyspace.LazyFreeing.OnServerDelete);
            if (kept >= 0)
            {
                _block = KeyBlock.CreateString(_keyspace.Heap, _key, default, ValueEncoding.Raw, kept);
                _database.Store(default, false, _block, _hash);
            }
        }

        old = _block;
        return !old.IsNull && old.HasExpiry;
    }

    /// <summary>Enters the changed block into the tables and applies the change of expiry.</summary>
    private void Complete(KeyBlock old, bool hadExpiry, KeyBlock now, ExpiryChange expiry)
    {
        if (old.IsNull)
        {
            _keyspace.AccessClock.Initialize(now);
        }

        if (old != now || hadExpiry != now.HasExpiry)
        {
            _database.Store(old, hadExpiry, now, _hash);
        }

        _block = now;
        if (!expiry.Keep && !old.IsNull)
        {
            if (expiry.AtMs >= 0)
            {
                SetExpiry(expiry.AtMs);
            }
            else if (now.HasExpiry)
            {
                ClearExpiry();
            }
        }

        _keyspace.UncommittedChanges++;
    }

    private void DetachAndRelease(bool lazily)
    {
        KeyBlock block = _block;
        _block = default;
        _opening = ShapeWatch.UnknownOpening;
        _database.Detach(block, _hash);
        _keyspace.Release(block, lazily);
    }
}
