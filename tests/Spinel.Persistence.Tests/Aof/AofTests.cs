using Spinel.TestSupport;

namespace Spinel.Persistence.Tests.Aof;

/// <summary>What the append-only log brings back, after good ends and bad ones.</summary>
public sealed class AofTests : IDisposable
{
    private readonly string _directory = PersistentEngine.NewDirectory();

    private string LogDirectory => Path.Combine(_directory, "appendonlydir");

    public void Dispose() => Directory.Delete(_directory, recursive: true);

    [Theory]
    [InlineData(1, "always")]
    [InlineData(2, "everysec")]
    [InlineData(3, "no")]
    public void Everything_comes_back_over_rewrites_and_restarts(int seed, string policy)
    {
        var commands = new RandomWrites(seed);
        string digest = "";
        for (int life = 0; life < 4; life++)
        {
            using PersistentEngine server = Open(("appendfsync", policy));
            if (life > 0)
            {
                Assert.Equal(digest, server.Digest);
            }

            for (int i = 0; i < 300; i++)
            {
                server.Engine.Run(commands.Next());
                if (i == 100)
                {
                    server.Engine.Run("CONFIG SET rdb-key-save-delay 900");
                    server.Engine.Run("BGREWRITEAOF").ShouldBe("+Background append only file rewriting started");
                }

                server.Engine.Turn(1);
            }

            // Half of the lives end in the middle of the rewrite.
            if (life % 2 == 0)
            {
                server.TurnUntil(() => !server.Persistence.Snapshots.IsActive);
                Assert.Equal(1, server.Persistence.Rewrites.Count);
            }

            digest = server.Digest;
            server.Engine.Turn();
        }
    }

    [Fact]
    public void What_is_remembered_of_producers_is_read_whatever_the_command_is_called()
    {
        string id;
        using (PersistentEngine server = Open(("rename-command", "XIDMPRECORD hidden")))
        {
            id = server.Engine.Run("XADD x IDMP p m * f v").Text;
            server.Engine.Turn();
        }

        using PersistentEngine again = Open(("rename-command", "XIDMPRECORD hidden"));
        Assert.Equal(id, again.Engine.Run("XADD x IDMP p m * f v").Text);
        again.Engine.Run("XLEN x").ShouldBe(":1");
    }

    [Fact]
    public void A_torn_end_costs_what_was_torn_and_nothing_else()
    {
        List<string> digests = [];
        using (PersistentEngine server = Open())
        {
            digests.Add(server.Digest);
            string[] lines = ["SET a 1", "RPUSH l x y", "MULTI", "SET a 2", "SADD s m", "EXEC", "SELECT 2", "HSET h f v", "INCR n"];
            foreach (string line in lines)
            {
                server.Engine.Run(line);
                server.Engine.Turn();
                digests.Add(server.Digest);
            }
        }

        string log = Directory.GetFiles(LogDirectory, "*.incr.aof").Single();
        byte[] whole = File.ReadAllBytes(log);
        int seen = 0;
        for (int length = 0; length <= whole.Length; length++)
        {
            File.WriteAllBytes(log, whole[..length]);
            using PersistentEngine server = Open();
            int found = digests.LastIndexOf(server.Digest);
            Assert.True(found >= seen, $"after {length} bytes there is a state that never was");
            seen = found;
            Assert.True(new FileInfo(log).Length <= length);
        }

        Assert.Equal(digests.Count - 1, seen);
    }

