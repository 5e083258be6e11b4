using System.Globalization;
using StackExchange.Redis;

namespace Spinel.Clients.Tests;

/// <summary>A real client library, used as applications use it.</summary>
public sealed class StackExchangeRedisTests(RunningServer server) : IClassFixture<RunningServer>
{
    private static readonly TimeSpan Hour = TimeSpan.FromHours(1);

    public static TheoryData<RedisProtocol> Protocols => [RedisProtocol.Resp2, RedisProtocol.Resp3];

    [Theory]
    [MemberData(nameof(Protocols))]
    public async Task Strings(RedisProtocol protocol)
    {
        await using ConnectionMultiplexer client = await ConnectAsync(protocol);
        IDatabase db = await EmptyAsync(client);

        Assert.True(await db.StringSetAsync("a", "1"));
        Assert.Equal("1", await db.StringGetAsync("a"));
        Assert.False((await db.StringGetAsync("missing")).HasValue);
        Assert.False(await db.StringSetAsync("a", "2", when: When.NotExists));
        Assert.Equal(5, await db.StringIncrementAsync("a", 4));
        Assert.Equal(5.5, await db.StringIncrementAsync("a", 0.5));
        Assert.Equal(6, await db.StringAppendAsync("b", "abcdef"));
        Assert.Equal("cde", await db.StringGetRangeAsync("b", 2, 4));
        Assert.Equal(8, await db.StringSetRangeAsync("b", 6, "gh"));
        Assert.Equal(8, await db.StringLengthAsync("b"));
        Assert.Equal("abcdefgh", await db.StringGetSetAsync("b", "x"));
        Assert.Equal("x", await db.StringGetDeleteAsync("b"));
        Assert.False(await db.KeyExistsAsync("b"));

        byte[] binary = [0, 255, 13, 10, 36];
        Assert.True(await db.StringSetAsync(binary, binary));
        Assert.Equal(binary, (byte[]?)await db.StringGetAsync(binary));

        Assert.True(await db.StringSetAsync([new("x", "1"), new("y", "2")]));
        Assert.Equal(["1", RedisValue.Null, "2"], await db.StringGetAsync(["x", "nothing", "y"]));

        byte[] large = new byte[3_000_000];
        Random.Shared.NextBytes(large);
        Assert.True(await db.StringSetAsync("large", large));
        Assert.Equal(large, (byte[]?)await db.StringGetAsync("large"));
    }

    [Theory]
    [MemberData(nameof(Protocols))]
    public async Task Expiry(RedisProtocol protocol)
    {
        await using ConnectionMultiplexer client = await ConnectAsync(protocol);
        IDatabase db = await EmptyAsync(client);

        await db.StringSetAsync("a", "1", Hour);
        TimeSpan? left = await db.KeyTimeToLiveAsync("a");
        Assert.NotNull(left);
        Assert.InRange(left.Value, TimeSpan.FromMinutes(59), Hour);
        Assert.True(await db.KeyPersistAsync("a"));
        Assert.Null(await db.KeyTimeToLiveAsync("a"));

        DateTime when = new(2100, 1, 1, 0, 0, 0, DateTimeKind.Utc);
        Assert.True(await db.KeyExpireAsync("a", when));
        Assert.Equal(when, (await db.KeyExpireTimeAsync("a"))!.Value.ToUniversalTime());
        Assert.False(await db.KeyExpireAsync("a", Hour, ExpireWhen.GreaterThanCurrentExpiry));
        Assert.True(await db.KeyExpireAsync("a", Hour, ExpireWhen.LessThanCurrentExpiry));
        Assert.Equal("1", await db.StringGetSetExpiryAsync("a", TimeSpan.FromMilliseconds(1)));
        await UntilAsync(async () => !await db.KeyExistsAsync("a"));
    }

    [Theory]
    [MemberData(nameof(Protocols))]
    public async Task Keys_and_databases(RedisProtocol protocol)
    {
        await using ConnectionMultiplexer client = await ConnectAsync(protocol);
        IDatabase db = await EmptyAsync(client);
        IServer admin = client.GetServers()[0];

        const int Count = 2500;
        await Task.WhenAll(Enumerable.Range(0, Count).Select(i => db.StringSetAsync($"key:{i}", i)));
        Assert.Equal(Count, await admin.DatabaseSizeAsync());

        var found = new HashSet<string>();
        await foreach (RedisKey key in admin.KeysAsync(pattern: "key:*", pageSize: 100))
        {
            found.Add(key.ToString());
        }

        Assert.Equal(Count, found.Count);
        int some = 0;
        await foreach (RedisKey key in admin.KeysAsync(pattern: "key:12?", pageSize: 1000))
        {
            some++;
        }

        Assert.Equal(10, some);

        Assert.True(await db.KeyRenameAsync("key:1", "renamed"));
        Assert.True(await db.KeyCopyAsync("renamed", "copied"));
        Assert.Equal("1", await db.StringGetAsync("copied"));
        Assert.True(await db.KeyTouchAsync("copied"));
        Assert.Equal(RedisType.String, await db.KeyTypeAsync("copied"));
        Assert.Equal("int", await db.KeyEncodingAsync("copied"));
        Assert.True((await db.KeyRandomAsync()).ToString().Length > 0);
        Assert.True(await db.KeyMoveAsync("copied", 4));
        Assert.Equal("1", await client.GetDatabase(4).StringGetAsync("copied"));
        Assert.Equal(2, await db.KeyDeleteAsync(["renamed", "key:2", "missing"]));

        await admin.FlushDatabaseAsync();
        Assert.Equal(0, await admin.DatabaseSizeAsync());
        Assert.Equal(1, await admin.DatabaseSizeAsync(4));
    }

