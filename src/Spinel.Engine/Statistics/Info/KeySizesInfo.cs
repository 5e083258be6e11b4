using System.Diagnostics.CodeAnalysis;
using System.Globalization;
using System.Numerics;
using System.Text;
using Spinel.DataStructures;
using Spinel.Memory;

namespace Spinel.Engine.Statistics.Info;

/// <summary>
/// INFO keysizes: for each database and type how many keys are how large, counted from one power of two to the next. The size of a string is its
/// length, that of a collection the number of its elements.
/// <para>
/// Nothing is kept for this while commands run. A stretch of the table of <see cref="SampledKeys"/> keys, whose order is that of their hashes and thus
/// random, is looked at when somebody asks, and what is found is scaled to the size of the database. Smaller databases are counted exactly.
/// </para>
/// </summary>
internal static class KeySizesInfo
{
    /// <summary>So many that looking at them takes a millisecond or two.</summary>
    private const int SampledKeys = 16_384;

    /// <summary>0, and one for each power of two.</summary>
    private const int Bins = 65;

    private static readonly (ValueKind Kind, string Name)[] Kinds =
    [
        (ValueKind.String, "strings_sizes"),
        (ValueKind.List, "lists_items"),
        (ValueKind.Set, "sets_items"),
        (ValueKind.SortedSet, "zsets_items"),
        (ValueKind.Hash, "hashes_items"),
        (ValueKind.Stream, "streams_items"),
    ];

    [SuppressMessage("Security", "CA5394", Justification = "A place to look at, not a secret.")]
    public static void Write(InfoWriter w, SpinelEngine engine)
    {
        for (int i = 0; i < engine.Keyspace.DatabaseCount; i++)
        {
            KeyTable keys = engine.Keyspace[i].Keys;
            if (keys.Count > 0)
            {
                var visitor = new CountingVisitor(engine.Heap, new long[(int)ValueKind.Stream + 1, Bins]);
                if (keys.Count <= SampledKeys)
                {
                    VisitAll(keys, ref visitor);
                }
                else
                {
                    VisitStretch(keys, (ulong)engine.Random.NextInt64(), ref visitor);
                }

                WriteDatabase(w, i, visitor, (double)keys.Count / visitor.Visited);
            }
        }
    }

    private static void VisitAll(KeyTable keys, ref CountingVisitor visitor)
    {
        ulong cursor = 0;
        do
        {
            cursor = keys.Scan(cursor, ref visitor);
        }
        while (cursor != 0);
    }

    private static void VisitStretch(KeyTable keys, ulong start, ref CountingVisitor visitor)
    {
        // Where keys were deleted much of a table may be empty: what is met in that many buckets has to do, but for a first key.
        ulong cursor = start;
        for (int buckets = 0; visitor.Visited < SampledKeys && (buckets < SampledKeys || visitor.Visited == 0); buckets++)
        {
            cursor = keys.Scan(cursor, ref visitor);
        }
    }

    private static void WriteDatabase(InfoWriter w, int index, CountingVisitor visitor, double scale)
    {
        var line = new StringBuilder();
        foreach ((ValueKind kind, string name) in Kinds)
        {
            line.Clear();
            for (int bin = 0; bin < Bins; bin++)
            {
                if (visitor.Counts[(int)kind, bin] is var count and > 0)
                {
                    line.Append(line.Length == 0 ? "" : ",").Append(CultureInfo.InvariantCulture, $"{Label(bin)}={Math.Round(count * scale):F0}");
                }
            }

            if (line.Length > 0)
            {
                w.Line($"db{index}_distrib_{name}:{line}");
            }
        }
    }

    /// <summary>The smallest size in a bin, in the largest unit that fits.</summary>
    private static string Label(int bin)
    {
        const string Units = "KMGTPE";
        const int BitsPerUnit = 10;
        int power = bin - 1;
        if (power < BitsPerUnit)
        {
            return (bin == 0 ? 0 : 1L << power).ToString(CultureInfo.InvariantCulture);
        }

        return string.Create(CultureInfo.InvariantCulture, $"{1L << (power % BitsPerUnit)}{Units[(power / BitsPerUnit) - 1]}");
    }

    private struct CountingVisitor(NativeHeap heap, long[,] counts) : IKeyVisitor
    {
        public long[,] Counts { get; } = counts;

        public long Visited { get; private set; }

        public void Visit(KeyBlock block)
        {
            Visited++;
            long size = KeyShape.ElementsOf(heap, block);
            Counts[(int)block.Kind, size == 0 ? 0 : BitOperations.Log2((ulong)size) + 1]++;
        }
    }
}
