using System.Net;
using System.Net.Sockets;
using System.Text;
using Spinel.Engine.Configuration;

namespace Spinel.Hosting.Tests;

/// <summary>What every transport must get right, on a real engine over real sockets.</summary>
public abstract class TransportTests(TransportKind transport)
{
    [Fact]
    public async Task Answers_a_ping_and_inline_commands()
    {
        await using var server = new TestServer(transport);
        using TestClient client = server.Connect();
        client.Ping();
        client.Send("PING\r\n");
        Assert.Equal("+PONG\r\n", client.Receive(7));
    }

    [Fact]
    public async Task Answers_a_pipeline_in_order()
    {
        const int Requests = 20_000;
        await using var server = new TestServer(transport);
        using TestClient client = server.Connect();
        var expected = new StringBuilder();
        var requests = new StringBuilder();
        for (int i = 0; i < Requests; i++)
        {
            string text = $"message {i}";
            requests.Append(TestClient.Request("ECHO", text));
            expected.Append($"${text.Length}\r\n{text}\r\n");
        }

        Task sending = Task.Run(() => client.Send(requests.ToString()), TestContext.Current.CancellationToken);
        Assert.Equal(expected.ToString(), client.Receive(expected.Length));
        await sending;
    }

    [Fact]
    public async Task Puts_together_requests_that_arrive_byte_by_byte()
    {
        await using var server = new TestServer(transport);
        using TestClient client = server.Connect();
        string requests = TestClient.Request("ECHO", "one\r\ntwo") + "PING\r\n" + TestClient.Request("PING");
        foreach (char c in requests)
        {
            client.Send(c.ToString());
        }

        Assert.Equal("$8\r\none\r\ntwo\r\n+PONG\r\n+PONG\r\n", client.Receive(28));
    }

    [Fact]
    public async Task Carries_large_values_both_ways()
    {
        await using var server = new TestServer(transport);
        using TestClient client = server.Connect();
        string value = string.Create(5_000_000, 0, static (span, _) =>
        {
            for (int i = 0; i < span.Length; i++)
            {
                span[i] = (char)('a' + (i % 23));
            }
        });
        client.Send(TestClient.Request("SET", "key", value));
        Assert.Equal("+OK\r\n", client.Receive(5));
        client.Send(TestClient.Request("GET", "key"));
        Assert.Equal($"$5000000\r\n{value}\r\n", client.Receive(value.Length + 12));
    }

    [Fact]
    public async Task Nothing_is_sent_before_the_end_of_the_turn_that_makes_it_durable()
    {
        const int Replies = 40;
        const int ValueBytes = 1_000_000;
        var watch = new TurnWatch();
        await using var server = new TestServer(transport, [watch]);
        using TestClient reader = server.Connect();
        using TestClient other = server.Connect();
        other.Send(TestClient.Request("SET", "key", new string('v', ValueBytes)));
        Assert.Equal("+OK\r\n", other.Receive(5));

        // Long replies, of which the socket takes a part at a time, and behind them one that waits for another client.
        reader.Send(string.Concat(Enumerable.Repeat(TestClient.Request("GET", "key"), Replies)) + TestClient.Request("BLPOP", "list", "0"));
        const int Received = Replies * (ValueBytes + 12);
        _ = reader.Receive(Received / 2);
        other.Send(TestClient.Request("RPUSH", "list", "x"));
        Assert.Equal(":1\r\n", other.Receive(4));
        _ = reader.Receive(Received - (Received / 2));
        const string Popped = "*2\r\n$4\r\nlist\r\n$1\r\nx\r\n";
        Assert.Equal(Popped, reader.Receive(Popped.Length));
        Assert.Equal(0, await server.OnEngine(() => watch.SentTooEarly));
        Assert.True(await server.OnEngine(() => watch.TurnsThatSent) > 3);
    }

