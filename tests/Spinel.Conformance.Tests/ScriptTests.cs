using Spinel.Conformance.Tests.Differential;

namespace Spinel.Conformance.Tests;

/// <summary>
/// The chosen cases in Scripts/*.txt, each on emptied servers, once with RESP2 and once with RESP3. Add a case there; the oracle
/// supplies the expectation.
/// </summary>
public sealed class ScriptTests(ServerPair servers) : IClassFixture<ServerPair>
{
    private static readonly string Directory = Path.Combine(AppContext.BaseDirectory, "Scripts");

    public static TheoryData<string, string> Cases
    {
        get
        {
            var cases = new TheoryData<string, string>();
            foreach (string path in System.IO.Directory.GetFiles(Directory, "*.txt").Order(StringComparer.Ordinal))
            {
                foreach ((string title, _) in Script.Read(path))
                {
                    cases.Add(Path.GetFileNameWithoutExtension(path), title);
                }
            }

            return cases;
        }
    }

    [Theory]
    [MemberData(nameof(Cases))]
    public void A_chosen_case_agrees(string script, string title)
    {
        List<Step> steps = Script.Read(Path.Combine(Directory, script + ".txt")).First(one => one.Title == title).Steps;
        if (NotYet.FirstOf(steps) is { } command && !servers.SubjectKnows(command))
        {
            Assert.Skip($"needs {command}, which Spinel does not have yet");
        }

        foreach (RunProtocol protocol in (ReadOnlySpan<RunProtocol>)[RunProtocol.Resp2, RunProtocol.Resp3])
        {
            if (DifferentialRun.Execute(servers, steps, protocol) is { } difference)
            {
                Assert.Fail($"{script}: {title}, {protocol}:\n{difference.Report(steps)}");
            }
        }
    }

    [Fact]
    public void Titles_are_unique_within_a_script() =>
        Assert.All(Cases.GroupBy(row => row.Data), group => Assert.Single(group));
}
