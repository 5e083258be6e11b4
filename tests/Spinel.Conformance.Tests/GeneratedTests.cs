using System.Diagnostics;
using System.Globalization;
using System.Text;
using Spinel.Conformance.Tests.Differential;
using Spinel.Conformance.Tests.Generation;

namespace Spinel.Conformance.Tests;

/// <summary>
/// Random command sequences, each run on Redis and on Spinel. SPINEL_SEED looks elsewhere, SPINEL_COUNT is how many commands a
/// group runs, SPINEL_GROUP names the only groups to run ("list,set").
/// </summary>
public sealed class GeneratedTests(ServerPair servers, ITestOutputHelper output) : IClassFixture<ServerPair>
{
    private const int DefaultCount = 50_000;
    private const int SequenceLength = 400;
    private const int ConnectionCount = 3;
    private const int MaxReports = 6;
    private static readonly TimeSpan ShrinkLimit = TimeSpan.FromSeconds(15);

    // Keys of every type, so that each command also meets the wrong one.
    private static readonly Step[] Preamble =
    [
        Step.Command(0, "RPUSH list 1 2 three"),
        Step.Command(0, "SADD set 1 2 3"),
        Step.Command(0, "HSET hash field value"),
        Step.Command(0, "ZADD zset 1 one 2 two"),
        Step.Command(0, "XADD stream 1-1 field value"),
    ];

    public static TheoryData<string> Groups => [.. Grammars.Groups.Keys.Where(Settings.IsGroupWanted)];

    [Theory]
    [MemberData(nameof(Groups))]
    public void Random_sequences_of_a_group_agree(string group)
    {
        int seed = Settings.Seed;
        int count = Settings.Count(DefaultCount);
        output.WriteLine($"SPINEL_SEED={seed} SPINEL_COUNT={count}");

        var grammar = new Grammar(Grammars.Groups[group]);
        grammar.Keep(command => !NotYet.Contains(command) || servers.SubjectKnows(command));
        string[] missing = [.. grammar.Commands.Where(command => command != "NOSUCHCOMMAND" && !servers.SubjectKnows(command))];
        grammar.Keep(command => !missing.Contains(command));
        Step[] preamble = [.. Preamble.Where(step => servers.SubjectKnows(step.Name))];
        var generator = new SequenceGenerator(grammar, preamble, ConnectionCount);

        var reports = new StringBuilder();
        var seen = new HashSet<string>(StringComparer.Ordinal);
        int failures = 0;
        if (missing.Length > 0)
        {
            reports.AppendLine(CultureInfo.InvariantCulture, $"commands that do not exist: {string.Join(' ', missing)}");
        }

        long begin = Stopwatch.GetTimestamp();
        for (int number = 0; number * SequenceLength < count && seen.Count < MaxReports; number++)
        {
            List<Step> steps = generator.Generate(unchecked(seed + (number * 7919)), SequenceLength);
            if (DifferentialRun.Execute(servers, steps, RunProtocol.Mixed) is not { } difference)
            {
                continue;
            }

            failures++;
            if (!seen.Add(difference.Kind))
            {
                continue;
            }

            var shrinker = new Shrinker(candidate => DifferentialRun.Execute(servers, candidate, RunProtocol.Mixed), ShrinkLimit);
            (IReadOnlyList<Step> shortest, difference) = shrinker.Shrink(steps, difference);
            reports.AppendLine(CultureInfo.InvariantCulture, $"\nseed {seed}, group {group}, sequence {number} (odd connections speak RESP3):");
            reports.Append(difference.Report(shortest));
        }

        output.WriteLine($"{count} commands in {Stopwatch.GetElapsedTime(begin).TotalSeconds:F1} s");
        if (reports.Length > 0)
        {
            Assert.Fail($"{failures} sequences differ; the first of each kind:\n{reports}");
        }
    }
}
