using Spinel.Persistence.Aof;

namespace Spinel.Persistence.Tests.Aof;

/// <summary>Unlucky moments in the life of an append-only log.</summary>
public sealed class AofHazardTests : IDisposable
{
    private readonly string _directory = PersistentEngine.NewDirectory();

    private string LogDirectory => Path.Combine(_directory, "appendonlydir");

    public void Dispose() => Directory.Delete(_directory, recursive: true);

    [Fact]
    public void Nothing_expires_while_the_log_is_run()
    {
        long past = DateTimeOffset.UtcNow.ToUnixTimeMilliseconds() - 1_000_000_000;
        WriteLog(
            ["SET", "kept", "a", "PXAT", $"{past}"], ["APPEND", "kept", "b"], ["PERSIST", "kept"],
            ["SET", "again", "1"], ["PEXPIREAT", "again", $"{past}"], ["INCR", "again"], ["PERSIST", "again"],
            ["HSET", "hash", "f", "5"], ["HPEXPIREAT", "hash", $"{past}", "FIELDS", "1", "f"], ["HINCRBY", "hash", "f", "1"], ["HPERSIST", "hash", "FIELDS", "1", "f"],
            ["RPUSH", "gone", "a"], ["PEXPIREAT", "gone", $"{past}"],
            ["SET", "long gone", "a"], ["PEXPIREAT", "long gone", "-5"]);
        using PersistentEngine server = Open();
        server.Engine.Run("GET kept").ShouldBe("$2", "ab");
        server.Engine.Run("GET again").ShouldBe("$1", "2");
        server.Engine.Run("HGET hash f").ShouldBe("$1", "6");
        server.Engine.Run("EXISTS gone").ShouldBe(":0");
        server.Engine.Run("DBSIZE").ShouldBe(":3");
    }

    [Fact]
    public void A_file_that_was_never_part_of_the_log_is_not_gone_on_with()
    {
        Directory.CreateDirectory(LogDirectory);
        File.WriteAllText(Path.Combine(LogDirectory, "appendonly.aof.1.incr.aof"), "*3\r\n$3\r\nSET\r\n$6\r\norphan\r\n$1\r\n1\r\n");
        for (int life = 0; life < 2; life++)
        {
            using PersistentEngine server = Open();
            server.Engine.Run("EXISTS orphan").ShouldBe(":0");
            server.Engine.Run("SET mine 1");
            server.Engine.Turn();
        }
    }

    [Fact]
    public void A_rewrite_while_the_log_is_off_knows_what_is_on_disk()
    {
        using (PersistentEngine server = Open())
        {
            server.Engine.Run("SET a 1");
            server.Engine.Turn();
        }

        using (var server = new PersistentEngine(_directory))
        {
            server.Engine.Run("SET b 2");
            server.Engine.Run("BGREWRITEAOF");
            server.TurnUntil(() => !server.Persistence.Snapshots.IsActive);
        }

        AofManifest manifest = AofManifest.Parse(File.ReadAllText(Path.Combine(LogDirectory, "appendonly.aof.manifest")));
        Assert.Equal(2, manifest.Base!.Sequence);
        using PersistentEngine again = Open();
        again.Engine.Run("MGET a b").ShouldBe("*2", "$-1", "$1", "2");
    }

    [Fact]
    public void A_log_that_is_turned_on_within_a_transaction_counts_nothing_twice()
    {
        using (var server = new PersistentEngine(_directory))
        {
            server.Engine.Run("SET n 1");
            server.Engine.Run("MULTI");
            server.Engine.Run("INCR n");
            server.Engine.Run("CONFIG SET appendonly yes");
            server.Engine.Run("INCR n");
            server.Engine.Run("EXEC").ShouldBe("*3", ":2", "+OK", ":3");
            server.TurnUntil(() => File.Exists(Path.Combine(LogDirectory, "appendonly.aof.manifest")));
            server.Engine.Turn();
        }

        using PersistentEngine again = Open();
        again.Engine.Run("GET n").ShouldBe("$1", "3");
    }

    [Fact]
    public void Turning_it_off_and_on_again_at_once_gives_up_one_rewrite_only()
    {
        using (PersistentEngine server = Open(("no-appendfsync-on-rewrite", "yes")))
        {
            server.Engine.Run("DEBUG POPULATE 300");
            for (int i = 0; i < 20; i++)
            {
                server.Engine.Run("CONFIG SET appendonly no").ShouldBe("+OK");
                Assert.False(server.Persistence.Log.IsSyncSuspended);
                server.Engine.Run("CONFIG SET appendonly yes").ShouldBe("+OK");
                server.Engine.Run($"SET k{i} 1");
                server.Engine.Turn();
            }

            server.TurnUntil(() => !server.Persistence.Snapshots.IsActive && !server.Persistence.Rewrites.IsWaitingForBase && !server.Persistence.Rewrites.IsScheduled);
            server.Engine.Run("SET last 1");
            server.Engine.Turn();
        }

        using PersistentEngine again = Open();
        again.Engine.Run("DBSIZE").ShouldBe(":321");
    }

