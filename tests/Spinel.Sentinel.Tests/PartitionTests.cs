using System.Diagnostics;
using Spinel.TestSupport;

namespace Spinel.Sentinel.Tests;

/// <summary>A primary that only its own clients can still reach, while the rest of the network elects another.</summary>
public sealed class PartitionTests
{
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(30);

    [Fact]
    public void A_primary_that_is_cut_off_stops_taking_writes_and_rejoins_as_a_replica()
    {
        ServerCommand[] commands = [.. FailoverTests.Commands("spinel spinel spinel").Select(command => command.With("--min-replicas-to-write", "1", "--min-replicas-max-lag", "2"))];
        using var fleet = new Fleet(commands, lines: true);
        using RespConnection client = fleet.Connect(0);
        fleet.Eventually("writes are taken", () => client.Command("SET", "before", "1").Text == "OK");
        fleet.ExpectAgreement(0);

        fleet.Line(0).GoDead();
        long begin = Stopwatch.GetTimestamp();
        string reply;
        while ((reply = client.Command("SET", "lost", "1").Text) == "OK")
        {
            Assert.True(Stopwatch.GetElapsedTime(begin) < Limit, "the primary goes on taking writes without a replica");
            Thread.Sleep(20);
        }

        Assert.StartsWith("NOREPLICAS", reply, StringComparison.Ordinal);
        int primary = -1;
        fleet.Eventually("another server is primary", () => (primary = fleet.Primary()) > 0 && fleet.Info(primary, "role") == "master");
        fleet.Eventually("it takes writes", () =>
        {
            using RespConnection other = fleet.Connect(primary);
            return other.Command("SET", "after", "1").Text == "OK";
        });

        fleet.Line(0).Revive();
        fleet.Eventually("the old primary has become a replica", () => fleet.Info(0, "role") == "slave" && fleet.Info(0, "master_link_status") == "up");
        fleet.ExpectAgreement(primary);
        using RespConnection rejoined = fleet.Connect(0);
        Assert.Equal("1", rejoined.Command("GET", "after").Text);
        Assert.True(rejoined.Command("GET", "lost").IsNull);
    }
}
