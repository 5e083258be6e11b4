using System.Diagnostics;

namespace Spinel.Persistence.Tests;

/// <summary>A disk that is really full: a small file system of its own, where the machine allows one to be mounted.</summary>
public sealed class FullDiskTests : IDisposable
{
    private const int DiskBytes = 1 << 20;

    private readonly string _directory = PersistentEngine.NewDirectory();
    private readonly bool _isMounted;

    public FullDiskTests()
    {
        _isMounted = OperatingSystem.IsLinux() && Environment.IsPrivilegedProcess && Run("mount", "-t", "tmpfs", "-o", $"size={DiskBytes}", "tmpfs", _directory);
    }

    public void Dispose()
    {
        if (_isMounted)
        {
            Run("umount", _directory);
        }

        Directory.Delete(_directory, recursive: true);
    }

    [Fact]
    public void A_log_goes_on_when_there_is_room_again()
    {
        PersistentEngine server = Open(("appendonly", "yes"));
        string value = new('v', 1000);
        FillDisk(server, value);
        Assert.StartsWith("-MISCONF Errors writing to the AOF file: No space left on device", server.Engine.Run("SET x 1").Text, StringComparison.Ordinal);
        Assert.False(server.Persistence.Log.LastWriteSucceeded);
        server.Engine.Run("GET k0").ShouldBe("$1000", value);
        Run("mount", "-o", $"remount,size={DiskBytes * 4}", _directory);
        server.TurnUntil(() => server.Persistence.Log.LastWriteSucceeded);
        server.Engine.Run("SET after 1").ShouldBe("+OK");
        string digest = server.Digest;
        server.Dispose();
        using PersistentEngine again = Open(("appendonly", "yes"));
        Assert.Equal(digest, again.Digest);
    }

    [Fact]
    public void A_stop_that_would_lose_writes_is_refused_unless_nothing_is_to_be_saved()
    {
        PersistentEngine server = Open(("appendonly", "yes"));
        FillDisk(server, new string('v', 1000));
        server.Engine.Run("SHUTDOWN").ShouldBe("-ERR Errors trying to SHUTDOWN. Check logs.");
        Assert.Contains(server.Log.Lines, static line => line.Contains("SHUTDOWN NOSAVE", StringComparison.Ordinal));
        Assert.False(server.Engine.Engine.StopRequested);
        server.Engine.Client.Send("SHUTDOWN NOSAVE\r\n"u8);
        Assert.True(server.Engine.Engine.StopRequested);
        server.Dispose();
    }

    [Theory]
    [InlineData("yes")]
    [InlineData("no")]
    public void A_rewrite_that_fails_changes_nothing(string preamble)
    {
        PersistentEngine server = Open(("appendonly", "yes"), ("rdbcompression", "no"), ("aof-use-rdb-preamble", preamble));
        string value = new('v', 1000);
        for (int i = 0; i < 600; i++)
        {
            server.Engine.Run($"SET k{i} {value}").ShouldBe("+OK");
        }

        // The rewritten base has no room beside the log.
        server.Engine.Run("BGREWRITEAOF").ShouldBe("+Background append only file rewriting started");
        server.TurnUntil(() => !server.Persistence.Snapshots.IsActive);
        Assert.False(server.Persistence.Rewrites.LastSucceeded);
        server.Engine.Run("SET after 1").ShouldBe("+OK");
        string[] files = Directory.GetFiles(Path.Combine(_directory, "appendonlydir"));
        Assert.DoesNotContain(files, file => Path.GetFileName(file).StartsWith("temp", StringComparison.Ordinal));
        Run("mount", "-o", $"remount,size={DiskBytes * 4}", _directory);
        server.Engine.Run("BGREWRITEAOF").ShouldBe("+Background append only file rewriting started");
        server.TurnUntil(() => !server.Persistence.Snapshots.IsActive);
        Assert.True(server.Persistence.Rewrites.LastSucceeded);
        string digest = server.Digest;
        server.Dispose();
        using PersistentEngine again = Open(("appendonly", "yes"));
        Assert.Equal(digest, again.Digest);
    }

    [Fact]
    public void A_snapshot_that_fails_leaves_the_old_one()
    {
        using PersistentEngine server = Open(("save", "3600 100000"), ("rdbcompression", "no"));
        server.Engine.Run("SET old 1");
        server.Engine.Run("SAVE").ShouldBe("+OK");
        string value = new('v', 1000);
        for (int i = 0; i < 1500; i++)
        {
            server.Engine.Run($"SET k{i} {value}").ShouldBe("+OK");
        }

        server.Engine.Run("BGSAVE").ShouldBe("+Background saving started");
        server.TurnUntil(() => !server.Persistence.Snapshots.IsActive);
        Assert.False(server.Persistence.Saves.LastSaveSucceeded);
        Assert.StartsWith("-MISCONF Redis is configured to save RDB snapshots", server.Engine.Run("SET x 1").Text, StringComparison.Ordinal);
        server.Engine.Run("SAVE").ShouldBe("-ERR");
        Assert.Equal(["dump.rdb"], Directory.GetFiles(_directory).Select(Path.GetFileName));
        using (PersistentEngine old = Open())
        {
            old.Engine.Run("DBSIZE").ShouldBe(":1");
        }

        Run("mount", "-o", $"remount,size={DiskBytes * 4}", _directory);
        server.Engine.Run("BGSAVE").ShouldBe("+Background saving started");
        server.TurnUntil(() => !server.Persistence.Snapshots.IsActive);
        Assert.True(server.Persistence.Saves.LastSaveSucceeded);
        server.Engine.Run("SET x 1").ShouldBe("+OK");
    }

    /// <summary>Writes until the log has no room.</summary>
    private static void FillDisk(PersistentEngine server, string value)
    {
        for (int i = 0; server.Engine.Run($"SET k{i} {value}").Text == "+OK\r\n"; i++)
        {
            server.Engine.Turn();
            Assert.True(i < 3000);
        }
    }

    private PersistentEngine Open(params (string Name, string Value)[] options)
    {
        Assert.SkipUnless(_isMounted, "no file system can be mounted here");
        return new PersistentEngine(_directory, options);
    }

    private static bool Run(string program, params string[] arguments)
    {
        try
        {
            using var process = Process.Start(new ProcessStartInfo(program, arguments) { RedirectStandardError = true });
            process!.WaitForExit();
            return process.ExitCode == 0;
        }
        catch (System.ComponentModel.Win32Exception)
        {
            return false;
        }
    }
}
