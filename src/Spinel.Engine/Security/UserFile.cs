using System.Globalization;
using System.Text;
using Spinel.Engine.Configuration;

namespace Spinel.Engine.Security;

/// <summary>
/// The file of users (<c>aclfile</c>): a line <c>user name rule …</c> for each. It is taken as a whole or not at all, and everything that is wrong with
/// it is told at once.
/// </summary>
internal static class UserFile
{
    /// <summary>Reads a file.</summary>
    /// <param name="path">The file, as it is named in error texts.</param>
    /// <param name="table">The table for which the users are made.</param>
    /// <param name="users">Receives the users by name.</param>
    /// <returns>All that is wrong, or null.</returns>
    public static string? Read(string path, UserTable table, out Dictionary<string, User> users)
    {
        users = new Dictionary<string, User>(StringComparer.Ordinal);
        string text;
        try
        {
            text = Encoding.Latin1.GetString(File.ReadAllBytes(table.FullPath(path)));
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            return $"Error loading ACLs, opening file '{path}': {FileErrorText.Of(exception)}";
        }

        var errors = new StringBuilder();
        int number = 0;
        foreach (Range range in text.AsSpan().Split('\n'))
        {
            number++;
            string place = string.Create(CultureInfo.InvariantCulture, $"{path}:{number}");
            ReadLine(place, number, text[range].Trim(' ', '\t', '\r'), table, users, errors);
        }

        return errors.Length == 0
            ? null
            : errors.Append("WARNING: ACL errors detected, no change to the previously active ACL rules was performed").ToString();
    }

    /// <summary>Writes the users to a file, which is replaced in one step.</summary>
    /// <exception cref="IOException">The file cannot be written.</exception>
    /// <exception cref="UnauthorizedAccessException">The file must not be written.</exception>
    public static void Write(string path, UserTable table)
    {
        var text = new StringBuilder();
        foreach (User user in table.All)
        {
            text.Append(UserTable.Describe(user)).Append('\n');
        }

        ConfigurationRewriter.ReplaceFile(table.FullPath(path), Encoding.Latin1.GetBytes(text.ToString()));
    }

    private static void ReadLine(string place, int number, string line, UserTable table, Dictionary<string, User> users, StringBuilder errors)
    {
        if (line.Length == 0)
        {
            return;
        }

        string[] words = line.Split(' ');
        if (words[0] != "user" || words.Length < 2)
        {
            errors.Append(CultureInfo.InvariantCulture, $"{place} should start with user keyword followed by the username. ");
            return;
        }

        string name = words[1];
        if (!UserLine.IsName(name))
        {
            errors.Append(CultureInfo.InvariantCulture, $"{place}: username '{name}' contains invalid characters. ");
            return;
        }

        User user = table.Create(name);
        if (!users.TryAdd(name, user))
        {
            errors.Append(CultureInfo.InvariantCulture, $"WARNING: Duplicate user '{name}' found on line {number}. ");
            return;
        }

        if (!RuleWords.TryJoin(words.AsSpan(2), out List<string>? rules, out _))
        {
            errors.Append(CultureInfo.InvariantCulture, $"{place}: Unmatched parenthesis in selector definition.");
            return;
        }

        bool told = false;
        foreach (string rule in rules)
        {
            RuleError error = user.Apply(rule);
            if (error == RuleError.UnknownCommand)
            {
                errors.Append(CultureInfo.InvariantCulture, $"{place}: Error in applying operation '{rule}': {RuleErrorText.Of(error)}. ");
            }
            else if (error != RuleError.None && !told)
            {
                // The rule itself is not shown: it may be a password that was mistyped. What follows it may be wrong for the same reason.
                errors.Append(CultureInfo.InvariantCulture, $"{place}: {RuleErrorText.Of(error)}. ");
                told = true;
            }
        }
    }
}
