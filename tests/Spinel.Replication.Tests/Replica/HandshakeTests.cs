using System.Text;
using Spinel.Engine;

namespace Spinel.Replication.Tests.Replica;

/// <summary>How a replica gets on with primaries that do as they should, and with those that do not.</summary>
public sealed class HandshakeTests : IDisposable
{
    private readonly ReplicaEngine _replica = new(("repl-diskless-load", "on-empty-db"));
    private readonly ScriptedPrimary _primary;

    public HandshakeTests() => _primary = new ScriptedPrimary(_replica);

    [Theory]
    [InlineData("disabled")]
    [InlineData("on-empty-db")]
    [InlineData("swapdb")]
    public void The_data_of_the_primary_takes_the_place_of_what_there_was(string mode)
    {
        _replica.Run($"CONFIG SET repl-diskless-load {mode}").ShouldBe("+OK");
        _replica.Run("SET old 1").ShouldBe("+OK");
        TestClient watching = _replica.Engine.Connect();
        watching.Run("WATCH a");
        TestClient indifferent = _replica.Engine.Connect();
        indifferent.Run("WATCH c");
        _primary.Attract();
        _primary.Synchronize(100, ScriptedPrimary.File(("a", "1"), ("b", "2")));
        _replica.Run("DBSIZE").ShouldBe(":2");
        _replica.Run("GET b").ShouldBe("$1", "2");
        _replica.Run("ROLE").ShouldBe("*5", "$5", "slave", "$9", "127.0.0.1", $":{_primary.Port}", "$9", "connected", ":100");
        Assert.Equal("up", _replica.Info("master_link_status"));
        indifferent.Run("MULTI");
        indifferent.Run("EXEC").ShouldBe("*0");
        if (mode == "swapdb")
        {
            watching.Run("MULTI");
            watching.Run("EXEC").ShouldBe("*-1");
        }

        Assert.Equal(ScriptedPrimary.Id, _replica.Replication.State.Id);
        Assert.Empty(Directory.GetFiles(_replica.DirectoryPath, "temp-*"));
    }

    [Theory]
    [InlineData("on-empty-db")]
    [InlineData("swapdb")]
    public void Who_holds_on_to_a_database_holds_on_to_one_that_is_alive(string mode)
    {
        _replica.Run($"CONFIG SET repl-diskless-load {mode}").ShouldBe("+OK");
        _replica.Run("SET old 1").ShouldBe("+OK");
        _replica.Run("HSET fields a 1").ShouldBe(":1");
        Database[] before = [.. Enumerable.Range(0, _replica.Engine.Engine.Keyspace.DatabaseCount).Select(i => _replica.Engine.Engine.Keyspace[i])];
        _primary.Attract();
        _primary.Synchronize(100, ScriptedPrimary.File(("a", "1"), ("b", "2")));
        for (int i = 0; i < before.Length; i++)
        {
            Assert.Same(before[i], _replica.Engine.Engine.Keyspace[i]);
            Assert.Equal(i == 0 ? 2 : 0, before[i].Keys.Count);
            Assert.Equal(0, before[i].Expires.Count);
            Assert.Equal(i, before[i].Index);
        }
    }

    [Fact]
    public void A_copy_of_known_length_is_taken_with_the_stream_right_behind_it()
    {
        _primary.Attract();
        _primary.Greet();
        _primary.ExpectPsync();
        byte[] file = ScriptedPrimary.File(("a", "1"));
        _primary.Say($"+FULLRESYNC {ScriptedPrimary.Id} 7\r\n\n\n${file.Length}\r\n{Encoding.Latin1.GetString(file)}" + ScriptedPrimary.Request("SET", "b", "2") + ScriptedPrimary.Request("INCR", "a"));
        _replica.TurnUntil(() => _replica.Run("GET b").Text.Contains('2'));
        _replica.Run("GET a").ShouldBe("$1", "2");
        Assert.Equal(7 + ScriptedPrimary.Request("SET", "b", "2").Length + ScriptedPrimary.Request("INCR", "a").Length, _replica.Replication.State.Offset);
    }

