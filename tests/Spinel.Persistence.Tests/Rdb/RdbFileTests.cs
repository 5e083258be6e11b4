using System.Text;
using Spinel.DataStructures;
using Spinel.Engine;
using Spinel.Persistence.Rdb;
using static Spinel.Persistence.Tests.Rdb.RdbBytes;

namespace Spinel.Persistence.Tests.Rdb;

/// <summary>Whole files, without another server.</summary>
public sealed class RdbFileTests : IDisposable
{
    private readonly TestEngine _engine = EngineExtensions.NewEngine();

    [Fact]
    public void What_is_saved_comes_back()
    {
        Fill(_engine);
        foreach (bool compress in (bool[])[true, false])
        {
            byte[] file = _engine.Save(compress: compress);
            using TestEngine other = EngineExtensions.NewEngine();
            RdbLoadResult result = other.Load(file);
            Assert.Equal(_engine.Digest(), other.Digest());
            Assert.True(result.IsChecked);
            Assert.Equal(_engine.Engine.Keyspace[0].Count + 1, result.Keys);
            Assert.Equal(0, other.Engine.Keyspace.Dirty);
        }
    }

    [Fact]
    public void A_value_in_many_slices_is_the_same_as_in_one()
    {
        Fill(_engine);
        byte[] whole = _engine.Save(compress: true);
        var file = new MemoryStream();
        var output = new RdbFileOutput(file, compress: true, checksum: true);
        var chunk = new RdbChunk(100);
        var writer = new RdbValueWriter(_engine.Engine.Heap);
        int slices = 0;
        RdbFileWriter.WriteHead(chunk, _engine.Engine.Keyspace, new RdbFileInfo());
        for (int i = 0; i < 16; i++)
        {
            Database database = _engine.Engine.Keyspace[i];
            if (database.Count > 0)
            {
                RdbFileWriter.WriteDatabase(chunk, i, database.Count, database.Expires.Count);
                foreach (KeyBlock block in KeysOf(database))
                {
                    writer.BeginRecord(block);
                    while (!writer.WriteSome(chunk))
                    {
                        slices++;
                        output.Write(chunk);
                        chunk.Clear();
                    }
                }
            }
        }

        output.Write(chunk);
        output.Complete();
        Assert.True(slices > 1000, $"{slices} slices");
        Assert.Equal(Convert.ToHexString(whole), Convert.ToHexString(file.ToArray()));
    }

    [Fact]
    public void Expired_keys_are_left_out_unless_they_are_to_be_kept()
    {
        _engine.Run("SET a 1 PX 1000");
        _engine.Run("SET b 2 PX 100000");
        byte[] file = _engine.Save();
        using TestEngine later = EngineExtensions.NewEngine();
        later.Time.Advance(50_000);
        later.Engine.Clock.Refresh();
        RdbLoadResult result = later.Load(file);
        Assert.Equal((1, 1, 1), (result.Keys, result.ExpiringKeys, result.ExpiredKeys));
        later.Run("PTTL b").ShouldBe(":50000");
        using TestEngine replica = EngineExtensions.NewEngine();
        replica.Time.Advance(50_000);
        replica.Engine.Clock.Refresh();
        Assert.Equal(2, replica.Load(file, new RdbLoadSettings { KeepExpired = true }).Keys);
    }

    [Fact]
    public void The_file_says_what_its_writer_told()
    {
        byte[] file = _engine.Save(new RdbFileInfo
        {
            CreatedSeconds = 123,
            UsedMemoryBytes = 456,
            ReplicationId = new string('a', 40),
            ReplicationOffset = 1L << 40,
            ReplicationDatabase = 3,
            IsAofBase = true,
            Functions = ["#!lua name=lib\nreturn 1"u8.ToArray()],
        });
        RdbLoadResult result = _engine.Load(file);
        Assert.Equal("7.0.15", result.Aux["redis-ver"]);
        Assert.Equal("123", result.Aux["ctime"]);
        Assert.Equal((new string('a', 40), 1L << 40, 3, true), (result.ReplicationId, result.ReplicationOffset, result.ReplicationDatabase, result.IsAofBase));
        Assert.Equal("#!lua name=lib\nreturn 1", Encoding.Latin1.GetString(Assert.Single(result.Functions)));
        Assert.Equal(10, result.Version);
    }

    [Fact]
    public void Fields_that_expire_raise_the_version()
    {
        _engine.Run("HSET h f 1");
        _engine.Run("HPEXPIRE h 1000 FIELDS 1 f");
        byte[] file = _engine.Save();
        Assert.Equal("REDIS0012", Encoding.ASCII.GetString(file, 0, 9));
        using TestEngine other = EngineExtensions.NewEngine();
        other.Load(file);
        Assert.Equal(1, other.Engine.Keyspace[0].FieldExpires.Count);
    }

    [Fact]
    public void What_follows_the_file_is_left_to_others()
    {
        _engine.Run("SET a 1");
        byte[] file = [.. _engine.Save(), .. "*1\r\n$4\r\nPING\r\n"u8];
        using TestEngine other = EngineExtensions.NewEngine();
        var source = new RdbSource(new MemoryStream(file));
        using var loader = new RdbLoader(other.Engine, source, new RdbLoadSettings());
        loader.Load();
        Assert.Equal("*1\r\n$4\r\nPING\r\n", Encoding.ASCII.GetString(source.Window));
        Assert.Equal(file.Length - 14, source.Offset);
    }

