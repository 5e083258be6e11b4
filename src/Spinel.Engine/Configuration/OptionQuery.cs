using System.Text;
using Spinel.Protocol;

namespace Spinel.Engine.Configuration;

/// <summary>What <c>CONFIG GET pattern [pattern ...]</c> finds.</summary>
internal static class OptionQuery
{
    /// <summary>
    /// The options that match any of the patterns, each once, with their values. Patterns have any case; names come in lower
    /// case, except that an option named in full is called as the client called it. Both names of an option are found.
    /// </summary>
    public static List<(byte[] Name, byte[] Value)> Find(ServerOptions options, ReadOnlySpan<byte[]> patterns)
    {
        var found = new List<(byte[] Name, byte[] Value)>();
        var seen = new HashSet<string>(StringComparer.OrdinalIgnoreCase);
        foreach (var pattern in patterns)
        {
            if (pattern.AsSpan().ContainsAny("*?["u8))
            {
                foreach (var option in OptionTable.All)
                {
                    AddMatch(option, option.Name, option.NameBytes, pattern);
                    if (option.Alias is not null)
                    {
                        AddMatch(option, option.Alias, option.AliasBytes, pattern);
                    }
                }
            }
            else if (OptionTable.TryFind(pattern, out var option) && !option.Has(OptionFlags.FileOnly)
                && seen.Add(Encoding.ASCII.GetString(pattern)))
            {
                found.Add((pattern, option.Format(options[option.Id])));
            }
        }

        return found;

        void AddMatch(OptionDescriptor option, string name, ReadOnlySpan<byte> nameBytes, byte[] pattern)
        {
            var isListed = (option.Flags & (OptionFlags.FileOnly | OptionFlags.Hidden)) == 0;
            if (isListed && GlobPattern.Matches(pattern, nameBytes, ignoreCase: true) && seen.Add(name))
            {
                found.Add((nameBytes.ToArray(), option.Format(options[option.Id])));
            }
        }
    }
}