    [Fact]
    public void A_file_with_the_stream_right_behind_it_is_loaded_first()
    {
        _replica.Run("CONFIG SET repl-diskless-load disabled").ShouldBe("+OK");
        _primary.Attract();
        _primary.Greet();
        byte[] file = ScriptedPrimary.File(("a", "1"));
        _primary.Say($"+FULLRESYNC {ScriptedPrimary.Id} 7\r\n${file.Length}\r\n{Encoding.Latin1.GetString(file)}" + ScriptedPrimary.Request("INCR", "a"));
        _replica.TurnUntil(() => _replica.Run("GET a").Text.Contains('2'));
    }

    [Fact]
    public void Everything_may_come_a_byte_at_a_time()
    {
        _primary.Attract();
        _primary.Greet();
        byte[] file = ScriptedPrimary.File([.. Enumerable.Range(0, 10).Select(i => ($"key{i}", new string('v', 10 * i)))]);
        string all = $"+FULLRESYNC {ScriptedPrimary.Id} 0\r\n\n$EOF:{ScriptedPrimary.Mark}\r\n" + Encoding.Latin1.GetString(file) + ScriptedPrimary.Mark + ScriptedPrimary.Request("INCR", "n");
        foreach (char c in all)
        {
            _primary.Say(c.ToString());
            _replica.Engine.Turn();
        }

        _replica.TurnUntil(() => _replica.Run("GET n").Text == "$1\r\n1\r\n");
        _replica.Run("DBSIZE").ShouldBe(":11");
    }

    [Fact]
    public void A_password_is_given_first()
    {
        _replica.Run("CONFIG SET masteruser joe masterauth secret").ShouldBe("+OK");
        _primary.Attract();
        _primary.Accept();
        _primary.Expect("PING");
        _primary.Say("-NOAUTH Authentication required.\r\n");
        _primary.Expect("AUTH", "joe", "secret");
        _primary.Say("-WRONGPASS invalid username-password pair or user is disabled.\r\n");
        _replica.TurnUntilLogged("Unable to AUTH to MASTER: -WRONGPASS invalid username-password pair");

        // It tries again.
        _primary.Accept();
        _primary.Expect("PING");
    }

    [Fact]
    public void A_primary_that_knows_little_is_followed_all_the_same()
    {
        _primary.Attract();
        _primary.Accept();
        _primary.Expect("PING");
        _primary.Say("+PONG\r\n");
        _primary.Expect("REPLCONF", "capa", "eof", "capa", "psync2");
        _primary.Say("-ERR unknown command\r\n-ERR unknown command\r\n");
        _primary.ExpectPsync();
        _primary.Say("-ERR unknown command 'PSYNC'\r\n");
        _primary.Expect("SYNC");
        byte[] file = ScriptedPrimary.File(("a", "1"));
        _primary.Say($"\n\n${file.Length}\r\n{Encoding.Latin1.GetString(file)}" + ScriptedPrimary.Request("INCR", "a"));
        _replica.TurnUntil(() => _replica.Run("GET a").Text.Contains('2'));
        Assert.True(_replica.Log.Contains("Retrying with SYNC..."));
        for (int i = 0; i < 30; i++)
        {
            _replica.Engine.Turn(100);
        }

        // It gives no offsets, so none are acknowledged, and the next time all data is asked for.
        Assert.Equal("", _primary.Hear());
        _primary.Hang();
        _primary.Greet();
        _primary.Expect("PSYNC", "?", "-1");
    }

    [Theory]
    [InlineData("-NOMASTERLINK Can't SYNC while not connected with my master\r\n")]
    [InlineData("-LOADING Redis is loading the dataset in memory\r\n")]
    public void A_primary_that_cannot_yet_is_asked_again(string reply)
    {
        _primary.Attract();
        _primary.Greet();
        _primary.ExpectPsync();
        _primary.Say(reply);
        _replica.TurnUntilLogged("Master is currently unable to PSYNC but should be in the future: " + reply.TrimEnd());
        _primary.Synchronize(5, ScriptedPrimary.File(("a", "1")));
    }

