using System.Globalization;
using System.Text;
using static Spinel.Replication.Tests.Primary.FullSyncTests;

namespace Spinel.Replication.Tests.Primary;

public sealed class AcknowledgementTests
{
    [Fact]
    public void Wait_waits_for_replicas()
    {
        using var primary = new PrimaryEngine();
        ScriptedReplica replica = primary.Connect().Join();
        TestClient client = primary.Engine.Connect();
        client.Run("SET a 1");
        replica.Turn();
        client.Run("WAIT 0 0").ShouldBe(":0");
        Assert.Equal("", client.Run("WAIT 1 0").Text);
        long wanted = primary.Offset;
        Assert.Equal(Request("REPLCONF", "GETACK", "*"), replica.Turn());
        replica.Send(string.Create(CultureInfo.InvariantCulture, $"REPLCONF ACK {wanted - 1}"));
        primary.Engine.Turn();
        Assert.Equal("", client.Receive().Text);
        replica.Send(string.Create(CultureInfo.InvariantCulture, $"REPLCONF ACK {wanted}"));
        primary.Engine.Turn();
        client.Receive().ShouldBe(":1");
        Assert.Equal("", replica.Turn());
    }

    [Fact]
    public void Wait_is_for_what_the_client_itself_has_written()
    {
        using var primary = new PrimaryEngine();
        ScriptedReplica replica = primary.Connect().Join();
        TestClient client = primary.Engine.Connect();
        client.Run("WAIT 1 0").ShouldBe(":1");
        client.Run("SET a 1");
        replica.Turn();
        replica.Send(string.Create(CultureInfo.InvariantCulture, $"REPLCONF ACK {primary.Offset}"));
        primary.Run("SET b 1");
        client.Run("WAIT 1 0").ShouldBe(":1");

        // What came before in the same breath counts.
        client.Send(Encoding.ASCII.GetBytes(Request("SET", "a", "2") + Request("WAIT", "1", "0"))).ShouldBe("+OK");
        replica.Turn();
        replica.Send(string.Create(CultureInfo.InvariantCulture, $"REPLCONF ACK {primary.Offset}"));
        primary.Engine.Turn();
        client.Receive().ShouldBe(":1");
    }

    [Fact]
    public void A_client_that_was_served_late_waits_for_what_it_was_served()
    {
        using var primary = new PrimaryEngine();
        primary.Connect().Join();
        TestClient client = primary.Engine.Connect();
        Assert.Equal("", client.Run("BLPOP l 0").Text);
        primary.Run("RPUSH l 1");
        primary.Engine.Turn();
        client.Receive().ShouldBe("*2", "$1", "l", "$1", "1");
        Assert.Equal("", client.Run("WAIT 1 0").Text);
    }

    [Fact]
    public void Wait_gives_up_in_time()
    {
        using var primary = new PrimaryEngine();
        primary.Connect().Join();
        TestClient client = primary.Engine.Connect();
        client.Run("SET a 1");
        Assert.Equal("", client.Run("WAIT 2 100").Text);
        primary.Engine.Turn(50);
        Assert.Equal("", client.Receive().Text);
        primary.Engine.Turn(60);
        client.Receive().ShouldBe(":0");
        client.Run("MULTI");
        client.Run("WAIT 2 0");
        client.Run("EXEC").ShouldBe("*1", ":0");
    }

    [Fact]
    public void Who_has_given_up_is_forgotten_even_if_no_replica_ever_says_anything()
    {
        using var primary = new PrimaryEngine();
        TestClient client = primary.Engine.Connect();
        for (int i = 0; i < 20; i++)
        {
            Assert.Equal("", client.Run("WAIT 1 10").Text);
            primary.Engine.Turn(20);
            client.Receive().ShouldBe(":0");
        }

        primary.Engine.Turn(1000);
        Assert.Equal(0, primary.Replication.Primary.Waiters.Count);
    }

    [Fact]
    public void A_failover_and_a_pause_of_clients_end_each_for_itself()
    {
        using var primary = new PrimaryEngine();
        primary.Connect().Join();
        primary.Run("SET a 1");
        TestClient writer = primary.Engine.Connect();
        TestClient reader = primary.Engine.Connect();
        primary.Run("FAILOVER").ShouldBe("+OK");
        Assert.Equal("", writer.Run("SET b 1").Text);
        primary.Run("CLIENT PAUSE 100 ALL").ShouldBe("+OK");
        Assert.Equal("", reader.Run("GET a").Text);
        primary.Engine.Turn(200);
        primary.Engine.Turn();
        reader.Receive().ShouldBe("$1", "1");
        primary.Run("CLIENT PAUSE 100 WRITE").ShouldBe("+OK");
        primary.Run("CLIENT UNPAUSE").ShouldBe("+OK");
        primary.Engine.Turn();
        Assert.Equal("", writer.Receive().Text);
        primary.Run("CLIENT PAUSE 100 WRITE").ShouldBe("+OK");
        primary.Run("FAILOVER ABORT").ShouldBe("+OK");
        primary.Engine.Turn();
        Assert.Equal("", writer.Receive().Text);
        primary.Engine.Turn(200);
        primary.Engine.Turn();
        writer.Receive().ShouldBe("+OK");
    }

    [Fact]
    public void Waiters_of_different_numbers_are_served_each_in_its_time()
    {
        using var primary = new PrimaryEngine();
        ScriptedReplica first = primary.Connect().Join();
        ScriptedReplica second = primary.Connect().Join();
        TestClient one = primary.Engine.Connect();
        TestClient two = primary.Engine.Connect();
        one.Run("SET a 1");
        two.Run("GET a");
        two.Run("WAIT 2 0");
        one.Run("WAIT 1 0");
        long wanted = primary.Offset;
        first.Send(string.Create(CultureInfo.InvariantCulture, $"REPLCONF ACK {wanted}"));
        primary.Engine.Turn();
        one.Receive().ShouldBe(":1");
        Assert.Equal("", two.Receive().Text);
        second.Send(string.Create(CultureInfo.InvariantCulture, $"REPLCONF ACK {wanted}"));
        primary.Engine.Turn();
        two.Receive().ShouldBe(":2");
    }

