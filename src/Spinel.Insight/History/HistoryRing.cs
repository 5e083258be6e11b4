namespace Spinel.Insight.History;

/// <summary>
/// The values of all series at equal intervals, the latest <see cref="Capacity"/> of them. An interval is known by its number since 1970, so that a gap in which
/// the server did not run is a gap here too, and a file of another day fits in.
/// </summary>
/// <remarks>
/// Memory comes in segments, when the first value goes into each, and is then kept: a server that has just started has hardly any.
/// <para>
/// One thread writes, and waits for nobody; any other may read meanwhile (a sequence lock). The version is odd while an interval is being entered: a reader that has seen an odd one, or another one
/// behind what it has read than before it, reads again. So it sees an interval as it was before or as it is after, also the present one, which is entered anew each second, and one that has been written
/// over is not there. What it reads is bounded in any case: the capacity never changes, and segments come but never go.
/// </para>
/// </remarks>
internal sealed class HistoryRing(int series, int stepSeconds, int capacity)
{
    private const int SlotsPerSegment = 512;

    private readonly float[]?[] _segments = new float[]?[((capacity + SlotsPerSegment - 1) / SlotsPerSegment)];
    private int _version;

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

    /// <summary>The first and the last interval, as they belong together; the last before the first while there is none.</summary>
    public (long First, long Last) Range
    {
        get
        {
            for (var spin = default(SpinWait); ; spin.SpinOnce())
            {
                int version = BeginRead();
                (long first, long last) = (First, Last);
                if (EndRead(version))
                {
                    return (first, last);
                }
            }
        }
    }

    /// <summary>The value of a series in an interval; NaN where nothing was recorded.</summary>
    public float this[long slot, int id]
    {
        get
        {
            float value = float.NaN;
            return TryRead(slot, new ReadOnlySpan<int>(in id), new Span<float>(ref value)) ? value : float.NaN;
        }
    }

    /// <summary>Reads some series in an interval, all of the same moment.</summary>
    /// <param name="slot">The interval.</param>
    /// <param name="ids">The numbers of the series.</param>
    /// <param name="values">Receives the value of each; NaN where nothing was recorded.</param>
    /// <returns>False when nothing was recorded at all.</returns>
    public bool TryRead(long slot, ReadOnlySpan<int> ids, Span<float> values)
    {
        for (var spin = default(SpinWait); ; spin.SpinOnce())
        {
            int version = BeginRead();
            bool isThere = false;
            if (Count > 0 && slot <= Last && slot >= First)
            {
                (float[]? segment, int offset) = Locate(slot);
                isThere = segment is not null;
                for (int i = 0; i < ids.Length && isThere; i++)
                {
                    values[i] = segment![offset + ids[i]];
                }
            }

            if (EndRead(version))
            {
                return isThere;
            }
        }
    }

    /// <summary>Enters an interval, the present one or one to come. What lies in the past is over and stays as it is.</summary>
    public void Write(long slot, ReadOnlySpan<float> values)
    {
        if (Count > 0 && slot < Last && Last - slot < Capacity)
        {
            return;
        }

        // Whoever sees any of what follows has seen that it has begun.
        Volatile.Write(ref _version, _version + 1);
        Volatile.WriteBarrier();
        Enter(slot, values);
        Volatile.Write(ref _version, _version + 1);
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

    private void Enter(long slot, ReadOnlySpan<float> values)
    {
        if (Count > 0 && (slot < Last || slot - Last > Capacity))
        {
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

    /// <summary>The version that what is read next belongs to, if <see cref="EndRead"/> agrees.</summary>
    private int BeginRead() => Volatile.Read(ref _version);

    private bool EndRead(int version)
    {
        // What was read was read before this.
        Volatile.ReadBarrier();
        return (version & 1) == 0 && Volatile.Read(ref _version) == version;
    }

    private (float[]? Segment, int Offset) Locate(long slot)
    {
        int index = (int)(slot % Capacity);
        return (_segments[index / SlotsPerSegment], index % SlotsPerSegment * series);
    }
}