    [Theory]
    [InlineData("HTTP/1.1 400 Bad Request\r\n\r\n", "Error reply to PING from master: 'HTTP/1.1 400 Bad Request'")]
    [InlineData("-ERR no\r\n", "Error reply to PING from master: '-ERR no'")]
    public void Who_is_no_primary_is_recognized(string reply, string log)
    {
        _primary.Attract();
        _primary.Accept();
        _primary.Expect("PING");
        _primary.Say(reply);
        _replica.TurnUntilLogged(log);
        _primary.Accept();
    }

    [Fact]
    public void A_line_without_an_end_is_not_waited_for()
    {
        _primary.Attract();
        _primary.Accept();
        _primary.Expect("PING");
        _primary.Say(new string('x', 5000));
        _replica.TurnUntilLogged("a line of more than 1024 bytes");
    }

    [Theory]
    [InlineData("hello\r\n", "Bad protocol from MASTER, the first byte is not '$' (we received 'hello')")]
    [InlineData("-ERR no space\r\n", "MASTER aborted replication with an error: ERR no space")]
    [InlineData("$5\r\nRUBBI", "Failed trying to load the MASTER synchronization DB from socket")]
    public void A_copy_that_is_none_is_refused_and_asked_for_again(string reply, string log)
    {
        _primary.Attract();
        _primary.Greet();
        _primary.ExpectPsync();
        _primary.Say($"+FULLRESYNC {ScriptedPrimary.Id} 0\r\n{reply}");
        _replica.TurnUntilLogged(log);
        _primary.Synchronize(9, ScriptedPrimary.File(("a", "1")));
        _replica.Run("GET a").ShouldBe("$1", "1");
    }

    [Theory]
    [InlineData("disabled")]
    [InlineData("swapdb")]
    public void Data_that_is_damaged_on_the_way_does_not_pass_for_data(string mode)
    {
        _replica.Run($"CONFIG SET repl-diskless-load {mode}").ShouldBe("+OK");
        _replica.Run("SET old 1").ShouldBe("+OK");
        _primary.Attract();
        _primary.Greet();
        byte[] file = ScriptedPrimary.File(("a", "1"), ("b", "2"));
        file[^10] ^= 1;
        _primary.Say($"+FULLRESYNC {ScriptedPrimary.Id} 0\r\n$EOF:{ScriptedPrimary.Mark}\r\n");
        _primary.Say(file);
        _primary.Say(ScriptedPrimary.Mark);
        _replica.TurnUntilLogged("Failed trying to load the MASTER synchronization DB");
        Assert.Equal("0", _replica.Info("loading"));

        // What came through a file has already driven the old data away; what was loaded beside it has not.
        _replica.Run("DBSIZE").ShouldBe(mode == "swapdb" ? ":1" : ":0");
        Assert.NotEqual(ScriptedPrimary.Id, _replica.Replication.State.Id);
        _primary.Synchronize(3, ScriptedPrimary.File(("a", "1")));
        _replica.Run("DBSIZE").ShouldBe(":1");
    }

    [Theory]
    [InlineData("disabled")]
    [InlineData("on-empty-db")]
    [InlineData("swapdb")]
    public void The_old_data_outlives_a_copy_that_breaks_off(string mode)
    {
        _replica.Run($"CONFIG SET repl-diskless-load {mode}").ShouldBe("+OK");
        _replica.Run("SET old 1").ShouldBe("+OK");
        _primary.Attract();
        _primary.Greet();
        byte[] file = ScriptedPrimary.File([.. Enumerable.Range(0, 50).Select(i => ($"key{i}", new string('v', 200)))]);
        _primary.Say($"+FULLRESYNC {ScriptedPrimary.Id} 0\r\n${file.Length}\r\n");
        _primary.Say(file.AsSpan(0, file.Length / 2));
        _replica.TurnUntil(() => _replica.Info("master_sync_read_bytes") == $"{file.Length / 2}");
        Assert.Equal("1", _replica.Info("master_sync_in_progress"));
        Assert.Equal($"{file.Length}", _replica.Info("master_sync_total_bytes"));
        _primary.Hang();
        _replica.TurnUntilLogged("I/O error trying to sync with MASTER");
        _replica.Run("GET old").ShouldBe("$1", "1");
        _replica.Run("DBSIZE").ShouldBe(":1");
        _primary.Synchronize(3, file);
        _replica.Run("DBSIZE").ShouldBe(":50");
    }

