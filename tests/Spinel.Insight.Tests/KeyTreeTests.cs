using CsCheck;
using Spinel.DataStructures;
using Spinel.Engine;
using Spinel.Insight.Tree;

namespace Spinel.Insight.Tests;

/// <summary>The key tree against what a walk over the keyspace finds.</summary>
public sealed class KeyTreeTests
{
    private static readonly string[] Keys =
        ["user:1", "user:2:name", "user:2:mail", "user:3/x:y", "user:", "user", ":", "", "order:10:item:1", "order:10:item:2", "order:11:item:1", "x", "x:", "x::y", "ÿÿ", "ÿÿ:a", "session:abc"];

    private static readonly Gen<string[]> GenCommand = Gen.Select(Gen.Int[0, 65], Gen.Int[0, Keys.Length - 1], Gen.Int[0, Keys.Length - 1], Gen.Int[1, 40]).Select(string[] (int kind, int a, int b, int n) =>
    {
        string key = Keys[a];
        string other = Keys[b];
        string text = n.ToString(System.Globalization.CultureInfo.InvariantCulture);
        return kind switch
        {
            0 => ["SET", key, text],
            1 => ["SET", key, new string('v', n * 300)],
            2 => ["SET", key, "v", "PX", (n * 1000).ToString(System.Globalization.CultureInfo.InvariantCulture)],
            3 => ["APPEND", key, new string('a', n)],
            4 => ["DEL", key, other],
            5 => ["RENAME", key, other],
            6 => ["COPY", key, other, "REPLACE"],
            7 => ["EXPIRE", key, (n * n * n * n).ToString(System.Globalization.CultureInfo.InvariantCulture)],
            8 => ["PERSIST", key],
            9 => ["LPUSH", key, text, new string('l', n * 20)],
            10 => ["RPOP", key],
            11 => ["SADD", key, text, other],
            12 => ["SREM", key, text],
            13 => ["HSET", key, text, new string('h', n * 3)],
            14 => ["HDEL", key, text],
            15 => ["ZADD", key, text, other],
            16 => ["ZREM", key, other],
            17 => ["XADD", key, "*", "f", text],
            18 => ["MOVE", key, "1"],
            19 => n > 36 ? ["FLUSHDB"] : ["INCR", key],
            20 => n > 36 ? ["FLUSHALL"] : ["SETRANGE", key, text, "range"],
            21 => ["SWAPDB", "0", "1"],
            22 => ["SELECT", (n % 2).ToString(System.Globalization.CultureInfo.InvariantCulture)],
            23 => ["SUNIONSTORE", key, other, Keys[n % Keys.Length]],
            24 => ["GETDEL", key],
            25 => ["MSET", key, text, other, text],
            26 => ["HPEXPIRE", key, (n * 500).ToString(System.Globalization.CultureInfo.InvariantCulture), "FIELDS", "1", text],
            27 => ["INCRBYFLOAT", key, "1.5"],
            28 => ["SETBIT", key, (n * 40).ToString(System.Globalization.CultureInfo.InvariantCulture), "1"],
            29 => ["BITFIELD", key, "SET", "u8", (n * 30).ToString(System.Globalization.CultureInfo.InvariantCulture), "7"],
            30 => ["BITOP", "OR", key, other, Keys[n % Keys.Length]],
            31 => ["GETEX", key, "PX", (n * 1000).ToString(System.Globalization.CultureInfo.InvariantCulture)],
            32 => ["GETSET", key, new string('g', n)],
            33 => ["SET", key, "kept", "KEEPTTL"],
            34 => ["MSETNX", key, text, other, text],
            35 => ["PFADD", key, text, other],
            36 => ["PFMERGE", key, other],
            37 => ["LMOVE", key, other, "LEFT", "RIGHT"],
            38 => ["LTRIM", key, "1", text],
            39 => ["LINSERT", key, "BEFORE", text, new string('i', n)],
            40 => ["LSET", key, "0", new string('s', n * 4)],
            41 => ["LREM", key, "0", text],
            42 => ["SMOVE", key, other, text],
            43 => ["SPOP", key, (n % 4).ToString(System.Globalization.CultureInfo.InvariantCulture)],
            44 => ["SDIFFSTORE", key, other, Keys[n % Keys.Length]],
            45 => ["SORT", other, "ALPHA", "STORE", key],
            46 => ["ZUNIONSTORE", key, "2", other, Keys[n % Keys.Length]],
            47 => ["ZPOPMIN", key, (n % 3).ToString(System.Globalization.CultureInfo.InvariantCulture)],
            48 => ["ZRANGESTORE", key, other, "0", "2"],
            49 => ["ZREMRANGEBYRANK", key, "0", (n % 5).ToString(System.Globalization.CultureInfo.InvariantCulture)],
            50 => ["GEOADD", key, "13.4", "52.5", text],
            51 => ["HINCRBY", key, text, "1"],
            52 => ["HSETEX", key, "PX", (n * 500).ToString(System.Globalization.CultureInfo.InvariantCulture), "FIELDS", "1", text, "v"],
            53 => ["HGETDEL", key, "FIELDS", "1", text],
            54 => ["XADD", key, "MAXLEN", (n % 5).ToString(System.Globalization.CultureInfo.InvariantCulture), "*", "f", new string('x', n * 5)],
            55 => ["XGROUP", "CREATE", key, "g", "0", "MKSTREAM"],
            56 => ["XREADGROUP", "GROUP", "g", "c" + text, "COUNT", "2", "STREAMS", key, ">"],
            57 => ["XTRIM", key, "MAXLEN", (n % 5).ToString(System.Globalization.CultureInfo.InvariantCulture)],
            58 => ["XAUTOCLAIM", key, "g", "d" + text, "0", "0"],
            59 => ["COPY", key, other, "DB", "1"],
            60 => ["UNLINK", key],
            61 => ["EVICT", text],
            62 => ["TOGETHER", key, other],
            63 => ["SETBIT", key, "2", "1"],
            64 => ["SET", key, text, "EX", "100"],
            _ => ["TIME-GOES-BY", (n * 700).ToString(System.Globalization.CultureInfo.InvariantCulture)],
        };
    });

