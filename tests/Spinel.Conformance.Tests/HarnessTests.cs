using Spinel.Conformance.Tests.Differential;
using Spinel.Conformance.Tests.Generation;
using Spinel.TestSupport;

namespace Spinel.Conformance.Tests;

/// <summary>The comparison itself: it accepts what is alike and finds, and makes short, what is not.</summary>
public sealed class HarnessTests
{
    [Fact]
    public void The_oracle_agrees_with_itself()
    {
        using var servers = new ServerPair(Oracle.Require(), Oracle.Require());
        foreach ((string name, string text) in Grammars.Groups)
        {
            List<Step> steps = new SequenceGenerator(new Grammar(text), [], 3).Generate(1, 1500);
            Difference? difference = DifferentialRun.Execute(servers, steps, RunProtocol.Mixed);
            Assert.True(difference is null, $"{name}: {difference?.Report(steps)}");
        }
    }

    [Fact]
    public void A_wrong_command_is_found_and_shrunk_to_a_few_lines()
    {
        // APPEND behaves as SETNX would: right on a missing key; a value left as it was otherwise, and another number in reply.
        using var servers = new ServerPair(Oracle.Require(), Oracle.Require().With(
            "--rename-command", "APPEND", "UNUSED", "--rename-command", "SETNX", "APPEND"));
        var grammar = new Grammar(Grammars.Groups["string"]);
        grammar.Keep(command => command != "SETNX");
        List<Step> steps = new SequenceGenerator(grammar, [], 3).Generate(2, 400);

        Difference? difference = DifferentialRun.Execute(servers, steps, RunProtocol.Mixed);
        Assert.NotNull(difference);
        Assert.Equal("APPEND", difference.Kind);

        (IReadOnlyList<Step> shortest, difference) = new Shrinker(
            candidate => DifferentialRun.Execute(servers, candidate, RunProtocol.Mixed), TimeSpan.FromSeconds(20))
            .Shrink(steps, difference);
        Assert.InRange(shortest.Count, 1, 2);
        Assert.Equal("APPEND", shortest[^1].Name);
        Assert.Contains("subject:", difference.Report(shortest), StringComparison.Ordinal);
    }

    [Fact]
    public void A_difference_that_no_reply_shows_is_found_in_the_keyspace()
    {
        using var servers = new ServerPair(Oracle.Require(), Oracle.Require().With("--set-max-intset-entries", "0"));
        Step[] steps = [Step.Command(0, "SET other 1"), Step.Command(0, "SELECT 3"), Step.Command(0, "SADD s 1"), Step.Command(0, "PING")];

        Difference? difference = DifferentialRun.Execute(servers, steps, RunProtocol.Resp3);
        Assert.NotNull(difference);
        Assert.True(difference.IsAudit);
        Assert.Equal("OBJECT ENCODING s", difference.Step.ToString().Split(' ', 2)[1]);

        (IReadOnlyList<Step> shortest, _) = new Shrinker(
            candidate => DifferentialRun.Execute(servers, candidate, RunProtocol.Resp3), TimeSpan.FromSeconds(20))
            .Shrink(steps, difference);
        Assert.Equal("SADD s 1", Assert.Single(shortest).ToString());
    }

    [Fact]
    public void The_death_of_the_subject_is_a_difference_and_it_is_started_again()
    {
        using var servers = new ServerPair(
            Oracle.Require().With("--rename-command", "DEBUG", "BOOM"),
            Oracle.Require().With("--rename-command", "DEBUG", "UNUSED", "--rename-command", "SHUTDOWN", "BOOM"));
        Step[] steps = [Step.Command(0, "SET a 1"), Step.Command(0, "BOOM NOSAVE"), Step.Command(0, "GET a")];

        Difference? difference = DifferentialRun.Execute(servers, steps, RunProtocol.Resp2);
        Assert.NotNull(difference);
        Assert.True(difference.NoAnswer);
        Assert.Contains("died", difference.Subject, StringComparison.Ordinal);

        (IReadOnlyList<Step> shortest, _) = new Shrinker(
            candidate => DifferentialRun.Execute(servers, candidate, RunProtocol.Resp2), TimeSpan.FromSeconds(20))
            .Shrink(steps, difference);
        Assert.Equal("BOOM", Assert.Single(shortest).ToString());
        Assert.Null(DifferentialRun.Execute(servers, steps[..1], RunProtocol.Resp2));
    }

    [Fact]
    public void Scripts_may_wait_send_and_receive_apart_and_speak_raw_bytes()
    {
        string path = Path.Combine(AppContext.BaseDirectory, "harness-script.txt");
        File.WriteAllText(path, """
            # first
            SET a "x\x00y" PX 20
            !wait 40
            @1 GET a
            // a comment
            # second
            @1 !send BLPOP list 0
            RPUSH list <ab:3>
            @1 !receive
            !raw 2 "PING\r\n*1\r\n$4\r\nPING\r\n"
            @2 !raw close "*1\r\nx\r\n"
            MSET a 1 b 2 c 3
            !scan SCAN COUNT 1 MATCH [ab]
            """);
        using var servers = new ServerPair(Oracle.Require(), Oracle.Require());
        (string Title, List<Step> Steps)[] cases = [.. Script.Read(path)];

        Assert.Equal(["first", "second"], cases.Select(one => one.Title));
        Assert.Equal("RPUSH list ababab", cases[1].Steps[1].ToString());
        foreach ((_, List<Step> steps) in cases)
        {
            Assert.Null(DifferentialRun.Execute(servers, steps, RunProtocol.Resp2));
            Assert.Null(DifferentialRun.Execute(servers, steps, RunProtocol.Resp3));
        }
    }
}
