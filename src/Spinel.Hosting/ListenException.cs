namespace Spinel.Hosting;

/// <summary>The server cannot listen where the configuration asks it to. The log has said which address and why.</summary>
public sealed class ListenException : Exception
{
    public ListenException()
    {
    }

    public ListenException(string message)
        : base(message)
    {
    }

    public ListenException(string message, Exception innerException)
        : base(message, innerException)
    {
    }
}
