using System.Diagnostics.CodeAnalysis;
using System.Text.RegularExpressions;
using Spinel.TestSupport;

namespace Spinel.Conformance.Tests.Differential;

/// <summary>
/// Replies must agree to the byte. This table holds the exceptions, each for its reason: elements without an order, time that
/// passes between the two servers, and facts about the process itself.
/// </summary>
internal static partial class ReplyRules
{
    private const long SecondsApart = 2;
    private const long MillisecondsApart = 2000;

    private static readonly string[] NewerOptions = ["set-max-listpack-entries", "set-max-listpack-value"];

    private static readonly Dictionary<string, Func<RespValue, RespValue, bool>> Rules = new(StringComparer.Ordinal)
    {
        // Order is the hash table's own.
        ["KEYS"] = SameElements,
        ["SMEMBERS"] = SameElements,
        ["SINTER"] = SameElements,
        ["SUNION"] = SameElements,
        ["SDIFF"] = SameElements,
        ["HKEYS"] = SameElements,
        ["HVALS"] = SameElements,
        ["HGETALL"] = SamePairs,
        ["CONFIG GET"] = SameOptions,
        ["PUBSUB CHANNELS"] = SameElements,
        ["PUBSUB SHARDCHANNELS"] = SameElements,
        ["COMMAND LIST"] = SameShapeOnly,

        // One turn of an iteration shows what the table's order makes it show; whole iterations are StepKind.Scan.
        ["SCAN"] = SameKindOnly,
        ["HSCAN"] = SameKindOnly,
        ["SSCAN"] = SameKindOnly,
        ["ZSCAN"] = SameKindOnly,

        // A set popped empty; other sets popped would differ from then on.
        ["SPOP"] = SameElementsOrEqual,

        // Small sets are compact since Redis 7.2.
        ["OBJECT ENCODING"] = SameEncoding,

        // Time passes between the two servers.
        ["TTL"] = Within(SecondsApart),
        ["PTTL"] = Within(MillisecondsApart),
        ["EXPIRETIME"] = Within(SecondsApart),
        ["PEXPIRETIME"] = Within(MillisecondsApart),
        ["OBJECT IDLETIME"] = SameShapeOnly, // Redis shares small integers among keys, their clock included
        ["OBJECT REFCOUNT"] = SameShapeOnly, // 1 in Redis for the copy of a shared integer
        ["XPENDING"] = SameButTimes,
        ["XINFO STREAM"] = SameButTimes,
        ["XINFO CONSUMERS"] = SameButTimes,
        ["TIME"] = SameShapeOnly,
        ["LASTSAVE"] = SameShapeOnly,

        // Of time and of the connection.
        ["ACL LOG"] = SameAccessLog,

        // Commands that came after 7.0; membership is compared by CommandTableTests.
        ["ACL CAT"] = SameKindOnly,

        // Spinel keeps the rules as they were given, Redis 7.0 makes up new ones from the outcome, in the order of a hash table.
        ["ACL GETUSER"] = SameWords,
        ["ACL LIST"] = SameWords,

        // Chance.
        ["ACL GENPASS"] = SameLength,
        ["RANDOMKEY"] = SameShapeOnly,
        ["HRANDFIELD"] = SameShapeOnly,
        ["SRANDMEMBER"] = SameShapeOnly,
        ["ZRANDMEMBER"] = SameShapeOnly,
        ["OBJECT FREQ"] = SameShapeOnly,

        // Facts about the process.
        ["HELLO"] = SameHello,
        ["EXEC"] = SameGreetings,
        ["INFO"] = SameShapeOnly,
        ["CLIENT ID"] = SameShapeOnly,
        ["CLIENT INFO"] = SameShapeOnly,
        ["CLIENT LIST"] = SameShapeOnly,
        ["MEMORY USAGE"] = SameShapeOnly,
        ["MEMORY STATS"] = SameKindOnly,
        ["MEMORY DOCTOR"] = SameShapeOnly,
        ["COMMAND COUNT"] = SameShapeOnly,
        ["COMMAND"] = SameKindOnly,
        ["COMMAND DOCS"] = SameKindOnly,
        ["COMMAND INFO"] = SameKindOnly, // compared field by field by CommandTableTests
        ["LOLWUT"] = SameKindOnly,
        ["DEBUG"] = SameKindOnly,
        ["LATENCY DOCTOR"] = SameKindOnly,
        ["SLOWLOG GET"] = SameKindOnly,
        ["SLOWLOG LEN"] = SameShapeOnly,
    };