    [Fact]
    public void It_agrees_with_the_keyspace_whatever_happens() =>
        Gen.Select(GenCommand.Array[0, 250], Gen.Int[0, 100]).Sample(
            (commands, opened) =>
            {
                using InsightEngine engine = new();
                for (int i = 0; i < commands.Length; i++)
                {
                    if (i == opened)
                    {
                        engine.Insight.Trees.Open(0).Read(new TreeRequest { Prefix = [] });
                        engine.Insight.Trees.Open(1).Read(new TreeRequest { Prefix = [] });
                    }

                    if (commands[i][0] == "TIME-GOES-BY")
                    {
                        engine.Test.Turn(long.Parse(commands[i][1], System.Globalization.CultureInfo.InvariantCulture));
                    }
                    else if (commands[i][0] == "EVICT")
                    {
                        engine.Run("CONFIG SET maxmemory-policy allkeys-random maxmemory 1");
                        engine.Test.Call("SET", "too", "much");
                        engine.Run("CONFIG SET maxmemory 0");
                    }
                    else if (commands[i][0] == "TOGETHER")
                    {
                        engine.Run("MULTI");
                        engine.Test.Call("SET", commands[i][1], "v", "EX", "100");
                        engine.Test.Call("RENAME", commands[i][1], commands[i][2]);
                        engine.Test.Call("APPEND", commands[i][2], "more");
                        engine.Test.Call("PERSIST", commands[i][2]);
                        engine.Run("EXEC");
                    }
                    else
                    {
                        engine.Test.Call(commands[i]);
                    }

                    if (i > opened && i % 16 == 0)
                    {
                        // In the middle of a batch of changes.
                        engine.Insight.Trees.Open(0).Read(new TreeRequest { Prefix = [] });
                    }
                }

                // All leaves are seen to once a cron.
                engine.Test.Turn(1100);
                Check(engine, 0);
                Check(engine, 1);
            },
            iter: 120);

    /// <summary>Two events of one command: the entry that came, and went at once.</summary>
    [Fact]
    public void A_key_that_is_again_what_it_was_before_the_command_is_measured_again()
    {
        using InsightEngine engine = new();
        engine.Run("XGROUP CREATE stream g 0 MKSTREAM");
        engine.Insight.Trees.Open(0).Read(new TreeRequest { Prefix = [] });
        engine.Run($"XADD stream MAXLEN 0 * f {new string('x', 200)}");
        Check(engine, 0);
    }

