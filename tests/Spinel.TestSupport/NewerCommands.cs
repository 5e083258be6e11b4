using System.Globalization;

namespace Spinel.TestSupport;

/// <summary>Everything that came after Redis 7.0 and changes data that 7.0 can hold, that is all but fields that expire.</summary>
public static class NewerCommands
{
    /// <summary>A message that is sent once more has the id of its entry.</summary>
    public const string Message = "XADD produced IDMP producer message * f v";

    private static readonly string[] Lines =
    [
        "SET s one", "SET s two IFEQ one GET", "SET s three IFNE x EX 10000", "SET s four IFEQ nothing", "SET gone v", "SET gone2 v", "DELEX gone IFEQ v", "DELIFEQ gone2 v",
        "MSETEX 2 m1 a m2 b NX PX 10000000", "MSETEX 2 m1 c m3 b XX", "MSETEX 2 m1 c m2 d XX KEEPTTL",
        "SET n 10", "INCREX n BYINT 7 UBOUND 12 SATURATE EX 10000", "INCREX n BYINT 1 UBOUND 20 PERSIST", "INCREX f BYFLOAT 0.1 ENX PX 10000000", "INCREX f BYFLOAT 0.2",

        "SET b1 \"\\xff\\x0f12\"", "SET b2 \"\\x0f\\xff\"", "SET b3 7", "BITOP DIFF d1 b1 b2 b3", "BITOP DIFF1 d2 b1 b2 b3", "BITOP ANDOR d3 b1 b2 b3", "BITOP ONE d4 b1 b2 b3",
        "BITOP ONE b3 b1 b3", "BITOP DIFF d5 b1 b1", "SET d6 x", "BITOP DIFF d6 no nothing", "SETBIT large 1000000 1", "BITOP ONE large2 large b1",

        "ZADD z1 1.5 a 2 b -7 c", "ZADD z2 1 b inf c 4 d", "SADD set b x", "ZUNIONSTORE u1 3 z1 z2 set WEIGHTS 0.1 3 -0 AGGREGATE COUNT", "ZINTERSTORE u2 2 z1 z2 AGGREGATE COUNT",
        "SET u3 v", "ZUNIONSTORE u3 2 z1 z2 AGGREGATE COUNT", "ZINTERSTORE z2 2 z1 z2 WEIGHTS inf 1 AGGREGATE COUNT", "SET u4 v", "ZINTERSTORE u4 2 z1 no AGGREGATE COUNT",
        "GEOADD geo 13.361389 38.115556 Palermo 15.087269 37.502669 Catania 2.3 48.8 Paris", "GEOSEARCHSTORE places geo BYPOLYGON 4 10 35 20 35 20 40 10 40",
        "GEOSEARCHSTORE distances geo BYPOLYGON 4 10 35 20 35 20 40 10 40 STOREDIST", "SET nowhere v", "GEOSEARCHSTORE nowhere geo BYPOLYGON 3 100 0 110 0 105 5",

        "HSETEX h FNX FIELDS 2 a 1 b 2", "HSETEX h FXX FIELDS 2 a 3 c 4", "HSETEX h NX FIELDS 1 a 9", "HSETEX h XX KEEPTTL FIELDS 2 a 5 d 6", "HSETEX h PXAT 1 FIELDS 1 d 7",
        "HGETDEL h FIELDS 2 b no", "HSETEX h2 FIELDS 1 a 1", "HGETDEL h2 FIELDS 1 a", "HINCRBYFLOAT h a 0.25",

        "XADD x 1-0 f v", "XADD x 2-0 f v", "XADD x 3-0 f v", "XADD x 4-0 f v", "XADD x 5-0 f v", "XADD x 6-0 f v", "XADD x 7-0 f v", "XADD x 8-0 f v",
        "XGROUP CREATE x g 0", "XGROUP CREATE x h 0", "XREADGROUP GROUP g alice COUNT 7 STREAMS x >", "XREADGROUP GROUP h bob COUNT 7 STREAMS x >", "XACK x g 2-0 4-0 6-0", "XACK x h 2-0 4-0",
        "COPY x trimmed", "COPY x cut", "COPY x added", "COPY x deleted", "COPY x acknowledged",
        "XTRIM trimmed MAXLEN 7 KEEPREF", "XTRIM trimmed MAXLEN 5 DELREF", "XTRIM trimmed MINID 5 DELREF", "XTRIM cut MAXLEN 2 ACKED", "XTRIM cut MINID 4 ACKED",
        "XADD added DELREF MAXLEN 7 9-0 f v", "XADD added ACKED MAXLEN ~ 2 9-* f v", "XADD added KEEPREF * f v", "XADD added MINID 5 DELREF * f v", "XADD added ACKED MAXLEN 3 * f v",
        "XDELEX deleted KEEPREF IDS 2 1-0 99-0", "XDELEX deleted DELREF IDS 2 1-0 3-0", "XDELEX deleted ACKED IDS 3 4-0 5-0 6-0", "XDELEX no IDS 1 1-0",
        "XACKDEL acknowledged g KEEPREF IDS 2 1-0 2-0", "XACKDEL acknowledged g DELREF IDS 1 3-0", "XACKDEL acknowledged h ACKED IDS 3 5-0 6-0 8-0", "XACKDEL acknowledged no IDS 1 1-0",
        "XREADGROUP GROUP g carol CLAIM 0 COUNT 2 STREAMS x >",

        Message, "XADD produced IDMPAUTO producer * f v g w", Message, "XCFGSET produced IDMP-DURATION 80000", Message, "XADD produced IDMP other message MAXLEN ~ 100 ACKED * f v",
        "XTRIM produced MAXLEN 1 DELREF", "XADD produced IDMP producer short-lived MAXLEN 1 KEEPREF * f v", "XADD produced * f v", "XADD other * f v", "XIDMPRECORD other producer message 1-1",
        "MULTI", "XADD produced IDMP producer another * f v", "BITOP ONE together b1 b2", "SET together2 v", "EXEC",

        "RESTORE set2 0 \"\\x14\\x0d\\x0d\\x00\\x00\\x00\\x02\\x00\\x81\\x61\\x02\\x81\\x62\\x02\\xff\\x0b\\x00\\x0a\\xec\\x0a\\xb4\\x49\\xa3\\xd6\\x54\"",
    ];

