using Spinel.Memory;

namespace Spinel.DataStructures;

/// <summary>When a stream begins a new block.</summary>
/// <param name="NodeBytes">Bytes of a block with the entry to be added; 0 for no limit.</param>
/// <param name="NodeEntries">Entries of a block, deleted ones too; 0 for no limit.</param>
public readonly record struct StreamLimits(long NodeBytes, long NodeEntries);

/// <summary>
/// The value of a stream key: entries of fields and values, ordered by ids that only grow, and the groups of consumers that read them.
/// This is a handle (one pointer) to a native header; it stays the same as long as the stream lives.
/// </summary>
/// <remarks>
/// Entries lie some dozens to a block (<see cref="StreamNode"/>), in Redis's layout, and blocks in an ordered map (<see cref="OrderedTree{TKey}"/>). Adding
/// touches the last block only, O(log blocks + fields); a range costs the search for its first block, and then its entries. Deleting marks an
/// entry; its bytes go with its block, when no entry of it is left.
/// <para>
/// A stream without entries goes on to exist: its last id and its groups are data too.
/// </para>
/// Source of the design: Redis's streams (Salvatore Sanfilippo, "Streams: a new general purpose data structure in Redis", 2017).
/// </remarks>
public readonly unsafe partial struct StreamValue
{
    /// <summary>All fields and values of an entry together may take this many bytes.</summary>
    public const long MaxEntryBytes = 1 << 30;

    /// <summary>A node is one block of several pages that nobody has touched for long.</summary>
    private const int NodeFreeEffort = 8;

    private readonly StreamHeader* _header;

    /// <summary>The stream at <see cref="Payload"/> of an earlier handle.</summary>
    public StreamValue(nint payload) => _header = (StreamHeader*)payload;

    /// <summary>What the key's block must hold.</summary>
    public nint Payload => (nint)_header;

    /// <summary>True for the default, which stands for no stream.</summary>
    public bool IsNull => _header == null;

    /// <summary>The number of entries.</summary>
    public long Length => _header->Length;

    /// <summary>The greatest id there ever was, which new entries must exceed.</summary>
    public StreamId LastId => _header->LastId;

    /// <summary>The id of the first entry, zero when there is none.</summary>
    public StreamId FirstId => _header->FirstId;

    /// <summary>The greatest id of an entry that was deleted by name.</summary>
    public StreamId MaxDeletedId => _header->MaxDeletedId;

    /// <summary>How many entries were ever added.</summary>
    public long EntriesAdded => _header->EntriesAdded;

    /// <summary>The number of blocks.</summary>
    public long NodeCount => _header->Nodes.Count;

    /// <summary>Nodes of the radix tree in which Redis would keep the blocks. O(blocks).</summary>
    public long RadixNodeCount
    {
        get
        {
            var shape = default(RadixShape);
            for (IdTreeCursor cursor = _header->Nodes.First; !cursor.IsEnd; cursor.MoveNext())
            {
                shape.Add(cursor.Id);
            }

            return shape.Complete();
        }
    }

    /// <summary>The work of freeing it, in units of one small block.</summary>
    public long FreeEffort
    {
        get
        {
            long effort = 1 + (_header->Nodes.Count * NodeFreeEffort);
            for (int i = 0; i < GroupCount; i++)
            {
                effort += GroupAt(i).FreeEffort;
            }

            return effort + (IsIdempotent ? Sent.FreeEffort : 0);
        }
    }

    /// <summary>Bytes that it occupies in the heap. O(blocks + consumers).</summary>
    public long MemoryBytes
    {
        get
        {
            long bytes = (long)NativeHeap.UsableSize((nuint)sizeof(StreamHeader)) + _header->Nodes.MemoryBytes + _header->Groups.MemoryBytes;
            for (IdTreeCursor cursor = _header->Nodes.First; !cursor.IsEnd; cursor.MoveNext())
            {
                bytes += new Listpack(cursor.Value).MemoryBytes;
            }

            for (int i = 0; i < GroupCount; i++)
            {
                bytes += GroupAt(i).MemoryBytes;
            }

            return bytes + (IsIdempotent ? Sent.MemoryBytes : 0);
        }
    }

    /// <summary>An empty stream.</summary>
    public static StreamValue Create(NativeHeap heap) =>
        new((nint)heap.AllocateZeroed((nuint)sizeof(StreamHeader)));

    /// <summary>A deep copy.</summary>
    public StreamValue Clone(NativeHeap heap)
    {
        StreamValue copy = Create(heap);
        *copy._header = *_header;
        copy._header->Nodes = default;
        copy._header->Groups = default;
        copy._header->IsWatched = false;
        copy._header->Idempotency = IsIdempotent ? Sent.Clone(heap).Address : 0;
        for (IdTreeCursor cursor = _header->Nodes.First; !cursor.IsEnd; cursor.MoveNext())
        {
            copy._header->Nodes.TryAdd(heap, cursor.Id, new Listpack(cursor.Value).Copy(heap).Address);
        }

        for (int i = 0; i < GroupCount; i++)
        {
            copy._header->Groups.Add(heap, GroupAt(i).Clone(heap).Address);
        }

        return copy;
    }

    public void Free(NativeHeap heap, bool ownerThread)
    {
        PartWatches.ThrowIfWatched(_header->IsWatched);
        for (IdTreeCursor cursor = _header->Nodes.First; !cursor.IsEnd; cursor.MoveNext())
        {
            FreePack(heap, new Listpack(cursor.Value), ownerThread);
        }

        for (int i = 0; i < GroupCount; i++)
        {
            GroupAt(i).Free(heap, ownerThread);
        }

        if (IsIdempotent)
        {
            Sent.Free(heap, ownerThread);
        }

        _header->Nodes.Free(heap, ownerThread);
        _header->Groups.Free(heap, ownerThread);
        if (ownerThread)
        {
            heap.Free((byte*)_header, (nuint)sizeof(StreamHeader));
        }
        else
        {
            heap.FreeFromOtherThread((byte*)_header, (nuint)sizeof(StreamHeader));
        }
    }

    /// <summary>The entries from <paramref name="start"/> to <paramref name="end"/>, both included.</summary>
    public StreamEntries Range(StreamId start, StreamId end, bool backwards = false) =>
        new(start > end ? default : NodeOf(backwards ? end : start, backwards), start, end, backwards);

    /// <summary>How many entries there are between two ids, both included, but no more than <paramref name="limit"/>. Walks only the outermost blocks.</summary>
    public long CountRange(StreamId start, StreamId end, long limit)
    {
        long count = 0;
        if (start > end)
        {
            return 0;
        }

        for (IdTreeCursor node = NodeOf(start, backwards: false); !node.IsEnd && node.Id <= end && count < limit; node.MoveNext())
        {
            var pack = new Listpack(node.Value);
            StreamId last = StreamNode.LastId(pack, node.Id);
            if (node.Id >= start && last <= end)
            {
                count += StreamNode.LiveCount(pack);
            }
            else if (last >= start)
            {
                var entries = new StreamEntries(node, start, last < end ? last : end, backwards: false);
                while (count < limit && entries.MoveNext())
                {
                    count++;
                }
            }
        }

        return Math.Min(count, limit);
    }

    public bool Contains(StreamId id) => Range(id, id).MoveNext();

    /// <summary>The greatest id of an entry that is there; zero when there is none.</summary>
    public StreamId LastEntryId
    {
        get
        {
            StreamEntries entries = Range(StreamId.Min, StreamId.Max, backwards: true);
            return entries.MoveNext() ? entries.Id : default;
        }
    }

    /// <summary>The node that an id belongs to: the last that begins at it or before, or, walking forwards, the first of all.</summary>
    private IdTreeCursor NodeOf(StreamId id, bool backwards)
    {
        IdTreeCursor floor = _header->Nodes.Floor(id);
        return floor.IsEnd && !backwards ? _header->Nodes.First : floor;
    }

    private static void FreePack(NativeHeap heap, Listpack pack, bool ownerThread)
    {
        if (ownerThread)
        {
            pack.Free(heap);
        }
        else
        {
            pack.FreeFromOtherThread(heap);
        }
    }
}
