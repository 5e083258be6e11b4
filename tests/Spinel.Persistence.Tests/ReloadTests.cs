using Spinel.TestSupport;

namespace Spinel.Persistence.Tests;

/// <summary>DEBUG RELOAD and LOADAOF, and WAITAOF.</summary>
public sealed class ReloadTests : IDisposable
{
    private readonly string _directory = PersistentEngine.NewDirectory();

    public void Dispose() => Directory.Delete(_directory, recursive: true);

    [Fact]
    public void The_data_goes_to_disk_and_back_unchanged()
    {
        var commands = new RandomWrites(5);
        string last;
        using (PersistentEngine server = Open())
        {
            for (int i = 0; i < 2000; i++)
            {
                server.Engine.Run(commands.Next());
                if (i % 500 == 0)
                {
                    string digest = server.Digest;
                    server.Engine.Run("DEBUG RELOAD").ShouldBe("+OK");
                    Assert.Equal(digest, server.Digest);
                }

                if (i % 500 == 250)
                {
                    string digest = server.Digest;
                    TestClient other = server.Engine.Connect();
                    other.Run("DEBUG LOADAOF").ShouldBe();
                    server.Engine.Turn();
                    server.Engine.Turn();
                    other.Receive().ShouldBe("+OK");
                    Assert.Equal(digest, server.Digest);
                }
            }

            last = server.Digest;
            server.Engine.Turn();
        }

        using PersistentEngine again = Open();
        Assert.Equal(last, again.Digest);
    }

    [Fact]
    public void The_options_of_reload_say_what_goes_and_what_stays()
    {
        using var server = new PersistentEngine(_directory);
        server.Engine.Run("DEBUG RELOAD NOSAVE").ShouldBe("-ERR Error trying to load the RDB dump");
        server.Engine.Run("MSET a 1 b 2");
        server.Engine.Run("DEBUG RELOAD").ShouldBe("+OK");
        server.Engine.Run("MSET a 3 c 4");
        server.Engine.Run("DEBUG RELOAD NOSAVE NOFLUSH MERGE").ShouldBe("+OK");
        server.Engine.Run("MGET a b c").ShouldBe("*3", "$1", "1", "$1", "2", "$1", "4");
        server.Engine.Run("DEBUG RELOAD NOSAVE NOFLUSH").ShouldBe("-ERR Error trying to load the RDB dump");
        server.Engine.Run("DEBUG RELOAD nosave").ShouldBe("+OK");
        server.Engine.Run("MGET a b c").ShouldBe("*3", "$1", "1", "$1", "2", "$-1");
        server.Engine.Run("DEBUG RELOAD foo").ShouldBe("-ERR DEBUG RELOAD only supports the MERGE, NOFLUSH and NOSAVE options.");
    }

    [Fact]
    public void A_reload_while_a_snapshot_is_written_leaves_nothing_behind()
    {
        using PersistentEngine server = Open(("rdb-key-save-delay", "100000000"));
        server.Engine.Run("MSET a 1 b 2 c 3");
        server.Engine.Run("BGREWRITEAOF").ShouldBe("+Background append only file rewriting started");
        server.Engine.Turn();
        server.Engine.Run("DEBUG RELOAD").ShouldBe("+OK");
        server.Engine.Run("DBSIZE").ShouldBe(":3");
        Assert.False(server.Persistence.Snapshots.IsActive);
        Assert.Empty(Directory.GetFiles(_directory, "temp-*", SearchOption.AllDirectories));
    }

    [Theory]
    [InlineData("always")]
    [InlineData("everysec")]
    public void Waitaof_replies_when_the_disk_has_it(string policy)
    {
        using PersistentEngine server = Open(("appendfsync", policy));
        server.Engine.Run("SET a 1");
        TestClient client = server.Engine.Client;
        string reply = client.Run("WAITAOF 1 0 0").Text;
        Assert.Equal("", reply);
        server.TurnUntil(() =>
        {
            server.Engine.Time.Advance(100);
            reply += client.Receive().Text;
            return reply.Length > 0;
        });
        Assert.Equal("*2\r\n:1\r\n:0\r\n", reply);
        server.Engine.Run("WAITAOF 1 0 0").ShouldBe("*2", ":1", ":0");
        server.Engine.Run("WAITAOF 0 0 0").ShouldBe("*2", ":1", ":0");
    }