    [Theory]
    [MemberData(nameof(Protocols))]
    public async Task Batches(RedisProtocol protocol)
    {
        await using ConnectionMultiplexer client = await ConnectAsync(protocol);
        IDatabase db = await EmptyAsync(client);

        IBatch batch = db.CreateBatch();
        Task<long>[] increments = [.. Enumerable.Range(0, 1000).Select(_ => batch.StringIncrementAsync("n"))];
        batch.Execute();
        Assert.Equal(Enumerable.Range(1, 1000).Select(i => (long)i), await Task.WhenAll(increments));

        RedisServerException wrong = await Assert.ThrowsAsync<RedisServerException>(() => db.ExecuteAsync("INCRBY", "n", "abc"));
        Assert.Contains("not an integer", wrong.Message, StringComparison.Ordinal);
        Assert.Equal(1000, (long)await db.StringGetAsync("n"));
    }

    [Theory]
    [MemberData(nameof(Protocols))]
    public async Task Administration(RedisProtocol protocol)
    {
        await using ConnectionMultiplexer client = await ConnectAsync(protocol);
        IServer admin = client.GetServers()[0];

        Assert.True(admin.Version >= new Version(7, 0));
        Assert.Equal(ServerType.Standalone, admin.ServerType);
        IGrouping<string, KeyValuePair<string, string>>[] info = await admin.InfoAsync();
        Assert.Contains(info, section => section.Key == "Server" && section.Any(pair => pair.Key == "redis_version"));
        Assert.Contains(await admin.ConfigGetAsync("maxmemory"), pair => pair.Key == "maxmemory");
        await admin.ConfigSetAsync("hz", "20");
        Assert.Equal("20", Assert.Single(await admin.ConfigGetAsync("hz")).Value);

        ClientInfo[] clients = await admin.ClientListAsync();
        Assert.Contains(clients, one => one.Name == $"clients-{protocol}");
        Assert.InRange(await admin.TimeAsync(), DateTime.UtcNow.AddMinutes(-1), DateTime.UtcNow.AddMinutes(1));
        Assert.True(await admin.PingAsync() > TimeSpan.Zero);
        Assert.True((await client.GetDatabase().PingAsync()) > TimeSpan.Zero);
    }

    [Theory]
    [MemberData(nameof(Protocols))]
    public async Task A_killed_client_reconnects(RedisProtocol protocol)
    {
        await using ConnectionMultiplexer client = await ConnectAsync(protocol);
        IDatabase db = await EmptyAsync(client);
        await db.StringSetAsync("a", "1");

        using (TestSupport.RespConnection other = server.Process.Connect())
        {
            foreach (string line in other.Command("CLIENT", "LIST").Text.Split('\n'))
            {
                if (line.Contains($"name=clients-{protocol}", StringComparison.Ordinal))
                {
                    string id = line.Split(' ')[0].Split('=')[1];
                    Assert.Equal("1", other.Command("CLIENT", "KILL", "ID", id).Text);
                }
            }
        }

        await UntilAsync(async () =>
        {
            try
            {
                return await db.StringGetAsync("a") == "1";
            }
            catch (RedisException)
            {
                return false;
            }
        });
    }

    [Fact]
    public async Task Sixty_four_clients_at_once()
    {
        const int Clients = 64;
        const int Commands = 200;
        await using ConnectionMultiplexer control = await ConnectAsync(RedisProtocol.Resp2);
        IDatabase db = await EmptyAsync(control);

        await Task.WhenAll(Enumerable.Range(0, Clients).Select(async number =>
        {
            await using ConnectionMultiplexer client = await ConnectAsync(number % 2 == 0 ? RedisProtocol.Resp2 : RedisProtocol.Resp3);
            IDatabase own = client.GetDatabase();
            for (int i = 0; i < Commands; i++)
            {
                string key = string.Create(CultureInfo.InvariantCulture, $"{number}:{i}");
                Task<long> shared = own.StringIncrementAsync("shared");
                Assert.True(await own.StringSetAsync(key, key));
                Assert.Equal(key, await own.StringGetAsync(key));
                Assert.InRange(await shared, 1, Clients * Commands);
            }
        }));

        Assert.Equal(Clients * Commands, (long)await db.StringGetAsync("shared"));
        Assert.Equal((Clients * Commands) + 1, await control.GetServers()[0].DatabaseSizeAsync());
    }

    private static async Task<IDatabase> EmptyAsync(ConnectionMultiplexer client)
    {
        await client.GetServers()[0].FlushAllDatabasesAsync();
        return client.GetDatabase();
    }

    /// <summary>Waits for what happens soon but not at once.</summary>
    private static async Task UntilAsync(Func<Task<bool>> condition)
    {
        for (int i = 0; !await condition(); i++)
        {
            Assert.True(i < 1000, "it did not happen within 10 s");
            await Task.Delay(10, TestContext.Current.CancellationToken);
        }
    }

    private async Task<ConnectionMultiplexer> ConnectAsync(RedisProtocol protocol)
    {
        var options = new ConfigurationOptions
        {
            EndPoints = { { "127.0.0.1", server.Process.Port } },
            AllowAdmin = true,
            Protocol = protocol,
            ClientName = $"clients-{protocol}",
            ConnectTimeout = 15_000,
            AsyncTimeout = 15_000,
            SyncTimeout = 15_000,
        };
        return await ConnectionMultiplexer.ConnectAsync(options);
    }
}
