namespace Spinel.TestSupport;

/// <summary>A server that a test started did not start, died, or reported an error at its end.</summary>
public sealed class ServerFailedException : Exception
{
    /// <summary>Creates the exception.</summary>
    public ServerFailedException()
    {
    }

    /// <summary>Creates the exception with what happened and the server's log.</summary>
    public ServerFailedException(string message)
        : base(message)
    {
    }

    /// <summary>Creates the exception with its cause.</summary>
    public ServerFailedException(string message, Exception innerException)
        : base(message, innerException)
    {
    }
}
