namespace Spinel.Persistence.Tests;

/// <summary>What the log says at the start of that which would otherwise be found out when data is missing.</summary>
public sealed class StartWarningTests : IDisposable
{
    private const string NotLoaded = "is NOT loaded";
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
