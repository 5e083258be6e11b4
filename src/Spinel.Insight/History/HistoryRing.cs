namespace Spinel.Insight.History;

/// <summary>
/// The values of all series at equal intervals, the latest <see cref="Capacity"/> of them. An interval is known by its number since 1970, so that a gap in which
/// the server did not run is a gap here too, and a file of another day fits in.
/// </summary>
/// <remarks>
/// Memory comes in segments, when the first value goes into each, and is then kept: a server that has just started has hardly any. One thread writes. Another one may
/// read at the same time what is not among the oldest few, which are about to be written over.
/// </remarks>
internal sealed class HistoryRing(int series, int stepSeconds, int capacity)
{
    private const int SlotsPerSegment = 512;

    private readonly float[]?[] _segments = new float[]?[((capacity + SlotsPerSegment - 1) / SlotsPerSegment)];

    public int StepSeconds { get; } = stepSeconds;

    public int Capacity { get; } = capacity;

    /// <summary>The interval that was written last; -1 while there is none.</summary>
    public long Last { get; private set; } = -1;

    /// <summary>How many intervals there are up to <see cref="Last"/>, gaps included.</summary>
    public int Count { get; private set; }

    public long First => Last - Count + 1;

    public long MemoryBytes
    {
        get
        {
            long bytes = 0;
            foreach (float[]? segment in _segments)
            {
                bytes += segment is null ? 0 : (long)segment.Length * sizeof(float);
            }

            return bytes;
        }
    }

    /// <summary>The value of a series in an interval; NaN where nothing was recorded.</summary>
    public float this[long slot, int id]
    {
        get
        {
            if (slot > Last || slot < First || Count == 0)
            {
                return float.NaN;
            }

            (float[]? segment, int offset) = Locate(slot);
            return segment is null ? float.NaN : segment[offset + id];
        }
    }

    /// <summary>The values of all series in an interval; empty where nothing was recorded.</summary>
    public ReadOnlySpan<float> Read(long slot)
    {
        if (slot > Last || slot < First || Count == 0)
        {
            return default;
        }

        (float[]? segment, int offset) = Locate(slot);
        return segment is null ? default : segment.AsSpan(offset, series);
    }

    /// <summary>Enters an interval, the present one or one to come. What lies in the past is over and stays as it is.</summary>
    public void Write(long slot, ReadOnlySpan<float> values)
    {
        if (Count > 0 && (slot < Last || slot - Last > Capacity))
        {
            if (slot < Last && Last - slot < Capacity)
            {
                return;
            }

            // The clock was set to another day.
            Count = 0;
        }

        if (Count == 0)
        {
            Last = slot - 1;
        }

        while (Last < slot)
        {
            Last++;
            Count = Math.Min(Count + 1, Capacity);
            if (Last < slot && Locate(Last) is { Segment: { } gap } place)
            {
                gap.AsSpan(place.Offset, series).Fill(float.NaN);
            }
        }

        values.CopyTo(Row(slot));
    }

    /// <summary>The values of an interval for writing, for who reads a file.</summary>
    public Span<float> Row(long slot)
    {
        int index = (int)(slot % Capacity);
        ref float[]? segment = ref _segments[index / SlotsPerSegment];
        if (segment is null)
        {
            segment = new float[SlotsPerSegment * series];
            Array.Fill(segment, float.NaN);
        }

        return segment.AsSpan(index % SlotsPerSegment * series, series);
    }

    /// <summary>Says what <see cref="Row"/> has been used for.</summary>
    public void Restore(long last, int count)
    {
        Last = last;
        Count = count;
    }

    private (float[]? Segment, int Offset) Locate(long slot)
    {
        int index = (int)(slot % Capacity);
        return (_segments[index / SlotsPerSegment], index % SlotsPerSegment * series);
    }
}
