using System.Text;
using Spinel.Engine.Dispatch;
using Spinel.Protocol;

namespace Spinel.Engine.Tests.Dispatch;

public sealed class KeySpecTests
{
    [Theory]
    [InlineData("", 0, 0, 0)]
    [InlineData("1 RO access", 1, 1, 1)]
    [InlineData("1..2 RO access", 1, 2, 1)]
    [InlineData("1..-1 RM delete", 1, -1, 1)]
    [InlineData("1..-2 RW", 1, -2, 1)]
    [InlineData("1..-1/2 OW update", 1, -1, 2)]
    [InlineData("1 RO access; 2 OW update", 1, 2, 1)]
    [InlineData("1 OW update; 2..-1 RO access", 1, -1, 1)]
    [InlineData("1 OW update; 2# RO access", 1, 1, 1)]
    [InlineData("2# RW", 0, 0, 0)]
    [InlineData("STREAMS@1..-1%2 RO access", 0, 0, 0)]
    [InlineData("1 RO access; ? OW update", 1, 1, 1)]
    public void Older_clients_get_a_first_a_last_and_a_step(string text, int first, int last, int step)
    {
        KeySpec[] specs = KeySpecParser.Parse(text, out string? error);

        Assert.Null(error);
        Assert.Equal((first, last, step), KeySpecParser.LegacyRange(specs));
    }

    [Fact]
    public void A_note_is_kept_for_readers()
    {
        KeySpec[] specs = KeySpecParser.Parse("1 RO access; ? OW update -- any place after STORE", out _);

        Assert.Equal(["", "any place after STORE"], specs.Select(spec => spec.Note));
        Assert.Equal(KeySpecFlags.Overwrite | KeySpecFlags.Update, specs[1].Flags);
    }

    [Theory]
    [InlineData("1 RO", "GET a", "1")]
    [InlineData("1..2 RO", "LCS a b", "1 2")]
    [InlineData("1..-1 RO", "DEL a b c", "1 2 3")]
    [InlineData("1..-2 RO", "BLPOP a b 0", "1 2")]
    [InlineData("1..-1/2 OW", "MSET a 1 b 2", "1 3")]
    [InlineData("1..-1/2 OW", "MSET a 1 b", "1 3")]
    [InlineData("1 OW; 2# RO", "ZUNIONSTORE d 2 a b", "1 3 4")]
    [InlineData("1 OW; 2# RO", "ZUNIONSTORE d 3 a b", null)]
    [InlineData("2# RW", "EVAL x 0", null)]
    [InlineData("2# RW", "EVAL x 1 a b", "3")]
    [InlineData("2# RW", "EVAL x -1 a", null)]
    [InlineData("2# RW", "EVAL x 2147483647 a", null)]
    [InlineData("2# RW", "EVAL x one a", null)]
    [InlineData("STREAMS@1..-1%2 RO", "XREAD COUNT 1 streams a b 0 0", "4 5")]
    [InlineData("STREAMS@1..-1%2 RO", "XREAD STREAMS a", null)]
    [InlineData("STREAMS@1..-1%2 RO", "XREAD COUNT 1", "")]
    [InlineData("KEYS@-2..-1 RW", "MIGRATE h p x 0 1 KEYS a b", "7 8")]
    [InlineData("KEYS@-2..-1 RW", "MIGRATE h p x 0 1 KEYS a", "7")]
    [InlineData("1 not_key", "SPUBLISH a b", "")]
    [InlineData("1 RO; ? OW", "SORT a", null)]
    [InlineData("1 RO incomplete", "X a", null)]
    [InlineData("5 RO", "GET a", null)]
    public void Specifications_find_keys(string text, string request, string? expected)
    {
        KeySpec[] specs = KeySpecParser.Parse(text, out _);
        var keys = new KeyList(stackalloc KeyReference[2]);

        bool found = KeyExtraction.TryCollect(specs, Arguments(request), ref keys);

        Assert.Equal(expected, found ? Positions(keys) : null);
        keys.Dispose();
    }

    [Theory]
    [InlineData("SORT a BY w GET x STORE d", "1 7")]
    [InlineData("SORT a STORE d LIMIT STORE x STORE e", "1 8")]
    [InlineData("SORT a GET STORE", "1")]
    public void Sort_has_its_target_anywhere(string request, string expected) => Extracts(KeyExtractors.Sort, request, expected);

    [Theory]
    [InlineData("GEORADIUS a 1 2 3 m", "1")]
    [InlineData("GEORADIUS a 1 2 3 m STORE b STOREDIST c", "1 9")]
    [InlineData("GEORADIUS a 1 2 3 m STORE", "1")]
    public void Georadius_stores_to_the_last_target(string request, string expected) => Extracts(KeyExtractors.GeoRadius, request, expected);

    [Theory]
    [InlineData("MIGRATE h p k 0 1", "3")]
    [InlineData("MIGRATE h p  0 1 KEYS a b", "7 8")]
    [InlineData("MIGRATE h p  0 1 AUTH KEYS KEYS a", "9")]
    [InlineData("MIGRATE h p  0 1 AUTH2 KEYS KEYS KEYS a", "10")]
    [InlineData("MIGRATE h p k 0 1 KEYS a", null)]
    public void Migrate_has_one_key_or_a_list(string request, string? expected) => Extracts(KeyExtractors.Migrate, request, expected);

    [Theory]
    [InlineData("SET a 1", KeySpecFlags.Overwrite | KeySpecFlags.Update)]
    [InlineData("SET a GET", KeySpecFlags.Overwrite | KeySpecFlags.Update)]
    [InlineData("SET a 1 get", KeySpecFlags.ReadWrite | KeySpecFlags.Access | KeySpecFlags.Update)]
    public void Set_reads_only_with_GET(string request, KeySpecFlags flags) => ExtractsFlags(KeyExtractors.Set, request, flags);

    [Theory]
    [InlineData("BITFIELD a GET u8 0 OVERFLOW SAT GET u8 1", KeySpecFlags.ReadOnly | KeySpecFlags.Access)]
    [InlineData("BITFIELD a GET u8 0 SET u8 0 1", KeySpecFlags.ReadWrite | KeySpecFlags.Access | KeySpecFlags.Update)]
    public void Bitfield_writes_unless_it_only_gets(string request, KeySpecFlags flags) => ExtractsFlags(KeyExtractors.BitField, request, flags);

    private static void Extracts(KeyExtractor extractor, string request, string? expected)
    {
        var keys = new KeyList(stackalloc KeyReference[1]);
        bool found = extractor(Arguments(request), ref keys);
        Assert.Equal(expected, found ? Positions(keys) : null);
        keys.Dispose();
    }

    private static void ExtractsFlags(KeyExtractor extractor, string request, KeySpecFlags flags)
    {
        var keys = new KeyList(stackalloc KeyReference[1]);
        Assert.True(extractor(Arguments(request), ref keys));
        Assert.Equal(new KeyReference(1, flags), keys.Keys[0]);
        keys.Dispose();
    }

    private static string Positions(KeyList keys)
    {
        var positions = new List<int>();
        foreach (KeyReference key in keys.Keys)
        {
            positions.Add(key.Position);
        }

        return string.Join(' ', positions);
    }

    private static CommandArguments Arguments(string request)
    {
        var ranges = new List<ArgumentRange>();
        int start = 0;
        foreach (string word in request.Split(' '))
        {
            ranges.Add(new ArgumentRange(start, word.Length));
            start += word.Length + 1;
        }

        return new CommandArguments(Encoding.Latin1.GetBytes(request), ranges.ToArray());
    }
}
