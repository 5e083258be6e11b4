using Spinel.Conformance.Tests.Differential;
using Spinel.TestSupport;

namespace Spinel.Conformance.Tests;

/// <summary>
/// Commands of Redis 7.0 that Spinel lacks, each with what it waits for. A name stands for its subcommands too. Chosen cases that use one are skipped
/// and say so; a command that arrives must leave this list (<see cref="NotYetTests"/>), which brings its cases to life.
/// </summary>
internal static class NotYet
{
    private const string Scripting = "scripts and functions";

    private static readonly Dictionary<string, string> Commands = new(StringComparer.OrdinalIgnoreCase)
    {
        ["eval"] = Scripting,
        ["eval_ro"] = Scripting,
        ["evalsha"] = Scripting,
        ["evalsha_ro"] = Scripting,
        ["fcall"] = Scripting,
        ["fcall_ro"] = Scripting,
        ["function"] = Scripting,
        ["script"] = Scripting,
    };

    public static IEnumerable<string> All => Commands.Keys.Order(StringComparer.Ordinal);

    /// <summary>Whether a command, "name" or "name|subcommand", is on the list by itself or by its container.</summary>
    public static bool Contains(string command) => Commands.ContainsKey(command) || Commands.ContainsKey(command.Split('|')[0]);

    /// <summary>The first of the commands that the steps use and that is not there yet, or null.</summary>
    public static string? FirstOf(IEnumerable<Step> steps) => steps
        .Select(step => Commands.ContainsKey(step.Name) ? step.Name : $"{step.Name}|{step.Subname}")
        .FirstOrDefault(Commands.ContainsKey);
}

/// <summary>The list of missing commands is true and complete: with it, Spinel's table holds every name that Redis's does.</summary>
public sealed class NotYetTests(ServerPair servers) : IClassFixture<ServerPair>
{
    [Fact]
    public void Commands_that_exist_have_left_the_list()
    {
        SkipOtherServers();
        HashSet<string> known = Names(servers.Subject);
        Assert.Equal([], NotYet.All.Where(known.Contains));
    }

    [Fact]
    public void Every_command_of_the_oracle_exists_or_is_on_the_list()
    {
        SkipOtherServers();
        HashSet<string> known = Names(servers.Subject);
        Assert.Equal([], Names(servers.Oracle).Where(name => !known.Contains(name) && !NotYet.Contains(name)).Order(StringComparer.Ordinal));
    }

    [Fact]
    public void The_list_speaks_of_commands_of_the_oracle() => Assert.Subset(Names(servers.Oracle), NotYet.All.ToHashSet());

    private static void SkipOtherServers() =>
        Assert.SkipWhen(Environment.GetEnvironmentVariable("SPINEL_SUBJECT") is { Length: > 0 }, "another server is under test");

    /// <summary>Every command and subcommand, as COMMAND LIST says them ("config|get").</summary>
    private static HashSet<string> Names(ServerProcess server)
    {
        using RespConnection connection = server.Connect();
        RespValue list = connection.Command("COMMAND", "LIST");
        Assert.True(list.Items is { Length: > 0 }, $"COMMAND LIST: {list}");

        // What a container holds counts by what COMMAND INFO says too: the two must not tell different stories.
        HashSet<string> listed = [.. list.Items.Select(item => item.Text)];
        RespValue commands = connection.Command("COMMAND");
        IEnumerable<string> described = commands.Items!
            .SelectMany(command => (command.Items!.ElementAtOrDefault(9)?.Items ?? []).Prepend(command))
            .Select(command => command.Items![0].Text);
        Assert.Equal(listed.Order(StringComparer.Ordinal), described.Order(StringComparer.Ordinal));
        return listed;
    }
}
