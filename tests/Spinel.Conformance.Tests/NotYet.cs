using Spinel.Conformance.Tests.Differential;

namespace Spinel.Conformance.Tests;

/// <summary>
/// Commands of Redis 7.0 that chosen cases use and Spinel does not have yet. Cases that need one are skipped and say so; a
/// command that arrives must leave this list (<see cref="NotYetTests"/>), which brings its cases to life.
/// </summary>
internal static class NotYet
{
    private static readonly HashSet<string> Commands = new(StringComparer.Ordinal)
    {
        "WAIT", "ROLE", "LASTSAVE", "READONLY", "READWRITE", "ASKING", "CLUSTER",
    };

    public static IEnumerable<string> All => Commands.Order(StringComparer.Ordinal);

    public static bool Contains(string command) => Commands.Contains(command);

    /// <summary>The first of the commands that the steps use and that is not there yet, or null.</summary>
    public static string? FirstOf(IEnumerable<Step> steps) => steps.Select(step => step.Name).FirstOrDefault(Commands.Contains);
}

/// <summary>The list of missing commands is true.</summary>
public sealed class NotYetTests(ServerPair servers) : IClassFixture<ServerPair>
{
    [Fact]
    public void Commands_that_exist_have_left_the_list()
    {
        Assert.SkipWhen(Environment.GetEnvironmentVariable("SPINEL_SUBJECT") is { Length: > 0 }, "another server is under test");
        Assert.Equal([], NotYet.All.Where(servers.SubjectKnows));
    }
}
