using Spinel.Engine.Configuration;
using Spinel.Hosting;
using Spinel.Persistence.Aof;

namespace Spinel.Persistence.Tests.Aof;

/// <summary>What the check of an append-only log says, and what it mends.</summary>
public sealed class AofCheckTests : IDisposable
{
    private readonly string _directory = PersistentEngine.NewDirectory();

    private string Manifest => Path.Combine(_directory, "appendonlydir", "appendonly.aof.manifest");

    private string Increment => Path.Combine(_directory, "appendonlydir", "appendonly.aof.1.incr.aof");

    public AofCheckTests()
    {
        using PersistentEngine server = Open();
        server.Engine.Run("SET a 1");
        server.Engine.Run("MULTI");
        server.Engine.Run("SET b 2");
        server.Engine.Run("SET c 3");
        server.Engine.Run("EXEC");
        server.Engine.Turn();
    }

    public void Dispose() => Directory.Delete(_directory, recursive: true);

    [Fact]
    public void A_sound_log_is_valid()
    {
        Assert.True(Check(Manifest, fix: false, out string report));
        Assert.Contains("All AOF files and manifest are valid", report, StringComparison.Ordinal);
        Assert.Contains($"size={new FileInfo(Increment).Length}, ok_up_to={new FileInfo(Increment).Length}, requests=6, diff=0", report, StringComparison.Ordinal);
        Assert.True(Check(Increment, fix: false, out _));
    }

    [Theory]
    [InlineData(2)]
    [InlineData(14)]
    [InlineData(20)]
    public void A_torn_transaction_is_cut_off_whole(int torn)
    {
        byte[] whole = File.ReadAllBytes(Increment);
        File.WriteAllBytes(Increment, whole[..^torn]);
        Assert.False(Check(Manifest, fix: false, out string report));
        Assert.Contains("--fix", report, StringComparison.Ordinal);
        Assert.Equal(whole.Length - torn, new FileInfo(Increment).Length);
        Assert.True(Check(Manifest, fix: true, out report));
        Assert.Contains("Successfully truncated", report, StringComparison.Ordinal);
        Assert.True(Check(Manifest, fix: false, out _));
        using PersistentEngine server = Open(("aof-load-truncated", "no"));
        server.Engine.Run("MGET a b c").ShouldBe("*3", "$1", "1", "$-1", "$-1");
    }

    [Fact]
    public void Garbage_in_the_middle_is_told_with_its_offset()
    {
        long length = new FileInfo(Increment).Length;
        File.AppendAllText(Increment, "garbage\r\n*1\r\n$4\r\nPING\r\n");
        Assert.False(Check(Increment, fix: false, out string report));
        Assert.Contains($"ok_up_to={length}", report, StringComparison.Ordinal);
        Assert.Contains($"at offset {length} there is no request", report, StringComparison.Ordinal);
        Assert.True(Check(Increment, fix: true, out _));
        Assert.Equal(length, new FileInfo(Increment).Length);
    }

    [Theory]
    [InlineData("$3\r\nSET\r\n$1\r\na", "$3\r\nSXT\r\n$1\r\na", "the unknown command 'SXT'")]
    [InlineData("$3\r\nSET\r\n$1\r\na", "$3\r\nGET\r\n$1\r\na", "a wrong number of arguments for 'get'")]
    [InlineData("$3\r\nSET\r\n$1\r\nc", "$3\r\nS\nT\r\n$1\r\nc", "the unknown command 'S?T'")]
    [InlineData("$3\r\nSET\r\n$1\r\na", "$3\r\nACL\r\n$1\r\na", "the unknown subcommand 'a' of 'ACL'")]
    public void What_the_start_refuses_is_not_valid_and_cut_off(string there, string written, string problem)
    {
        string whole = File.ReadAllText(Increment);
        string request = there.EndsWith('a') ? "*3\r\n" + there : "*1\r\n$5\r\nMULTI";
        int valid = whole.IndexOf(request, StringComparison.Ordinal);
        int at = whole.IndexOf("*3\r\n" + there, StringComparison.Ordinal);
        Assert.True(valid > 0 && at >= valid);
        string damaged = whole.Replace(there, written, StringComparison.Ordinal);
        File.WriteAllText(Increment, damaged);
        PersistenceException refusal = Assert.Throws<PersistenceException>(() => Open());
        Assert.Contains("check-aof --fix", refusal.Message, StringComparison.Ordinal);
        Assert.Contains($"valid up to offset {valid}, at offset {at} there is a request with {problem}", refusal.Message, StringComparison.Ordinal);
        Assert.False(Check(Manifest, fix: false, out string report));
        Assert.Contains($"ok_up_to={valid}", report, StringComparison.Ordinal);
        Assert.Contains($"at offset {at} there is a request with {problem}", report, StringComparison.Ordinal);
        Assert.Equal(damaged, File.ReadAllText(Increment));
        Assert.True(Check(Manifest, fix: true, out report));
        string kept = $"{Increment}.cut-off-{valid}";
        Assert.Contains(kept, report, StringComparison.Ordinal);
        Assert.Equal(damaged, File.ReadAllText(Increment) + File.ReadAllText(kept));
        Assert.True(Check(Manifest, fix: false, out _));
        using PersistentEngine server = Open();
        string[] first = there.EndsWith('a') ? ["$-1"] : ["$1", "1"];
        server.Engine.Run("MGET a b c").ShouldBe(["*3", .. first, "$-1", "$-1"]);
    }

