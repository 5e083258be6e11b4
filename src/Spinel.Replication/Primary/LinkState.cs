namespace Spinel.Replication.Primary;

/// <summary>How far a replica has come.</summary>
internal enum LinkState : byte
{
    /// <summary>A connection that has introduced itself, and may become a replica.</summary>
    Handshake,

    /// <summary>It needs all of the data; the snapshot for it has not begun.</summary>
    AwaitsSnapshot,

    /// <summary>The snapshot is being made: it is sent as it is made, or will be sent when it is complete.</summary>
    InSnapshot,

    /// <summary>It is being sent the snapshot, which is complete.</summary>
    Sending,

    /// <summary>It has the snapshot, and wanted nothing else.</summary>
    Transmitted,

    /// <summary>It is sent the stream.</summary>
    Online,
}

/// <summary>The words for <see cref="LinkState"/>.</summary>
internal static class LinkStates
{
    /// <summary>As INFO says it.</summary>
    public static string Word(this LinkState state) => state switch
    {
        LinkState.Sending => "send_bulk",
        LinkState.Transmitted => "rdb_transmitted",
        LinkState.Online => "online",
        _ => "wait_bgsave",
    };
}
