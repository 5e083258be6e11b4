namespace Spinel.TestSupport;

/// <summary>Where things are in the working copy, found from the place of the running test.</summary>
public static class RepositoryPaths
{
#if DEBUG
    private const string Configuration = "debug";
#else
    private const string Configuration = "release";
#endif

    /// <summary>The directory that holds Spinel.slnx.</summary>
    public static string Root { get; } = FindRoot();

    /// <summary>
    /// The server under test: the one built in the same configuration as the test, or the file named by the environment
    /// variable SPINEL_SERVER (a published Native AOT build, for example).
    /// </summary>
    public static string SpinelServer =>
        Environment.GetEnvironmentVariable("SPINEL_SERVER") is { Length: > 0 } path
            ? path
            : Path.Combine(Root, "artifacts", "bin", "Spinel.Server", Configuration,
                OperatingSystem.IsWindows() ? "spinel-server.exe" : "spinel-server");

    /// <summary>The full path of a program on PATH, or null.</summary>
    public static string? FindOnPath(string program)
    {
        foreach (string directory in (Environment.GetEnvironmentVariable("PATH") ?? "").Split(Path.PathSeparator))
        {
            string candidate = Path.Combine(directory, program);
            if (directory.Length > 0 && File.Exists(candidate))
            {
                return candidate;
            }
        }

        return null;
    }

    private static string FindRoot()
    {
        for (DirectoryInfo? directory = new(AppContext.BaseDirectory); directory is not null; directory = directory.Parent)
        {
            if (File.Exists(Path.Combine(directory.FullName, "Spinel.slnx")))
            {
                return directory.FullName;
            }
        }

        throw new InvalidOperationException($"no Spinel.slnx above {AppContext.BaseDirectory}");
    }
}