    [Fact]
    public void Clients_are_told_to_wait_while_data_is_loaded()
    {
        _primary.Attract();
        _primary.Greet();
        byte[] file = ScriptedPrimary.File(("a", "1"), ("b", "2"));
        _primary.Say($"+FULLRESYNC {ScriptedPrimary.Id} 0\r\n${file.Length}\r\n");
        _primary.Say(file.AsSpan(0, 20));
        _replica.TurnUntil(() => _replica.Info("loading") == "1");
        _replica.Run("GET a").ShouldBe("-LOADING Redis is loading the dataset in memory");
        _primary.Say(file.AsSpan(20));
        _replica.TurnUntil(() => _replica.Info("loading") == "0");
        _replica.Run("GET a").ShouldBe("$1", "1");
    }

    [Fact]
    public void Old_data_of_the_same_history_is_served_while_the_new_is_loaded()
    {
        _replica.Run("CONFIG SET repl-diskless-load swapdb").ShouldBe("+OK");
        _primary.Attract();
        _primary.Synchronize(10, ScriptedPrimary.File(("a", "1")));
        _primary.Hang();
        _primary.Greet();
        _primary.Expect("PSYNC", ScriptedPrimary.Id, "11");
        byte[] file = ScriptedPrimary.File(("a", "2"));
        _primary.Say($"+FULLRESYNC {ScriptedPrimary.Id} 500\r\n${file.Length}\r\n");
        _primary.Say(file.AsSpan(0, 12));
        _replica.TurnUntil(() => _replica.Info("async_loading") == "1");
        Assert.Equal("0", _replica.Info("loading"));
        _replica.Run("GET a").ShouldBe("$1", "1");
        _replica.Run("BGSAVE").ShouldBe("-LOADING Redis is loading the dataset in memory");
        _primary.Say(file.AsSpan(12));
        _replica.TurnUntil(() => _replica.Info("async_loading") == "0");
        _replica.Run("GET a").ShouldBe("$1", "2");
        Assert.Equal(500, _replica.Replication.State.Offset);
    }

    [Theory]
    [InlineData(0, "Timeout connecting to the MASTER...")]
    [InlineData(1, "Timeout connecting to the MASTER...")]
    [InlineData(2, "Timeout receiving bulk data from MASTER...")]
    [InlineData(3, "MASTER timeout: no data nor PING received...")]
    public void Silence_is_not_borne_for_ever(int stage, string log)
    {
        _primary.Attract();
        if (stage == 0)
        {
            _primary.Accept();
        }
        else if (stage == 1)
        {
            _primary.Greet();
            _primary.ExpectPsync();
        }
        else if (stage == 2)
        {
            _primary.Greet();
            _primary.Say($"+FULLRESYNC {ScriptedPrimary.Id} 0\r\n$100\r\nREDIS0010");
            _replica.TurnUntil(() => _replica.Info("master_sync_read_bytes") == "9");
        }
        else
        {
            _primary.Synchronize(1, ScriptedPrimary.File());
        }

        for (int i = 0; i < 5000 && !_replica.Log.Contains(log); i++)
        {
            _replica.Engine.Turn(100);
        }

        Assert.True(_replica.Log.Contains(log));
        _primary.Accept();
        _primary.Expect("PING");
    }

    public void Dispose()
    {
        _primary.Dispose();
        _replica.Dispose();
    }
}
