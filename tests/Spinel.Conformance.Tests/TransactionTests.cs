using Spinel.Conformance.Tests.Differential;
using Spinel.Conformance.Tests.Generation;

namespace Spinel.Conformance.Tests;

/// <summary>Transactions of several clients that get in each other's way, and which commands touch a watched key.</summary>
public sealed class TransactionTests(ServerPair servers) : IClassFixture<ServerPair>
{
    private const int InterleavedCount = 25_000;
    private const int WatchedCount = 2_500;
    private const int SequenceLength = 300;

    public static TheoryData<string> Groups => [.. Grammars.Groups.Keys.Where(group => group != "connection")];

    [Fact]
    public void Interleaved_transactions_agree()
    {
        var grammar = new Grammar(TransactionGrammar.Text);
        var generator = new SequenceGenerator(grammar, RandomComparison.Preamble(servers), connections: 3, changeConnectionOneIn: 4);
        string report = RandomComparison.Run(servers, seed => generator.Generate(seed, SequenceLength), Settings.Count(InterleavedCount) / SequenceLength);
        Assert.True(report.Length == 0, report);
    }

    /// <summary>One client watches keys, another runs a command, and the first one's EXEC tells whether that has touched them.</summary>
    [Theory]
    [MemberData(nameof(Groups))]
    public void The_same_commands_touch_watched_keys(string group)
    {
        Grammar grammar = RandomComparison.GrammarOf(servers, group);
        var generator = new SequenceGenerator(grammar, RandomComparison.Preamble(servers), connections: 1);
        string report = RandomComparison.Run(servers, seed => WatchEach(group, generator.Generate(seed, SequenceLength), seed), Settings.Count(WatchedCount) / SequenceLength);
        Assert.True(report.Length == 0, report);
    }

    private static List<Step> WatchEach(string group, List<Step> commands, int seed)
    {
        const int Watcher = 2;
        var source = new ArgumentSource(new Random(seed));
        var steps = new List<Step>();
        foreach (Step command in commands)
        {
            if (command.Name == "SETRANGE" && group == "hyperloglog")
            {
                // The oracle does not count it as a change when it adds to a damaged HyperLogLog.
                continue;
            }

            if (command.Kind != StepKind.Command || command.Arguments.Length < 2)
            {
                steps.Add(command);
                continue;
            }

            // Most often its first key, now and then one that it has nothing to do with.
            byte[] key = source.Random.Next(4) switch
            {
                0 => source.Draw("key"),
                1 => command.Arguments[^1],
                _ => command.Arguments[1],
            };
            steps.Add(Step.Command(Watcher, "WATCH"u8.ToArray(), key));
            steps.Add(command);
            steps.Add(Step.Command(Watcher, "MULTI"));
            steps.Add(Step.Command(Watcher, "EXEC"));
        }

        return steps;
    }
}
