using Spinel.DataStructures;
using Spinel.Memory;

namespace Spinel.Engine;

/// <summary>
/// Compares the shape that a key had when it was opened for writing with the one that it is committed with, and tells the observer when they differ. There only while somebody
/// observes; a change that leaves the shape as it was costs some nanoseconds.
/// </summary>
/// <remarks>
/// That nothing goes unnoticed rests on three rules. What the observer knows of a key is the shape at its opening, as long as nothing has been reported since: a key that was opened
/// before some report is reported at its commit, whatever it looks like. So writers may be copied, committed several times, and open side by side. Events that follow on a
/// commit look at the key anew, because what they tell of may have happened since. And the last few openings only are remembered, here and not in the writers, which cost nothing
/// more while nobody observes: a key whose opening is forgotten is reported.
/// <para>
/// Most writes put a short string where another one of the same length was. They are told by one comparison of two headers (<see cref="KeyBlock.Form"/>).
/// </para>
/// </remarks>
internal sealed class ShapeWatch(NativeHeap heap, IKeyShapeObserver observer)
{
    /// <summary>The opening of a key that nobody has looked at: like one that is forgotten.</summary>
    public const int UnknownOpening = 0;

    /// <summary>A power of two. Commands have one or two keys open at a time.</summary>
    private const int RememberedOpenings = 16;

    private readonly Opening[] _openings = new Opening[RememberedOpenings];
    private int _lastOpening;
    private ulong _draw = 1;
    private long _reports;
    private LastReport _last;

    /// <summary>Notes how a key looks that is being opened.</summary>
    /// <returns>The number under which this is remembered.</returns>
    public int Open(KeyBlock block)
    {
        int number = ++_lastOpening;
        if (number == UnknownOpening)
        {
            number = ++_lastOpening;
        }

        ref Opening opening = ref _openings[number & (RememberedOpenings - 1)];
        opening.Number = number;
        opening.Reports = _reports;
        opening.Form = block.IsNull ? 0 : block.Form;
        if (opening.Form == 0)
        {
            opening.Shape = KeyShape.Of(heap, block);
        }

        return number;
    }

    public void AfterCommit(Database database, ReadOnlySpan<byte> key, ulong hash, KeyBlock block, int number, long changes)
    {
        ref readonly Opening opening = ref _openings[number & (RememberedOpenings - 1)];
        bool isKnown = opening.Number == number && number != UnknownOpening;
        if (isKnown && opening.Form != 0 && !block.IsNull && opening.Form == block.Form && opening.Reports == _reports)
        {
            return;
        }

        KeyShape before = !isKnown ? default : opening.Form != 0 ? KeyShape.OfForm(opening.Form, key.Length) : opening.Shape;
        Compare(database, key, hash, block, in before, isCurrent: isKnown && opening.Reports == _reports, changes);
    }

    /// <summary>A further event of a key that has been committed before, perhaps by a copy of its writer.</summary>
    public void AfterFurtherEvent(Database database, ReadOnlySpan<byte> key, ulong hash, int opening) =>
        AfterCommit(database, key, hash, database.Keys.Find(key, hash), opening, 1);

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

    private void Compare(Database database, ReadOnlySpan<byte> key, ulong hash, KeyBlock block, in KeyShape before, bool isCurrent, long changes)
    {
        KeyShape now = KeyShape.Of(heap, block);
        bool differs = before.IsOtherThan(in now);

        // It may have become what it was, after it was told that it had become something else.
        bool isWorthMeasuring = differs || !isCurrent;
        if (now.IsTedious && before.IsSameTediousKey(in now))
        {
            isWorthMeasuring = (differs && block.Kind != ValueKind.Stream) || IsDrawn(KeyShape.StepOf(KeyShape.ElementsOf(heap, block)), changes);
            differs |= isWorthMeasuring;
        }

        if (!differs && isCurrent)
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

    /// <summary>
    /// A chance of <paramref name="changes"/> in <paramref name="step"/>, which is a power of two: a large collection is measured about once in so many changes, however many keys share
    /// them, and nothing has to be kept for any of them.
    /// </summary>
    private bool IsDrawn(long step, long changes)
    {
        _draw = (_draw * 6364136223846793005) + 1442695040888963407;
        return (long)(_draw >> 24) % step < changes;
    }

    /// <summary>How a key looked when it was opened: a form, or where there is none a shape; and how many reports there were then.</summary>
    private struct Opening
    {
        public int Number;
        public long Reports;
        public ulong Form;
        public KeyShape Shape;
    }

    /// <summary>What was told last, and how many reports there were then.</summary>
    private readonly record struct LastReport(Database? Database, ulong Hash, long Reports, KeyShape Shape);
}
