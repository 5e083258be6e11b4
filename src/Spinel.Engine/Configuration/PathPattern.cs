using System.IO.Enumeration;

namespace Spinel.Engine.Configuration;

/// <summary>The files that a path with <c>*</c> and <c>?</c> stands for.</summary>
internal static class PathPattern
{
    /// <summary>
    /// The matching files in the order of their names. A path without wildcards stands for itself, whether it exists or not;
    /// a pattern that matches nothing for no file.
    /// </summary>
    public static IEnumerable<string> Expand(string pattern)
    {
        if (!IsPattern(pattern))
        {
            return [pattern];
        }

        IEnumerable<string> found = [Path.IsPathRooted(pattern) ? Path.GetPathRoot(pattern)! : "."];
        foreach (var part in pattern.Split(Path.DirectorySeparatorChar, StringSplitOptions.RemoveEmptyEntries))
        {
            found = found.SelectMany(directory => ExpandPart(directory, part)).ToList();
        }

        return found.Where(File.Exists).Order(StringComparer.Ordinal);
    }

    private static bool IsPattern(string path) => path.AsSpan().ContainsAny('*', '?');

    private static IEnumerable<string> ExpandPart(string directory, string part)
    {
        if (!IsPattern(part))
        {
            return [Path.Combine(directory, part)];
        }

        if (!Directory.Exists(directory))
        {
            return [];
        }

        // A leading dot must be matched by a dot, as in a shell.
        return Directory.EnumerateFileSystemEntries(directory)
            .Where(path => Matches(part, Path.GetFileName(path.AsSpan())));
    }

    private static bool Matches(string part, ReadOnlySpan<char> name) =>
        name.StartsWith('.') == part.StartsWith('.') && FileSystemName.MatchesSimpleExpression(part, name, ignoreCase: false);
}