    [Fact]
    public void A_write_that_leaves_the_shape_as_it_is_does_not_reach_the_tree()
    {
        using InsightEngine engine = new();
        engine.Run("MSET a 1234 b 1 c:1 x");
        engine.Run("SET t x PXAT 4000000000000");
        engine.Run("RPUSH list a b c");
        TreeView view = engine.Insight.Trees.Open(0);
        Assert.True(view.IsReady);
        var shapes = new CountingObserver();
        engine.Test.Engine.Keyspace.Shapes = new ShapeWatch(engine.Test.Engine.Heap, shapes);
        foreach (string command in (string[])["SET a 4321", "INCR b", "SET c:1 y", "SET t y KEEPTTL", "SET t z PXAT 4000000000000", "LSET list 0 d", "SETRANGE c:1 0 z", "GETSET a 1111"])
        {
            engine.Run(command);
            Assert.Equal((command, 0), (command, shapes.Count));
        }

        engine.Run("APPEND c:1 abcdefghijklmnopqrstuvwxyz");
        engine.Run("EXPIRE a 100");
        engine.Run("DEL b");
        Assert.Equal(3, shapes.Count);
        engine.Run("SET new v EX 10");
        Assert.True(shapes.Count <= 5);
    }

    [Fact]
    public void A_key_that_comes_back_as_it_was_after_all_keys_went_is_found()
    {
        using InsightEngine engine = new();
        engine.Insight.Trees.Open(0).Read(new TreeRequest { Prefix = [] });
        engine.Insight.Trees.Open(1).Read(new TreeRequest { Prefix = [] });
        for (int i = 0; i < 3; i++)
        {
            engine.Run("SET a 1");
            Check(engine, 0);
            engine.Run(i == 0 ? "FLUSHDB" : i == 1 ? "FLUSHALL" : "DEL a");
            Check(engine, 0);
            Check(engine, 1);
        }

        // A number that becomes text is longer, though nothing has changed.
        engine.Run("SET 12345 7");
        engine.Run("SETBIT 12345 2 1");
        Check(engine, 0);
    }

    [Fact]
    public void What_is_loaded_past_the_write_door_is_found()
    {
        using InsightEngine engine = new();
        engine.Run("MSET a 1 b 1");
        TreeView view = engine.Insight.Trees.Open(0);
        Assert.Equal(2, view.Read(new TreeRequest { Prefix = [] }).Node.Tally.Keys);
        Keyspace keyspace = engine.Test.Engine.Keyspace;
        keyspace.NoteLoading();
        Database database = keyspace[0];
        ulong hash = database.Keys.Hash("loaded"u8);
        database.Store(default, false, KeyBlock.CreateInteger(keyspace.Heap, "loaded"u8, 7), hash);
        Assert.Equal(3, view.Read(new TreeRequest { Prefix = [] }).Node.Tally.Keys);
        Check(engine, 0);
    }

    [Fact]
    public void A_large_collection_is_measured_now_and_then()
    {
        using InsightEngine engine = new();
        engine.Insight.Trees.Open(0).Read(new TreeRequest { Prefix = [] });
        for (int i = 0; i < 2000; i++)
        {
            engine.Test.Call("HSET", "h", $"field{i}", "v");
            engine.Test.Call("XADD", "s", "*", "field", "value");
        }

        // Of fields that are overwritten the number of elements says nothing.
        for (int i = 0; i < 2000; i++)
        {
            engine.Test.Call("HSET", "h", $"field{i}", new string('v', 200));
        }

        foreach (string name in (string[])["h", "s"])
        {
            Database database = engine.Test.Engine.Keyspace[0];
            byte[] key = System.Text.Encoding.ASCII.GetBytes(name);
            long exact = CollectionPayload.MemoryBytes(database.Keys.Find(key, database.Keys.Hash(key)));
            TreePage page = engine.Insight.Trees.Open(0).Read(new TreeRequest { Prefix = [] });
            long known = page.Children.Single(child => child.Name.SequenceEqual(key)).Tally.Bytes;
            Assert.InRange(known, exact * 0.6, exact * 1.1);
        }
    }