    [Fact]
    public void A_torn_end_stops_the_start_when_it_must_be_whole()
    {
        WriteSome();
        string log = Directory.GetFiles(LogDirectory, "*.incr.aof").Single();
        using (var file = new FileStream(log, FileMode.Open))
        {
            file.SetLength(file.Length - 3);
        }

        PersistenceException failure = Assert.Throws<PersistenceException>(() => Open(("aof-load-truncated", "no")));
        Assert.Contains("aof-load-truncated", failure.Message, StringComparison.Ordinal);
        Assert.Contains("offset", failure.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("*3\r\n$3\r\nSET\r\n$1\r\na\r\n$1\r\n2\r\nGARBAGE\r\n*1\r\n$4\r\nPING\r\n")]
    [InlineData("*2\r\n$7\r\nNOSUCHC\r\n$1\r\na\r\n")]
    [InlineData("*1\r\n$3\r\nSET\r\n")]
    [InlineData("*x\r\n")]
    public void What_is_no_request_stops_the_start(string text)
    {
        WriteSome();
        File.AppendAllText(Directory.GetFiles(LogDirectory, "*.incr.aof").Single(), text);
        PersistenceException failure = Assert.Throws<PersistenceException>(() => Open());
        Assert.Contains(".incr.aof", failure.Message, StringComparison.Ordinal);
        Assert.Contains("offset", failure.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_missing_part_stops_the_start()
    {
        WriteSome();
        string missing = Directory.GetFiles(LogDirectory, "*.base.rdb").Single();
        File.Delete(missing);
        Assert.Contains(missing, Assert.Throws<PersistenceException>(() => Open()).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Lines_with_the_time_are_skipped()
    {
        string digest;
        using (PersistentEngine server = Open(("aof-timestamp-enabled", "yes")))
        {
            server.Engine.Run("SET a 1");
            server.Engine.Turn(5000);
            server.Engine.Run("SET b 2");
            server.Engine.Turn();
            digest = server.Digest;
        }

        Assert.Contains("#TS:", File.ReadAllText(Directory.GetFiles(LogDirectory, "*.incr.aof").Single()), StringComparison.Ordinal);
        using PersistentEngine again = Open();
        Assert.Equal(digest, again.Digest);
    }

    [Fact]
    public void An_old_log_of_one_file_is_taken_over()
    {
        File.WriteAllText(Path.Combine(_directory, "appendonly.aof"), "*2\r\n$6\r\nSELECT\r\n$1\r\n0\r\n*3\r\n$3\r\nSET\r\n$1\r\na\r\n$1\r\n7\r\n");
        for (int life = 0; life < 2; life++)
        {
            using PersistentEngine server = Open();
            server.Engine.Run("GET a").ShouldBe("$1", "7");
        }

        Assert.False(File.Exists(Path.Combine(_directory, "appendonly.aof")));
    }

    [Fact]
    public void It_can_be_turned_on_and_off_while_the_server_runs()
    {
        string digest;
        using (var server = new PersistentEngine(_directory))
        {
            server.Engine.Run("SET before 1");
            server.Engine.Run("CONFIG SET appendonly yes").ShouldBe("+OK");
            server.Engine.Run("SET during 1");
            server.Engine.Turn();

            // Until the base is there, there is no log that a start could take for the whole.
            Assert.Empty(Directory.GetFiles(LogDirectory, "*.manifest"));
            server.TurnUntil(() => !server.Persistence.Snapshots.IsActive);
            server.Engine.Run("SET after 1");
            server.Engine.Turn();
            digest = server.Digest;
        }

        using (PersistentEngine again = Open())
        {
            Assert.Equal(digest, again.Digest);
            again.Engine.Run("CONFIG SET appendonly no").ShouldBe("+OK");
            again.Engine.Run("SET later 1");
            again.Engine.Turn();
        }

        using PersistentEngine last = Open();
        Assert.Equal(digest, last.Digest);
    }

    [Fact]
    public void A_save_in_the_middle_of_a_rewrite_completes_both()
    {
        string digest;
        using (PersistentEngine server = Open(("rdb-key-save-delay", "1000000")))
        {
            for (int i = 0; i < 100; i++)
            {
                server.Engine.Run($"SET k{i} 1");
            }

            server.Engine.Run("BGREWRITEAOF").ShouldBe("+Background append only file rewriting started");
            server.Engine.Turn(1);
            server.Engine.Run("SET k50 2");
            server.Engine.Run("BGSAVE").ShouldBe(
                "-ERR Another child process is active (AOF?): can't BGSAVE right now. Use BGSAVE SCHEDULE in order to schedule a BGSAVE whenever possible.");
            server.Engine.Run("SAVE").ShouldBe("+OK");
            Assert.Equal(1, server.Persistence.Rewrites.Count);
            Assert.False(server.Persistence.Snapshots.IsActive);
            server.Engine.Turn();
            digest = server.Digest;
        }

        using (PersistentEngine log = Open())
        {
            Assert.Equal(digest, log.Digest);
        }

        using var snapshot = new PersistentEngine(_directory);
        Assert.Equal(digest, snapshot.Digest);
    }

    [Fact]
    public void What_waits_to_be_written_evicts_nothing()
    {
        // With everysec a write is put off while the disk is still busy with the turn before.
        using PersistentEngine server = Open(("maxmemory-policy", "allkeys-lru"), ("appendfsync", "no"));
        for (int i = 0; i < 100; i++)
        {
            server.Engine.Call("SET", $"key:{i}", new string('x', 2000));
        }

        // One value over and over: the data stays as it is, and the log of the turn grows to ten times as much.
        server.Engine.Turn();
        server.Engine.Run($"CONFIG SET maxmemory {server.Engine.Engine.Heap.BytesInUse + 100_000}").ShouldBe("+OK");
        for (int i = 0; i < 1000; i++)
        {
            server.Engine.Call("SET", "key:1", new string('y', 2000)).ShouldBe("+OK");
        }

        Assert.Equal(0, server.Engine.Engine.Statistics.EvictedKeys);
        Assert.True(server.Persistence.Log.BufferedBytes > 2_000_000);
        Assert.DoesNotContain("mem_aof_buffer:0\r\n", server.Engine.Run("INFO memory").Text, StringComparison.Ordinal);
        server.Engine.Turn();
        Assert.Contains("mem_aof_buffer:0\r\n", server.Engine.Run("INFO memory").Text, StringComparison.Ordinal);
    }

    private void WriteSome()
    {
        using PersistentEngine server = Open();
        server.Engine.Run("SET a 1");
        server.Engine.Run("SET b 2");
        server.Engine.Turn();
    }

    private PersistentEngine Open(params (string Name, string Value)[] options) => new(_directory, [("appendonly", "yes"), .. options]);
}
