using System.Buffers;
using System.Diagnostics.CodeAnalysis;

namespace Spinel.Engine.Security;

/// <summary>The words of a user's definition, in which a selector in parentheses may be spread over several.</summary>
internal static class RuleWords
{
    /// <summary>What no name and no pattern may hold, since it would end a word of a file.</summary>
    public static readonly SearchValues<char> Space = SearchValues.Create(" \t\n\v\f\r\0");

    /// <summary>
    /// Joins the words of each selector into one rule.
    /// </summary>
    /// <param name="words">The words as they were given.</param>
    /// <param name="rules">The rules.</param>
    /// <param name="unmatched">The word with a parenthesis that nothing closes.</param>
    public static bool TryJoin(ReadOnlySpan<string> words, [NotNullWhen(true)] out List<string>? rules, [NotNullWhen(false)] out string? unmatched)
    {
        rules = new List<string>(words.Length);
        unmatched = null;
        string? open = null;
        foreach (string word in words)
        {
            if (open is null && !(word.StartsWith('(') && !word.EndsWith(')')))
            {
                rules.Add(word);
                continue;
            }

            unmatched ??= word;
            open = open is null ? word : open + " " + word;
            if (word.EndsWith(')'))
            {
                rules.Add(open);
                open = null;
                unmatched = null;
            }
        }

        if (open is not null)
        {
            rules = null;
        }

        return open is null;
    }
}
