namespace Spinel.Insight.History;

/// <summary>
/// The history as it is now, for any thread. The engine goes on adding to it meanwhile: each interval is read whole, and the oldest, when they are written over meanwhile, are not there.
/// </summary>
public sealed class HistoryReader
{
    private readonly SampleHistory _samples;
    private readonly long _nowMs;

    internal HistoryReader(SampleHistory samples, long nowMs)
    {
        _samples = samples;
        _nowMs = nowMs;
    }

    /// <summary>Reads series over a stretch of time.</summary>
    /// <param name="names">Their names.</param>
    /// <param name="fromMs">The beginning, Unix milliseconds.</param>
    /// <param name="toMs">The end.</param>
    /// <param name="maxPoints">So many points at most.</param>
    /// <returns>Null when there is no such series.</returns>
    public HistoryWindow? Read(IReadOnlyList<string> names, long fromMs, long toMs, int maxPoints)
    {
        ArgumentNullException.ThrowIfNull(names);
        int[] ids = [.. names.Select(SeriesCatalog.IndexOf)];
        return Array.IndexOf(ids, -1) >= 0 ? null : _samples.Read(ids, fromMs, toMs, Math.Max(1, maxPoints), _nowMs);
    }

    /// <summary>How many values such a reading goes through.</summary>
    internal long EffortOf(int series, long fromMs, long toMs) => _samples.EffortOf(series, fromMs, toMs, _nowMs);
}
