namespace Spinel.Memory;

/// <summary>
/// Frees from other threads. A block joins its slab's remote list by one compare-and-swap; the thread that finds the slab
/// not queued pushes it on the heap's stack of such slabs. The owner takes the whole stack, and each slab's whole list, at once:
/// its work is O(slabs touched), not O(blocks). Everything is taken whole, so there is no ABA problem. A slab in the stack
/// has a block in its remote list, which counts as used, so it cannot be released while queued.
/// </summary>
public sealed unsafe partial class NativeHeap
{
    /// <summary>Page runs are released one by one; more than this many in one call wait for the next.</summary>
    private const int MediumFreesPerReclaim = 32;

    private nint _remoteSlabs;
    private nint _remoteMedium;
    private MediumFree* _waitingMedium;

    /// <summary>Whether blocks that other threads freed wait for <see cref="ReclaimRemoteFrees"/>.</summary>
    public bool HasRemoteFrees => _checked?.HasRemoteFrees ?? (Volatile.Read(ref _remoteSlabs) != 0 || Volatile.Read(ref _remoteMedium) != 0 || _waitingMedium != null);

    /// <summary>
    /// Returns a block from any thread. Blocks above 1 MB are unmapped at once on the calling thread; others become
    /// free, and leave <see cref="BytesInUse"/>, when the owner calls <see cref="ReclaimRemoteFrees"/>.
    /// </summary>
    public void FreeFromOtherThread(byte* block, nuint sizeBytes)
    {
        if (sizeBytes >= _slowFromBytes)
        {
            FreeLargeFromOtherThread(block, sizeBytes);
            return;
        }

        SizeClass* c = _classes + _classOf[(sizeBytes + 7) >> 3];
        var slab = (Slab*)(((nuint)block & ~(nuint)(Chunk.Bytes - 1)) | (((nuint)block >> 10) & c->HeaderMask));
        if (slab->Class != c->Number)
        {
            ThrowWrongClass(block, sizeBytes, slab);
        }

        byte* first = Slab.BaseOf(slab);
        ulong before = Volatile.Read(ref slab->Remote);
        while (true)
        {
            *(byte**)block = RemoteList.Count(before) == 0 ? null : first + RemoteList.FirstOffset(before);
            ulong seen = Interlocked.CompareExchange(ref slab->Remote, RemoteList.Push(before, (nuint)(block - first)), before);
            if (seen == before)
            {
                break;
            }

            before = seen;
        }

        if (!RemoteList.IsQueued(before))
        {
            nint head = Volatile.Read(ref _remoteSlabs);
            while (true)
            {
                slab->NextRemote = (Slab*)head;
                nint seen = Interlocked.CompareExchange(ref _remoteSlabs, (nint)slab, head);
                if (seen == head)
                {
                    break;
                }

                head = seen;
            }
        }
    }

    /// <summary>Makes blocks that other threads freed available. The owner calls it each turn of its loop; it is cheap when there are none.</summary>
    public void ReclaimRemoteFrees()
    {
        if (_checked is not null)
        {
            _checked.ReclaimRemoteFrees();
            return;
        }

        if (!HasRemoteFrees)
        {
            return;
        }

        var slab = (Slab*)Interlocked.Exchange(ref _remoteSlabs, 0);
        while (slab != null)
        {
            // Once the remote word is cleared another thread may queue the slab again, so its link is read first.
            Slab* next = slab->NextRemote;
            Take(slab, Interlocked.Exchange(ref slab->Remote, 0));
            slab = next;
        }

        for (int i = 0; i < MediumFreesPerReclaim; i++)
        {
            if (_waitingMedium == null)
            {
                _waitingMedium = (MediumFree*)Interlocked.Exchange(ref _remoteMedium, 0);
                if (_waitingMedium == null)
                {
                    break;
                }
            }

            MediumFree* free = _waitingMedium;
            _waitingMedium = free->Next;
            FreeSlow((byte*)free, free->SizeBytes);
        }
    }

    private void Take(Slab* slab, ulong remote)
    {
        SizeClass* c = _classes + (slab->Class - 1);
        uint count = RemoteList.Count(remote);
        byte* first = Slab.BaseOf(slab);
        *(byte**)(first + RemoteList.LastOffset(remote)) = slab->Free;
        slab->Free = first + RemoteList.FirstOffset(remote);
        slab->Used -= count;
        c->LiveBlocks -= count;
        _bytesInUse -= (long)count * c->BlockBytes;

        if (slab->SlowAt == Slab.IsCurrent)
        {
            return;
        }

        if (slab->SlowAt != Slab.IsPartial)
        {
            AddPartial(c, slab);
        }

        if (slab->Used == 0)
        {
            RemovePartial(c, slab);
            ReleaseSlab(c, slab);
        }
    }

    private void FreeLargeFromOtherThread(byte* block, nuint sizeBytes)
    {
        ObjectDisposedException.ThrowIf(_classes == null, this);
        if (_checked is not null)
        {
            _checked.FreeFromOtherThread(block, sizeBytes);
            return;
        }

        nuint usable = UsableSize(sizeBytes);
        if (usable > SizeClasses.LargestRunBytes)
        {
            _direct.Free(block, usable);
            return;
        }

        var free = (MediumFree*)block;
        free->SizeBytes = usable;
        nint head = Volatile.Read(ref _remoteMedium);
        while (true)
        {
            free->Next = (MediumFree*)head;
            nint seen = Interlocked.CompareExchange(ref _remoteMedium, (nint)free, head);
            if (seen == head)
            {
                break;
            }

            head = seen;
        }
    }

    /// <summary>What a page run holds while it waits to be freed by the owner.</summary>
    private struct MediumFree
    {
        public MediumFree* Next;
        public nuint SizeBytes;
    }
}