    [Fact]
    public void It_is_exact_while_it_is_built()
    {
        using InsightEngine engine = new();
        engine.Test.Time.TicksPerReading = 1;
        for (int i = 0; i < 8_000; i++)
        {
            engine.Test.Call("SET", $"a:{i % 100}:{i}", "v");
        }

        // A clock that moves lets a slice end before the walk does.
        engine.Test.Time.TicksPerReading = TimeSpan.TicksPerMillisecond;
        TreeView view = engine.Insight.Trees.Open(0);
        Assert.False(view.IsReady);
        for (int i = 0; !view.IsReady; i++)
        {
            engine.Test.Call("DEL", $"a:{i % 100}:{i}");
            engine.Test.Call("SET", $"b:{i}", new string('b', 100), "EX", "100");
            engine.Test.Call("RENAME", $"a:{(7_999 - i) % 100}:{7_999 - i}", $"c:{i}");
            engine.Test.Turn();
            Assert.True(i < 10_000);
        }

        engine.Test.Time.TicksPerReading = 0;
        Check(engine, 0);
    }

    [Fact]
    public void Names_that_are_not_kept_whole_can_be_opened_like_others()
    {
        using InsightEngine engine = new();
        byte[] any = [.. Enumerable.Range(0, 256).Select(static value => (byte)value)];
        string known = new('a', NameIndex.MaxNameBytes);
        engine.Test.Call("SET", known + ":more", "v");
        TreeView view = engine.Insight.Trees.Open(0);

        // What is kept behind the known part is a hash, in which any byte may stand.
        TreeNode child = Assert.Single(view.Read(new TreeRequest { Prefix = System.Text.Encoding.ASCII.GetBytes(known), Delimiters = any }).Children);
        Assert.True(child.IsKey && child.IsTruncated);
        Dictionary<string, object?> page = engine.ReadMap("INSIGHT", "TREE", known);
        Dictionary<string, object?> key = RespText.Map(Assert.Single((List<object?>)page["children"]!));
        Assert.Equal("", key["name"]);
        Assert.Equal(known, key["key"]);

        byte[] longer = [.. child.FullName, (byte)'x'];
        foreach (byte[] prefix in (byte[][])[child.FullName[..^1], child.FullName, longer, new byte[5000]])
        {
            TreePage nothing = view.Read(new TreeRequest { Prefix = prefix });
            Assert.Empty(nothing.Children);
            Assert.Equal(0, nothing.Node.Tally.Keys);
            view.Changes([prefix], any);
        }

        Assert.Equal(0L, RespText.Map(engine.ReadMap("INSIGHT", "TREE", known + "aaaaaaaaaaaaaaaaaaaa")["node"])["keys"]);
    }

    [Fact]
    public void Pages_follow_on_one_another_in_every_order()
    {
        using InsightEngine engine = new();
        for (int i = 0; i < 300; i++)
        {
            engine.Test.Call("SET", $"p:{i % 60:D2}:{i}", new string('v', i % 60 * 20));
            engine.Test.Call("SET", $"p:key{i:D3}", "v");
        }

        engine.Test.Call("SET", "p:59:large", new string('v', 4000));
        foreach (string order in (string[])["NAME", "KEYS", "BYTES"])
        {
            var names = new List<string>();
            for (int offset = 0; ; offset += 37)
            {
                Dictionary<string, object?> reply = engine.ReadMap("INSIGHT", "TREE", "p:", "COUNT", "37", "OFFSET", $"{offset}", "SORT", order);
                Assert.Equal(360L, reply["total"]);
                var children = (List<object?>)reply["children"]!;
                if (children.Count == 0)
                {
                    break;
                }

                names.AddRange(children.Select(child => (string)RespText.Map(child)["name"]!));
            }

            Assert.Equal(360, names.Count);
            Assert.Equal(360, names.Distinct().Count());
        }

        // The largest of all, and where the page after a child begins.
        Dictionary<string, object?> largest = RespText.Map(((List<object?>)engine.ReadMap("INSIGHT", "TREE", "p:", "SORT", "BYTES", "COUNT", "1")["children"]!)[0]);
        Assert.Equal("59", largest["name"]);
        Dictionary<string, object?> next = RespText.Map(((List<object?>)engine.ReadMap("INSIGHT", "TREE", "p:", "AFTER", "p:58:", "COUNT", "1")["children"]!)[0]);
        Assert.Equal("59", next["name"]);
        next = RespText.Map(((List<object?>)engine.ReadMap("INSIGHT", "TREE", "p:", "AFTER", "p:key000", "COUNT", "1")["children"]!)[0]);
        Assert.Equal("key001", next["name"]);
        Assert.Equal(10L, engine.ReadMap("INSIGHT", "TREE", "p:", "MATCH", "key11?", "COUNT", "1")["total"]);
        Assert.Equal(0L, engine.ReadMap("INSIGHT", "TREE", "p:", "TYPE", "list")["total"]);
    }