    [Fact]
    public void Waitaof_waits_for_what_the_client_has_written_or_seen_and_for_nothing_else()
    {
        // Nothing is forced to disk by itself.
        using PersistentEngine server = Open(("appendfsync", "no"));
        TestClient fresh = server.Engine.Connect();
        TestClient reader = server.Engine.Connect();
        reader.Run("PING");
        server.Engine.Run("SET a 1");
        server.Engine.Turn();

        fresh.Run("WAITAOF 1 0 0").ShouldBe("*2", ":1", ":0");
        reader.Run("WAITAOF 1 0 0").ShouldBe("*2", ":1", ":0");
        reader.Run("GET a");
        foreach (TestClient client in (TestClient[])[server.Engine.Client, reader])
        {
            client.Run("WAITAOF 1 0 100").ShouldBe();
            server.Engine.Turn(150);
            client.Receive().ShouldBe("*2", ":0", ":0");
        }

        Assert.True(server.Persistence.Log.TrySyncNow());
        reader.Run("WAITAOF 1 0 0").ShouldBe("*2", ":1", ":0");
        fresh.Run("MULTI");
        fresh.Run("INCR n");
        fresh.Run("EXEC");
        fresh.Run("WAITAOF 1 0 100").ShouldBe();
    }

    [Fact]
    public void Waitaof_waits_for_the_base_of_a_log_that_was_just_turned_on()
    {
        using var server = new PersistentEngine(_directory, ("appendfsync", "always"));
        TestClient client = server.Engine.Client;
        client.Run("SET before 1").ShouldBe("+OK");
        client.Run("CONFIG SET appendonly yes").ShouldBe("+OK");
        client.Run("SET during 1").ShouldBe("+OK");
        string reply = client.Run("WAITAOF 1 0 0").Text;
        Assert.Equal("", reply);
        server.TurnUntil(() => (reply += client.Receive().Text).Length > 0);
        Assert.Equal("*2\r\n:1\r\n:0\r\n", reply);
        Assert.Single(Directory.GetFiles(_directory, "*.manifest", SearchOption.AllDirectories));
    }

    [Fact]
    public void Waitaof_gives_up_when_there_are_no_replicas()
    {
        using PersistentEngine server = Open(("appendfsync", "always"));
        server.Engine.Run("SET a 1");
        TestClient client = server.Engine.Client;
        client.Run("WAITAOF 1 1 500").ShouldBe();
        server.Engine.Turn(400);
        client.Receive().ShouldBe();
        server.Engine.Turn(200);
        client.Receive().ShouldBe("*2", ":1", ":0");
    }

    [Fact]
    public void Waitaof_refuses_what_cannot_be_waited_for()
    {
        using var server = new PersistentEngine(_directory);
        server.Engine.Run("WAITAOF 1 0 0").ShouldBe("-ERR WAITAOF cannot be used when numlocal is set but appendonly is disabled.");
        server.Engine.Run("WAITAOF 2 0 0").ShouldBe("-ERR value is out of range, value must between 0 and 1");
        server.Engine.Run("WAITAOF x 0 0").ShouldBe("-ERR value is not an integer or out of range");
        server.Engine.Run("WAITAOF 0 -1 0").ShouldBe("-ERR value is out of range, must be positive");
        server.Engine.Run("WAITAOF 0 0 -1").ShouldBe("-ERR timeout is negative");
        server.Engine.Run("WAITAOF 0 0 0").ShouldBe("*2", ":0", ":0");
    }

    private PersistentEngine Open(params (string Name, string Value)[] options) => new(_directory, [("appendonly", "yes"), .. options]);
}
