using Spinel.Engine.Configuration;
using Spinel.Engine.Dispatch;

namespace Spinel.Engine.Security;

/// <summary>
/// Which arguments hold secrets, or tell of users what only an administrator may know. Whoever shows requests to people or writes them down (MONITOR,
/// the slow log, the server's log) shows <see cref="Replacement"/> in their place.
/// </summary>
public static class SensitiveArguments
{
    /// <summary>What stands in the place of a secret.</summary>
    public static ReadOnlySpan<byte> Replacement => "(redacted)"u8;

    /// <summary>Whether argument <paramref name="index"/> of a request must not be shown. Argument 0 is the command's name.</summary>
    /// <param name="command">The command, or null when there is none of that name: then nothing is known to be a secret.</param>
    /// <param name="arguments">The request.</param>
    /// <param name="index">The argument.</param>
    public static bool IsSensitive(CommandDescriptor? command, CommandArguments arguments, int index) => command?.Name switch
    {
        "auth" => index >= 1,
        "hello" => IsInGreeting(arguments, index),
        "acl|setuser" => index >= 2,
        "migrate" => Follows(arguments, index, 6, "AUTH"u8, 1) || Follows(arguments, index, 6, "AUTH2"u8, 2),
        "config|set" => index >= 3 && (index & 1) == 1 && OptionTable.TryFind(arguments[index - 1], out OptionDescriptor? option)
            && option.Has(OptionFlags.Sensitive),
        _ => false,
    };

    /// <summary>An option of HELLO takes its values with it: what looks like AUTH may be a name.</summary>
    private static bool IsInGreeting(CommandArguments arguments, int index)
    {
        for (int i = 2; i < index; i++)
        {
            if (arguments.Is(i, "AUTH"u8))
            {
                if (index <= i + 2)
                {
                    return true;
                }

                i += 2;
            }
            else if (arguments.Is(i, "SETNAME"u8))
            {
                i++;
            }
        }

        return false;
    }

    /// <summary>Whether the argument is among the <paramref name="count"/> that follow a word, which is looked for from <paramref name="first"/> on.</summary>
    private static bool Follows(CommandArguments arguments, int index, int first, ReadOnlySpan<byte> word, int count)
    {
        for (int i = Math.Max(first, index - count); i < index; i++)
        {
            if (arguments.Is(i, word))
            {
                return true;
            }
        }

        return false;
    }
}
