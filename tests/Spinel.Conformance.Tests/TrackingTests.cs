using System.Diagnostics;
using System.Globalization;
using System.Text;
using Spinel.Conformance.Tests.Differential;
using Spinel.Conformance.Tests.Generation;

namespace Spinel.Conformance.Tests;

/// <summary>
/// Client-side caching against Redis: clients that track in every mode, among others that run random commands of a group, and after every command
/// the invalidations that each client has got are compared. The client in broadcast mode sees every change of every key, so this also proves, command
/// by command, what counts as a change.
/// </summary>
public sealed class TrackingTests(ServerPair servers, ITestOutputHelper output) : IClassFixture<ServerPair>
{
    private const int DefaultCount = 600;
    private const int SequenceLength = 300;
    private const int MaxReports = 4;
    private static readonly TimeSpan ShrinkLimit = TimeSpan.FromSeconds(20);

    public static TheoryData<string> Groups => [.. Grammars.Groups.Keys.Where(group => group != "connection")];

    [Theory]
    [MemberData(nameof(Groups))]
    public void Invalidations_agree(string group)
    {
        int seed = Settings.Seed;
        int count = Settings.Count(DefaultCount);
        output.WriteLine($"SPINEL_SEED={seed} SPINEL_COUNT={count}");
        var grammar = new Grammar(Grammars.Groups[group]);
        grammar.Keep(command => !NotYet.Contains(command) && servers.SubjectKnows(command) && command is not ("MULTI" or "EXEC" or "DISCARD" or "WATCH" or "CLIENT" or "PFDEBUG"));
        var generator = new TrackingGenerator(grammar);

        var reports = new StringBuilder();
        var seen = new HashSet<string>(StringComparer.Ordinal);
        long begin = Stopwatch.GetTimestamp();
        for (int number = 0; number * SequenceLength < count && seen.Count < MaxReports; number++)
        {
            List<Step> steps = generator.Generate(unchecked(seed + (number * 7919)), SequenceLength);
            if (TrackingRun.Execute(servers, steps) is not { } difference || !seen.Add(difference.Kind))
            {
                continue;
            }

            var shrinker = new Shrinker(candidate => TrackingRun.Execute(servers, candidate), ShrinkLimit);
            (IReadOnlyList<Step> shortest, difference) = shrinker.Shrink(steps, difference);
            reports.AppendLine(CultureInfo.InvariantCulture, $"\nseed {seed}, group {group}, sequence {number} (all connections speak RESP3):");
            reports.Append(difference.Report(shortest));
        }

        output.WriteLine($"{count} commands in {Stopwatch.GetElapsedTime(begin).TotalSeconds:F1} s");
        Assert.True(reports.Length == 0, reports.ToString());
    }
}