    [Fact]
    public void A_server_does_not_end_before_its_log_can_be_found_again()
    {
        using var server = new PersistentEngine(_directory, ("rdb-key-save-delay", "100000000"));
        server.Engine.Run("MSET a 1 b 2 c 3 d 4");
        server.Engine.Run("CONFIG SET appendonly yes").ShouldBe("+OK");
        server.Engine.Turn();
        Assert.False(server.Persistence.TryStop(Spinel.Engine.StopMode.AsConfigured, force: false));
        Assert.True(server.Persistence.TryStop(Spinel.Engine.StopMode.AsConfigured, force: true));
    }

    [Fact]
    public void A_second_server_does_not_start_on_the_same_log()
    {
        using (PersistentEngine first = Open())
        {
            first.Engine.Run("SET a 1");
            Assert.Contains("another server", Assert.Throws<PersistenceException>(() => Open()).Message, StringComparison.Ordinal);
            using var without = new PersistentEngine(_directory);
            Assert.StartsWith("-ERR", without.Engine.Run("CONFIG SET appendonly yes").Text, StringComparison.Ordinal);
            without.Engine.Run("CONFIG GET appendonly").ShouldBe("*2", "$10", "appendonly", "$2", "no");
        }

        using PersistentEngine next = Open();
        next.Engine.Run("GET a").ShouldBe("$1", "1");
    }

    [Fact]
    public void What_a_killed_server_left_half_written_goes_at_the_next_start()
    {
        Directory.CreateDirectory(LogDirectory);
        string[] stale =
        [
            Path.Combine(_directory, "temp-123-0123abcd.rdb"), Path.Combine(LogDirectory, "temp-rewriteaof-bg-77.aof"),
            Path.Combine(LogDirectory, "temp-appendonly.aof.manifest"), Path.Combine(LogDirectory, "temp-appendonly.aof.4.incr.aof"),
        ];
        string[] others = [Path.Combine(_directory, "temp-123.rdb"), Path.Combine(_directory, "temp-mine-too.rdb"), Path.Combine(LogDirectory, "notes.aof")];
        Array.ForEach([.. stale, .. others], path => File.WriteAllText(path, "x"));
        string busy = Path.Combine(_directory, "temp-124-0123abcd.rdb");
        using var writer = new FileStream(busy, FileMode.Create, FileAccess.Write, FileShare.None);
        using PersistentEngine server = Open();
        Assert.All(stale, path => Assert.False(File.Exists(path), path));
        Assert.All([.. others, busy], path => Assert.True(File.Exists(path), path));
    }

    [Fact]
    public void A_torn_increment_that_only_empty_ones_follow_is_a_torn_end()
    {
        using (PersistentEngine server = Open())
        {
            server.Engine.Run("SET a 1");
            server.Engine.Run("SET b 2");
            server.Engine.Turn();
        }

        string manifest = Path.Combine(LogDirectory, "appendonly.aof.manifest");
        File.AppendAllText(manifest, "file appendonly.aof.2.incr.aof seq 2 type i\n");
        File.WriteAllText(Path.Combine(LogDirectory, "appendonly.aof.2.incr.aof"), "");
        string first = Path.Combine(LogDirectory, "appendonly.aof.1.incr.aof");
        File.WriteAllBytes(first, File.ReadAllBytes(first)[..^2]);
        using PersistentEngine again = Open();
        again.Engine.Run("MGET a b").ShouldBe("*2", "$1", "1", "$-1");
    }

    [Fact]
    public void The_buffer_is_not_counted_as_memory_that_eviction_could_free()
    {
        using PersistentEngine server = Open();
        server.Engine.Run("SET a " + new string('x', 100_000));
        string memory = server.Engine.Run("INFO memory").Text;
        long buffer = long.Parse(memory.Split("mem_aof_buffer:")[1].Split('\r')[0], System.Globalization.CultureInfo.InvariantCulture);
        Assert.True(buffer >= 100_000);
        Assert.Contains($"mem_not_counted_for_evict:{buffer}\r", memory, StringComparison.Ordinal);
    }

    private void WriteLog(params string[][] requests)
    {
        Directory.CreateDirectory(LogDirectory);
        File.WriteAllText(Path.Combine(LogDirectory, "appendonly.aof.manifest"), "file appendonly.aof.1.incr.aof seq 1 type i\n");
        File.WriteAllText(
            Path.Combine(LogDirectory, "appendonly.aof.1.incr.aof"),
            string.Concat(requests.Select(request => $"*{request.Length}\r\n" + string.Concat(request.Select(word => $"${word.Length}\r\n{word}\r\n")))));
    }

    private PersistentEngine Open(params (string Name, string Value)[] options) => new(_directory, [("appendonly", "yes"), .. options]);
}
