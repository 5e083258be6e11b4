using System.Globalization;
using System.Text;
using Spinel.TestSupport;

namespace Spinel.Conformance.Tests.Differential;

/// <summary>The questions that, answered alike, mean that two servers hold the same data in the same form.</summary>
internal static class KeyspaceAudit
{
    private const int DatabaseCount = 16;

    /// <summary>Connections of the audit have numbers that no test uses.</summary>
    private const int Connection = 1_000_000;

    public static List<Step> Databases()
    {
        var steps = new List<Step>();
        for (int database = 0; database < DatabaseCount; database++)
        {
            steps.Add(Select(database));
            steps.Add(Step.Command(Connection, "DBSIZE"));
            steps.Add(Step.Command(Connection, "KEYS *"));
        }

        return steps;
    }

    /// <summary>
    /// For each key of the oracle: its type, expiry, encoding and value, as far as the subject has the commands. Redis turns a small sorted set into
    /// a large one in order to SORT it, which is no part of what SORT means; runs with SORT leave the encoding of sorted sets out.
    /// </summary>
    public static List<Step> Keys(RespConnection oracle, Func<string, bool> subjectKnows, bool withSort)
    {
        string[] metadata = [.. new[] { "TYPE", "PEXPIRETIME", "OBJECT" }.Where(subjectKnows)];
        var steps = new List<Step>();
        for (int database = 0; database < DatabaseCount; database++)
        {
            oracle.Command("SELECT", database.ToString(CultureInfo.InvariantCulture));
            RespValue[] keys = oracle.Command("KEYS", "*").Items!;
            if (keys.Length > 0)
            {
                steps.Add(Select(database));
            }

            foreach (byte[] key in keys.Select(item => item.Bytes!))
            {
                oracle.Send(["TYPE"u8.ToArray(), key]);
                string type = oracle.ReadReply().Value.Text;
                steps.AddRange(metadata.Where(command => !(withSort && command == "OBJECT" && type == "zset")).Select(command => command == "OBJECT"
                    ? Step.Command(Connection, "OBJECT"u8.ToArray(), "ENCODING"u8.ToArray(), key)
                    : Step.Command(Connection, Encoding.ASCII.GetBytes(command), key)));
                steps.AddRange(Contents(type, key));
            }
        }

        return steps;
    }

    private static IEnumerable<Step> Contents(string type, byte[] key)
    {
        string[] command = type switch
        {
            "string" => ["GET", ""],
            "list" => ["LRANGE", "", "0", "-1"],
            "set" => ["SMEMBERS", ""],
            "zset" => ["ZRANGE", "", "0", "-1", "WITHSCORES"],
            "hash" => ["HGETALL", ""],
            "stream" => ["XINFO", "STREAM", "", "FULL", "COUNT", "0"],
            _ => [], // it expired in between
        };
        if (command.Length > 0)
        {
            yield return Step.Command(Connection, [.. command.Select(word => word.Length == 0 ? key : Encoding.ASCII.GetBytes(word))]);
        }
    }

    private static Step Select(int database) =>
        Step.Command(Connection, string.Create(CultureInfo.InvariantCulture, $"SELECT {database}"));
}
