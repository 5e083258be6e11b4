using System.Globalization;
using Spinel.TestSupport;

namespace Spinel.Sentinel.Tests;

/// <summary>Real Sentinels lead a change of primary among Spinel servers, and among Spinel and Redis servers side by side.</summary>
public sealed class FailoverTests
{
    // Enough history for a sibling to go on after a failover without a full resynchronization.
    private static readonly string[] Options = ["--repl-diskless-sync-delay", "0", "--repl-timeout", "5", "--save", ""];

    public static TheoryData<string> Fleets => ["spinel spinel spinel", "spinel redis spinel", "redis spinel spinel"];

    [Theory]
    [MemberData(nameof(Fleets))]
    public void A_killed_primary_is_replaced_and_comes_back_as_a_replica(string kinds)
    {
        using var fleet = new Fleet(Commands(kinds));
        Write(fleet, 0, "before");
        fleet.ExpectAgreement(0);
        int port = fleet.Port(0);

        fleet.Kill(0);
        int primary = -1;
        fleet.Eventually("another server is primary", () => (primary = fleet.Primary()) > 0 && fleet.Info(primary, "role") == "master");
        int sibling = 3 - primary;
        fleet.Eventually("the sibling follows it", () =>
            fleet.Info(sibling, "master_port") == fleet.Port(primary).ToString(CultureInfo.InvariantCulture) && fleet.Info(sibling, "master_link_status") == "up");
        Assert.Equal("0", fleet.Info(primary, "sync_full"));
        Assert.Equal("1", fleet.Info(primary, "sync_partial_ok"));
        Write(fleet, primary, "after");

        fleet.Restart(0, port);
        fleet.Eventually("the old primary has become a replica", () => fleet.Info(0, "role") == "slave" && fleet.Info(0, "master_link_status") == "up");
        fleet.ExpectAgreement(primary);
        using RespConnection old = fleet.Connect(0);
        Assert.Equal("100", old.Command("GET", "before:100").Text);
        Assert.StartsWith("READONLY", old.Command("SET", "a", "b").Text, StringComparison.Ordinal);
    }

    [Fact]
    public void A_frozen_primary_is_replaced_and_what_it_alone_was_told_is_given_up()
    {
        using var fleet = new Fleet(Commands("spinel spinel spinel"));
        Write(fleet, 0, "before");
        fleet.ExpectAgreement(0);

        fleet.Freeze(0);
        int primary = -1;
        fleet.Eventually("another server is primary", () => (primary = fleet.Primary()) > 0 && fleet.Info(primary, "role") == "master");
        Write(fleet, primary, "after");
        fleet.Thaw(0);
        using (RespConnection old = fleet.Connect(0))
        {
            old.Command("SET", "nobody", "will see this");
        }

        fleet.Eventually("the old primary has become a replica", () => fleet.Info(0, "role") == "slave" && fleet.Info(0, "master_link_status") == "up");
        fleet.ExpectAgreement(primary);
        using RespConnection after = fleet.Connect(0);
        Assert.True(after.Command("GET", "nobody").IsNull);
        Assert.Equal("100", after.Command("GET", "after:100").Text);
    }

    [Fact]
    public void A_failover_that_is_asked_for_loses_nothing()
    {
        using var fleet = new Fleet(Commands("spinel spinel spinel"));
        Write(fleet, 0, "before");
        fleet.ExpectAgreement(0);
        using (RespConnection sentinel = fleet.Sentinel(0).Connect())
        {
            Assert.Equal("OK", sentinel.Command("SENTINEL", "FAILOVER", Fleet.Name).Text);
        }

        int primary = -1;
        fleet.Eventually("another server is primary", () => (primary = fleet.Primary()) > 0 && fleet.Info(primary, "role") == "master");
        fleet.Eventually("the old primary follows it", () => fleet.Info(0, "role") == "slave" && fleet.Info(0, "master_link_status") == "up");
        Write(fleet, primary, "after");
        fleet.ExpectAgreement(primary);
    }

    internal static ServerCommand[] Commands(string kinds) =>
    [
        .. kinds.Split(' ').Select(kind => kind == "spinel" ? ServerCommand.Subject(Options) : ServerCommand.Redis(Oracle.RequireProgram("redis-server"), Options)),
    ];

    private static void Write(Fleet fleet, int server, string name)
    {
        using RespConnection connection = fleet.Connect(server);
        for (int i = 1; i <= 100; i++)
        {
            Assert.Equal("OK", connection.Command("SET", $"{name}:{i}", i.ToString(CultureInfo.InvariantCulture)).Text);
        }
    }
}
