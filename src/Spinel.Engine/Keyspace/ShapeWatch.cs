using Spinel.DataStructures;
using Spinel.Memory;

namespace Spinel.Engine;

/// <summary>
/// Compares the shape that a key had when it was opened for writing with the one that it is committed with, and tells the observer when they differ. There only while somebody
/// observes; a change that leaves the shape as it was costs some nanoseconds.
/// </summary>
/// <remarks>
/// That nothing goes unnoticed rests on two rules. What the observer knows of a key is the shape at its opening, as long as nothing has been reported since: <see cref="KeyShape.Reports"/>
/// tells, and a key that was opened before some report is reported at its commit, whatever it looks like. So writers may be copied, committed several times, and open side by
/// side. And events that follow on a commit look at the key anew, because what they tell of may have happened since.
/// </remarks>
internal sealed class ShapeWatch(NativeHeap heap, IKeyShapeObserver observer)
{
    private ulong _draw = 1;
    private long _reports;
    private LastReport _last;

    public KeyShape Of(KeyBlock block) => KeyShape.Of(heap, block, _reports);

    public void AfterCommit(Database database, ReadOnlySpan<byte> key, ulong hash, KeyBlock block, in KeyShape before, long changes)
    {
        KeyShape now = Of(block);
        bool differs = before.IsOtherThan(in now);
        bool isWorthMeasuring = differs;
        if (now.IsTedious && before.IsSameTediousKey(in now))
        {
            isWorthMeasuring = (differs && block.Kind != ValueKind.Stream) || IsDrawn(KeyShape.StepOf(KeyShape.ElementsOf(heap, block)), changes);
            differs |= isWorthMeasuring;
        }

        if (!differs && before.Reports == _reports)
        {
            return;
        }

        // SET with EX is two events of one shape.
        if (_last.Hash == hash && _last.Database == database && _last.Reports == _reports && !now.IsTedious && !_last.Shape.IsOtherThan(in now))
        {
            return;
        }

        Report(database, key, hash, block, isWorthMeasuring);
        _last = new LastReport(database, hash, _reports, now);
    }

    /// <summary>A further event of a key that has been committed before, perhaps by a copy of its writer.</summary>
    public void AfterFurtherEvent(Database database, ReadOnlySpan<byte> key, ulong hash, in KeyShape before) =>
        AfterCommit(database, key, hash, database.Keys.Find(key, hash), in before, 1);

    public void Report(Database database, ReadOnlySpan<byte> key, ulong hash, KeyBlock block, bool isWorthMeasuring)
    {
        _reports++;
        observer.AfterShapeChange(database, key, hash, block, isWorthMeasuring);
    }

    public void OnFlush(Database database)
    {
        Forget();
        observer.OnFlush(database);
    }

    /// <summary>What was reported is not what the observer knows any more: keys have gone, or come, without it, or it begins anew.</summary>
    public void Forget() => _last = default;

    /// <summary>
    /// A chance of <paramref name="changes"/> in <paramref name="step"/>, which is a power of two: a large collection is measured about once in so many changes, however many keys share
    /// them, and nothing has to be kept for any of them.
    /// </summary>
    private bool IsDrawn(long step, long changes)
    {
        _draw = (_draw * 6364136223846793005) + 1442695040888963407;
        return (long)(_draw >> 24) % step < changes;
    }

    /// <summary>What was told last, and how many reports there were then.</summary>
    private readonly record struct LastReport(Database? Database, ulong Hash, long Reports, KeyShape Shape);
}
