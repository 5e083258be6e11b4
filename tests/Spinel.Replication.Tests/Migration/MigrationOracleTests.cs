using System.Globalization;
using Spinel.Replication.Tests.Replica.Processes;
using Spinel.TestSupport;

namespace Spinel.Replication.Tests.Migration;

/// <summary>Keys move from and to the real server, and the answers are its own.</summary>
public sealed class MigrationOracleTests
{
    [Fact]
    public void Values_of_all_kinds_move_both_ways_as_they_are()
    {
        using ServerProcess redis = Servers.Redis();
        using ServerProcess spinel = Servers.Spinel();
        using RespConnection there = redis.Connect();
        using RespConnection here = spinel.Connect();
        Servers.Fill(here);
        here.Command("SET", "with-ttl", "1", "EX", "1000");
        string digest = here.Digest();
        string[] keys = [.. here.Command("KEYS", "*").Items!.Select(item => item.Text)];
        Assert.Equal("OK", Move(here, redis.Port, keys));
        Assert.Equal("0", here.Command("DBSIZE").Text);
        Assert.InRange(there.Command("TTL", "with-ttl").Integer, 900, 1000);
        Assert.Equal(digest, there.Digest());
        Assert.Equal("OK", Move(there, spinel.Port, keys));
        Assert.Equal(digest, here.Digest());
        Assert.Equal("0", there.Command("DBSIZE").Text);
    }

    [Fact]
    public void Answers_are_those_of_the_real_server()
    {
        using ServerProcess redis = Servers.Redis();
        using ServerProcess spinel = Servers.Spinel();
        Assert.Equal(Answers(redis, spinel.Port), Answers(spinel, redis.Port));
    }

    private static List<string> Answers(ServerProcess source, int target)
    {
        using RespConnection connection = source.Connect();
        string port = target.ToString(CultureInfo.InvariantCulture);
        List<string> answers = [];
        foreach (string line in new[]
        {
            "FLUSHALL", "MSET a 1 b 2 c 3", "MIGRATE 127.0.0.1 {port} nokey 0 1000", "MIGRATE 127.0.0.1 {port} a 0 1000", "EXISTS a", "SET a 1", "MIGRATE 127.0.0.1 {port} a 0 1000",
            "MIGRATE 127.0.0.1 {port} a 0 1000 COPY REPLACE", "EXISTS a", "MIGRATE 127.0.0.1 {port} a 0 0 REPLACE", "MIGRATE 127.0.0.1 {port} b 1 1000 foo", "MIGRATE 127.0.0.1 {port} b x 1000",
            "MIGRATE 127.0.0.1 {port} b 0 x", "MIGRATE 127.0.0.1 {port} b 0 1000 KEYS b", "MIGRATE 127.0.0.1 {port} '' 0 1000 KEYS", "MIGRATE 127.0.0.1 {port} '' 3 1000 AUTH",
            "MIGRATE 127.0.0.1 {port} b 3 1000 AUTH secret", "MIGRATE 127.0.0.1 {port} b 3 1000 AUTH2 nobody secret", "MIGRATE 127.0.0.1 {port} b 999 1000", "MIGRATE 127.0.0.1 {port} '' 3 1000 REPLACE KEYS b c x",
            "EXISTS b c", "SET d 1", "MIGRATE 127.0.0.1 1 d 0 1000", "MIGRATE '' {port} d 0 1000", "MULTI", "MIGRATE 127.0.0.1 {port} d 4 1000", "EXISTS d", "EXEC", "MSET e 1 f 2", "MIGRATE 127.0.0.1 {port} '' 5 1000 KEYS e e f", "EXISTS e f",
            "SET e 1", "MIGRATE 127.0.0.1 {port} '' 6 1000 COPY KEYS e e", "EXISTS e", "MIGRATE 127.0.0.1 {port} '' 6 1000 REPLACE KEYS e e", "EXISTS e",
            "COMMAND GETKEYS MIGRATE h 1 '' 0 1 AUTH KEYS KEYS x y",
        })
        {
            string[] words = [.. line.Replace("{port}", port, StringComparison.Ordinal).Split(' ').Select(word => word == "''" ? "" : word)];
            answers.Add(line + " -> " + connection.Command(words));
        }

        return answers;
    }

    private static string Move(RespConnection server, int port, string[] keys) =>
        server.Command(["MIGRATE", "127.0.0.1", port.ToString(CultureInfo.InvariantCulture), "", "0", "5000", "KEYS", .. keys]).Text;
}
