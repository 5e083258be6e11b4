namespace Spinel.Engine.Sessions;

/// <summary>Reasons for which a command of a session needs more than the direct path.</summary>
[Flags]
internal enum SessionGate
{
    None = 0,
    NotAuthenticated = 1,
    RepliesDiscarded = 2,
    Closing = 4,

    /// <summary>Commands are queued until EXEC.</summary>
    InTransaction = 8,

    /// <summary>Subscribed in RESP2, where only a few commands are allowed.</summary>
    SubscribedResp2 = 16,

    /// <summary>Its user may not do everything.</summary>
    Restricted = 32,

    /// <summary>The keys that it reads are remembered for it (CLIENT TRACKING).</summary>
    Tracking = 64,

    /// <summary>What it sends comes from the server itself.</summary>
    Trusted = 128,
}
