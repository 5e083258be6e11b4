namespace Spinel.TestSupport;

/// <summary>
/// How a server is started: a program and its arguments. "{port}" and "{dir}" in an argument stand for the port and the
/// working directory that <see cref="ServerProcess"/> chooses.
/// </summary>
public sealed record ServerCommand(string Name, string Program, IReadOnlyList<string> Arguments)
{
    private static readonly string[] Common =
        ["--port", "{port}", "--bind", "127.0.0.1", "--save", "", "--dir", "{dir}", "--enable-debug-command", "yes"];

    /// <summary>Many servers run at once, and one port of the dashboard is as good as none.</summary>
    private static readonly string[] NoDashboard = ["--dashboard-port", "0"];

    /// <summary>redis-server, without persistence.</summary>
    public static ServerCommand Redis(string program, params string[] extra) => new("redis", program, [.. Common, .. extra]);

    /// <summary>Spinel with the checked heap: it ends with an exit code other than 0 when memory was damaged or leaked.</summary>
    public static ServerCommand Spinel(params string[] extra) =>
        new("spinel", RepositoryPaths.SpinelServer, [.. Common, .. NoDashboard, "--checked-heap", "yes", .. extra]);

    /// <summary>Spinel as users run it.</summary>
    public static ServerCommand SpinelUnchecked(params string[] extra) =>
        new("spinel", RepositoryPaths.SpinelServer, [.. Common, .. NoDashboard, .. extra]);

    /// <summary>
    /// The server under test: Spinel, or the command line in SPINEL_SUBJECT, to which "--port N" is added where it has no
    /// "{port}" (SPINEL_SUBJECT=redis-server compares the oracle with itself).
    /// </summary>
    public static ServerCommand Subject(params string[] extra)
    {
        if (Environment.GetEnvironmentVariable("SPINEL_SUBJECT") is not { Length: > 0 } line)
        {
            return Spinel(extra);
        }

        string[] words = line.Split(' ', StringSplitOptions.RemoveEmptyEntries);
        string program = words[0].Contains('/', StringComparison.Ordinal)
            ? words[0]
            : RepositoryPaths.FindOnPath(words[0]) ?? words[0];
        return line.Contains("{port}", StringComparison.Ordinal)
            ? new ServerCommand("subject", program, [.. words[1..], .. extra])
            : new ServerCommand("subject", program, [.. Common, .. words[1..], .. extra]);
    }

    /// <summary>The same server with more arguments.</summary>
    public ServerCommand With(params string[] extra) => this with { Arguments = [.. Arguments, .. extra] };
}
