using Spinel.TestSupport;

namespace Spinel.Replication.Tests.Replica.Processes;

/// <summary>Spinel as a replica of the real server.</summary>
public sealed class RedisAsPrimaryTests
{
    [Theory]
    [InlineData("disabled", "yes")]
    [InlineData("disabled", "no")]
    [InlineData("on-empty-db", "yes")]
    [InlineData("swapdb", "yes")]
    [InlineData("swapdb", "no")]
    public void All_data_is_taken_over_and_what_follows_is_applied(string load, string diskless)
    {
        using ServerProcess redis = Servers.Redis("--repl-diskless-sync", diskless);
        using ServerProcess spinel = Servers.Spinel("--repl-diskless-load", load);
        using RespConnection primary = redis.Connect();
        using RespConnection replica = spinel.Connect();
        Servers.Fill(primary);
        Servers.Write(primary, 1, 2000);
        replica.Follow(redis.Port);
        Servers.Write(primary, 2, 5000);
        Servers.WaitUntilEqual(primary, replica);
        Assert.Equal("1", primary.Info("sync_full"));
        Servers.WaitUntil(() => primary.Command("DBSIZE").Text == replica.Command("DBSIZE").Text);
    }

    [Fact]
    public void A_connection_that_is_cut_is_gone_on_with_and_nothing_is_applied_twice()
    {
        using ServerProcess redis = Servers.Redis();
        using ServerProcess spinel = Servers.Spinel();
        using var proxy = new CuttingProxy(redis.Port);
        using RespConnection primary = redis.Connect();
        using RespConnection replica = spinel.Connect();
        replica.Follow(proxy.Port);
        Servers.WaitUntilEqual(primary, replica);
        for (int i = 0; i < 10; i++)
        {
            Servers.Write(primary, 100 + i, 500);
            proxy.Cut();
            Servers.Write(primary, 200 + i, 300);
            Servers.WaitUntil(() => replica.Info("master_link_status") == "up");
        }

        Servers.WaitUntilEqual(primary, replica);
        Assert.Equal("1", primary.Info("sync_full"));
        Assert.NotEqual("0", primary.Info("sync_partial_ok"));
    }

    [Fact]
    public void A_connection_that_is_cut_while_the_data_is_on_its_way_is_made_again()
    {
        using ServerProcess redis = Servers.Redis("--rdb-key-save-delay", "300", "--rdbcompression", "no");
        using ServerProcess spinel = Servers.Spinel("--repl-diskless-load", "swapdb");
        using var proxy = new CuttingProxy(redis.Port);
        using RespConnection primary = redis.Connect();
        using RespConnection replica = spinel.Connect();
        replica.Command("SET", "old", "1");
        primary.Command("DEBUG", "POPULATE", "3000", "key", "500");
        replica.Follow(proxy.Port);
        Servers.WaitUntil(() => replica.Info("master_sync_read_bytes") is { Length: > 5 });
        proxy.Cut();
        Servers.WaitUntil(() => replica.Info("master_sync_in_progress") == "0");
        Assert.Equal("1", replica.Command("GET", "old").Text);
        primary.Command("CONFIG", "SET", "rdb-key-save-delay", "0");
        Servers.WaitUntilEqual(primary, replica);
        Assert.Equal("3000", replica.Command("DBSIZE").Text);
    }

    [Fact]
    public void Any_transport_will_do_and_a_killed_link_is_made_again()
    {
        using ServerProcess redis = Servers.Redis();
        using ServerProcess spinel = Servers.Spinel("--transport", "sockets");
        using RespConnection primary = redis.Connect();
        using RespConnection replica = spinel.Connect();
        replica.Follow(redis.Port);
        Servers.Write(primary, 1, 1000);
        Servers.WaitUntilEqual(primary, replica);
        Assert.Equal("1", replica.Command("CLIENT", "KILL", "TYPE", "MASTER").Text);
        Servers.Write(primary, 2, 1000);
        Servers.WaitUntilEqual(primary, replica);
        Assert.Equal("1", primary.Info("sync_full"));
    }

