using Spinel.TestSupport;

namespace Spinel.Persistence.Tests.Snapshot;

/// <summary>A snapshot is the data of one moment, whatever clients do while it is written.</summary>
public sealed class SnapshotTests : IDisposable
{
    private readonly string _directory = PersistentEngine.NewDirectory();

    public void Dispose() => Directory.Delete(_directory, recursive: true);

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    [InlineData(4)]
    [InlineData(5)]
    [InlineData(6)]
    public void It_holds_what_was_there_when_it_began(int seed)
    {
        string digest;
        using (var server = new PersistentEngine(_directory))
        {
            var commands = new RandomWrites(seed);
            for (int i = 0; i < 1500; i++)
            {
                server.Engine.Run(commands.Next());
            }

            // One key a turn: most of the data changes before the walk gets there.
            server.Engine.Run("CONFIG SET rdb-key-save-delay 900").ShouldBe("+OK");
            for (int round = 0; round < 3; round++)
            {
                digest = server.Digest;
                server.Engine.Run("BGSAVE").ShouldBe("+Background saving started");
                for (int i = 0; i < 400; i++)
                {
                    // All databases at once would end the save.
                    server.Engine.Run(commands.Next().Replace("FLUSHALL", "FLUSHDB", StringComparison.Ordinal));
                    if (i % 4 == 0)
                    {
                        server.Engine.Turn(1);
                    }
                }

                server.TurnUntil(() => !server.Persistence.Snapshots.IsActive);
                Assert.True(server.Persistence.Saves.LastSaveSucceeded);
                Assert.Equal(digest, LoadedDigest());
            }
        }
    }

    [Fact]
    public void It_goes_on_when_the_replies_of_a_turn_are_sent()
    {
        using var server = new PersistentEngine(_directory);
        for (int i = 0; i < 1000; i++)
        {
            server.Engine.Run($"SET key:{i} value");
        }

        server.Engine.Run("CONFIG SET rdb-key-save-delay 1").ShouldBe("+OK");
        server.Engine.Run("BGSAVE").ShouldBe("+Background saving started");
        long before = server.Persistence.Snapshots.WrittenKeys;
        server.Engine.Time.Advance(1);
        server.Engine.Engine.BeginTurn();
        server.Engine.Engine.EndTurn();
        Assert.Equal(before, server.Persistence.Snapshots.WrittenKeys);
        server.Engine.Engine.RunBackground();
        Assert.True(server.Persistence.Snapshots.WrittenKeys > before);
        server.Engine.Run("CONFIG SET rdb-key-save-delay 0").ShouldBe("+OK");
        server.TurnUntil(() => !server.Persistence.Snapshots.IsActive);
    }

    [Fact]
    public void What_is_given_up_leaves_nothing_that_confuses_the_next_one()
    {
        using var server = new PersistentEngine(_directory);
        var commands = new RandomWrites(7);
        for (int i = 0; i < 500; i++)
        {
            server.Engine.Run(commands.Next());
        }

        server.Engine.Run("CONFIG SET rdb-key-save-delay 900");
        for (int round = 0; round < 5; round++)
        {
            server.Engine.Run("BGSAVE").ShouldBe("+Background saving started");
            for (int i = 0; i < 20; i++)
            {
                server.Engine.Run(commands.Next());
                server.Engine.Turn(1);
            }

            server.Persistence.Snapshots.Cancel();
            server.TurnUntil(() => !server.Persistence.Snapshots.IsActive);
            for (int i = 0; i < 20; i++)
            {
                server.Engine.Run(commands.Next());
            }
        }

        string digest = server.Digest;
        server.Engine.Run("SAVE").ShouldBe("+OK");
        Assert.Equal(digest, LoadedDigest());
        Assert.Equal(["dump.rdb"], Directory.GetFiles(_directory).Select(Path.GetFileName));
    }

    [Fact]
    public void A_value_of_several_chunks_may_change_in_the_middle_of_its_own_record()
    {
        using var server = new PersistentEngine(_directory);
        for (int i = 0; i < 20_000; i++)
        {
            server.Engine.Run($"HSET big f{i} value-{i}");
        }

        server.Engine.Run("SET small 1");
        string digest = server.Digest;
        server.Engine.Run("CONFIG SET rdb-key-save-delay 900");
        server.Engine.Run("BGSAVE").ShouldBe("+Background saving started");
        server.Engine.Turn(1);
        server.Engine.Turn(1);
        server.Engine.Run("SET small 2").ShouldBe("+OK");
        server.Engine.Run("SET other 3").ShouldBe("+OK");
        server.Engine.Run("HSET big f5 changed new 1").ShouldBe(":1");
        server.TurnUntil(() => !server.Persistence.Snapshots.IsActive);
        Assert.Equal(digest, LoadedDigest());
    }