    [Fact]
    public void Waitaof_counts_replicas_that_have_it_on_disk()
    {
        using var primary = new PrimaryEngine();
        ScriptedReplica replica = primary.Connect().Join();
        TestClient client = primary.Engine.Connect();
        client.Run("SET a 1");
        replica.Turn();
        Assert.Equal("", client.Run("WAITAOF 0 1 0").Text);
        long wanted = primary.Offset;
        Assert.Equal(Request("REPLCONF", "GETACK", "*"), replica.Turn());
        replica.Send(string.Create(CultureInfo.InvariantCulture, $"REPLCONF ACK {wanted}"));
        primary.Engine.Turn();
        Assert.Equal("", client.Receive().Text);
        replica.Send(string.Create(CultureInfo.InvariantCulture, $"REPLCONF ACK {wanted} FACK {wanted}"));
        primary.Engine.Turn();
        client.Receive().ShouldBe("*2", ":0", ":1");
    }

    [Fact]
    public void Writes_need_replicas_that_keep_up()
    {
        using var primary = new PrimaryEngine(("min-replicas-to-write", "1"), ("min-replicas-max-lag", "5"), ("repl-timeout", "100"));
        primary.Run("SET a 1").ShouldBe("-NOREPLICAS Not enough good replicas to write.");
        ScriptedReplica replica = primary.Connect().Join();
        primary.Run("SET a 1").ShouldBe("+OK");
        Assert.Equal("1", primary.Info("min_slaves_good_slaves"));
        for (int i = 0; i < 8; i++)
        {
            primary.Engine.Turn(1000);
        }

        primary.Run("SET a 1").ShouldBe("-NOREPLICAS Not enough good replicas to write.");
        replica.Send("REPLCONF ACK 1");
        primary.Engine.Turn(1000);
        primary.Run("SET a 1").ShouldBe("+OK");
        replica.Disconnect();
        primary.Run("SET a 1").ShouldBe("-NOREPLICAS Not enough good replicas to write.");
        primary.Run("CONFIG SET min-replicas-to-write 0");
        primary.Run("SET a 1").ShouldBe("+OK");
    }

    [Fact]
    public void A_replica_that_is_silent_is_closed()
    {
        using var primary = new PrimaryEngine(("repl-timeout", "10"));
        ScriptedReplica silent = primary.Connect().Join();
        ScriptedReplica other = primary.Connect().Join();
        for (int i = 0; i < 14; i++)
        {
            other.Send("REPLCONF ACK 5");
            other.Turn(1000);
            silent.Receive();
        }

        Assert.True(silent.IsClosed);
        Assert.False(other.IsClosed);
        Assert.Contains("Disconnecting timedout replica (streaming sync): 127.0.0.1:7777", primary.Log.Lines);
    }

    [Fact]
    public void Role_and_info_tell_of_the_replicas()
    {
        using var primary = new PrimaryEngine();
        primary.Run("ROLE").ShouldBe("*3", "$6", "master", ":0", "*0");
        Assert.Equal("0", primary.Info("repl_backlog_active"));
        ScriptedReplica replica = primary.Connect();
        replica.Client.Run("REPLCONF ip-address 10.1.2.3").ShouldBe("+OK");
        replica.Join();
        primary.Run("SET a 1");
        replica.Turn();
        replica.Send("REPLCONF ACK 20");
        string offset = primary.Offset.ToString(CultureInfo.InvariantCulture);
        primary.Run("ROLE").ShouldBe("*3", "$6", "master", ":" + offset, "*1", "*3", "$8", "10.1.2.3", "$4", "7777", "$2", "20");
        Assert.Equal("ip=10.1.2.3,port=7777,state=online,offset=20,lag=0", primary.Info("slave0"));
        Assert.Equal(offset, primary.Info("master_repl_offset"));
        Assert.Equal(offset, primary.Info("repl_backlog_histlen"));
        Assert.Equal("1", primary.Info("repl_backlog_first_byte_offset"));
        Assert.Equal("1", primary.Info("sync_full"));
        Assert.NotEqual("0", primary.Info("mem_replication_backlog"));
    }

    [Fact]
    public void Replconf_knows_what_it_knows()
    {
        using var primary = new PrimaryEngine();
        primary.Run("REPLCONF").ShouldBe("+OK");
        primary.Run("REPLCONF capa").ShouldBe("-ERR syntax error");
        primary.Run("REPLCONF foo 1").ShouldBe("-ERR Unrecognized REPLCONF option: foo");
        primary.Run("REPLCONF rdb-only 2").ShouldBe("-ERR value is out of range, value must between 0 and 1");
        primary.Run("REPLCONF rdb-filter-only \"functions bar\"").ShouldBe("-ERR Unsupported rdb-filter-only option: bar");
        primary.Engine.Connect().Call("REPLCONF", "ip-address", "1.2.3.4\r\nrole:master").ShouldBe("-ERR REPLCONF ip-address provided by replica instance is not an address");
        primary.Run("REPLCONF listening-port x").ShouldBe("-ERR value is not an integer or out of range");
        Assert.Equal("", primary.Run("REPLCONF ACK 1").Text);
        primary.Engine.Connect().Run("PSYNC ? x").ShouldBe("-ERR value is not an integer or out of range");
    }
}
