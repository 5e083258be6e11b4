using Spinel.DataStructures;
using Spinel.Engine;
using Spinel.Engine.Commands.Generic;
using Spinel.Insight.Keys;
using Spinel.Insight.Tree;
using Spinel.Protocol;

namespace Spinel.Insight.Commands;

/// <summary>Writes the reply of INSIGHT TREE.</summary>
internal static class TreeReply
{
    public static void Write(ref CommandContext c, TreeView view, TreePage page)
    {
        c.Reply.MapHeader(page.Next is null ? 6 : 7);
        c.Reply.BulkString("state"u8);
        c.Reply.BulkString(view.IsReady ? "ready"u8 : "building"u8);
        c.Reply.BulkString("progress"u8);
        c.Reply.Double(view.Progress);
        c.Reply.BulkString("node"u8);
        c.Reply.MapHeader(7);
        WriteFigures(ref c, page.Node);
        InsightCommands.Pair(ref c, "total"u8, page.Total);
        c.Reply.BulkString("complete"u8);
        c.Reply.Boolean(page.IsComplete);
        if (page.Next is { } next)
        {
            Text(ref c, "next"u8, next.AsSpan(0, Math.Min(next.Length, NameIndex.MaxNameBytes)));
        }

        c.Reply.BulkString("children"u8);
        c.Reply.ArrayHeader(page.Children.Count);
        foreach (TreeNode child in page.Children)
        {
            if (child.IsKey)
            {
                WriteKey(ref c, child);
            }
            else
            {
                c.Reply.MapHeader(10);
                Text(ref c, "name"u8, child.Name);
                Text(ref c, "prefix"u8, child.FullName);
                Text(ref c, "kind"u8, "prefix"u8);
                WriteFigures(ref c, child);
            }
        }
    }

    private static void WriteKey(ref CommandContext c, TreeNode child)
    {
        // The index knows the second; a page is short enough to ask for the millisecond.
        ReadOnlySpan<byte> key = child.FullName;
        KeyBlock block = child.IsTruncated ? default : c.Database.Keys.Find(key, c.Database.Keys.Hash(key));
        long expiryMs = block.IsNull ? child.Facts.ExpirySeconds * 1000L : block.HasExpiry ? block.ExpiryMs : 0;
        c.Reply.MapHeader(child.IsTruncated ? 9 : 8);
        Text(ref c, "name"u8, child.IsTruncated ? child.Name[..^sizeof(ulong)] : child.Name);
        Text(ref c, "key"u8, child.IsTruncated ? key[..NameIndex.MaxNameBytes] : key);
        Text(ref c, "kind"u8, "key"u8);
        Text(ref c, "type"u8, ValueNames.Of(child.Facts.Kind));
        InsightCommands.Pair(ref c, "bytes"u8, child.Facts.Bytes);
        InsightCommands.Pair(ref c, "ttl"u8, expiryMs == 0 ? -1 : Math.Max(0, expiryMs - c.NowMs));
        InsightCommands.Pair(ref c, "reads"u8, child.Reads);
        InsightCommands.Pair(ref c, "hits"u8, child.Hits);
        if (child.IsTruncated)
        {
            c.Reply.BulkString("truncated"u8);
            c.Reply.Boolean(true);
        }
    }

    private static void WriteFigures(ref CommandContext c, TreeNode node)
    {
        KeyTally tally = node.Tally;
        InsightCommands.Pair(ref c, "keys"u8, tally.Keys);
        InsightCommands.Pair(ref c, "bytes"u8, tally.Bytes);
        int kinds = 0;
        foreach (ValueKind kind in KeyFacts.Kinds)
        {
            kinds += tally.OfKind(kind) > 0 ? 1 : 0;
        }

        c.Reply.BulkString("types"u8);
        c.Reply.MapHeader(kinds);
        foreach (ValueKind kind in KeyFacts.Kinds)
        {
            if (tally.OfKind(kind) > 0)
            {
                InsightCommands.Pair(ref c, ValueNames.Of(kind), tally.OfKind(kind));
            }
        }

        InsightCommands.Pair(ref c, "expiring"u8, tally.Expiring);
        c.Reply.BulkString("ttl"u8);
        c.Reply.MapHeader(KeyTally.TtlBuckets);
        for (int i = 0; i < KeyTally.TtlBuckets; i++)
        {
            InsightCommands.Pair(ref c, TtlWords.Of((TtlBucket)i), tally.InBucket((TtlBucket)i));
        }

        InsightCommands.Pair(ref c, "reads"u8, node.Reads);
        InsightCommands.Pair(ref c, "hits"u8, node.Hits);
    }

    private static void Text(ref CommandContext c, ReadOnlySpan<byte> name, ReadOnlySpan<byte> value)
    {
        c.Reply.BulkString(name);
        c.Reply.BulkString(value);
    }
}
