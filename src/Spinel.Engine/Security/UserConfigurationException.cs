namespace Spinel.Engine.Security;

/// <summary>The users that the configuration defines cannot be had; a server must not start without them.</summary>
public sealed class UserConfigurationException : Exception
{
    public UserConfigurationException(string message)
        : base(message)
    {
    }

    public UserConfigurationException()
    {
    }

    public UserConfigurationException(string message, Exception innerException)
        : base(message, innerException)
    {
    }
}