    [Theory]
    [InlineData("3600 1", "FLUSHALL")]
    [InlineData("3600 1", "FLUSHALL ASYNC")]
    [InlineData("", "FLUSHALL")]
    [InlineData("3600 1", "FLUSHDB")]
    public void A_flush_of_everything_ends_a_save_and_empties_the_file(string savePoints, string command)
    {
        using var server = new PersistentEngine(_directory, ("save", savePoints));
        server.Engine.Run("SET old 1");
        server.Engine.Run("SAVE").ShouldBe("+OK");
        for (int i = 0; i < 300; i++)
        {
            server.Engine.Run($"SET k{i} 1");
        }

        server.Engine.Run("CONFIG SET rdb-key-save-delay 900");
        server.Engine.Run("BGSAVE").ShouldBe("+Background saving started");
        server.Engine.Turn(1);
        server.Engine.Run(command).ShouldBe("+OK");
        bool flushesAll = command != "FLUSHDB";
        Assert.Equal(!flushesAll, server.Persistence.Snapshots.IsActive);
        Assert.True(server.Persistence.Saves.LastSaveSucceeded);
        server.Engine.Run("CONFIG SET rdb-key-save-delay 0");
        server.TurnUntil(() => !server.Persistence.Snapshots.IsActive);
        using (var loaded = new PersistentEngine(_directory, ("save", "")))
        {
            loaded.Engine.Run("DBSIZE").ShouldBe(!flushesAll ? ":301" : savePoints.Length > 0 ? ":0" : ":1");
        }

        Assert.Equal(["dump.rdb"], Directory.GetFiles(_directory).Select(Path.GetFileName));
        Assert.Equal(flushesAll && savePoints.Length > 0, server.Engine.Engine.Keyspace.Dirty == 0);
        server.Engine.Run("SET new 1");
        server.Engine.Run("SAVE").ShouldBe("+OK");
    }

    [Fact]
    public void A_directory_that_cannot_be_written_to_ends_in_refused_writes_and_is_forgiven()
    {
        using var server = new PersistentEngine(_directory, ("save", "3600 1"));
        server.Engine.Run("SET a 1");
        Directory.CreateDirectory(Path.Combine(_directory, "dump.rdb"));
        server.Engine.Run("BGSAVE").ShouldBe("+Background saving started");
        server.TurnUntil(() => !server.Persistence.Snapshots.IsActive);
        Assert.False(server.Persistence.Saves.LastSaveSucceeded);
        Assert.StartsWith("-MISCONF", server.Engine.Run("SET a 2").Text, StringComparison.Ordinal);
        Assert.StartsWith("-MISCONF", server.Engine.Run("PING").Text, StringComparison.Ordinal);
        server.Engine.Run("GET a").ShouldBe("$1", "1");
        Directory.Delete(Path.Combine(_directory, "dump.rdb"));
        server.Engine.Run("BGSAVE").ShouldBe("+Background saving started");
        server.TurnUntil(() => !server.Persistence.Snapshots.IsActive);
        server.Engine.Run("SET a 2").ShouldBe("+OK");
    }

    [Fact]
    public void A_transaction_puts_a_save_off_and_a_client_that_tracks_does_not()
    {
        using var server = new PersistentEngine(_directory);
        server.Engine.Run("HELLO 3");
        server.Engine.Run("CLIENT TRACKING ON").ShouldBe("+OK");
        server.Engine.Run("BGSAVE").ShouldBe("+Background saving started");
        server.TurnUntil(() => server.Persistence.Saves.Count == 1 && !server.Persistence.Snapshots.IsActive);
        server.Engine.Run("MULTI");
        server.Engine.Run("BGSAVE");
        server.Engine.Run("EXEC").ShouldBe("*1", "+Background saving scheduled");
        server.Engine.Turn(1000);
        server.TurnUntil(() => server.Persistence.Saves.Count == 2);
    }

    [Fact]
    public void A_save_point_is_kept_and_the_end_saves()
    {
        string digest;
        using (var server = new PersistentEngine(_directory, ("save", "60 2")))
        {
            server.Engine.Run("SET a 1");
            server.Engine.Turn(61_000);
            Assert.False(server.Persistence.Snapshots.IsActive);
            server.Engine.Run("SET b 1");
            server.Engine.Turn(1000);
            server.TurnUntil(() => server.Persistence.Saves.Count == 1);
            Assert.Contains("2 changes in 60 seconds. Saving...", server.Log.Lines);
            server.Engine.Run("SET c 1");
            digest = server.Digest;
            server.Engine.Run("SHUTDOWN");
            Assert.True(server.Engine.Engine.StopRequested);
        }

        Assert.Equal(digest, LoadedDigest());
    }

    private string LoadedDigest()
    {
        using var loaded = new PersistentEngine(_directory);
        return loaded.Digest;
    }
}
