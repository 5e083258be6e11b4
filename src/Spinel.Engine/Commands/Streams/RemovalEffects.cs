using System.Buffers;
using Spinel.DataStructures;
using Spinel.Engine.Effects;

namespace Spinel.Engine.Commands.Streams;

/// <summary>
/// What deleting with regard to references (KEEPREF, DELREF, ACKED) did, told in words that every server with streams has: XACK of what is no longer pending in a group, XDEL of
/// the entries deleted. Nothing is noted while nobody listens.
/// </summary>
internal struct RemovalEffects(bool isWanted) : IStreamRemovals
{
    private const int IdsPerEffect = 1024;
    private const int FewIds = 64;

    private Dropped[]? _dropped;
    private StreamId[]? _deleted;
    private int _droppedCount;

    /// <summary>How many entries were deleted behind one that stayed, or one by one.</summary>
    public int DeletedCount { get; private set; }

    public void OnDropped(int group, StreamId id)
    {
        if (isWanted)
        {
            MakeRoom(ref _dropped, _droppedCount);
            _dropped![_droppedCount++] = new Dropped(group, id);
        }
    }

    public void OnDeletedBehind(StreamId id)
    {
        if (isWanted)
        {
            MakeRoom(ref _deleted, DeletedCount);
            _deleted![DeletedCount++] = id;
        }
    }

    /// <summary>Records the effects, and ends the notes.</summary>
    public void Record(ref CommandContext c, int key, StreamValue stream)
    {
        if (_dropped is not null)
        {
            Span<Dropped> dropped = _dropped.AsSpan(0, _droppedCount);
            dropped.Sort(static (left, right) => left.Group != right.Group ? left.Group.CompareTo(right.Group) : left.Id.CompareTo(right.Id));
            RecordAcknowledgements(ref c, key, stream, dropped);
            ArrayPool<Dropped>.Shared.Return(_dropped);
        }

        if (_deleted is not null)
        {
            RecordDeletions(ref c, key, _deleted.AsSpan(0, DeletedCount));
            ArrayPool<StreamId>.Shared.Return(_deleted);
        }

        this = default;
    }

    private static void RecordAcknowledgements(ref CommandContext c, int key, StreamValue stream, scoped ReadOnlySpan<Dropped> dropped)
    {
        EffectStream effects = c.Keyspace.Effects;
        Span<byte> text = stackalloc byte[StreamId.MaxLength];
        int inEffect = 0;
        for (int i = 0; i < dropped.Length; i++, inEffect++)
        {
            if (i == 0 || inEffect == IdsPerEffect || dropped[i].Group != dropped[i - 1].Group)
            {
                inEffect = 0;
                c.BeginEffect("XACK"u8).Add(c[key]);
                effects.Add(stream.GroupAt(dropped[i].Group).Name);
            }

            effects.Add(dropped[i].Id.Format(text));
        }
    }

    private static void RecordDeletions(ref CommandContext c, int key, scoped ReadOnlySpan<StreamId> deleted)
    {
        EffectStream effects = c.Keyspace.Effects;
        Span<byte> text = stackalloc byte[StreamId.MaxLength];
        for (int i = 0; i < deleted.Length; i++)
        {
            if (i % IdsPerEffect == 0)
            {
                c.BeginEffect("XDEL"u8).Add(c[key]);
            }

            effects.Add(deleted[i].Format(text));
        }
    }

    private static void MakeRoom<T>(ref T[]? items, int count)
    {
        if (items is not null && count < items.Length)
        {
            return;
        }

        T[] larger = ArrayPool<T>.Shared.Rent(Math.Max(FewIds, count * 2));
        if (items is not null)
        {
            items.AsSpan(0, count).CopyTo(larger);
            ArrayPool<T>.Shared.Return(items);
        }

        items = larger;
    }

    private readonly record struct Dropped(int Group, StreamId Id);
}
