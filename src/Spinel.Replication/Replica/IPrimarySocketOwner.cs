namespace Spinel.Replication.Replica;

/// <summary>Hears of a connection to the primary. All is called on the engine thread, at the beginning of a turn.</summary>
internal interface IPrimarySocketOwner
{
    void OnConnected();

    /// <summary>Takes bytes that have come; no more come before it returns.</summary>
    void OnReceived(Span<byte> bytes);

    /// <summary>The connection could not be made, or is broken. Nothing more is heard of it.</summary>
    void OnFailed(string reason);
}