    [Fact]
    public void A_refusal_that_the_check_does_not_find_is_told_without_it()
    {
        File.AppendAllText(Increment, "*3\r\n$6\r\nINCRBY\r\n$1\r\na\r\n$1\r\nx\r\n");
        Assert.True(Check(Manifest, fix: false, out _));
        PersistenceException refusal = Assert.Throws<PersistenceException>(() => Open(("propagation-error-behavior", "panic")));
        Assert.DoesNotContain("--fix", refusal.Message, StringComparison.Ordinal);
        Assert.Contains("'INCRBY' failed", refusal.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Commands_of_all_parts_of_a_server_are_known()
    {
        File.AppendAllText(Increment, "*2\r\n$4\r\nDUMP\r\n$1\r\na\r\n*2\r\n$7\r\nINSIGHT\r\n$4\r\nHELP\r\n");
        var report = new StringWriter();
        Assert.True(AofCheck.Run(Manifest, fix: false, report, null, SpinelServer.DeclaredCommands()), report.ToString());
    }

    [Fact]
    public void Renamed_commands_are_known_by_the_configuration()
    {
        // A server loads what it has logged under the names that it has now, and what was logged before, or made of a request by the server itself, under the ones that all have.
        using (PersistentEngine server = Open(("rename-command", "SET PUT")))
        {
            server.Engine.Run("MGET a b c").ShouldBe("*3", "$1", "1", "$1", "2", "$1", "3");
            server.Engine.Run("PUT d 4").ShouldBe("+OK");
            server.Engine.Run("PUT e 5 EX 1000").ShouldBe("+OK");
            server.Engine.Turn();
        }

        Assert.Contains("$3\r\nPUT\r\n$1\r\nd", File.ReadAllText(Increment), StringComparison.Ordinal);
        Assert.Contains("$3\r\nSET\r\n$1\r\ne", File.ReadAllText(Increment), StringComparison.Ordinal);
        Assert.False(Check(Manifest, fix: false, out string report));
        Assert.Contains("the unknown command 'PUT'", report, StringComparison.Ordinal);
        Assert.Contains("--config", report, StringComparison.Ordinal);
        var text = new StringWriter();
        Assert.True(AofCheck.Run(Manifest, fix: false, text, new ServerOptions().Set("rename-command", "SET", "PUT")), text.ToString());
        using PersistentEngine again = Open(("rename-command", "SET PUT"));
        again.Engine.Run("MGET a d e").ShouldBe("*3", "$1", "1", "$1", "4", "$1", "5");
        again.Engine.Run("SET d 5").ShouldBe("-ERR unknown command 'SET', with args beginning with: 'd' '5' ");
    }

    [Fact]
    public void A_damaged_base_or_a_gap_is_not_mended()
    {
        string first = Directory.GetFiles(Path.GetDirectoryName(Manifest)!, "*.base.rdb").Single();
        byte[] bytes = File.ReadAllBytes(first);
        File.WriteAllBytes(first, bytes[..^3]);
        Assert.False(Check(Manifest, fix: true, out string report));
        Assert.Contains("damaged", report, StringComparison.Ordinal);
        File.WriteAllBytes(first, bytes);
        File.WriteAllText(Path.Combine(Path.GetDirectoryName(Manifest)!, "later"), "*1\r\n$4\r\nPING\r\n");
        File.AppendAllText(Manifest, "file later seq 2 type i\n");
        File.AppendAllText(Increment, "*1\r\n$4\r\nPI");
        Assert.False(Check(Manifest, fix: true, out report));
        Assert.Contains("gap", report, StringComparison.Ordinal);
    }

    [Fact]
    public void What_is_not_there_is_told()
    {
        Assert.False(Check(Path.Combine(_directory, "none"), fix: true, out string report));
        Assert.Contains("none", report, StringComparison.Ordinal);
        File.Delete(Increment);
        Assert.False(Check(Manifest, fix: false, out report));
        Assert.Contains("doesn't exist", report, StringComparison.Ordinal);
    }

    private static bool Check(string path, bool fix, out string report)
    {
        var text = new StringWriter();
        bool isValid = AofCheck.Run(path, fix, text);
        report = text.ToString();
        return isValid;
    }

    private PersistentEngine Open(params (string Name, string Value)[] options) => new(_directory, [("appendonly", "yes"), .. options]);
}