    /// <summary>Runs them all; that one of them is not known is an exception.</summary>
    public static void Run(RespConnection connection)
    {
        ArgumentNullException.ThrowIfNull(connection);
        foreach (string line in Lines)
        {
            RespValue reply = connection.CommandLine(line);
            if (reply.Kind == RespKind.Error && !line.StartsWith("XIDMPRECORD", StringComparison.Ordinal))
            {
                throw new InvalidOperationException($"{line}: {reply}");
            }
        }
    }

    /// <summary>What a server holds, as far as every server can tell: values, expiries, counters of streams, groups and what is pending in them.</summary>
    public static string Describe(RespConnection connection)
    {
        ArgumentNullException.ThrowIfNull(connection);
        List<string> lines = [connection.Command("DEBUG", "DIGEST").Text];
        foreach (string key in connection.Command("KEYS", "*").Items!.Select(item => item.Text).Order(StringComparer.Ordinal))
        {
            lines.Add($"{key} {connection.Command("DEBUG", "DIGEST-VALUE", key)} {connection.Command("PEXPIRETIME", key)}");
            if (connection.Command("TYPE", key).Text != "stream")
            {
                continue;
            }

            RespValue[] figures = connection.Command("XINFO", "STREAM", key).Items!;
            for (int i = 0; i < figures.Length; i += 2)
            {
                if (figures[i].Text is "length" or "last-generated-id" or "max-deleted-entry-id" or "entries-added" or "recorded-first-entry-id")
                {
                    lines.Add(string.Create(CultureInfo.InvariantCulture, $"{key} {figures[i].Text} {figures[i + 1]}"));
                }
            }

            foreach (RespValue group in connection.Command("XINFO", "GROUPS", key).Items!)
            {
                lines.Add($"{key} {string.Join(' ', group.Items!.Select(item => item.ToString()))}");
                RespValue[] pending = connection.Command("XPENDING", key, group.Items![1].Text, "-", "+", "1000").Items!;
                lines.AddRange(pending.Select(entry => $"{key} {entry.Items![0].Text} {entry.Items[1].Text} {entry.Items[3]}"));
            }
        }

        return string.Join('\n', lines);
    }
}
