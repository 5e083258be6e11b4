using Spinel.DataStructures;
using Spinel.Engine;
using Spinel.Engine.Observation;
using Spinel.Insight.Accesses;
using Spinel.Insight.Keys;

namespace Spinel.Insight.Commands;

/// <summary>Writes the replies of INSIGHT HOTKEYS and BIGKEYS: a map for each key.</summary>
internal static class KeyListReply
{
    public static void WriteHot(ref CommandContext c, InsightExtension insight, int count)
    {
        List<HotKey> keys = insight.HotKeys.Top(count);
        double total = insight.HotKeys.Total;

        // With a fading of f a second, a steady rate of r comes to r / (1 - f).
        const double PerSecond = AccessSampling.Every * (1 - HotKeySketch.Fading);
        c.Reply.ArrayHeader(keys.Count);
        foreach (HotKey key in keys)
        {
            KeyBlock block = key.Database.Keys.Find(key.Name, key.Database.Keys.Hash(key.Name));
            c.Reply.MapHeader(key.IsTruncated ? 7 : 6);
            InsightCommands.Pair(ref c, "db"u8, key.Database.Index);
            c.Reply.BulkString("key"u8);
            c.Reply.BulkString(key.Name);
            c.Reply.BulkString("type"u8);
            c.Reply.BulkString(block.IsNull ? "none"u8 : KeyFacts.WordOf(block.Kind));
            Number(ref c, "readsPerSecond"u8, key.Reads * PerSecond);
            Number(ref c, "writesPerSecond"u8, key.Writes * PerSecond);
            Number(ref c, "share"u8, total <= 0 ? 0 : Math.Min(1, key.Weight / total));
            if (key.IsTruncated)
            {
                c.Reply.BulkString("truncated"u8);
                c.Reply.Boolean(true);
            }
        }
    }

    public static void WriteBig(ref CommandContext c, InsightExtension insight, KeyListArguments arguments)
    {
        List<BigKey> keys = insight.BigKeys.Top(arguments.Kind, arguments.Count);
        c.Reply.ArrayHeader(keys.Count);
        foreach (BigKey key in keys)
        {
            KeyBlock block = key.Database!.Keys.Find(key.NameBytes, key.Database.Keys.Hash(key.NameBytes));
            c.Reply.MapHeader(5);
            InsightCommands.Pair(ref c, "db"u8, key.Database.Index);
            c.Reply.BulkString("key"u8);
            c.Reply.BulkString(key.NameBytes);
            c.Reply.BulkString("type"u8);
            c.Reply.BulkString(block.IsNull ? "none"u8 : KeyFacts.WordOf(block.Kind));
            InsightCommands.Pair(ref c, "bytes"u8, key.Bytes);
            InsightCommands.Pair(ref c, "elements"u8, key.Elements);
        }
    }

    private static void Number(ref CommandContext c, ReadOnlySpan<byte> name, double value)
    {
        c.Reply.BulkString(name);
        c.Reply.Double(Math.Round(value, 4));
    }
}
