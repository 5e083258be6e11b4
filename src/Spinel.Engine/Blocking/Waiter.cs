using Spinel.DataStructures;
using Spinel.Engine.Sessions;

namespace Spinel.Engine.Blocking;

/// <summary>Writes the reply of a client whose wait has ended without a result.</summary>
internal delegate void TimeoutReply(ref Protocol.ReplyWriter reply);

/// <summary>A client's wait.</summary>
internal sealed class Waiter(long number, Session session, ValueKind kind, bool alsoWhenGone, TimeoutReply onTimeout)
{
    /// <summary>Counts the waits in the order in which they began.</summary>
    public long Number { get; } = number;

    public Session Session { get; } = session;

    public ValueKind Kind { get; } = kind;

    public bool AlsoWhenGone { get; } = alsoWhenGone;

    public TimeoutReply OnTimeout { get; } = onTimeout;

    /// <summary>Where it stands in the lines of its keys.</summary>
    public List<(KeyName Key, LinkedListNode<Waiter> Node)> Places { get; } = [];

    /// <summary>The key for whose sake the request is being tried again; null while it is not.</summary>
    public byte[]? ReadyKey { get; set; }

    /// <summary>What the command wants to find again when it is tried again, because the request alone no longer tells (XREAD's $).</summary>
    public object? Memory { get; set; }

    /// <summary>When the request is to be tried again although no key has changed, in Unix milliseconds; 0: never.</summary>
    public long RetryAtMs { get; set; }

    /// <summary>Whether the wait is to end at some time.</summary>
    public bool HasDeadline { get; set; }

    public bool HasEnded { get; set; }
}