    [Fact]
    public async Task Messages_that_clients_share_reach_each_of_them_whole()
    {
        const int Messages = 300;
        await using var server = new TestServer(transport);
        using TestClient publisher = server.Connect();
        TestClient[] subscribers = [.. Enumerable.Range(0, 20).Select(_ => server.Connect())];
        const string Confirmation = "*3\r\n$9\r\nsubscribe\r\n$1\r\na\r\n:1\r\n";
        foreach (TestClient subscriber in subscribers)
        {
            subscriber.Send(TestClient.Request("SUBSCRIBE", "a"));
            Assert.Equal(Confirmation, subscriber.Receive(Confirmation.Length));
        }

        // Short ones, which are copied or joined, and long ones, which the sockets take in parts.
        var requests = new StringBuilder();
        var expected = new StringBuilder();
        for (int i = 0; i < Messages; i++)
        {
            string text = new((char)('a' + (i % 26)), i % 10 == 0 ? 40_000 : i % 7 == 0 ? 2_000 : i % 50);
            requests.Append(TestClient.Request("PUBLISH", "a", text));
            expected.Append($"*3\r\n$7\r\nmessage\r\n$1\r\na\r\n${text.Length}\r\n{text}\r\n");
        }

        Task sending = Task.Run(() => publisher.Send(requests.ToString()), TestContext.Current.CancellationToken);
        foreach (TestClient subscriber in subscribers)
        {
            Assert.Equal(expected.ToString(), subscriber.Receive(expected.Length));
            subscriber.Dispose();
        }

        await sending;
        Assert.Equal(string.Concat(Enumerable.Repeat(":20\r\n", Messages)), publisher.Receive(5 * Messages));
    }

    [Fact]
    public async Task A_client_that_never_reads_is_cut_off_at_its_limit_and_others_are_served()
    {
        const int LimitBytes = 4_000_000;
        await using var server = new TestServer(transport, ("client-output-buffer-limit", $"normal {LimitBytes} 0 0"));
        using TestClient greedy = server.Connect();
        using TestClient other = server.Connect();
        other.Send(TestClient.Request("SET", "key", new string('v', 1_000_000)));
        Assert.Equal("+OK\r\n", other.Receive(5));

        // More than the kernel's socket buffers and the limit can hold together; the server closing early is the point.
        string requests = string.Concat(Enumerable.Repeat(TestClient.Request("GET", "key"), 100));
        try
        {
            greedy.Send(requests);
        }
        catch (SocketException)
        {
        }

        while (await server.OnEngine(() => server.Server.Engine.Sessions.Count) > 1)
        {
            other.Ping();
        }

        Assert.True(greedy.ReceiveToEnd().Length < 100_000_000);
        other.Ping();
    }

    [Fact]
    public async Task Forgets_a_client_that_leaves_in_the_middle_of_a_request()
    {
        await using var server = new TestServer(transport);
        using TestClient other = server.Connect();
        using (TestClient client = server.Connect())
        {
            client.Send("*2\r\n$4\r\nECHO\r\n$100\r\nhalf");
            while (await server.OnEngine(() => server.Server.Engine.Sessions.Count) < 2)
            {
                other.Ping();
            }
        }

        while (await server.OnEngine(() => server.Server.Engine.Sessions.Count) > 1)
        {
            other.Ping();
        }

        other.Ping();
    }

    [Fact]
    public async Task A_client_that_has_finished_asking_still_gets_its_replies()
    {
        await using var server = new TestServer(transport);
        using TestClient client = server.Connect();
        client.Send(TestClient.Request("SET", "key", new string('v', 3_000_000)));
        Assert.Equal("+OK\r\n", client.Receive(5));
        client.Send(string.Concat(Enumerable.Repeat(TestClient.Request("GET", "key"), 10)));
        client.Socket.Shutdown(SocketShutdown.Send);
        Assert.Equal(10 * (3_000_000 + 12), client.ReceiveToEnd().Length);
    }

    [Fact]
    public async Task Quit_closes_after_the_reply()
    {
        await using var server = new TestServer(transport);
        using TestClient client = server.Connect();
        client.Send(TestClient.Request("QUIT") + TestClient.Request("PING"));
        Assert.Equal("+OK\r\n", client.ReceiveToEnd());
    }

