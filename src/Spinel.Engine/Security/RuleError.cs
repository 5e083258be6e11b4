namespace Spinel.Engine.Security;

/// <summary>Why a rule of a user cannot be applied.</summary>
internal enum RuleError
{
    None,
    Syntax,
    UnknownCommand,
    FirstArgumentOfSubcommand,
    KeyPatternAfterAll,
    ChannelPatternAfterAll,
    NoSuchPassword,
    BadPasswordHash,
}

/// <summary>The texts of <see cref="RuleError"/> as clients and the readers of a damaged file see them.</summary>
internal static class RuleErrorText
{
    public static string Of(RuleError error) => error switch
    {
        RuleError.UnknownCommand => "Unknown command or category name in ACL",
        RuleError.FirstArgumentOfSubcommand => "Allowing first-arg of a subcommand is not supported",
        RuleError.KeyPatternAfterAll =>
            "Adding a pattern after the * pattern (or the 'allkeys' flag) is not valid and does not have any effect. Try 'resetkeys' to start with an empty list of patterns",
        RuleError.ChannelPatternAfterAll =>
            "Adding a pattern after the * pattern (or the 'allchannels' flag) is not valid and does not have any effect. Try 'resetchannels' to start with an empty list of channels",
        RuleError.NoSuchPassword => "The password you are trying to remove from the user does not exist",
        RuleError.BadPasswordHash => "The password hash must be exactly 64 characters and contain only lowercase hexadecimal characters",
        _ => "Syntax error",
    };
}
