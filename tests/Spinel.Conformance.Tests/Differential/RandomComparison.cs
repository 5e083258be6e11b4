using System.Globalization;
using System.Text;
using Spinel.Conformance.Tests.Generation;

namespace Spinel.Conformance.Tests.Differential;

/// <summary>Runs sequences that are drawn from a seed on both servers, makes those that differ short, and reports one of each kind.</summary>
internal static class RandomComparison
{
    private const int MaxReports = 6;
    private static readonly TimeSpan ShrinkLimit = TimeSpan.FromSeconds(15);

    /// <param name="servers">The servers.</param>
    /// <param name="generate">Makes a sequence from a seed.</param>
    /// <param name="sequences">How many.</param>
    /// <returns>A report; empty when the servers agree.</returns>
    public static string Run(ServerPair servers, Func<int, List<Step>> generate, int sequences)
    {
        int seed = Settings.Seed;
        var reports = new StringBuilder();
        var seen = new HashSet<string>(StringComparer.Ordinal);
        for (int number = 0; number < sequences && seen.Count < MaxReports; number++)
        {
            List<Step> steps = generate(unchecked(seed + (number * 7919)));
            if (DifferentialRun.Execute(servers, steps, RunProtocol.Mixed) is not { } difference || !seen.Add(difference.Kind))
            {
                continue;
            }

            var shrinker = new Shrinker(candidate => DifferentialRun.Execute(servers, candidate, RunProtocol.Mixed), ShrinkLimit);
            (IReadOnlyList<Step> shortest, difference) = shrinker.Shrink(steps, difference);
            reports.AppendLine(CultureInfo.InvariantCulture, $"\nseed {seed}, sequence {number} (odd connections speak RESP3):");
            reports.Append(difference.Report(shortest));
        }

        return reports.ToString();
    }

    /// <summary>Keys of every type, so that each command also meets the wrong one, as far as the server under test has the commands.</summary>
    public static Step[] Preamble(ServerPair servers) => [.. new[]
    {
        Step.Command(0, "RPUSH list 1 2 three"),
        Step.Command(0, "SADD set 1 2 3"),
        Step.Command(0, "HSET hash field value"),
        Step.Command(0, "ZADD zset 1 one 2 two"),
        Step.Command(0, "XADD stream 1-1 field value"),
    }.Where(step => servers.SubjectKnows(step.Name))];

    /// <summary>The grammar of a group, without the commands that the server under test lacks.</summary>
    public static Grammar GrammarOf(ServerPair servers, string group)
    {
        var grammar = new Grammar(Grammars.Groups[group]);
        grammar.Keep(command => command == "NOSUCHCOMMAND" || servers.SubjectKnows(command));
        return grammar;
    }
}
