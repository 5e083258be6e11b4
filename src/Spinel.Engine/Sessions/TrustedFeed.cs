namespace Spinel.Engine.Sessions;

/// <summary>
/// What comes of feeding a session from the server itself, a log or a primary: how far the input is done with, and why it cannot go on. Nobody reads the replies of such a
/// session, so here is what whoever feeds it has to know.
/// </summary>
internal sealed class TrustedFeed
{
    /// <summary>Why a command was not run: it is unknown, or malformed. Null when all were.</summary>
    public string? Refusal { get; private set; }

    /// <summary>After <see cref="Refusal"/> the server must not go on.</summary>
    public bool IsRefusalFatal { get; private set; }

    /// <summary>The last error reply, which nobody has been sent.</summary>
    public string? LastError { get; set; }

    /// <summary>
    /// How much of the input of the last <see cref="Session.Run"/> is done with for good. What comes behind is a transaction that is not complete, of which nothing has been
    /// applied, or a part of a request.
    /// </summary>
    public int CompletedInput { get; set; }

    /// <summary>Ends the feeding. The first reason is the one that is told.</summary>
    public void Refuse(string reason, bool isFatal = false)
    {
        Refusal ??= reason;
        IsRefusalFatal |= isFatal;
    }
}