    [Fact]
    public void A_file_that_arrives_byte_by_byte_is_loaded()
    {
        Fill(_engine);
        byte[] file = _engine.Save();
        using TestEngine other = EngineExtensions.NewEngine();
        using var loader = new RdbLoader(other.Engine, new RdbSource(new Dripping(file)), new RdbLoadSettings());
        int slices = 1;
        while (!loader.LoadSome(1))
        {
            slices++;
        }

        Assert.True(slices > 20);
        Assert.Equal(_engine.Digest(), other.Digest());
    }

    [Fact]
    public void A_file_of_version_1_is_loaded()
    {
        byte[] file = [.. "REDIS0001"u8, 254, 0, 0, .. String("k"), .. String("v"), 253, .. BitConverter.GetBytes(int.MaxValue), 0, .. String("e"), 0xC1, 1, 1, 255];
        RdbLoadResult result = _engine.Load(file);
        Assert.Equal((2, 1), (result.Keys, result.ExpiringKeys));
        _engine.Run("GET e").ShouldBe("$3", "257");
    }

    [Fact]
    public void Parts_of_newer_files_are_understood_or_left_out()
    {
        byte[] module = [7, .. String("m"), 0x81, 1, 2, 3, 4, 5, 6, 7, 8, 2, 42, 5, .. String("text"), 4, .. Int64(0), 3, 0, 0, 0, 0, 0];
        byte[] moduleAux = [247, 0x81, 1, 2, 3, 4, 5, 6, 7, 8, 2, 2, 0];
        byte[] file = File("REDIS0012", [250, .. String("unknown"), .. String("field")], moduleAux, [254, 0], [251, 3, 0], [244, 1, 2, 3],
            module, [248, 10, 0, .. String("k"), .. String("v")], [249, 200, 0, .. String("l"), .. String("w")],
            [2, .. String("empty"), 0]);
        RdbLoadResult result = _engine.Load(file);
        Assert.Equal((2, 1, 1), (result.Keys, result.ModuleKeys, result.EmptyKeys));
        _engine.Run("OBJECT IDLETIME k").ShouldBe(":10");
        Assert.Equal("field", result.Aux["unknown"]);
    }

    [Fact]
    public void Files_of_Valkey_are_loaded()
    {
        long soon = _engine.NowMs + 1000;
        byte[] file = File("VALKEY080", [254, 0], [22, .. String("h"), 2, .. String("f"), .. String("1"), .. Int64(soon), .. String("g"), .. String("2"), .. Int64(-1)]);
        Assert.Equal(80, _engine.Load(file).Version);
        _engine.Run("HPEXPIRETIME h FIELDS 2 f g").ShouldBe("*2", $":{soon}", ":-1");
    }

    [Theory]
    [InlineData("REDIS0099", "Version 99")]
    [InlineData("HELLO0001", "no RDB file")]
    [InlineData("REDIS00x1", "no RDB file")]
    public void Other_files_are_refused(string magic, string message) =>
        Assert.Contains(message, Assert.Throws<RdbFormatException>(() => _engine.Load(File(magic))).Message, StringComparison.Ordinal);

    [Fact]
    public void A_key_twice_is_refused_by_its_name()
    {
        byte[] file = File("REDIS0010", [254, 0], [0, .. String("k"), .. String("1")], [0, .. String("k"), .. String("2")]);
        Assert.Contains("'k'", Assert.Throws<RdbFormatException>(() => _engine.Load(file)).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Damage_is_reported_with_key_and_offset()
    {
        byte[] file = File("REDIS0010", [254, 0], [16, .. String("broken"), .. String("not a listpack")]);
        RdbFormatException refusal = Assert.Throws<RdbFormatException>(() => _engine.Load(file));
        Assert.Equal(("broken", 34), (refusal.Key, refusal.Offset));
    }

    [Fact]
    public void A_database_that_this_server_does_not_have_is_refused() =>
        Assert.Contains("database 16", Assert.Throws<RdbFormatException>(() => _engine.Load(File("REDIS0010", [254, 16]))).Message, StringComparison.Ordinal);

    public void Dispose() => _engine.Dispose();

    /// <summary>Every sample under its own name, and something in another database.</summary>
    internal static void Fill(TestEngine engine)
    {
        foreach ((string name, string[][] commands) in SampleValues.Classic)
        {
            foreach (string[] command in commands)
            {
                engine.Call([.. command.Select((word, i) => word == "k" && (i is 1 or 2) ? name : word)]);
            }
        }

        engine.Run("SET expires 1 PX 1000000");
        engine.Run("SELECT 3");
        engine.Run("SET elsewhere x");
        engine.Run("SELECT 0");
    }

    private static List<KeyBlock> KeysOf(Database database)
    {
        var visitor = new Collector([]);
        ulong cursor = 0;
        do
        {
            cursor = database.Keys.Scan(cursor, ref visitor);
        }
        while (cursor != 0);
        return visitor.Blocks;
    }

    private readonly struct Collector(List<KeyBlock> blocks) : IKeyVisitor
    {
        public List<KeyBlock> Blocks { get; } = blocks;

        public void Visit(KeyBlock block) => Blocks.Add(block);
    }

    private sealed class Dripping(byte[] bytes) : MemoryStream(bytes)
    {
        public override int Read(Span<byte> buffer) => base.Read(buffer[..Math.Min(1, buffer.Length)]);
    }
}
