using System.Diagnostics.CodeAnalysis;
using System.Text;

namespace Spinel.Engine.Configuration;

/// <summary>All options by name. It is made when the first option is looked up: a server that starts without a configuration never needs it.</summary>
public static partial class OptionTable
{
    /// <summary>Every option, ordered by name.</summary>
    public static IReadOnlyList<OptionDescriptor> All => Index.Options;

    /// <summary>The description of an option.</summary>
    public static OptionDescriptor Get(OptionId id) => Index.Options[(int)id];

    /// <summary>Looks an option up by its name or its older name, in any case.</summary>
    public static bool TryFind(ReadOnlySpan<char> name, [NotNullWhen(true)] out OptionDescriptor? option) =>
        Index.Names.TryGetValue(name, out option);

    /// <inheritdoc cref="TryFind(ReadOnlySpan{char}, out OptionDescriptor?)"/>
    public static bool TryFind(ReadOnlySpan<byte> name, [NotNullWhen(true)] out OptionDescriptor? option)
    {
        const int LongestName = 64;
        option = null;
        if (name.Length > LongestName)
        {
            return false;
        }

        Span<char> text = stackalloc char[LongestName];
        var length = Encoding.Latin1.GetChars(name, text);
        return TryFind(text[..length], out option);
    }

    // A class of its own, so that its initialiser runs on first use.
    private static class Index
    {
        public static readonly OptionDescriptor[] Options = CreateDescriptors();

        public static readonly Dictionary<string, OptionDescriptor>.AlternateLookup<ReadOnlySpan<char>> Names = CreateNames();

        private static Dictionary<string, OptionDescriptor>.AlternateLookup<ReadOnlySpan<char>> CreateNames()
        {
            var names = new Dictionary<string, OptionDescriptor>(Options.Length * 2, StringComparer.OrdinalIgnoreCase);
            foreach (var option in Options)
            {
                names.Add(option.Name, option);
                if (option.Alias is not null)
                {
                    names.Add(option.Alias, option);
                }
            }

            return names.GetAlternateLookup<ReadOnlySpan<char>>();
        }
    }
}
