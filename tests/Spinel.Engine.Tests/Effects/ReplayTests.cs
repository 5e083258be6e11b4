using System.Globalization;
using System.Text;
using Spinel.Conformance.Tests.Differential;
using Spinel.Conformance.Tests.Generation;

namespace Spinel.Engine.Tests.Effects;

/// <summary>
/// What the append-only file and the replicas rest on: the effects of any commands, run on a second server, make the same keyspace there, down to the
/// expiry of each field and the pending entries of each consumer. The second server's clock is another, so nothing may depend on the moment.
/// </summary>
public sealed class ReplayTests(ITestOutputHelper output)
{
    private const int UsualSeed = 20_260_301;
    private const int Sequences = 25;
    private const int SequenceLength = 300;
    private const int MaxReports = 4;

    private static readonly Dictionary<string, string> Groups = Grammars.Groups
        .Where(group => group.Key != "connection") // it writes nothing of its own, and clients come and go
        .Append(new("chance: values", ChanceGrammar.Values))
        .Append(new("chance: fields", ChanceGrammar.Fields))
        .Append(new("chance: streams", ChanceGrammar.Streams))
        .ToDictionary(StringComparer.Ordinal);

    // Keys of every type, so that each command also meets the wrong one.
    private static readonly Step[] Preamble =
    [
        Step.Command(0, "RPUSH list 1 2 three"), Step.Command(0, "SADD set 1 2 3"), Step.Command(0, "HSET hash field value"),
        Step.Command(0, "ZADD zset 1 one 2 two"), Step.Command(0, "XADD stream 1-1 field value"),
    ];

    public static TheoryData<string> GroupNames => [.. Groups.Keys];

    [Theory]
    [MemberData(nameof(GroupNames))]
    public void Effects_make_the_same_keyspace(string group)
    {
        int seed = Environment.GetEnvironmentVariable("SPINEL_SEED") is { Length: > 0 } text ? int.Parse(text, CultureInfo.InvariantCulture) : UsualSeed;
        int count = Environment.GetEnvironmentVariable("SPINEL_COUNT") is { Length: > 0 } wanted
            ? int.Parse(wanted, CultureInfo.InvariantCulture) / SequenceLength : Sequences;
        output.WriteLine($"SPINEL_SEED={seed}");
        Replay.ReplicaClock clock = group.Contains("stream", StringComparison.Ordinal) ? Replay.ReplicaClock.Fast : Replay.ReplicaClock.Slow;
        var reports = new StringBuilder();
        int found = 0;
        for (int number = 0; number < count && found < MaxReports; number++)
        {
            List<Step> steps = WithLeaps(new SequenceGenerator(new Grammar(Groups[group]), Preamble, connections: 3, withChance: true)
                .Generate(unchecked(seed + (number * 7919)), SequenceLength), seed + number);
            if (Replay.Run(steps, checkEvery: 25, clock) is null)
            {
                continue;
            }

            // Once more, with a look after every command, and then with all left out that is not needed.
            Replay.Mismatch mismatch = Replay.Run(steps, checkEvery: 1, clock) ?? new(steps.Count - 1, "differs only when not looked at after every command");
            (steps, mismatch) = Shrink(steps, mismatch, clock);
            reports.AppendLine(CultureInfo.InvariantCulture, $"\nsequence {number}:").AppendLine(string.Join('\n', steps)).AppendLine(mismatch.What);
            found++;
        }

        if (reports.Length > 0)
        {
            Assert.Fail(reports.ToString());
        }
    }

    [Fact]
    public void A_lost_effect_is_found()
    {
        Step[] steps = [Step.Command(0, "SADD s 1 2 3"), Step.Command(0, "SADD other 1"), Step.Command(0, "PEXPIRE s 100000")];
        Assert.Null(Replay.Run(steps, checkEvery: 1, Replay.ReplicaClock.Slow));
        Replay.Mismatch? mismatch = Replay.Run(steps, checkEvery: 1, Replay.ReplicaClock.Slow, effect => effect[0] != "PEXPIREAT");
        Assert.Equal(2, mismatch?.Index);
    }

    /// <summary>Lets time pass here and there: instants, seconds, and now and then years.</summary>
    private static List<Step> WithLeaps(List<Step> steps, int seed)
    {
        var random = new Random(seed);
        var result = new List<Step>();
        foreach (Step step in steps.Where(step => step.Kind == StepKind.Command && !IsReadOfOwnPast(step) && !CountsBeyondRange(step)))
        {
            if (random.Next(20) == 0)
            {
                int leap = random.Next(12) switch
                {
                    < 4 => random.Next(1, 20),
                    < 8 => random.Next(500, 20_000),
                    < 11 => random.Next(50_000, 200_000),
                    _ => random.Next(100_000_000, int.MaxValue),
                };
                result.Add(new Step(StepKind.Wait, 0, [], leap));
            }

            result.Add(step);
        }

        return result;
    }

    /// <summary>A consumer that reads its pending entries again: it counts as another delivery, of which Redis tells nobody either.</summary>
    private static bool IsReadOfOwnPast(Step step) => step.Name == "XREADGROUP" && step.Arguments[^1] is not [(byte)'>'];

    /// <summary>A group whose count of entries read overflows with the next one, in Redis too; no command says such a count.</summary>
    private static bool CountsBeyondRange(Step step) =>
        step.Name == "XGROUP" && step.Arguments.Any(argument => argument.AsSpan().SequenceEqual("9223372036854775807"u8));

    private static (List<Step> Steps, Replay.Mismatch Mismatch) Shrink(List<Step> steps, Replay.Mismatch mismatch, Replay.ReplicaClock clock)
    {
        steps = [.. steps.Take(mismatch.Index + 1)];
        for (int size = steps.Count / 2; size > 0; size /= 2)
        {
            for (int begin = steps.Count - size; begin >= 0; begin -= size)
            {
                List<Step> fewer = [.. steps.Take(begin), .. steps.Skip(begin + size)];
                if (Replay.Run(fewer, checkEvery: 1, clock) is { } still)
                {
                    (steps, mismatch) = ([.. fewer.Take(still.Index + 1)], still);
                    begin = Math.Min(begin, steps.Count);
                }
            }
        }

        return (steps, mismatch);
    }
}
