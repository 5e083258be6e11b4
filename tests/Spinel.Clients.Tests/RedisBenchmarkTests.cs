using System.Globalization;
using Spinel.TestSupport;

namespace Spinel.Clients.Tests;

/// <summary>redis-benchmark runs through without an error reply. Its figures are not looked at.</summary>
public sealed class RedisBenchmarkTests(RunningServer server) : IClassFixture<RunningServer>
{
    [Theory]
    [InlineData("ping_inline,ping_mbulk,set,get,incr,mset", 50, 1, 32)]
    [InlineData("ping_inline,ping_mbulk,set,get,incr,mset", 50, 16, 32)]
    [InlineData("set,get", 10, 64, 4096)]
    [InlineData("set,get", 5, 3, 100_000)]
    [InlineData("set,get,incr", 500, 1, 3)]
    public async Task Runs_through(string tests, int clients, int pipeline, int valueBytes)
    {
        string output = await BenchmarkAsync("-t", tests, "-n", valueBytes > 10_000 ? "500" : "20000", "-c", Text(clients), "-P", Text(pipeline),
            "-d", Text(valueBytes), "-r", "5000", "-q");
        Assert.Equal(tests.Split(',').Length, Count(output, "requests per second"));
        Assert.Equal(0, Count(output, "Error from server"));
    }

    [Fact]
    public async Task Runs_through_with_threads_and_with_resp3()
    {
        string output = await BenchmarkAsync("-t", "set,get", "-n", "20000", "-P", "8", "--threads", "2", "-r", "1000", "-q");
        Assert.Equal(2, Count(output, "requests per second"));
        output = await BenchmarkAsync("-3", "-n", "20000", "-P", "8", "-r", "1000", "-q", "SET", "key:__rand_int__", "x", "EX", "1000");
        Assert.Equal(1, Count(output, "requests per second"));
        Assert.Equal(0, Count(output, "Error from server"));
    }

    private static string Text(int value) => value.ToString(CultureInfo.InvariantCulture);

    private static int Count(string text, string part) => text.Split(part).Length - 1;

    private async Task<string> BenchmarkAsync(params string[] arguments)
    {
        (int exitCode, string output) = await Tool.RunAsync(
            Oracle.RequireProgram("redis-benchmark"), "", ["-p", Text(server.Process.Port), .. arguments]);
        Assert.True(exitCode == 0, output);
        return output;
    }
}
