using System.Diagnostics;
using System.Runtime.InteropServices;
using Spinel.Memory;

namespace Spinel.DataStructures;

// Nodes away from the ends may be compressed (list-compress-depth): most lists are used at their ends, and what lies between is only stored.
//
// The first and the last node never are, so that pushing and popping need not ask. Who reads a compressed node gets a copy of what is in it, of which a list
// keeps the last two, outside the heap since readers have none; the node stays as it is. Who changes a node expands it first, and when the change is complete nodes that
// stand open in between are compressed again, which costs a walk over the nodes.
public readonly unsafe partial struct Quicklist
{
    /// <summary>Compresses the nodes between those that are to stay open. For loading, since changes do it by themselves.</summary>
    public void CompressInner(NativeHeap heap, QuicklistNodeLimit limit)
    {
        int depth = limit.CompressDepth;
        if (depth <= 0 || _header->NodeCount <= 2L * depth)
        {
            return;
        }

        CloseCopies(_header);
        long left = _header->NodeCount - (2L * depth);
        QuicklistNode* node = _header->First;
        for (int i = 0; i < depth; i++)
        {
            node = node->Next;
        }

        for (; left > 0; left--, node = node->Next)
        {
            node->Compress(heap);
        }
    }

    /// <summary>Gives back the memory of copies that reading has left. Whatever was read is then no longer valid.</summary>
    public void CloseCopies() => CloseCopies(_header);

    /// <summary>The elements of a node for reading, valid until nodes are read that come third, or the list is changed.</summary>
    internal static Listpack ElementsOf(QuicklistHeader* header, QuicklistNode* node) =>
        node->IsCompressed ? CopyOf(header, node) : node->Elements;

    private static Listpack CopyOf(QuicklistHeader* header, QuicklistNode* node)
    {
        if (header->Copies == null)
        {
            header->Copies = (QuicklistCopies*)NativeMemory.AllocZeroed((nuint)sizeof(QuicklistCopies));
        }

        QuicklistCopies* copies = header->Copies;
        if (copies->Recent == node)
        {
            return new Listpack((nint)copies->RecentBytes);
        }

        // Two, because a range may be read from either side of a boundary in turn.
        byte* bytes = copies->OlderBytes;
        if (copies->Older != node)
        {
            NativeMemory.Free(bytes);
            bytes = (byte*)NativeMemory.Alloc((nuint)node->TotalBytes);
            node->Expand(new Span<byte>(bytes, node->TotalBytes));
        }

        copies->Older = copies->Recent;
        copies->OlderBytes = copies->RecentBytes;
        copies->Recent = node;
        copies->RecentBytes = bytes;
        return new Listpack((nint)bytes);
    }

    internal static void CloseCopies(QuicklistHeader* header)
    {
        if (header->Copies != null)
        {
            NativeMemory.Free(header->Copies->RecentBytes);
            NativeMemory.Free(header->Copies->OlderBytes);
            NativeMemory.Free(header->Copies);
            header->Copies = null;
        }
    }

    /// <summary>Whether changing a node leaves one open that was compressed.</summary>
    private static bool IsOpening(QuicklistNode* node) => node != null && node->IsCompressed;

    /// <summary>Compresses the node that a new one at an end has pushed inwards.</summary>
    private void CompressBehind(NativeHeap heap, bool atStart, QuicklistNodeLimit limit)
    {
        int depth = limit.CompressDepth;
        if (depth <= 0 || _header->NodeCount <= 2L * depth)
        {
            return;
        }

        QuicklistNode* node = atStart ? _header->First : _header->Last;
        for (int i = 0; i < depth; i++)
        {
            node = atStart ? node->Next : node->Previous;
        }

        // It may have been compressed, read and never changed before.
        CloseCopies(_header);
        node->Compress(heap);
    }

    /// <summary>What stands at an end is not compressed.</summary>
    private void OpenEnds(NativeHeap heap)
    {
        if (_header->First != null)
        {
            _header->First->Open(heap);
            _header->Last->Open(heap);
        }
    }
}

/// <summary>What was read last of compressed nodes.</summary>
internal unsafe struct QuicklistCopies
{
    internal QuicklistNode* Recent;
    internal byte* RecentBytes;
    internal QuicklistNode* Older;
    internal byte* OlderBytes;
}
