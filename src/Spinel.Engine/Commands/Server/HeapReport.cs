using System.Globalization;
using System.Text;
using Spinel.Memory;

namespace Spinel.Engine.Commands.Server;

/// <summary>The native heap as a table, for people.</summary>
internal static class HeapReport
{
    public static string Write(NativeHeap heap)
    {
        HeapStatistics totals = heap.Statistics;
        var text = new StringBuilder();
        text.Append("Native heap, bytes\n");
        Row(text, "in use", totals.BytesInUse);
        Row(text, "resident", totals.BytesFromSystem);
        Row(text, "resident and free", totals.BytesRetained);
        Row(text, "mapped", totals.BytesMapped);
        text.Append("Blocks\n");
        Row(text, "slabs", totals.Slabs);
        Row(text, "chunks", totals.Chunks);
        Row(text, "page runs", totals.MediumBlocks);
        Row(text, "own mappings", totals.DirectBlocks);
        text.Append("Size classes in use\n");
        text.Append("     bytes           live       capacity      slabs  filled\n");
        SizeClassStatistics[] classes = new SizeClassStatistics[NativeHeap.SizeClassCount];
        heap.GetSizeClasses(classes);
        foreach (SizeClassStatistics row in classes)
        {
            if (row.Slabs > 0)
            {
                double filled = row.CapacityBlocks == 0 ? 0 : 100.0 * row.LiveBlocks / row.CapacityBlocks;
                text.Append(CultureInfo.InvariantCulture, $"{row.BlockBytes,10} {row.LiveBlocks,14} {row.CapacityBlocks,14} {row.Slabs,10} {filled,6:F1}%\n");
            }
        }

        return text.ToString();
    }

    private static void Row(StringBuilder text, string name, long value) => text.Append(CultureInfo.InvariantCulture, $"  {name,-20}{value,20}\n");
}
