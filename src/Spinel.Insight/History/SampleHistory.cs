namespace Spinel.Insight.History;

/// <summary>
/// What the server did: every second of the last hour, every ten seconds of the last day, every minute of the last 31 days. A longer interval has the mean of a
/// series, or its greatest value where that is what matters (<see cref="Series.KeepsMaximum"/>). When all is full it takes 10.5 MB.
/// </summary>
internal sealed class SampleHistory
{
    private const int MsPerSecond = 1000;

    private readonly HistoryRing[] _rings;
    private readonly Sums[] _sums;
    private readonly float[] _row;

    public SampleHistory()
    {
        int series = SeriesCatalog.All.Count;
        _row = new float[series];
        _rings = [new HistoryRing(series, 1, 3600), new HistoryRing(series, 10, 8640), new HistoryRing(series, 60, 44_640)];
        _sums = [new Sums(series), new Sums(series), new Sums(series)];
    }

    /// <summary>From the finest to the coarsest.</summary>
    public IReadOnlyList<HistoryRing> Rings => _rings;

    public long MemoryBytes
    {
        get
        {
            long bytes = 0;
            foreach (HistoryRing ring in _rings)
            {
                bytes += ring.MemoryBytes;
            }

            return bytes;
        }
    }

    /// <summary>Enters a sample.</summary>
    public void Add(long unixSeconds, ReadOnlySpan<double> values)
    {
        for (int i = 0; i < _row.Length; i++)
        {
            _row[i] = (float)values[i];
        }

        _rings[0].Write(unixSeconds, _row);
        for (int ring = 1; ring < _rings.Length; ring++)
        {
            // The present interval is written anew with each of its seconds: it can be looked at before it is over.
            long slot = unixSeconds / _rings[ring].StepSeconds;
            Sums sums = _sums[ring];
            sums.Add(slot, values);
            sums.Read(_row);
            _rings[ring].Write(slot, _row);
        }
    }

    /// <summary>How many values a reading goes through: what it costs, some nanoseconds each.</summary>
    public long EffortOf(int series, long fromMs, long toMs, long nowMs)
    {
        HistoryRing ring = RingFor(fromMs, nowMs);
        long stepMs = (long)ring.StepSeconds * MsPerSecond;
        (long first, long last) = ring.Range;
        return series * Math.Max(0, Math.Min(toMs / stepMs, last) - Math.Max(fromMs / stepMs, first) + 1);
    }

    /// <summary>Reads some series over a stretch of time. May be called from other threads than the one that adds.</summary>
    /// <param name="ids">Their numbers in the catalog.</param>
    /// <param name="fromMs">The beginning, Unix milliseconds.</param>
    /// <param name="toMs">The end.</param>
    /// <param name="maxPoints">So many points at most.</param>
    /// <param name="nowMs">The present time.</param>
    public HistoryWindow Read(ReadOnlySpan<int> ids, long fromMs, long toMs, int maxPoints, long nowMs)
    {
        HistoryRing ring = RingFor(fromMs, nowMs);
        long stepMs = (long)ring.StepSeconds * MsPerSecond;
        (long first, long last) = ring.Range;
        first = Math.Max(fromMs / stepMs, first);
        last = Math.Min(toMs / stepMs, last);
        long slots = Math.Max(0, last - first + 1);
        long perPoint = Math.Max(1, (slots + maxPoints - 1) / maxPoints);

        // Points keep their place when the window moves on.
        first -= perPoint > 1 ? first % perPoint : 0;
        long points = slots == 0 ? 0 : (last - first + perPoint) / perPoint;
        var window = new HistoryWindow(first * stepMs, stepMs * perPoint, (int)points, ids.Length);
        var row = new float[ids.Length];
        var sums = new double[ids.Length];
        var greatest = new double[ids.Length];
        var known = new int[ids.Length];
        for (int point = 0; point < points; point++)
        {
            Array.Clear(sums);
            Array.Clear(known);
            Array.Fill(greatest, double.NegativeInfinity);
            for (long slot = first + (point * perPoint); slot < first + ((point + 1) * perPoint); slot++)
            {
                // All values of an interval lie side by side.
                bool isThere = ring.TryRead(slot, ids, row);
                for (int s = 0; s < ids.Length && isThere; s++)
                {
                    float value = row[s];
                    if (!float.IsNaN(value))
                    {
                        known[s]++;
                        sums[s] += value;
                        greatest[s] = Math.Max(greatest[s], value);
                    }
                }
            }

            for (int s = 0; s < ids.Length; s++)
            {
                window[s, point] = known[s] == 0 ? double.NaN : SeriesCatalog.All[ids[s]].KeepsMaximum ? greatest[s] : sums[s] / known[s];
            }
        }

        return window;
    }

    /// <summary>The finest ring that reaches back far enough.</summary>
    private HistoryRing RingFor(long fromMs, long nowMs)
    {
        HistoryRing ring = _rings[^1];
        for (int i = _rings.Length - 2; i >= 0; i--)
        {
            if (fromMs >= nowMs - ((long)_rings[i].Capacity * _rings[i].StepSeconds * MsPerSecond))
            {
                ring = _rings[i];
            }
        }

        return ring;
    }

    /// <summary>What an interval has come to so far.</summary>
    private sealed class Sums(int series)
    {
        private readonly double[] _sum = new double[series];
        private readonly double[] _max = new double[series];
        private readonly int[] _count = new int[series];
        private long _slot = -1;

        public void Add(long slot, ReadOnlySpan<double> values)
        {
            if (slot != _slot)
            {
                _slot = slot;
                Array.Clear(_sum);
                Array.Clear(_count);
            }

            for (int i = 0; i < values.Length; i++)
            {
                if (!double.IsNaN(values[i]))
                {
                    _max[i] = _count[i] == 0 ? values[i] : Math.Max(_max[i], values[i]);
                    _sum[i] += values[i];
                    _count[i]++;
                }
            }
        }

        public void Read(Span<float> row)
        {
            IReadOnlyList<Series> all = SeriesCatalog.All;
            for (int i = 0; i < row.Length; i++)
            {
                row[i] = _count[i] == 0 ? float.NaN : (float)(all[i].KeepsMaximum ? _max[i] : _sum[i] / _count[i]);
            }
        }
    }
}

/// <summary>Some series over a stretch of time, at equal steps.</summary>
/// <param name="fromMs">The time of the first point, Unix milliseconds.</param>
/// <param name="stepMs">From one point to the next.</param>
/// <param name="points">The number of points.</param>
/// <param name="series">The number of series.</param>
public sealed class HistoryWindow(long fromMs, long stepMs, int points, int series)
{
    private readonly double[] _values = new double[points * series];

    /// <summary>The time of the first point, Unix milliseconds.</summary>
    public long FromMs { get; } = fromMs;

    /// <summary>Milliseconds from one point to the next.</summary>
    public long StepMs { get; } = stepMs;

    /// <summary>The number of points.</summary>
    public int Points { get; } = points;

    /// <summary>A value; NaN where nothing is known.</summary>
    /// <param name="series">The place of the series in the request.</param>
    /// <param name="point">The point.</param>
    public double this[int series, int point]
    {
        get => _values[(series * Points) + point];
        internal set => _values[(series * Points) + point] = value;
    }
}
