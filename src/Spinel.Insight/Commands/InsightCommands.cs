using System.Text;
using Spinel.Engine;
using Spinel.Engine.Dispatch;
using Spinel.Engine.Observation;
using Spinel.Engine.Statistics;
using Spinel.Insight.History;
using Spinel.Insight.Keys;
using Spinel.Insight.Tree;
using Spinel.Protocol;

namespace Spinel.Insight.Commands;

/// <summary>INSIGHT: what the server knows about its keys and its work. Replies are maps, which RESP2 has as lists of pairs.</summary>
[CommandContainer("INSIGHT", Group = CommandGroup.Server, Since = "7.0.0", Summary = "Shows the tree of keys, hot and large keys, and the server's history.")]
internal static class InsightCommands
{
    private const CommandFlags OverKeys = CommandFlags.ReadOnly | CommandFlags.NoScript;
    private const CommandFlags OverServer = CommandFlags.ReadOnly | CommandFlags.NoScript | CommandFlags.Loading | CommandFlags.Stale;
    private const string Categories = "dangerous";

    [Command("INSIGHT|TREE", "prefix [DELIMITERS delimiters] [OFFSET offset:integer] [COUNT count:integer] [SORT <NAME | KEYS | BYTES>] [MATCH pattern] [TYPE type] [AFTER child]",
        Arity = -3, Flags = OverKeys, AclCategories = Categories, Group = CommandGroup.Server, Since = "7.0.0",
        Complexity = "O(C log N) with C the number of children and N that of keys, once the tree is built",
        Summary = "Shows what the keys with a prefix come to, and those below it up to the next delimiter. Asking builds the tree.")]
    internal static void Tree(ref CommandContext c)
    {
        if (!MaySeeAllKeys(ref c) || !TreeArguments.TryRead(ref c, out TreeRequest? request))
        {
            return;
        }

        TreeView view = c.Engine.Extension<InsightExtension>().Trees.Open(c.Session.DatabaseIndex);
        TreeReply.Write(ref c, view, view.Read(request!));
    }

    [Command("INSIGHT|HOTKEYS", "[COUNT count:integer]", Arity = -2, Flags = OverKeys, AclCategories = Categories, Group = CommandGroup.Server, Since = "7.0.0",
        Complexity = "O(1)", Summary = "Shows the keys that are used most, estimated from a sample of the traffic.")]
    internal static void HotKeys(ref CommandContext c)
    {
        if (!MaySeeAllKeys(ref c) || !KeyListArguments.TryRead(ref c, allowType: false, out KeyListArguments arguments))
        {
            return;
        }

        KeyListReply.WriteHot(ref c, c.Engine.Extension<InsightExtension>(), arguments.Count);
    }

    [Command("INSIGHT|BIGKEYS", "[TYPE type] [COUNT count:integer]", Arity = -2, Flags = OverKeys, AclCategories = Categories, Group = CommandGroup.Server, Since = "7.0.0",
        Complexity = "O(1), and a walk over all keys in the background where it is needed", Summary = "Shows the largest keys.")]
    internal static void BigKeys(ref CommandContext c)
    {
        if (!MaySeeAllKeys(ref c) || !KeyListArguments.TryRead(ref c, allowType: true, out KeyListArguments arguments))
        {
            return;
        }

        KeyListReply.WriteBig(ref c, c.Engine.Extension<InsightExtension>(), arguments);
    }

