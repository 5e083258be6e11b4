using System.Diagnostics.CodeAnalysis;
using System.Globalization;
using System.Text;
using Spinel.Conformance.Tests.Differential;
using Spinel.TestSupport;

namespace Spinel.Conformance.Tests;

/// <summary>
/// Users of random rules on both servers: which rules are accepted, what the user looks like, and above all what it may do, for requests to commands of
/// all kinds. SPINEL_SEED and SPINEL_COUNT as for the other random runs.
/// </summary>
[SuppressMessage("Security", "CA5394", Justification = "Test data is to be repeatable.")]
public sealed class PermissionTests(ServerPair servers, ITestOutputHelper output) : IClassFixture<ServerPair>
{
    private const int DefaultCount = 600;
    private const int MaxReports = 8;

    private static readonly string[] Plain =
    [
        "on", "off", "nopass", "resetpass", "reset", ">p", ">q", "<p", "~*", "allkeys", "resetkeys", "&*", "resetchannels", "allchannels", "+@all", "-@all", "allcommands",
        "nocommands", "clearselectors", "sanitize-payload", "skip-sanitize-payload", "", "bogus", "#zz", "%", "%X~a", "(on)",
    ];

    private static readonly string[] Commands =
    [
        "get", "set", "del", "mget", "client", "client|id", "client|kill", "config|get", "config", "select", "select|0", "select|1", "acl", "acl|cat", "object", "xread",
        "zunionstore", "nosuch", "client|nosuch", "get|x", "lpush", "sort",
    ];

    private static readonly string[] Categories =
        ["read", "write", "string", "connection", "dangerous", "admin", "fast", "slow", "hash", "list", "keyspace", "blocking", "nosuch"];

    private static readonly string[] Requests =
    [
        "get a", "get b1", "set a 1", "set a 1 get", "mget a b1 c", "del a b1", "exists a", "lpush a 1", "lpop b1", "copy a b1", "rename b1 a", "zunionstore a 2 b1 c",
        "zunionstore c 2 a b1", "xread streams a b1 0 0", "xreadgroup group g c streams a 0", "sort a", "sort a store b1", "bitfield a get u8 0", "bitfield a set u8 0 1",
        "georadius a 0 0 1 km store b1", "lmpop 2 a b1 left", "object encoding a", "object help", "memory usage b1", "client id", "client kill 1", "client list",
        "config get port", "config set port 1", "select 0", "select 1", "select 2", "ping", "auth x", "hello 3", "flushall", "keys *", "acl cat", "acl whoami", "info", "multi",
        "touch a b1", "expire a 1", "type c", "getdel a", "getex b1", "hset a f v", "hget b1 f", "sinterstore a b1 c", "smove a b1 1", "blpop a b1 0", "blmove a b1 left left 0",
        "pfcount a b1", "pfadd a 1", "bitop and a b1 c", "zrangestore a b1 0 -1", "msetnx a 1 b1 1", "zdiff 2 a b1", "sintercard 2 a c", "lcs a b1", "mset a 1 b1",
    ];

    [Fact]
    public void Random_users_may_do_the_same()
    {
        int seed = Settings.Seed;
        int count = Settings.Count(DefaultCount);
        output.WriteLine($"SPINEL_SEED={seed} SPINEL_COUNT={count}");
        using RespConnection oracle = servers.Oracle.Connect();
        using RespConnection subject = servers.Subject.Connect();
        var random = new Random(seed);
        var reports = new StringBuilder();
        int failures = 0;
        var known = Requests.Where(request => servers.SubjectKnows(request.Split(' ')[0])).ToArray();
        for (int i = 0; i < count && failures < MaxReports; i++)
        {
            var history = new List<string>();
            failures += Compare(oracle, subject, history, reports, "ACL", "DELUSER", "u") ? 0 : 1;
            for (int call = random.Next(1, 4); call > 0; call--)
            {
                string[] rules = [.. Enumerable.Range(0, random.Next(0, 9)).Select(_ => Rule(random))];
                string[] words = ["ACL", "SETUSER", "u", .. rules];
                failures += Compare(oracle, subject, history, reports, words) ? 0 : 1;
            }

            failures += Compare(oracle, subject, history, reports, "ACL", "GETUSER", "u") ? 0 : 1;
            for (int j = 0; j < 25; j++)
            {
                string request = known[random.Next(known.Length)];
                failures += Compare(oracle, subject, history, reports, ["ACL", "DRYRUN", "u", .. request.Split(' ')]) ? 0 : 1;
            }
        }

        Assert.True(reports.Length == 0, reports.ToString());
    }

    private static string Rule(Random random) => random.Next(20) switch
    {
        < 5 => Plain[random.Next(Plain.Length)],
        < 9 => Pick(random, "~", "%R~", "%W~", "%RW~", "&", "%R") + Pick(random, "a", "b*", "[ab]", "", "*", "?"),
        < 14 => Pick(random, "+", "-") + Commands[random.Next(Commands.Length)],
        < 18 => Pick(random, "+@", "-@") + Categories[random.Next(Categories.Length)],
        _ => "(" + string.Join(' ', Enumerable.Range(0, random.Next(0, 4)).Select(_ => Pick(random, "~a", "%R~*", "%W~b*", "+@read", "+@all", "-get", "+set", "&c", "~*"))) + ")",
    };

    private static string Pick(Random random, params ReadOnlySpan<string> choices) => choices[random.Next(choices.Length)];

    private static bool Compare(RespConnection oracle, RespConnection subject, List<string> history, StringBuilder reports, params string[] words)
    {
        string line = CommandText.Join(words.Select(Encoding.Latin1.GetBytes));
        history.Add(line);
        RespValue expected = oracle.Command(words);
        RespValue actual = subject.Command(words);
        bool agree = words[1] == "GETUSER" ? Shown(expected) == Shown(actual) : expected.ToString() == actual.ToString();
        if (!agree)
        {
            reports.AppendLine(CultureInfo.InvariantCulture, $"\n{string.Join('\n', history.Where(one => one.StartsWith("ACL SETUSER", StringComparison.Ordinal)))}\n{line}");
            reports.AppendLine(CultureInfo.InvariantCulture, $"    oracle   {expected}\n    subject  {actual}");
        }

        return agree;
    }

    /// <summary>A user without its command rules, which the servers put differently.</summary>
    private static string Shown(RespValue user)
    {
        if (user.Items is null)
        {
            return user.ToString();
        }

        var text = new StringBuilder();
        for (int i = 0; i < user.Items.Length; i++)
        {
            bool isCommands = i > 0 && user.Items[i - 1].Text == "commands";
            bool isSelectors = user.Items[i].Items is { Length: > 0 } inner && inner[0].Items is not null;
            text.Append(isCommands ? "…" : isSelectors ? string.Concat(user.Items[i].Items!.Select(Shown)) : user.Items[i].ToString()).Append('\n');
        }

        // All keys as one of several patterns: told apart from the rule that clears the others.
        return text.Replace("%RW~*", "~*").ToString();
    }
}
