namespace Spinel.Engine;

/// <summary>Who asks the server to stop, which decides how it does.</summary>
public enum StopCause
{
    /// <summary>Nobody does.</summary>
    None,

    /// <summary>SIGTERM: <c>shutdown-on-sigterm</c> says how.</summary>
    Terminate,

    /// <summary>SIGINT: <c>shutdown-on-sigint</c> says how.</summary>
    Interrupt,

    /// <summary>The program that the server is a part of is done with it: it stops at once, even if the data that is to be saved cannot be.</summary>
    Owner,
}