    [Command("INSIGHT|HISTORY", "FROM from:integer TO to:integer [POINTS points:integer] SERIES series [series ...]", Arity = -8, Flags = OverServer, AclCategories = Categories,
        Group = CommandGroup.Server, Since = "7.0.0", Complexity = "O(N) with N the number of values", Summary = "Shows series over a stretch of time.")]
    internal static void History(ref CommandContext c)
    {
        const int DefaultPoints = 600;
        const int MaxPoints = 10_000;

        const int MaxSeries = 64;

        // What a turn of the engine has room for: about a millisecond to read, and a few to write.
        const long MaxValuesRead = 1_000_000;
        const int MaxValuesWritten = 20_000;
        if (!c.Is(2, "FROM"u8) || !c.Is(4, "TO"u8))
        {
            c.Error(Errors.Syntax);
            return;
        }

        if (!c.TryInteger(3, out long from) || !c.TryInteger(5, out long to))
        {
            return;
        }

        int next = 6;
        long points = DefaultPoints;
        if (c.Is(6, "POINTS"u8))
        {
            if (!c.TryInteger(7, out points))
            {
                return;
            }

            next = 8;
        }

        if (next >= c.Count - 1 || !c.Is(next, "SERIES"u8) || points < 1 || from < 0 || to < from)
        {
            c.Error(Errors.Syntax);
            return;
        }

        if (c.Count - next - 1 > MaxSeries)
        {
            c.Error("ERR INSIGHT HISTORY shows 64 series at a time"u8);
            return;
        }

        var names = new List<string>();
        for (int i = next + 1; i < c.Count; i++)
        {
            names.Add(Encoding.UTF8.GetString(c[i]));
        }

        HistoryReader reader = c.Engine.Extension<InsightExtension>().HistoryReader();
        if (reader.EffortOf(names.Count, from, to) > MaxValuesRead)
        {
            c.Error("ERR so long a time of so many series is too much at once: ask for fewer series"u8);
            return;
        }

        if (reader.Read(names, from, to, (int)Math.Min(points, Math.Min(MaxPoints, MaxValuesWritten / names.Count))) is not { } window)
        {
            c.Error("ERR There is no such series. Try INSIGHT SERIES."u8);
            return;
        }

        HistoryReply.Write(ref c, names, window);
    }

    [Command("INSIGHT|SERIES", "", Arity = 2, Flags = OverServer, AclCategories = Categories, Group = CommandGroup.Server, Since = "7.0.0", Complexity = "O(1)",
        Summary = "Lists the series that are recorded, each with unit, kind, meaning and latest value.")]
    internal static void SeriesList(ref CommandContext c) => HistoryReply.WriteSeries(ref c, c.Engine.Extension<InsightExtension>());

    [Command("INSIGHT|LATENCY", "[command [command ...]]", Arity = -2, Flags = OverServer, AclCategories = Categories, Group = CommandGroup.Server, Since = "7.0.0",
        Complexity = "O(N) with N the number of commands", Summary = "Shows how long commands waited and how long they ran: percentiles in microseconds.")]
    internal static void Latency(ref CommandContext c) => LatencyReply.Write(ref c);

    [Command("INSIGHT|TURNS", "[COUNT count:integer]", Arity = -2, Flags = OverServer, AclCategories = Categories, Group = CommandGroup.Server, Since = "7.0.0", Complexity = "O(1)",
        Summary = "Shows the longest turns of the engine in the last hour, and what each was spent on.")]
    internal static void Turns(ref CommandContext c)
    {
        if (KeyListArguments.TryRead(ref c, allowType: false, out KeyListArguments arguments))
        {
            LatencyReply.WriteTurns(ref c, arguments.Count);
        }
    }

    [Command("INSIGHT|MEMORY", "", Arity = 2, Flags = OverServer, AclCategories = Categories, Group = CommandGroup.Server, Since = "7.0.0", Complexity = "O(1)",
        Summary = "Shows what all this takes: bytes of the index, the sketches and the history.")]
    internal static void Memory(ref CommandContext c)
    {
        InsightExtension insight = c.Engine.Extension<InsightExtension>();
        c.Reply.MapHeader(5);
        Pair(ref c, "tree"u8, insight.Trees.MemoryBytes);
        Pair(ref c, "traffic"u8, insight.Trees.IsActive ? insight.Trees.Traffic.MemoryBytes : 0);
        Pair(ref c, "hotkeys"u8, Accesses.HotKeySketch.MemoryBytes);
        Pair(ref c, "bigkeys"u8, Insight.Keys.BigKeys.MemoryBytes);
        Pair(ref c, "history"u8, insight.History.Samples.MemoryBytes);
    }

    [Command("INSIGHT|HELP", "", Arity = 2, Flags = CommandFlags.Loading | CommandFlags.Stale, Group = CommandGroup.Server, Since = "7.0.0", Complexity = "O(1)",
        Summary = "Lists the subcommands.")]
    internal static void Help(ref CommandContext c) => CommandTableHelp.Write(ref c);

    internal static void Pair(ref CommandContext c, ReadOnlySpan<byte> name, long value)
    {
        c.Reply.BulkString(name);
        c.Reply.Integer(value);
    }

    /// <summary>The names of keys are shown to those only who may read any of them.</summary>
    private static bool MaySeeAllKeys(ref CommandContext c)
    {
        if (c.Session.IsTrusted || c.Session.User.MayReadAnyKey(c.Command, c.Arguments))
        {
            return true;
        }

        c.Error("NOPERM INSIGHT shows the names of keys, which needs permission for all keys"u8);
        return false;
    }
}
