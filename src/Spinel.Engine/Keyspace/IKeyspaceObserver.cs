using Spinel.DataStructures;

namespace Spinel.Engine;

/// <summary>
/// Sees a key before it changes. A snapshot subscribes to take the old image of a key that its walk has not reached yet.
/// </summary>
public interface IOldImageObserver
{
    /// <param name="database">The database of the key.</param>
    /// <param name="current">The key and its value as they are; never null. Valid during the call only.</param>
    void BeforeChange(Database database, KeyBlock current);

    /// <summary>Two databases are about to trade places.</summary>
    void BeforeSwap(Database first, Database second);
}

/// <summary>
/// Takes the tables of a database that is flushed, instead of their being freed, and large values that are deleted while they are recorded: a snapshot that has not
/// walked all of it yet. It gives them to <see cref="Keyspace.Release(DetachedTables)"/> and <see cref="Keyspace.Release(DataStructures.KeyBlock, bool)"/> in the end.
/// </summary>
public interface IFlushHeir
{
    void Inherit(Database database, DetachedTables tables);

    /// <summary>A key has left its database for good.</summary>
    /// <returns>Whether it is wanted, and not to be freed.</returns>
    bool TryInherit(KeyBlock block);

    /// <summary>Whether the long string of a key is being recorded: it must be given up whole, or changed with announcement.</summary>
    bool IsRecording(KeyBlock block);

    /// <summary>So many bytes of such a string are about to change, from an offset on.</summary>
    void BeforeStringChange(KeyBlock block, int from, int count);

    /// <summary>Such a string has a new length, and may have moved.</summary>
    void AfterStringChange(nint oldBody, KeyBlock block);
}

/// <summary>
/// Sees each committed change: WATCH, client tracking, keyspace notifications and the dashboard subscribe.
/// </summary>
public interface IKeyChangeObserver
{
    void AfterChange(Database database, ReadOnlySpan<byte> key, KeyEvent keyEvent);

    /// <summary>All keys of <paramref name="database"/> are about to go; they can still be looked up.</summary>
    void OnFlush(Database database);

    /// <summary>A database, or all of them, has been emptied: once for all that went together.</summary>
    void AfterFlush()
    {
    }

    /// <summary>Two databases have traded places.</summary>
    void OnSwap(Database first, Database second);
}
