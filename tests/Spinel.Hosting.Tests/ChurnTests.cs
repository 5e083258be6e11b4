using Spinel.Bench.Churn;
using Spinel.Engine.Configuration;

namespace Spinel.Hosting.Tests;

/// <summary>Five hundred clients that come, misbehave and go, for seconds; <c>bench/Churn</c> lets them do so for minutes.</summary>
public sealed class ChurnTests
{
    private const int Clients = 500;

    /// <summary>Some chunks that are kept for the next replies.</summary>
    private const long KeptBytes = 128 << 10;

    [Theory]
    [InlineData(TransportKind.Epoll)]
    [InlineData(TransportKind.Sockets)]
    public async Task Nothing_is_left_of_clients_that_are_gone(TransportKind transport)
    {
        Assert.SkipWhen(transport == TransportKind.Epoll && !OperatingSystem.IsLinux(), "epoll needs Linux");
        await using var server = new TestServer(transport, ("client-output-buffer-limit", "normal 4mb 1mb 1"), ("latency-monitor-threshold", "1"), ("slowlog-log-slower-than", "100"));
        var audit = new ChurnAudit(server.Server);
        ChurnReading before = await audit.ReadAsync();
        ChurnSummary summary = await new ClientChurn(server.Endpoint, Clients, seed: 1).RunAsync(TimeSpan.FromSeconds(3));
        ChurnReading after = await audit.SettleAsync(before.UsedBytes + KeptBytes);

        Assert.True(summary is { Rounds: > 100, Kills: > 10 } && summary.Connections >= Clients, summary.ToString());
        Assert.Equal(0, after.Sessions);
        Assert.Equal(0, after.Keys);
        Assert.InRange(after.UsedBytes, 0, before.UsedBytes + KeptBytes);
    }
}
