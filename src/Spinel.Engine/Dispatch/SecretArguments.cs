using Spinel.Engine.Configuration;

namespace Spinel.Engine.Dispatch;

/// <summary>Which arguments are passwords and the like, that nobody may see who looks on: not in the slow log, not with MONITOR.</summary>
internal static class SecretArguments
{
    /// <summary>What is shown in the place of a secret.</summary>
    public static ReadOnlySpan<byte> Substitute => "(redacted)"u8;

    /// <summary>Whether an argument of a request is a secret.</summary>
    public static bool Contains(CommandDescriptor command, CommandArguments arguments, int index) => command.Name switch
    {
        "auth" => index >= 1,
        "acl|setuser" => index >= 2,
        "config|set" => index >= 3 && index % 2 == 1 && IsSensitive(arguments[index - 1]),
        "hello" => index >= 3 && (arguments.Is(index - 1, "AUTH"u8) || (index >= 4 && arguments.Is(index - 2, "AUTH"u8))),
        "migrate" => index >= 6 && (arguments.Is(index - 1, "AUTH"u8) || arguments.Is(index - 1, "AUTH2"u8) || arguments.Is(index - 2, "AUTH2"u8)),
        _ => false,
    };

    private static bool IsSensitive(ReadOnlySpan<byte> optionName) =>
        OptionTable.TryFind(optionName, out OptionDescriptor? option) && (option.Flags & OptionFlags.Sensitive) != 0;
}
