using Spinel.Engine;
using Spinel.Replication.Streaming;

namespace Spinel.Replication;

/// <summary>What a server is in a replication group.</summary>
internal enum ReplicationRole : byte
{
    /// <summary>Takes writes, and makes the stream.</summary>
    Primary,

    /// <summary>Copies another server, and passes its stream on.</summary>
    Replica,
}

/// <summary>
/// Which history the data belongs to, and which place in it: role, ids and offset.
/// <para>
/// A history is a stream of bytes with a name of 40 digits; the offset is the number of its bytes that this server has applied. Two servers with the same
/// id and offset have the same data. A replica that becomes a primary begins a new history with a new id, but remembers the old one and how far
/// the two are alike, so that its siblings, which know only the old one, can go on from where they are.
/// </para>
/// </summary>
internal sealed class ReplicationState(SpinelEngine engine, Backlog backlog)
{
    /// <summary>Stands for no history.</summary>
    public const string NoId = "0000000000000000000000000000000000000000";

    public ReplicationRole Role
    {
        get;
        set
        {
            field = value;
            RoleChanged?.Invoke();
        }
    }

    /// <summary>Called when the role has been set.</summary>
    public Action? RoleChanged { get; set; }

    /// <summary>The history that the data belongs to.</summary>
    public string Id
    {
        get => engine.ReplicationId;
        private set => engine.ReplicationId = value;
    }

    /// <summary>The history before the last promotion, or <see cref="NoId"/>.</summary>
    public string SecondId { get; private set; } = NoId;

    /// <summary>The first offset that the two histories do not have in common; -1 when there is no second one.</summary>
    public long SecondOffset { get; private set; } = -1;

    /// <summary>Bytes of the stream so far.</summary>
    public long Offset => backlog.EndOffset;

    /// <summary>Begins a history that has nothing in common with any other, but remembers the second one.</summary>
    public void ChangeId() => Id = RandomName.Create();

    /// <summary>Begins a history that has nothing in common with any other.</summary>
    public void BeginNew()
    {
        ChangeId();
        ClearSecond();
    }

    /// <summary>Begins a new history that goes on from the present one: this server has stopped being a replica.</summary>
    public void ShiftId()
    {
        SetSecond(Id, Offset + 1);
        ChangeId();
        engine.Log.Write(
            ServerLogLevel.Warning,
            $"Setting secondary replication ID to {SecondId}, valid up to offset: {SecondOffset}. New replication ID is {Id}");
    }

    /// <summary>Takes over the history of a primary.</summary>
    public void Adopt(string id) => Id = id;

    /// <summary>Remembers another history, with which this one agrees up to an offset (exclusive).</summary>
    public void SetSecond(string id, long offset)
    {
        SecondId = id;
        SecondOffset = offset;
    }

    /// <summary>Forgets the second history.</summary>
    public void ClearSecond() => SetSecond(NoId, -1);
}
