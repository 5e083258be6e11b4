namespace Spinel.Engine.Tracking;

/// <summary>How a client wants to be told that what it caches is stale (CLIENT TRACKING).</summary>
[Flags]
internal enum TrackingModes : byte
{
    None = 0,

    /// <summary>Told of every key with one of its prefixes, whether it has read the key or not.</summary>
    Broadcast = 1,

    /// <summary>Keys are remembered only when the client asks for it before the command that reads.</summary>
    OptIn = 2,

    /// <summary>Keys are remembered unless the client asks not to before the command that reads.</summary>
    OptOut = 4,

    /// <summary>Not told of what it changes itself.</summary>
    NoLoop = 8,
}

/// <summary>The tracking of one client, from CLIENT TRACKING ON to OFF.</summary>
internal sealed class ClientTracking(TrackingModes modes, long redirectId)
{
    public TrackingModes Modes { get; } = modes;

    /// <summary>The client that gets the messages instead of this one; 0: none.</summary>
    public long RedirectId { get; } = redirectId;

    /// <summary>CLIENT CACHING was given: the next command, or transaction, is an exception to the rule.</summary>
    public bool IsCachingGiven { get; set; }

    /// <summary>The client that should get the messages was gone when there was one for it.</summary>
    public bool IsRedirectBroken { get; set; }

    /// <summary>The prefixes of the broadcast mode, in the order of their bytes.</summary>
    public List<BroadcastPrefix> Prefixes { get; init; } = [];

    /// <summary>Whether the keys of a command that runs now are to be remembered.</summary>
    public bool RemembersReads =>
        (Modes & (TrackingModes.Broadcast | TrackingModes.OptIn | TrackingModes.OptOut)) switch
        {
            TrackingModes.None => true,
            TrackingModes.OptIn => IsCachingGiven,
            TrackingModes.OptOut => !IsCachingGiven,
            _ => false,
        };

    public bool Has(TrackingModes mode) => (Modes & mode) != 0;
}
