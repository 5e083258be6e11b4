namespace Spinel.Replication.Replica;

/// <summary>Takes the bytes of an RDB file that a primary sends, in order.</summary>
internal interface IPayloadTarget
{
    void Take(ReadOnlySpan<byte> bytes);
}