    [Fact]
    public void A_pattern_that_takes_long_to_match_is_gone_on_with()
    {
        using InsightEngine engine = new();
        string longName = "m:" + new string('a', 900);
        for (int i = 0; i < 2000; i++)
        {
            engine.Test.Call("SET", $"{longName}{i}{(i % 500 == 7 ? "b" : "")}", "v");
        }

        string pattern = "*a*a*a*a*a*a*b";
        var found = new List<string>();
        int pages = 0;
        for (string after = ""; ; pages++)
        {
            Dictionary<string, object?> page = engine.ReadMap("INSIGHT", "TREE", "m:", "MATCH", pattern, "COUNT", "1000", "AFTER", after);
            found.AddRange(((List<object?>)page["children"]!).Select(child => (string)RespText.Map(child)["key"]!));
            if (!page.TryGetValue("next", out object? next))
            {
                break;
            }

            Assert.True(pages < 100);
            after = (string)next!;
        }

        Assert.True(pages > 2);
        Assert.Equal(["1007b", "1507b", "507b", "7b"], found.Select(name => name[longName.Length..]));
        Assert.StartsWith("-ERR", engine.Test.Call("INSIGHT", "TREE", "m:", "MATCH", new string('*', 2000)).Text, StringComparison.Ordinal);
    }

    [Fact]
    public void Opened_prefixes_that_are_too_much_for_one_look_come_with_the_next()
    {
        using InsightEngine engine = new();
        for (int i = 0; i < 75_000; i++)
        {
            engine.Test.Call("SET", $"p{i % 5}:{i}", "v");
        }

        TreeView view = engine.Insight.Trees.Open(0);
        while (!view.IsReady)
        {
            engine.Test.Turn();
        }

        byte[][] opened = [.. Enumerable.Range(0, 5).Select(i => System.Text.Encoding.ASCII.GetBytes($"p{i}:"))];
        var seen = new List<string>();
        int looks = 0;
        for (; seen.Count < 5 && looks < 10; looks++)
        {
            seen.AddRange(view.Changes(opened, ":"u8.ToArray()).Select(node => System.Text.Encoding.ASCII.GetString(node.FullName)));
        }

        Assert.Equal(2, looks);
        Assert.Equal(["p0:", "p1:", "p2:", "p3:", "p4:"], seen.Order());
        Assert.Empty(view.Changes(opened, ":"u8.ToArray()));
        engine.Run("SET p4:new v");
        seen.Clear();
        for (int i = 0; i < 2; i++)
        {
            seen.AddRange(view.Changes(opened, ":"u8.ToArray()).Select(node => System.Text.Encoding.ASCII.GetString(node.FullName)));
        }

        Assert.Equal(["p4:"], seen);
    }

    [Fact]
    public void A_view_tells_of_nodes_that_have_changed()
    {
        using InsightEngine engine = new();
        engine.Run("MSET a:1 x a:2 x b:1 x");
        TreeView view = engine.Insight.Trees.Open(0);
        byte[][] opened = [[], "a:"u8.ToArray()];
        Assert.Equal(["", "a:", "b:"], Names(view.Changes(opened, ":"u8.ToArray())));
        Assert.Empty(view.Changes(opened, ":"u8.ToArray()));
        engine.Run("SET b:2 x");
        Assert.Equal(["", "b:"], Names(view.Changes(opened, ":"u8.ToArray())));
        engine.Run("DEL b:1 b:2");
        IReadOnlyList<TreeNode> gone = view.Changes(opened, ":"u8.ToArray());
        Assert.Equal(["", "b:"], Names(gone));
        Assert.Equal(0, gone[1].Tally.Keys);

        static string[] Names(IReadOnlyList<TreeNode> nodes) => [.. nodes.Select(node => System.Text.Encoding.Latin1.GetString(node.FullName))];
    }

    [Fact]
    public void It_is_given_up_when_nobody_asks_and_begun_again()
    {
        using InsightEngine engine = new();
        engine.Run("SET a:1 x");
        engine.Insight.Trees.Open(0).Read(new TreeRequest { Prefix = [] });
        Assert.True(engine.Insight.Trees.MemoryBytes > 0);
        engine.Test.Turn(6 * 60_000);
        Assert.Equal(0, engine.Insight.Trees.MemoryBytes);
        engine.Run("SET a:2 x");
        Assert.Equal(2L, RespText.Map(engine.ReadMap("INSIGHT", "TREE", "")["node"])["keys"]);
    }

