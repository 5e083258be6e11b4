using Spinel.Conformance.Tests.Differential;
using Spinel.Conformance.Tests.Generation;

namespace Spinel.Conformance.Tests;

/// <summary>Conversations of clients that subscribe and publish: confirmations, messages, replies and refusals agree, in RESP2 and RESP3 side by side.</summary>
public sealed class PubSubTests(ServerPair servers) : IClassFixture<ServerPair>
{
    private const int DefaultCount = 12_000;
    private const int SequenceLength = 300;
    private const int ShownSteps = 60;

    [Fact]
    public void Random_conversations_agree()
    {
        for (int number = 0; number * SequenceLength < Settings.Count(DefaultCount); number++)
        {
            List<Step> steps = new PubSubGenerator(unchecked(Settings.Seed + (number * 7919))).Generate(SequenceLength);
            if (DifferentialRun.Execute(servers, steps, RunProtocol.Mixed, audit: false) is { } difference)
            {
                int from = Math.Max(0, difference.Index - ShownSteps);
                Assert.Fail($"seed {Settings.Seed}, sequence {number}:\n{(difference with { Index = difference.Index - from }).Report([.. steps.Skip(from)])}");
            }
        }
    }
}
