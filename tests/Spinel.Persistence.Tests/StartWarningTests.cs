namespace Spinel.Persistence.Tests;

/// <summary>What the log says at the start of that which would otherwise be found out when data is missing.</summary>
public sealed class StartWarningTests : IDisposable
{
    private const string NotLoaded = "is NOT loaded";
    private const string LogLeftOut = "'appendonly' is off, and there is an append-only log with data";
    private const string LogReplaced = "append-only log of an earlier run";
    private const string NotWritable = "nothing can be written to";

    private readonly string _directory = PersistentEngine.NewDirectory();

    public void Dispose() => Directory.Delete(_directory, recursive: true);

    [Fact]
    public void A_log_that_begins_beside_a_snapshot_with_data_is_told_of_once()
    {
        using (var server = new PersistentEngine(_directory))
        {
            server.Engine.Run("SET a 1");
            server.Engine.Run("SAVE").ShouldBe("+OK");
        }

        using (var server = new PersistentEngine(_directory, ("appendonly", "yes")))
        {
            server.Engine.Run("DBSIZE").ShouldBe(":0");
            Assert.Single(server.Log.Lines, line => line.Contains(NotLoaded, StringComparison.Ordinal) && line.Contains("dump.rdb", StringComparison.Ordinal));
        }

        using (var server = new PersistentEngine(_directory, ("appendonly", "yes")))
        {
            Assert.DoesNotContain(server.Log.Lines, line => line.Contains(NotLoaded, StringComparison.Ordinal));
        }
    }

    [Fact]
    public void A_damaged_snapshot_may_have_had_data()
    {
        File.WriteAllText(Path.Combine(_directory, "dump.rdb"), "REDIS0010 and no more of it");
        using var server = new PersistentEngine(_directory, ("appendonly", "yes"));
        Assert.Contains(server.Log.Lines, line => line.Contains(NotLoaded, StringComparison.Ordinal));
    }

    [Fact]
    public void A_snapshot_without_keys_is_no_loss()
    {
        using (var server = new PersistentEngine(_directory))
        {
            server.Engine.Run("SAVE").ShouldBe("+OK");
        }

        using (var server = new PersistentEngine(_directory, ("appendonly", "yes")))
        {
            Assert.DoesNotContain(server.Log.Lines, line => line.Contains("WARNING", StringComparison.Ordinal));
        }
    }

    [Fact]
    public void A_log_with_data_that_is_turned_off_is_told_of_at_the_start_and_before_it_is_replaced()
    {
        string old = Path.Combine(_directory, "appendonlydir", "appendonly.aof.1.incr.aof");
        using (var server = new PersistentEngine(_directory))
        {
            Assert.True(server.Persistence.Rewrites.TryTurnOn());
            server.TurnUntil(() => server.Persistence.Rewrites.Count == 1);
            server.Engine.Run("SET a 1");
            server.Engine.Turn();
            Assert.DoesNotContain(server.Log.Lines, static line => line.Contains("WARNING", StringComparison.Ordinal));
        }

        Assert.True(new FileInfo(old).Length > 0);
        using (var server = new PersistentEngine(_directory))
        {
            server.Engine.Run("DBSIZE").ShouldBe(":0");
            Assert.Single(server.Log.Lines, static line => line.Contains(LogLeftOut, StringComparison.Ordinal) && line.Contains("--appendonly yes", StringComparison.Ordinal));
            server.Engine.Run("CONFIG SET appendonly yes").ShouldBe("+OK");
            server.TurnUntil(() => server.Persistence.Rewrites.Count == 1);
            Assert.Single(server.Log.Lines, static line => line.Contains(LogReplaced, StringComparison.Ordinal) && line.Contains("appendonly.aof.1.incr.aof", StringComparison.Ordinal));

            // From here on it is the server's own.
            server.Engine.Run("CONFIG SET appendonly no").ShouldBe("+OK");
            server.Engine.Run("SET b 1");
            server.Engine.Run("CONFIG SET appendonly yes").ShouldBe("+OK");
            server.TurnUntil(() => server.Persistence.Rewrites.Count == 2);
            Assert.Single(server.Log.Lines, static line => line.Contains(LogReplaced, StringComparison.Ordinal));
        }
    }

    [Fact]
    public void A_log_that_was_loaded_or_has_no_data_is_replaced_without_a_word()
    {
        using (var server = new PersistentEngine(_directory, ("appendonly", "yes")))
        {
            server.Engine.Run("DBSIZE").ShouldBe(":0");
        }

        using (var server = new PersistentEngine(_directory))
        {
            server.Engine.Run("CONFIG SET appendonly yes").ShouldBe("+OK");
            server.TurnUntil(() => server.Persistence.Rewrites.Count == 1);
            server.Engine.Run("SET a 1");
            Assert.DoesNotContain(server.Log.Lines, static line => line.Contains("WARNING", StringComparison.Ordinal));
        }

        using (var server = new PersistentEngine(_directory, ("appendonly", "yes")))
        {
            server.Engine.Run("GET a").ShouldBe("$1", "1");
            server.Engine.Run("CONFIG SET appendonly no").ShouldBe("+OK");
            server.Engine.Run("CONFIG SET appendonly yes").ShouldBe("+OK");
            server.TurnUntil(() => server.Persistence.Rewrites.Count == 1);
            Assert.DoesNotContain(server.Log.Lines, static line => line.Contains("WARNING", StringComparison.Ordinal));
        }
    }

    [Fact]
    public void A_rewrite_beside_a_log_that_is_turned_off_tells_of_what_it_replaces()
    {
        using (var server = new PersistentEngine(_directory, ("appendonly", "yes")))
        {
            server.Engine.Run("SET a 1");
        }

        using (var server = new PersistentEngine(_directory))
        {
            server.Engine.Run("BGREWRITEAOF");
            server.TurnUntil(() => server.Persistence.Rewrites.Count == 1);
            Assert.Single(server.Log.Lines, static line => line.Contains(LogReplaced, StringComparison.Ordinal));
        }
    }

    [Fact]
    public void A_directory_that_cannot_be_written_to_is_told_of_where_that_matters()
    {
        Assert.SkipUnless(OperatingSystem.IsLinux(), "needs a directory in which not even root can create files");
        const string Unwritable = "/proc/self";
        using (var server = new PersistentEngine(Unwritable, ("save", "60 1")))
        {
            Assert.Single(server.Log.Lines, line => line.Contains(NotWritable, StringComparison.Ordinal) && line.Contains(Unwritable, StringComparison.Ordinal));
        }

        using (var server = new PersistentEngine(Unwritable))
        {
            Assert.DoesNotContain(server.Log.Lines, line => line.Contains(NotWritable, StringComparison.Ordinal));
        }

        using (var server = new PersistentEngine(_directory, ("save", "60 1")))
        {
            Assert.DoesNotContain(server.Log.Lines, line => line.Contains(NotWritable, StringComparison.Ordinal));
            Assert.Empty(Directory.GetFiles(_directory));
        }
    }
}