    public static bool Agree(Step step, RespReply oracle, RespReply subject)
    {
        if (oracle.Raw.AsSpan().SequenceEqual(subject.Raw))
        {
            return true;
        }

        // No rule excuses another error, or an error in place of an answer.
        return !oracle.Value.IsError && !subject.Value.IsError
            && (step.Kind == StepKind.Receive
                ? SameMonitorLine(oracle.Value, subject.Value)
                : step is { Subname: "HELP", Arguments.Length: 2 }
                ? IsHelp(oracle.Value) && IsHelp(subject.Value)
                : HasRule(step, out Func<RespValue, RespValue, bool>? rule) && rule(oracle.Value, subject.Value));
    }

    private static bool HasRule(Step step, [NotNullWhen(true)] out Func<RespValue, RespValue, bool>? rule)
    {
        if (step.Name is "SORT" or "SORT_RO")
        {
            rule = SortOrderRules.IsFree(step.Arguments) ? SameElements : null;
            return rule is not null;
        }

        return Rules.TryGetValue($"{step.Name} {step.Subname}", out rule) || Rules.TryGetValue(step.Name, out rule);
    }

    /// <summary>A line of MONITOR, but for when and from which port.</summary>
    private static bool SameMonitorLine(RespValue oracle, RespValue subject) =>
        oracle.Kind == RespKind.SimpleString && subject.Kind == RespKind.SimpleString
        && MonitorOrigin().Replace(oracle.Text, "[$1]") is var text && text != oracle.Text && text == MonitorOrigin().Replace(subject.Text, "[$1]");

    [GeneratedRegex(@"^\d+\.\d{6} \[(\d+) 127\.0\.0\.1:\d+\]")]
    private static partial Regex MonitorOrigin();

    /// <summary>Help is in each server's own words.</summary>
    private static bool IsHelp(RespValue value) =>
        value is { Kind: RespKind.Array, Items.Length: > 0 } && value.Items.All(line => line.Kind == RespKind.SimpleString);

    private static bool SameElements(RespValue oracle, RespValue subject) =>
        oracle.Kind == subject.Kind && oracle.Items is not null && subject.Items is not null
        && Sorted(oracle.Items).SequenceEqual(Sorted(subject.Items), StringComparer.Ordinal);

    private static bool SameElementsOrEqual(RespValue oracle, RespValue subject) =>
        oracle.Items is null ? oracle.ToString() == subject.ToString() : SameElements(oracle, subject);

    private static bool SameEncoding(RespValue oracle, RespValue subject) =>
        oracle.Kind == subject.Kind && oracle.Text == "hashtable" && subject.Text == "listpack";

    private static bool SamePairs(RespValue oracle, RespValue subject) =>
        oracle.Kind == subject.Kind && oracle.Items is not null && subject.Items is not null
        && Sorted(Pairs(oracle.Items)).SequenceEqual(Sorted(Pairs(subject.Items)), StringComparer.Ordinal);

    /// <summary>A pattern may also match options that came after 7.0.</summary>
    private static bool SameOptions(RespValue oracle, RespValue subject) =>
        subject.Items is not null && SamePairs(oracle, subject with
        {
            Items = [.. subject.Items.Chunk(2).Where(pair => !NewerOptions.Contains(pair[0].Text)).SelectMany(pair => pair)],
        });

    private static Func<RespValue, RespValue, bool> Within(long distance) => (oracle, subject) =>
        oracle.Kind == RespKind.Integer && subject.Kind == RespKind.Integer
        && oracle.Integer >= 0 && subject.Integer >= 0 && Math.Abs(oracle.Integer - subject.Integer) <= distance;

    private static bool SameKindOnly(RespValue oracle, RespValue subject) => oracle.Kind == subject.Kind;

    private static bool SameShapeOnly(RespValue oracle, RespValue subject) =>
        oracle.Kind == subject.Kind && oracle.IsNull == subject.IsNull
        && (oracle.Items is null || oracle.Kind == RespKind.Set || oracle.Items.Length != subject.Items!.Length
            || oracle.Items.Zip(subject.Items).All(pair => SameShapeOnly(pair.First, pair.Second)));

