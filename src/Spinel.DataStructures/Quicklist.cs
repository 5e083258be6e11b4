using System.Diagnostics;
using Spinel.Memory;

namespace Spinel.DataStructures;

/// <summary>
/// A list: a doubly linked list of listpacks. This is a handle (one pointer); default is none.
/// </summary>
/// <remarks>
/// One listpack alone makes every change in the middle cost the bytes behind it, one node per element costs 40 bytes each. Listpacks of a
/// few kilobytes (<see cref="QuicklistNodeLimit"/>) cost two bytes an element beside its own, and their bytes go into files and to
/// replicas as they are.
/// <para>
/// Invariants: no node is empty; the header's counts are the sums of the nodes'. An element that is bigger than a node may be stands alone in
/// its node. Nodes that deletions have left small are joined with a neighbour when both together fill at most half a node. The nodes at the ends are not compressed.
/// </para>
/// <para>
/// Cost: both ends O(1) on average, since nodes there have free bytes (<see cref="QuicklistNode"/>); an index O(nodes up to it, from the nearer end), a change in the middle O(bytes of one node) once
/// its place is found.
/// </para>
/// The header does not move, so a key's payload stays the same for the list's life. Elements written must not come from the list itself.
/// </remarks>
public readonly unsafe partial struct Quicklist
{
    private const int SampledNodes = 128;

    /// <summary>A list of more nodes is not compacted: it would take too long at once.</summary>
    private const int MaxCompactedNodes = 1024;

    /// <summary>A node is two blocks, one of which is of several pages that nobody has touched for long.</summary>
    private const int NodeFreeEffort = 8;

    private readonly QuicklistHeader* _header;

    /// <summary>The list at the <see cref="Address"/> of an earlier handle.</summary>
    public Quicklist(nint address) => _header = (QuicklistHeader*)address;

    private Quicklist(QuicklistHeader* header) => _header = header;

    public bool IsNull => _header == null;

    /// <summary>The header's address: what a key holds as its payload.</summary>
    public nint Address => (nint)_header;

    /// <summary>The number of elements.</summary>
    public long Count => _header->Count;

    /// <summary>The number of listpacks.</summary>
    public long NodeCount => _header->NodeCount;

    /// <summary>The place of the first element, or none.</summary>
    public QuicklistCursor First => QuicklistCursor.FirstOf(_header, _header->First);

    /// <summary>The place of the last element, or none.</summary>
    public QuicklistCursor Last => QuicklistCursor.LastOf(_header, _header->Last);

    /// <summary>The work of freeing the list, in units of one small block.</summary>
    public long FreeEffort => 1 + (_header->NodeCount * NodeFreeEffort);

    /// <summary>Bytes that the list occupies in the heap; of a list of many nodes, an estimate from some of them.</summary>
    public long MemoryBytes
    {
        get
        {
            long bytes = 0;
            long seen = 0;
            for (QuicklistNode* node = _header->First; node != null && seen < SampledNodes; node = node->Next)
            {
                bytes += (long)NativeHeap.UsableSize((nuint)sizeof(QuicklistNode)) + node->ElementsMemoryBytes;
                seen++;
            }

            long nodes = seen == 0 ? 0 : (long)((double)bytes / seen * _header->NodeCount);
            return (long)NativeHeap.UsableSize((nuint)sizeof(QuicklistHeader)) + nodes;
        }
    }

    /// <summary>An empty list.</summary>
    public static Quicklist Create(NativeHeap heap)
    {
        ArgumentNullException.ThrowIfNull(heap);
        return new Quicklist((QuicklistHeader*)heap.AllocateZeroed((nuint)sizeof(QuicklistHeader)));
    }

    /// <summary>Moves nodes and listpacks to where the heap would rather have them: see <see cref="NativeHeap.MoveIfSparse"/>. Cursors become invalid.</summary>
    /// <returns>Whether anything moved.</returns>
    public bool Compact(NativeHeap heap)
    {
        if (_header->NodeCount > MaxCompactedNodes)
        {
            return false;
        }

        bool hasMoved = false;
        CloseCopies(_header);
        for (QuicklistNode* node = _header->First; node != null; node = node->Next)
        {
            var moved = (QuicklistNode*)heap.MoveIfSparse((byte*)node, (nuint)sizeof(QuicklistNode));
            nint elements = moved->Address;
            moved->CompactElements(heap);
            hasMoved |= moved != node || elements != moved->Address;
            node = moved;
            *(node->Previous == null ? &_header->First : &node->Previous->Next) = node;
            *(node->Next == null ? &_header->Last : &node->Next->Previous) = node;
        }

        return hasMoved;
    }

    /// <summary>A copy that shares nothing with this one.</summary>
    public Quicklist Clone(NativeHeap heap)
    {
        Quicklist copy = Create(heap);
        for (QuicklistNode* node = _header->First; node != null; node = node->Next)
        {
            copy.InsertNode(heap, copy._header->Last, node->Copy(heap));
        }

        return copy;
    }

    public void Free(NativeHeap heap)
    {
        PartWatches.ThrowIfWatched(IsWatched);
        CloseCopies(_header);
        for (QuicklistNode* node = _header->First; node != null;)
        {
            QuicklistNode* next = node->Next;
            node->FreeElements(heap);
            heap.Free((byte*)node, (nuint)sizeof(QuicklistNode));
            node = next;
        }

        heap.Free((byte*)_header, (nuint)sizeof(QuicklistHeader));
    }

    /// <summary>As <see cref="Free(NativeHeap)"/>, from a thread that does not own the heap.</summary>
    public void FreeFromOtherThread(NativeHeap heap)
    {
        CloseCopies(_header);
        for (QuicklistNode* node = _header->First; node != null;)
        {
            QuicklistNode* next = node->Next;
            node->FreeElements(heap, ownerThread: false);
            heap.FreeFromOtherThread((byte*)node, (nuint)sizeof(QuicklistNode));
            node = next;
        }

        heap.FreeFromOtherThread((byte*)_header, (nuint)sizeof(QuicklistHeader));
    }

    internal void Free(NativeHeap heap, bool ownerThread)
    {
        if (ownerThread)
        {
            Free(heap);
        }
        else
        {
            FreeFromOtherThread(heap);
        }
    }

    /// <summary>The listpacks in their order, as files store them. The list must not be changed meanwhile.</summary>
    public QuicklistNodeEnumerator GetEnumerator() => new(_header);

    /// <summary>Adds a listpack of elements at the end and takes it over; an empty one is freed. For loading.</summary>
    public void AppendNode(NativeHeap heap, Listpack elements)
    {
        if (elements.IsEmpty)
        {
            elements.Free(heap);
        }
        else
        {
            AppendNode(heap, elements, elements.Count);
        }
    }

    /// <summary>The place of an element by its index, or none. Negative indexes count from the end, -1 being the last.</summary>
    public QuicklistCursor Seek(long index)
    {
        QuicklistNode* node = SeekNode(index, out int inNode);
        return node == null ? default : new QuicklistCursor(_header, node, ElementsOf(_header, node).Seek(inNode));
    }

    /// <summary>The place of the first element that is <paramref name="text"/>, or none.</summary>
    public QuicklistCursor Find(ReadOnlySpan<byte> text)
    {
        for (QuicklistNode* node = _header->First; node != null; node = node->Next)
        {
            int position = ElementsOf(_header, node).Find(text);
            if (position >= 0)
            {
                return new QuicklistCursor(_header, node, position);
            }
        }

        return default;
    }

    private bool IsWatched => (_header->Epoch & 1) != 0;

    /// <summary>The node that holds the element of an index, and the element's index in it; null when there is none.</summary>
    private QuicklistNode* SeekNode(long index, out int inNode)
    {
        inNode = 0;
        long count = _header->Count;
        if (index < 0)
        {
            // The smallest integer plus a count stays negative.
            index += count;
        }

        if ((ulong)index >= (ulong)count)
        {
            return null;
        }

        QuicklistNode* node;
        if (index <= count / 2)
        {
            node = _header->First;
            while (index >= node->Count)
            {
                index -= node->Count;
                node = node->Next;
            }
        }
        else
        {
            node = _header->Last;
            long first = count - node->Count;
            while (index < first)
            {
                node = node->Previous;
                first -= node->Count;
            }

            index -= first;
        }

        Debug.Assert(index >= 0 && index < node->Count);
        inNode = (int)index;
        return node;
    }
}

/// <summary>Walks the listpacks of a list.</summary>
public unsafe struct QuicklistNodeEnumerator
{
    private readonly QuicklistHeader* _list;
    private QuicklistNode* _next;
    private QuicklistNode* _current;

    internal QuicklistNodeEnumerator(QuicklistHeader* list)
    {
        _list = list;
        _next = list->First;
        _current = null;
    }

    /// <summary>The listpack; of a compressed node a copy, which others who read the list may replace: ask again.</summary>
    public readonly Listpack Current => Quicklist.ElementsOf(_list, _current);

    public bool MoveNext()
    {
        _current = _next;
        if (_current == null)
        {
            return false;
        }

        _next = _current->Next;
        return true;
    }
}
