namespace Spinel.Engine.Security;

/// <summary>What a user lacks for a request. When several selectors deny it for different reasons, the highest is reported.</summary>
public enum Denial
{
    /// <summary>Nothing: it is allowed.</summary>
    None = 0,

    /// <summary>The command.</summary>
    Command = 1,

    /// <summary>A key, or what the command does with it.</summary>
    Key = 2,

    /// <summary>The right password.</summary>
    Authentication = 3,

    /// <summary>A channel.</summary>
    Channel = 4,
}