    [Fact]
    public void A_replica_says_of_itself_what_one_of_Redis_says()
    {
        using ServerProcess primary = Servers.Redis();
        using ServerProcess redis = Servers.Redis();
        using ServerProcess spinel = Servers.Spinel();
        using RespConnection theirs = redis.Connect();
        using RespConnection ours = spinel.Connect();
        theirs.Follow(primary.Port);
        ours.Follow(primary.Port);
        Servers.WaitUntil(() => theirs.Info("master_link_status") == "up" && ours.Info("master_link_status") == "up");
        Assert.Equal(Fields(theirs), Fields(ours));
        Assert.Equal(theirs.Command("ROLE").ToString(), ours.Command("ROLE").ToString());
        primary.Kill();
        Servers.WaitUntil(() => theirs.Info("master_link_status") == "down" && ours.Info("master_link_status") == "down");
        Assert.Equal(Fields(theirs), Fields(ours));

        static IEnumerable<string> Fields(RespConnection server) =>
            server.Command("INFO", "replication").Text.Split("\r\n").Select(line => line.Split(':')[0]);
    }

    [Fact]
    public void A_chain_passes_the_stream_on_byte_for_byte()
    {
        using ServerProcess first = Servers.Redis();
        using ServerProcess second = Servers.Spinel();
        using ServerProcess third = Servers.Redis();
        using var proxy = new CuttingProxy(first.Port);
        using RespConnection top = first.Connect();
        using RespConnection middle = second.Connect();
        using RespConnection bottom = third.Connect();
        Servers.Fill(top);
        middle.Follow(proxy.Port);
        Servers.WaitUntil(() => middle.Info("master_link_status") == "up");
        bottom.Follow(second.Port);
        Servers.Write(top, 1, 3000);
        proxy.Cut();
        Servers.Write(top, 2, 3000);
        Servers.WaitUntilEqual(top, middle, bottom);
        Assert.Equal("1", top.Info("sync_full"));
        Assert.Equal("1", middle.Info("sync_full"));
        Assert.Equal("slave", middle.Command("ROLE").Items![0].Text);
    }

    [Fact]
    public void A_promoted_replica_is_followed_by_its_sibling_and_by_its_former_primary_without_a_copy()
    {
        using ServerProcess first = Servers.Redis();
        using ServerProcess second = Servers.Spinel();
        using ServerProcess third = Servers.Redis();
        using RespConnection old = first.Connect();
        using RespConnection promoted = second.Connect();
        using RespConnection sibling = third.Connect();
        promoted.Follow(first.Port);
        sibling.Follow(first.Port);
        Servers.Write(old, 1, 3000, expires: false);
        Servers.WaitUntilEqual(old, promoted, sibling);

        // From here on the old primary says nothing that the others do not hear.
        old.Command("CONFIG", "SET", "repl-ping-replica-period", "3600");
        Servers.WaitUntilEqual(old, promoted, sibling);
        Assert.Equal("OK", promoted.Command("REPLICAOF", "NO", "ONE").Text);
        Servers.Write(promoted, 2, 1000, expires: false);
        sibling.Follow(second.Port);
        old.Follow(second.Port);
        Servers.Write(promoted, 3, 1000, expires: false);
        Servers.WaitUntilEqual(promoted, sibling, old);
        Assert.Equal("0", promoted.Info("sync_full"));
        Assert.Equal("2", promoted.Info("sync_partial_ok"));

        // And back.
        Assert.Equal("OK", old.Command("REPLICAOF", "NO", "ONE").Text);
        promoted.Follow(first.Port);
        Servers.Write(old, 4, 1000, expires: false);
        Servers.WaitUntilEqual(old, promoted);
    }