    [Fact]
    public void Names_are_for_those_who_may_read_all_keys()
    {
        using InsightEngine engine = new();
        engine.Run("ACL SETUSER part on nopass +@all ~part:* %W~*");
        engine.Run("ACL SETUSER all on nopass +insight ~*");
        TestClient client = engine.Test.Connect();
        client.Run("AUTH part x");
        foreach (string command in (string[])["INSIGHT TREE x", "INSIGHT HOTKEYS", "INSIGHT BIGKEYS"])
        {
            Assert.StartsWith("-NOPERM", client.Run(command).Text, StringComparison.Ordinal);
        }

        Assert.StartsWith("*", client.Run("INSIGHT SERIES").Text, StringComparison.Ordinal);
        client.Run("AUTH all x");
        Assert.StartsWith("*", client.Run("INSIGHT TREE x").Text, StringComparison.Ordinal);
    }

    private static void Check(InsightEngine engine, int number)
    {
        Database database = engine.Test.Engine.Keyspace[number];
        var visitor = new CollectingVisitor([]);
        ulong cursor = 0;
        do
        {
            cursor = database.Keys.Scan(cursor, ref visitor);
        }
        while (cursor != 0);

        TreeView view = engine.Insight.Trees.Open(number);
        Assert.True(view.IsReady);
        foreach (byte[] delimiters in (byte[][])[":"u8.ToArray(), ":/"u8.ToArray()])
        {
            foreach (byte[] prefix in (byte[][])[[], "user:"u8.ToArray(), "order:10:"u8.ToArray(), "x:"u8.ToArray(), [0xFF], "a:"u8.ToArray()])
            {
                TreePage page = view.Read(new TreeRequest { Prefix = prefix, Delimiters = delimiters, Count = 1000 });
                var expected = new SortedDictionary<string, KeyTally>(StringComparer.Ordinal);
                KeyTally all = default;
                foreach ((byte[] key, NameFacts facts) in visitor.Keys.Where(entry => entry.Key.AsSpan().StartsWith(prefix)))
                {
                    int delimiter = key.AsSpan(prefix.Length).IndexOfAny(delimiters);
                    string child = System.Text.Encoding.Latin1.GetString(delimiter < 0 ? key : key.AsSpan(0, prefix.Length + delimiter + 1)) + (delimiter < 0 ? " (key)" : " (prefix)");
                    KeyTally tally = expected.GetValueOrDefault(child);
                    TtlBucket bucket = facts.HasExpiry ? KeyTally.BucketOf(facts.ExpirySeconds, (uint)(engine.Test.NowMs / 1000)) : TtlBucket.None;
                    tally.AddKey(facts.Kind, facts.Bytes, bucket);
                    all.AddKey(facts.Kind, facts.Bytes, bucket);
                    expected[child] = tally;
                }

                Assert.Equal(all, page.Node.Tally);
                Assert.Equal(expected.Count, page.Total);
                Assert.Equal(
                    expected.Select(pair => (pair.Key, pair.Value)).Order(Comparer<(string, KeyTally)>.Create(static (a, b) => string.CompareOrdinal(a.Item1, b.Item1))),
                    page.Children.Select(node => (System.Text.Encoding.Latin1.GetString(node.FullName) + (node.IsKey ? " (key)" : " (prefix)"), node.Tally))
                        .Order(Comparer<(string, KeyTally)>.Create(static (a, b) => string.CompareOrdinal(a.Item1, b.Item1))));
            }
        }
    }

    private sealed class CountingObserver : IKeyShapeObserver
    {
        public int Count { get; private set; }

        public void AfterShapeChange(Database database, ReadOnlySpan<byte> key, ulong hash, KeyBlock block, bool isWorthMeasuring) => Count++;

        public void OnFlush(Database database)
        {
        }
    }

    private readonly struct CollectingVisitor(List<(byte[] Key, NameFacts Facts)> keys) : IKeyVisitor
    {
        public List<(byte[] Key, NameFacts Facts)> Keys => keys;

        public void Visit(KeyBlock block) =>
            keys.Add((block.Key.ToArray(), new NameFacts(block.Kind, CollectionPayload.MemoryBytes(block), block.HasExpiry ? (uint)((block.ExpiryMs + 999) / 1000) : 0)));
    }
}
