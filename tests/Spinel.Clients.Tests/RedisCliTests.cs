using System.Globalization;
using System.Text;
using Spinel.TestSupport;

namespace Spinel.Clients.Tests;

/// <summary>redis-cli, in the ways people use it.</summary>
public sealed class RedisCliTests(RunningServer server) : IClassFixture<RunningServer>
{
    [Fact]
    public async Task Commands_as_arguments()
    {
        Assert.Equal("PONG", await CliAsync("", "ping"));
        Assert.Equal("OK", await CliAsync("", "set", "cli:a", "some value"));
        Assert.Equal("some value", await CliAsync("", "get", "cli:a"));
        Assert.Equal("some value", await CliAsync("", "-3", "get", "cli:a"));
        Assert.Equal("1", await CliAsync("", "-n", "7", "incr", "cli:n"));
        Assert.Equal("\"1\"", await CliAsync("", "--no-raw", "-n", "7", "get", "cli:n"));
        Assert.Equal("OK", await CliAsync("from stdin", "-x", "set", "cli:x"));
        Assert.Equal("from stdin", await CliAsync("", "get", "cli:x"));
        Assert.StartsWith("ERR unknown command", await CliAsync("", "nosuchcommand"), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Commands_from_a_pipe()
    {
        string output = await CliAsync("select 2\nset p:a \"x\\ty\"\nget p:a\nincr p:n\nincr p:n\nget missing\nbad\n");
        Assert.Equal(["OK", "OK", "x\ty", "1", "2", ""], output.Split('\n')[..6]);
    }

    [Fact]
    public async Task Mass_insertion_by_pipe()
    {
        var commands = new StringBuilder();
        for (int i = 0; i < 20_000; i++)
        {
            commands.Append(CultureInfo.InvariantCulture, $"SET mass:{i} {i}\r\n");
        }

        string output = await CliAsync(commands.ToString(), "-n", "3", "--pipe");
        Assert.Contains("errors: 0, replies: 20000", output, StringComparison.Ordinal);
        Assert.Equal("20000", await CliAsync("", "-n", "3", "dbsize"));
    }

    [Fact]
    public async Task Walks_through_the_keyspace()
    {
        await CliAsync("select 5\nset w:a 1\nset w:b 22\nset w:c 333333\n");
        string scan = await CliAsync("", "-n", "5", "--scan", "--pattern", "w:*");
        Assert.Equal(["w:a", "w:b", "w:c"], scan.Split('\n').Order(StringComparer.Ordinal));

        string biggest = await CliAsync("", "-n", "5", "--bigkeys");
        Assert.Contains("Biggest string found '\"w:c\"' has 6 bytes", biggest, StringComparison.Ordinal);
        string largest = await CliAsync("", "-n", "5", "--memkeys");
        Assert.Contains("Biggest string found", largest, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Information()
    {
        Assert.Contains("redis_version:", await CliAsync("", "info", "server"), StringComparison.Ordinal);
        Assert.Contains("name=", await CliAsync("", "client", "list"), StringComparison.Ordinal);
    }

    private async Task<string> CliAsync(string input, params string[] arguments)
    {
        string port = server.Process.Port.ToString(CultureInfo.InvariantCulture);
        (_, string output) = await Tool.RunAsync(Oracle.RequireProgram("redis-cli"), input, ["-p", port, .. arguments]);
        return output.TrimEnd('\n');
    }
}
