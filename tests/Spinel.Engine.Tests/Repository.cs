using System.Runtime.CompilerServices;

namespace Spinel.Engine.Tests;

/// <summary>The checkout that the tests were built from, for tests that look at its files.</summary>
internal static class Repository
{
    public static string Root { get; } = Path.GetFullPath(Path.Combine(Path.GetDirectoryName(ThisFile())!, "..", ".."));

    private static string ThisFile([CallerFilePath] string path = "") => path;
}
