using System.Globalization;
using Spinel.TestSupport;

namespace Spinel.Bench.Compare;

/// <summary>What the command line asks for.</summary>
internal sealed record ComparisonOptions(int Rounds, bool Quick, bool UsesRedisBenchmark, string? Group, string[] Cases, IReadOnlyList<ServerCommand> Servers)
{
    public const string Usage = """
        usage: dotnet run -c Release --project bench/Compare -- [--rounds N] [--quick] [--group NAME] [--case TEXT[,TEXT...]]
                   [--redis-benchmark] [--garnet PATH] [--server NAME=COMMAND]...

        Runs the same work on redis-server, Spinel and, where installed, Garnet, in turn, round by round.
        --rounds N    rounds that count, after one to warm up; the median is printed (3)
        --quick       a few thousand requests: whether it runs, not how fast
        --group NAME  the loads of a group instead of the usual ones, without start-up and memory; "collections" is one
        --case TEXT   only rows whose name contains the text ("memory" and "start" are rows too)
        --redis-benchmark  all loads by redis-benchmark, those of groups too, which otherwise have a generator that costs less
        --garnet PATH the garnet-server program; otherwise looked for on PATH and in ~/.dotnet/tools
        --server      another server; {port} and {dir} in the command are replaced
        The first server is what the others are compared with. SPINEL_SERVER=PATH chooses another build of Spinel.
        """;

    public static ComparisonOptions Parse(string[] arguments)
    {
        int rounds = 3;
        bool quick = false;
        bool usesRedisBenchmark = false;
        string? group = null;
        string[] cases = [];
        string? garnet = RepositoryPaths.FindOnPath("garnet-server");
        string tools = Path.Combine(Environment.GetFolderPath(Environment.SpecialFolder.UserProfile), ".dotnet", "tools", "garnet-server");
        garnet ??= File.Exists(tools) ? tools : null;
        var others = new List<ServerCommand>();

        for (int i = 0; i < arguments.Length; i++)
        {
            if (arguments[i] == "--quick")
            {
                quick = true;
                continue;
            }

            if (arguments[i] == "--redis-benchmark")
            {
                usesRedisBenchmark = true;
                continue;
            }

            string value = i + 1 < arguments.Length ? arguments[i + 1] : throw new FormatException(Usage);
            switch (arguments[i++])
            {
                case "--rounds":
                    rounds = int.Parse(value, CultureInfo.InvariantCulture);
                    break;
                case "--group":
                    group = value;
                    break;
                case "--case":
                    cases = value.Split(',');
                    break;
                case "--garnet":
                    garnet = value;
                    break;
                case "--server":
                    others.Add(ParseServer(value));
                    break;
                default:
                    throw new FormatException(Usage);
            }
        }

        var servers = new List<ServerCommand>();
        if (RepositoryPaths.FindOnPath("redis-server") is { } redis)
        {
            servers.Add(ServerCommand.Redis(redis));
        }

        servers.Add(ServerCommand.SpinelUnchecked());
        if (garnet is not null)
        {
            servers.Add(new ServerCommand("garnet", garnet, ["--port", "{port}", "--bind", "127.0.0.1", "--logger-level", "Warning"]));
        }

        servers.AddRange(others);
        return new ComparisonOptions(quick ? 1 : rounds, quick, usesRedisBenchmark, group, cases, servers);
    }

    public bool Wants(string row) => Cases.Length == 0 || Cases.Any(text => row.Contains(text, StringComparison.OrdinalIgnoreCase));

    private static ServerCommand ParseServer(string text)
    {
        string[] parts = text.Split('=', 2);
        string[] words = parts.Length == 2 ? parts[1].Split(' ', StringSplitOptions.RemoveEmptyEntries) : throw new FormatException(Usage);
        return new ServerCommand(parts[0], RepositoryPaths.FindOnPath(words[0]) ?? words[0], words[1..]);
    }
}
