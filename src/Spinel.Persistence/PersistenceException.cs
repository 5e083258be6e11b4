namespace Spinel.Persistence;

/// <summary>
/// The data cannot be read, or not be kept: the server must not go on. The message is for the operator; it names the file, the offset where there is one,
/// and what can be done.
/// </summary>
public sealed class PersistenceException : Exception
{
    public PersistenceException()
    {
    }

    public PersistenceException(string message)
        : base(message)
    {
    }

    public PersistenceException(string message, Exception innerException)
        : base(message, innerException)
    {
    }
}
