namespace Spinel.Replication.Replica;

/// <summary>How far a replica has come with its primary, in order.</summary>
internal enum LinkStage : byte
{
    /// <summary>There is no connection; the next is due.</summary>
    None,

    Connecting,

    /// <summary>Waits for the answer to PING.</summary>
    Ping,

    /// <summary>Waits for the answers to AUTH and REPLCONF, which are sent at once.</summary>
    Greeting,

    /// <summary>Waits for the answer to PSYNC.</summary>
    Psync,

    /// <summary>Waits for the line that says how long the copy of the data is.</summary>
    TransferHead,

    /// <summary>Receives the copy.</summary>
    Transfer,

    /// <summary>Loads the copy.</summary>
    Load,

    /// <summary>Follows the stream.</summary>
    Streaming,
}

/// <summary>The words for <see cref="LinkStage"/>.</summary>
internal static class LinkStages
{
    /// <summary>The word of ROLE.</summary>
    public static ReadOnlySpan<byte> WordOf(LinkStage stage) => stage switch
    {
        LinkStage.None => "connect"u8,
        LinkStage.Connecting => "connecting"u8,
        < LinkStage.TransferHead => "handshake"u8,
        < LinkStage.Streaming => "sync"u8,
        _ => "connected"u8,
    };

    /// <summary>The copy of the data is on its way.</summary>
    public static bool IsSync(this LinkStage stage) => stage is LinkStage.TransferHead or LinkStage.Transfer or LinkStage.Load;
}