    /// <summary>
    /// What tells of consumer groups: Unix milliseconds, and the idle times that follow the word or stand third in a pending entry, may differ
    /// by what passes between the servers.
    /// </summary>
    private static bool SameButTimes(RespValue oracle, RespValue subject)
    {
        const long EarliestUnixMs = 1_000_000_000_000;
        if (oracle.Kind != subject.Kind)
        {
            return false;
        }

        if (oracle.Kind == RespKind.Integer)
        {
            return oracle.Integer == subject.Integer
                || (Math.Min(oracle.Integer, subject.Integer) > EarliestUnixMs && Math.Abs(oracle.Integer - subject.Integer) <= MillisecondsApart);
        }

        if (oracle.Items is null || subject.Items is null || oracle.Items.Length != subject.Items.Length)
        {
            return oracle.ToString() == subject.ToString();
        }

        for (int i = 0; i < oracle.Items.Length; i++)
        {
            bool isIdleTime = (i > 0 && oracle.Items[i - 1].Text == "idle")
                || (i == 2 && oracle.Items.Length == 4 && oracle.Items[2].Kind == RespKind.Integer);
            if (!(isIdleTime ? Within(MillisecondsApart) : SameButTimes)(oracle.Items[i], subject.Items[i]))
            {
                return false;
            }
        }

        return true;
    }

    private static bool SameHello(RespValue oracle, RespValue subject)
    {
        if (oracle.Kind != subject.Kind || oracle.Items is null || oracle.Items.Length != subject.Items!.Length)
        {
            return false;
        }

        for (int i = 0; i < oracle.Items.Length; i++)
        {
            bool isOwnFact = i % 2 == 1 && oracle.Items[i - 1].Text is "version" or "id";
            if (isOwnFact
                ? oracle.Items[i].Kind != subject.Items[i].Kind
                : oracle.Items[i].ToString() != subject.Items[i].ToString())
            {
                return false;
            }
        }

        return true;
    }

    private static bool SameLength(RespValue oracle, RespValue subject) => oracle.Kind == subject.Kind && oracle.Text.Length == subject.Text.Length;

    /// <summary>Texts of the same words in any order.</summary>
    private static bool SameWords(RespValue oracle, RespValue subject) =>
        oracle.Kind == subject.Kind
        && (oracle.Items is null
            ? oracle.Text.Split(' ').Order(StringComparer.Ordinal).SequenceEqual(subject.Text.Split(' ').Order(StringComparer.Ordinal), StringComparer.Ordinal)
            : oracle.Items.Length == subject.Items!.Length && oracle.Items.Zip(subject.Items).All(pair => SameWords(pair.First, pair.Second)));

    /// <summary>Entries have the same count, reason, context, object and user; how old they are and how the client looked is the connection's, and fields may follow.</summary>
    private static bool SameAccessLog(RespValue oracle, RespValue subject)
    {
        const int SameFields = 5 * 2;
        return oracle.Kind == subject.Kind && oracle.Items is not null && oracle.Items.Length == subject.Items!.Length
            && oracle.Items.Zip(subject.Items).All(pair =>
                pair.First.Kind == pair.Second.Kind
                && pair.First.Items!.Take(SameFields).Select(item => item.ToString())
                    .SequenceEqual(pair.Second.Items!.Take(SameFields).Select(item => item.ToString()), StringComparer.Ordinal)
                && Names(pair.Second).Take(Names(pair.First).Count()).SequenceEqual(Names(pair.First), StringComparer.Ordinal));

        static IEnumerable<string> Names(RespValue entry) => entry.Items!.Where((_, i) => i % 2 == 0).Select(item => item.Text);
    }

    /// <summary>What EXEC gives: facts about the process may be among the replies.</summary>
    private static bool SameGreetings(RespValue oracle, RespValue subject) =>
        oracle.Kind == subject.Kind && oracle.Items is not null && subject.Items?.Length == oracle.Items.Length
        && oracle.Items.Zip(subject.Items).All(pair => pair.First.ToString() == pair.Second.ToString() || SameHello(pair.First, pair.Second));

    private static IEnumerable<string> Sorted(IEnumerable<RespValue> items) =>
        items.Select(item => item.ToString()).Order(StringComparer.Ordinal);

    private static IEnumerable<RespValue> Pairs(RespValue[] items) =>
        items.Chunk(2).Select(pair => new RespValue(RespKind.Array, null, pair));
}
