using System.Diagnostics;
using System.Globalization;
using Spinel.TestSupport;
using StackExchange.Redis;

namespace Spinel.Sentinel.Tests;

/// <summary>Client libraries that ask Sentinels for the primary go on writing when it is replaced.</summary>
public sealed class SentinelClientTests
{
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(60);

    [Fact]
    public async Task StackExchange_Redis_goes_on()
    {
        using var fleet = new Fleet(FailoverTests.Commands("spinel spinel"));
        var options = new ConfigurationOptions { ServiceName = Fleet.Name, AbortOnConnectFail = false, ConnectTimeout = 2000, AsyncTimeout = 2000, SyncTimeout = 2000 };
        foreach (int port in fleet.SentinelPorts)
        {
            options.EndPoints.Add("127.0.0.1", port);
        }

        await using ConnectionMultiplexer sentinels = await ConnectionMultiplexer.SentinelConnectAsync(options);
        await using ConnectionMultiplexer client = sentinels.GetSentinelMasterConnection(options);
        IDatabase db = client.GetDatabase();
        Assert.Equal(1, await db.StringIncrementAsync("counter"));
        fleet.Eventually("the replica has it", () => Get(fleet, 1, "counter") == "1");

        fleet.Kill(0);
        long begin = Stopwatch.GetTimestamp();
        while (true)
        {
            try
            {
                Assert.Equal(2, await db.StringIncrementAsync("counter"));
                break;
            }
            catch (Exception failure) when (failure is RedisException or TimeoutException && Stopwatch.GetElapsedTime(begin) < Limit)
            {
                await Task.Delay(100, TestContext.Current.CancellationToken);
            }
        }

        Assert.Equal("2", Get(fleet, 1, "counter"));
    }

    [Fact]
    public async Task Ioredis_goes_on()
    {
        string node = Oracle.RequireProgram("node");
        string npm = Oracle.RequireProgram("npm");
        string directory = Path.Combine(RepositoryPaths.Root, "tests", "Spinel.Sentinel.Tests", "ioredis");
        (int installed, string output) = await RunAsync(npm, directory, _ => { }, "ci", "--no-audit", "--no-fund", "--silent");
        Assert.True(installed == 0, output);

        using var fleet = new Fleet(FailoverTests.Commands("spinel spinel"));
        bool killed = false;
        (int exitCode, output) = await RunAsync(node, directory, line =>
        {
            // The script says so when the first write has reached the replica.
            if (line == "written")
            {
                fleet.Kill(0);
                killed = true;
            }
        }, ["failover.mjs", .. fleet.SentinelPorts.Select(port => port.ToString(CultureInfo.InvariantCulture))]);
        Assert.True(exitCode == 0, output);
        Assert.True(killed, output);
        Assert.Equal("2", Get(fleet, 1, "counter"));
    }

    private static string Get(Fleet fleet, int server, string key)
    {
        using RespConnection connection = fleet.Connect(server);
        return connection.Command("GET", key).Text;
    }

    private static async Task<(int ExitCode, string Output)> RunAsync(string program, string directory, Action<string> onLine, params string[] arguments)
    {
        var start = new ProcessStartInfo(program, arguments) { WorkingDirectory = directory, RedirectStandardOutput = true, RedirectStandardError = true };
        using Process process = Process.Start(start)!;
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(TestContext.Current.CancellationToken);
        limit.CancelAfter(TimeSpan.FromSeconds(120));
        Task<string> errors = process.StandardError.ReadToEndAsync(limit.Token);
        string output = "";
        try
        {
            while (await process.StandardOutput.ReadLineAsync(limit.Token) is { } line)
            {
                output += line + '\n';
                onLine(line);
            }

            await process.WaitForExitAsync(limit.Token);
            return (process.ExitCode, output + await errors);
        }
        catch (OperationCanceledException)
        {
            process.Kill();
            throw new TimeoutException($"{program} {string.Join(' ', arguments)} did not end; it said:\n{output}");
        }
    }
}