    [Fact]
    public async Task A_malformed_request_gets_its_error_and_the_connection_closes()
    {
        await using var server = new TestServer(transport);
        using TestClient client = server.Connect();
        client.Send("*1\r\n+PING\r\n");
        Assert.StartsWith("-ERR Protocol error: expected '$', got '+'\r\n", client.ReceiveToEnd());
    }

    [Fact]
    public async Task Serves_two_thousand_connections()
    {
        const int Connections = 2000;
        await using var server = new TestServer(transport);
        var clients = new List<TestClient>();
        try
        {
            for (int i = 0; i < Connections; i++)
            {
                clients.Add(server.Connect());
            }

            for (int round = 0; round < 3; round++)
            {
                foreach (TestClient client in clients)
                {
                    client.Send("*1\r\n$4\r\nPING\r\n");
                }

                foreach (TestClient client in clients)
                {
                    Assert.Equal("+PONG\r\n", client.Receive(7));
                }
            }

            Assert.Equal(Connections, await server.OnEngine(() => server.Server.Engine.Sessions.Count));
        }
        finally
        {
            clients.ForEach(client => client.Dispose());
        }
    }

    [Fact]
    public async Task Refuses_clients_above_the_limit_and_takes_them_again_when_others_leave()
    {
        await using var server = new TestServer(transport, ("maxclients", "2"));
        using TestClient first = server.Connect();
        first.Ping();
        using (TestClient second = server.Connect())
        {
            second.Ping();
            using TestClient third = server.Connect();
            Assert.Equal("-ERR max number of clients reached\r\n", third.ReceiveToEnd());
        }

        while (await server.OnEngine(() => server.Server.Engine.Sessions.Count) > 1)
        {
            first.Ping();
        }

        using TestClient fourth = server.Connect();
        fourth.Ping();
    }

    [Fact]
    public async Task Serves_a_unix_socket_and_removes_it_at_the_end()
    {
        string path = Path.Combine(Path.GetTempPath(), $"spinel-{Guid.NewGuid():N}.sock");
        await using (var server = new TestServer(transport, ("unixsocket", path), ("unixsocketperm", "700")))
        {
            const UnixFileMode OwnerOnly = UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute;
            Assert.True(OperatingSystem.IsWindows() || File.GetUnixFileMode(path) == OwnerOnly);
            using var client = new TestClient(new UnixDomainSocketEndPoint(path));
            client.Ping();
            string remote = await server.OnEngine(() => server.Server.Engine.Sessions.All.First().Connection.RemoteAddress);
            Assert.Equal(path + ":0", remote);
        }

        Assert.False(File.Exists(path));
    }

    [Fact]
    public async Task Listens_on_several_addresses_and_skips_optional_ones_that_do_not_exist()
    {
        await using var server = new TestServer(transport, ("bind", "127.0.0.1 127.0.0.2 -192.0.2.1"));
        Assert.Equal(2, server.Server.Endpoints.Count);
        Assert.Equal(server.Server.Endpoints[0].Port, server.Server.Endpoints[1].Port);
        foreach (IPEndPoint endpoint in server.Server.Endpoints)
        {
            using var client = new TestClient(endpoint);
            client.Ping();
        }

        Assert.Contains(server.Log.Lines, line => line.StartsWith("Warning: Could not create server TCP listening socket 192.0.2.1:", StringComparison.Ordinal));
    }

    [Fact]
    public void Does_not_start_on_an_address_that_does_not_exist()
    {
        Assert.Throws<ListenException>(() => new TestServer(transport, ("bind", "127.0.0.1 192.0.2.1")));
    }

