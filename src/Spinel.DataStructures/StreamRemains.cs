using Spinel.Memory;

namespace Spinel.DataStructures;

/// <summary>What a stream has no more and may be large: a group, a consumer with what was pending with it, the messages of producers. To be freed, on whatever thread; default is nothing.</summary>
public readonly struct StreamRemains
{
    private readonly StreamGroup _group;
    private readonly StreamConsumer _consumer;
    private readonly IdTree _nodes;
    private readonly OrderedTree<IdleEntry> _order;
    private readonly SentMessages _sent;

    internal StreamRemains(StreamGroup group) => _group = group;

    /// <summary>A consumer that has left its group: its entries are in no other tree, apart from those that go as well.</summary>
    internal StreamRemains(StreamConsumer consumer, IdTree nodes, OrderedTree<IdleEntry> order)
    {
        _consumer = consumer;
        _nodes = nodes;
        _order = order;
    }

    internal StreamRemains(SentMessages sent) => _sent = sent;

    public bool IsNull => _group.IsNull && _consumer.IsNull && _sent.IsNull;

    /// <summary>The work of freeing it, in units of one small block.</summary>
    public long FreeEffort => !_group.IsNull ? _group.FreeEffort : !_consumer.IsNull ? 1 + _consumer.PendingCount : _sent.FreeEffort;

    public void Free(NativeHeap heap, bool ownerThread)
    {
        if (!_group.IsNull)
        {
            _group.Free(heap, ownerThread);
        }
        else if (!_consumer.IsNull)
        {
            for (PendingEntries entries = _consumer.PendingFrom(StreamId.Min); !entries.IsEnd; entries.MoveNext())
            {
                StreamGroup.FreeEntry(heap, entries.Entry.Address, ownerThread);
            }

            IdTree nodes = _nodes;
            nodes.Free(heap, ownerThread);
            OrderedTree<IdleEntry> order = _order;
            order.Free(heap, ownerThread);
            _consumer.Free(heap, ownerThread);
        }
        else
        {
            _sent.Free(heap, ownerThread);
        }
    }
}
