using Spinel.Memory;

namespace Spinel.DataStructures;

/// <summary>
/// What was in a table that has been emptied (<see cref="KeyTable.Detach"/>), to be freed at leisure: in steps on the
/// heap's own thread, or by another one.
/// </summary>
/// <remarks>
/// The visitor is shown each key once and frees it, with <see cref="KeyBlock.Free"/> or
/// <see cref="KeyBlock.FreeFromOtherThread"/> to match (or leaves it, when the table was an index over keys that live on).
/// Used by one thread at a time.
/// </remarks>
public sealed class KeyTableRemains
{
    private readonly NativeHeap _heap;
    private readonly EntryTableRelease _release;
    private bool _isDone;

    internal KeyTableRemains(NativeHeap heap, EntryTable<KeyOps> table)
    {
        _heap = heap;
        _release = table.Release();
        Count = table.Count;
    }

    /// <summary>Keys that were in the table.</summary>
    public long Count { get; }

    /// <summary>Frees up to so many buckets on the heap's own thread.</summary>
    /// <returns>Whether there is more to do.</returns>
    public bool FreeStep<TVisitor>(int buckets, ref TVisitor visitor)
        where TVisitor : struct, IKeyVisitor, allows ref struct => FreeStep(buckets, ref visitor, ownerThread: true);

    /// <summary>Frees up to so many buckets on any other thread.</summary>
    /// <returns>Whether there is more to do.</returns>
    public bool FreeStepFromOtherThread<TVisitor>(int buckets, ref TVisitor visitor)
        where TVisitor : struct, IKeyVisitor, allows ref struct => FreeStep(buckets, ref visitor, ownerThread: false);

    private bool FreeStep<TVisitor>(int buckets, ref TVisitor visitor, bool ownerThread)
        where TVisitor : struct, IKeyVisitor, allows ref struct
    {
        if (_isDone)
        {
            return false;
        }

        for (; buckets > 0 && !_release.IsDone; buckets--)
        {
            ChainEntries entries = _release.LastEntries;
            while (entries.Next(out nint entry))
            {
                visitor.Visit(new KeyBlock(entry));
            }

            _release.FreeLast(_heap, ownerThread);
        }

        if (!_release.IsDone)
        {
            return true;
        }

        _release.FreeHeader(_heap, ownerThread);
        _isDone = true;
        return false;
    }
}