    [Fact]
    public async Task Knows_both_ends_of_a_connection()
    {
        await using var server = new TestServer(transport);
        using TestClient client = server.Connect();
        client.Ping();
        (string remote, string local, bool isLoopback) = await server.OnEngine(() =>
        {
            var connection = server.Server.Engine.Sessions.All.First().Connection;
            return (connection.RemoteAddress, connection.LocalAddress, connection.IsLoopback);
        });
        Assert.Equal(client.Socket.LocalEndPoint!.ToString(), remote);
        Assert.Equal(client.Socket.RemoteEndPoint!.ToString(), local);
        Assert.True(isLoopback);
    }

    [Fact]
    public async Task Stopping_closes_the_connections_of_clients()
    {
        await using var server = new TestServer(transport);
        using TestClient idle = server.Connect();
        using TestClient halfway = server.Connect();
        idle.Ping();
        halfway.Send("*2\r\n$4\r\nECHO\r\n");
        await server.Server.StopAsync();
        Assert.Equal("", idle.ReceiveToEnd());
        Assert.Equal("", halfway.ReceiveToEnd());
    }

    [Fact]
    public async Task Two_servers_in_one_process_do_not_share_data()
    {
        await using var one = new TestServer(transport);
        await using var two = new TestServer(transport);
        using TestClient first = one.Connect();
        using TestClient second = two.Connect();
        first.Send(TestClient.Request("SET", "key", "value"));
        Assert.Equal("+OK\r\n", first.Receive(5));
        second.Send(TestClient.Request("GET", "key"));
        Assert.Equal("$-1\r\n", second.Receive(5));
    }

    [Fact]
    public async Task Work_posted_from_another_thread_runs_without_traffic()
    {
        await using var server = new TestServer(transport);
        for (int i = 0; i < 1000; i++)
        {
            Assert.Equal(i, await server.OnEngine(() => i));
        }
    }
}

public sealed class EpollTransportTests() : TransportTests(TransportKind.Epoll)
{
    [Fact]
    public async Task Moves_to_another_port_and_other_addresses_and_keeps_its_clients()
    {
        await using var server = new TestServer(TransportKind.Epoll);
        using TestClient client = server.Connect();
        int firstPort = server.Endpoint.Port;
        int freePort = FreePort();
        client.Send(TestClient.Request("CONFIG", "SET", "port", $"{freePort}", "bind", "127.0.0.1 127.0.0.3"));
        Assert.Equal("+OK\r\n", client.Receive(5));
        foreach (string address in (string[])["127.0.0.1", "127.0.0.3"])
        {
            using var moved = new TestClient(new IPEndPoint(IPAddress.Parse(address), freePort));
            moved.Ping();
        }

        Assert.Throws<SocketException>(() => new TestClient(new IPEndPoint(IPAddress.Loopback, firstPort)));
        client.Ping();
    }

    [Theory]
    [InlineData("bind", "192.0.2.1", "Failed to bind to specified addresses.")]
    [InlineData("port", null, "Unable to listen on this port. Check server logs.")]
    public async Task Stays_where_it_is_when_it_cannot_move(string option, string? value, string error)
    {
        await using var occupier = new TestServer(TransportKind.Epoll);
        await using var server = new TestServer(TransportKind.Epoll);
        using TestClient client = server.Connect();
        client.Send(TestClient.Request("CONFIG", "SET", option, value ?? $"{occupier.Endpoint.Port}"));
        string expected = $"-ERR CONFIG SET failed (possibly related to argument '{option}') - {error}\r\n";
        Assert.Equal(expected, client.Receive(expected.Length));
        using TestClient another = server.Connect();
        another.Ping();
        client.Ping();
        Assert.Contains("Failed listening on the new addresses: the server stays on the present ones.", server.Log.Lines);
        Assert.DoesNotContain(server.Log.Lines, line => line.EndsWith("aborting.", StringComparison.Ordinal));
    }

    private static int FreePort()
    {
        using var socket = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        socket.Bind(new IPEndPoint(IPAddress.Loopback, 0));
        return ((IPEndPoint)socket.LocalEndPoint!).Port;
    }
}

public sealed class SocketTransportTests() : TransportTests(TransportKind.Sockets);
