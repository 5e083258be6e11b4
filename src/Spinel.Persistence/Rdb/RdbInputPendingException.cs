namespace Spinel.Persistence.Rdb;

/// <summary>A source that is fed has no more bytes for now: what was begun is to be read again when more have come.</summary>
internal sealed class RdbInputPendingException : Exception
{
    public RdbInputPendingException()
        : base("More input has to come first")
    {
    }

    public RdbInputPendingException(string message)
        : base(message)
    {
    }

    public RdbInputPendingException(string message, Exception innerException)
        : base(message, innerException)
    {
    }
}