    [Fact]
    public void A_replica_that_was_restarted_goes_on_where_it_stopped()
    {
        using ServerProcess redis = Servers.Redis("--repl-backlog-size", "10mb");
        using RespConnection primary = redis.Connect();
        DirectoryInfo directory = Directory.CreateTempSubdirectory("spinel-restart-");
        try
        {
            string[] options = ["--dir", directory.FullName, "--save", "3600 1000000", "--replicaof", "127.0.0.1", $"{redis.Port}"];
            using (ServerProcess spinel = Servers.Spinel(options))
            {
                using RespConnection replica = spinel.Connect();
                Servers.Write(primary, 1, 2000);
                Servers.WaitUntilEqual(primary, replica);
                spinel.Stop();
            }

            Servers.Write(primary, 2, 1000);
            using ServerProcess again = Servers.Spinel(options);
            using RespConnection restarted = again.Connect();
            Servers.WaitUntilEqual(primary, restarted);
            Assert.Equal("1", primary.Info("sync_full"));
            Assert.Equal("1", primary.Info("sync_partial_ok"));
        }
        finally
        {
            directory.Delete(recursive: true);
        }
    }

    [Fact]
    public void The_log_of_a_replica_holds_what_the_primary_sent()
    {
        using ServerProcess redis = Servers.Redis();
        using RespConnection primary = redis.Connect();
        DirectoryInfo directory = Directory.CreateTempSubdirectory("spinel-log-");
        try
        {
            string[] options = ["--dir", directory.FullName, "--appendonly", "yes"];
            string digest;
            using (ServerProcess spinel = Servers.Spinel(options))
            {
                using RespConnection replica = spinel.Connect();
                replica.Command("SET", "old", "1");
                Servers.Write(primary, 1, 1000, expires: false);
                replica.Follow(redis.Port);
                Servers.Write(primary, 2, 1000, expires: false);
                Servers.WaitUntilEqual(primary, replica);
                Servers.WaitUntil(() => replica.Info("aof_rewrite_in_progress") == "0" && replica.Info("aof_rewrites") != "0");
                digest = replica.Digest();
                spinel.Stop();
            }

            using ServerProcess again = Servers.Spinel(options);
            using RespConnection restarted = again.Connect();
            Assert.Equal("0", restarted.Command("EXISTS", "old").Text);
            Assert.Equal(digest, restarted.Digest());
        }
        finally
        {
            directory.Delete(recursive: true);
        }
    }

    [Fact]
    public void A_password_that_is_wrong_is_seen_and_one_that_is_right_lets_in()
    {
        using ServerProcess redis = Servers.Redis();
        using ServerProcess spinel = Servers.Spinel("--masterauth", "wrong");
        using RespConnection primary = redis.Connect();
        using RespConnection replica = spinel.Connect();
        primary.Command("SET", "a", "1");
        Assert.Equal("OK", primary.Command("CONFIG", "SET", "requirepass", "secret").Text);
        replica.Follow(redis.Port);
        Servers.WaitUntil(() => spinel.Log.Contains("Unable to AUTH to MASTER: -WRONGPASS", StringComparison.Ordinal));
        Assert.Equal("down", replica.Info("master_link_status"));
        replica.Command("CONFIG", "SET", "masterauth", "secret");
        Servers.WaitUntilEqual(primary, replica);
    }

    [Fact]
    public void Writers_are_handed_over_from_one_server_to_the_other_and_back()
    {
        using ServerProcess first = Servers.Redis();
        using ServerProcess second = Servers.Spinel();
        using RespConnection redis = first.Connect();
        using RespConnection spinel = second.Connect();
        spinel.Follow(first.Port);
        Servers.Write(redis, 1, 1000);
        Servers.WaitUntilEqual(redis, spinel);
        Assert.Equal("OK", redis.Command("FAILOVER", "TO", "127.0.0.1", $"{second.Port}").Text);
        Servers.WaitUntil(() => spinel.Info("role") == "master" && redis.Info("role") == "slave" && redis.Info("master_failover_state") == "no-failover");
        Servers.Write(spinel, 2, 1000);
        Servers.WaitUntilEqual(spinel, redis);
        Assert.Equal("OK", spinel.Command("FAILOVER").Text);
        Servers.WaitUntil(() => redis.Info("role") == "master" && spinel.Info("role") == "slave" && spinel.Info("master_failover_state") == "no-failover");
        Servers.Write(redis, 3, 1000);
        Servers.WaitUntilEqual(redis, spinel);
        Assert.Equal("0", spinel.Info("sync_full"));
        Assert.Equal("1", redis.Info("sync_full"));
    }
}
