using System.Globalization;
using System.Text;
using Spinel.DataStructures;
using Spinel.Engine.Dispatch;
using Spinel.Protocol;

namespace Spinel.Engine.Commands.Server.Debug;

/// <summary>DEBUG HTSTATS and HTSTATS-KEY: how full the buckets of a table are. Visits the whole table.</summary>
internal static class DebugTables
{
    public static void WriteDatabase(ref CommandContext c)
    {
        if (!c.TryInteger(2, out long index))
        {
            return;
        }

        if (index < 0 || index >= c.Keyspace.DatabaseCount)
        {
            c.Error(Errors.DebugDatabaseOutOfRange);
            return;
        }

        Database database = c.Keyspace[(int)index];
        var text = new StringBuilder();
        Describe(text.Append("[Dictionary HT]\n"), database.Keys);
        Describe(text.Append("[Expires HT]\n"), database.Expires);
        c.Reply.VerbatimString("txt"u8, Encoding.ASCII.GetBytes(text.ToString()));
    }

    public static void WriteKey(ref CommandContext c)
    {
        if (!DebugKeys.TryFind(ref c, out KeyBlock block))
        {
            return;
        }

        if (CollectionPayload.ChainLengths(block) is not { } lengths)
        {
            c.Error(Errors.NotAHashTable);
            return;
        }

        var text = new StringBuilder();
        long count = lengths.Select(static (buckets, length) => buckets * length).Sum();
        Describe(text, lengths, count, CollectionPayload.MemoryBytes(block));
        c.Reply.VerbatimString("txt"u8, Encoding.ASCII.GetBytes(text.ToString()));
    }

    private static void Describe(StringBuilder text, KeyTable table)
    {
        if (table.Count == 0)
        {
            text.Append("No stats available for empty dictionaries\n");
            return;
        }

        Describe(text, table.ChainLengths(), table.Count, table.MemoryBytes);
    }

    private static void Describe(StringBuilder text, long[] lengths, long count, long bytes)
    {
        long buckets = Math.Max(1, lengths.Sum());
        long filled = Math.Max(1, buckets - lengths[0]);
        int longest = Array.FindLastIndex(lengths, static count => count > 0);
        text.Append(
            CultureInfo.InvariantCulture,
            $" table size: {buckets}\n number of elements: {count}\n different slots: {filled}\n max chain length: {longest}\n avg chain length (counted): {(double)count / filled:F2}\n bytes: {bytes}\n Chain length distribution:\n");
        for (int length = 0; length <= longest; length++)
        {
            if (lengths[length] > 0)
            {
                text.Append(CultureInfo.InvariantCulture, $"   {length}: {lengths[length]} ({100.0 * lengths[length] / buckets:F2}%)\n");
            }
        }
    }
}
