using System.Globalization;
using System.Text;
using Spinel.Engine.Statistics.Info;
using Spinel.Protocol;

namespace Spinel.Engine.Commands.Server;

/// <summary>The reply of MEMORY STATS: a map of figures, with a map for each database that has keys.</summary>
internal static class MemoryStatsReply
{
    private const int Pairs = 27;
    private const int DatabasePairs = 3;

    public static void Write(ref CommandContext c)
    {
        MemoryFigures memory = MemoryFigures.Read(c.Engine);
        c.Reply.MapHeader(Pairs + memory.DatabasesWithKeys);
        Pair(ref c.Reply, "peak.allocated"u8, memory.PeakBytes);
        Pair(ref c.Reply, "total.allocated"u8, memory.UsedBytes);
        Pair(ref c.Reply, "startup.allocated"u8, memory.StartupBytes);
        Pair(ref c.Reply, "replication.backlog"u8, memory.BacklogBytes);
        Pair(ref c.Reply, "clients.slaves"u8, memory.ReplicaBytes);
        Pair(ref c.Reply, "clients.normal"u8, memory.ClientBytes);
        Pair(ref c.Reply, "cluster.links"u8, 0);
        Pair(ref c.Reply, "aof.buffer"u8, c.Engine.MemoryLimit.ExcludedBytes);
        Pair(ref c.Reply, "lua.caches"u8, 0);
        Pair(ref c.Reply, "functions.caches"u8, 0);
        WriteDatabases(ref c);
        Pair(ref c.Reply, "overhead.total"u8, memory.OverheadBytes);
        Pair(ref c.Reply, "keys.count"u8, memory.Keys);
        Pair(ref c.Reply, "keys.bytes-per-key"u8, memory.BytesPerKey);
        Pair(ref c.Reply, "dataset.bytes"u8, memory.DatasetBytes);
        Pair(ref c.Reply, "dataset.percentage"u8, memory.DatasetPercentage);
        Pair(ref c.Reply, "peak.percentage"u8, memory.PeakPercentage);
        Pair(ref c.Reply, "allocator.allocated"u8, memory.UsedBytes);
        Pair(ref c.Reply, "allocator.active"u8, memory.ActiveBytes);
        Pair(ref c.Reply, "allocator.resident"u8, memory.ResidentBytes);
        Pair(ref c.Reply, "allocator-fragmentation.ratio"u8, memory.AllocatorFragmentation);
        Pair(ref c.Reply, "allocator-fragmentation.bytes"u8, memory.ActiveBytes - memory.UsedBytes);
        Pair(ref c.Reply, "allocator-rss.ratio"u8, memory.AllocatorResidency);
        Pair(ref c.Reply, "allocator-rss.bytes"u8, memory.ResidentBytes - memory.ActiveBytes);
        Pair(ref c.Reply, "rss-overhead.ratio"u8, memory.ProcessOverhead);
        Pair(ref c.Reply, "rss-overhead.bytes"u8, memory.ProcessBytes - memory.ResidentBytes);
        Pair(ref c.Reply, "fragmentation"u8, memory.Fragmentation);
        Pair(ref c.Reply, "fragmentation.bytes"u8, memory.FragmentationBytes);
    }

    private static void WriteDatabases(ref CommandContext c)
    {
        for (int i = 0; i < c.Keyspace.DatabaseCount; i++)
        {
            Database database = c.Keyspace[i];
            if (database.Count > 0)
            {
                c.Reply.BulkString(Encoding.ASCII.GetBytes("db." + i.ToString(CultureInfo.InvariantCulture)));
                c.Reply.MapHeader(DatabasePairs);
                Pair(ref c.Reply, "overhead.hashtable.main"u8, database.Keys.MemoryBytes);
                Pair(ref c.Reply, "overhead.hashtable.expires"u8, database.Expires.MemoryBytes);
                Pair(ref c.Reply, "overhead.hashtable.slot-to-keys"u8, 0);
            }
        }
    }

    private static void Pair(ref ReplyWriter reply, ReadOnlySpan<byte> name, long value)
    {
        reply.BulkString(name);
        reply.Integer(value);
    }

    private static void Pair(ref ReplyWriter reply, ReadOnlySpan<byte> name, double value)
    {
        reply.BulkString(name);
        reply.Double(value);
    }
}
