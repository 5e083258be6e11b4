using System.Collections.Concurrent;
using System.Diagnostics.CodeAnalysis;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Text;

namespace Spinel.Memory;

/// <summary>
/// The heap of checked mode, which tests run on. Each block is surrounded by red zones, filled with a pattern at birth and with
/// poison after its free; freed blocks wait in a bounded quarantine, so that late writes hit poison. A managed
/// table knows every block, so an address is judged without touching what it points at.
///
/// Layout of a block: 64 bytes of red zone, the payload (its class size, which the caller may use in full), then at least 16 bytes
/// of red zone up to a multiple of 64. So the payload is 64-byte aligned, as the plain heap promises for some classes.
/// Cost: a dictionary operation and two fills for each call, about a tenth of the plain heap's speed.
/// </summary>
internal sealed unsafe class CheckedHeap
{
    private const int FrontBytes = 64;
    private const int LeastRearBytes = 16;
    private const byte FreshPattern = 0xCD;
    private const byte RedZonePattern = 0xFA;
    private const byte PoisonPattern = 0xDD;
    private const int QuarantineBlocks = 4096;
    private const long QuarantineBytes = 4 * 1024 * 1024;
    private const int LeakReportPlaces = 20;

    private readonly Dictionary<nint, Record> _records = [];
    private readonly Queue<nint> _quarantine = new();
    private readonly ConcurrentQueue<(nint Block, nuint SizeBytes)> _remote = new();
    private readonly Dictionary<Place, int> _placeIndexes = new(PlaceComparer.Instance);
    private readonly List<Place> _places = [];
    private long _quarantinedBytes;
    private int _ownerThread = Environment.CurrentManagedThreadId;

    internal CheckedHeap(NativeHeap backing) => Backing = backing;

    internal NativeHeap Backing { get; }

    internal long BytesInUse { get; private set; }

    internal bool HasRemoteFrees => !_remote.IsEmpty;

    internal byte* Allocate(nuint sizeBytes, bool zeroed, string file, int line)
    {
        CheckOwner("Allocate");
        nuint usable = SizeClasses.UsableBytes(sizeBytes);
        nuint total = TotalBytes(usable);
        byte* outer = Backing.Allocate(total);
        byte* block = outer + FrontBytes;
        NativeMemory.Fill(outer, FrontBytes, RedZonePattern);
        NativeMemory.Fill(block, usable, zeroed ? (byte)0 : FreshPattern);
        NativeMemory.Fill(block + usable, total - usable - FrontBytes, RedZonePattern);
        _records.Add((nint)block, new Record(sizeBytes, PlaceIndex(file, line), IsFreed: false));
        BytesInUse += (long)usable;
        return block;
    }

    internal void Free(byte* block, nuint sizeBytes)
    {
        CheckOwner("Free");
        ref Record record = ref CollectionsMarshal.GetValueRefOrNullRef(_records, (nint)block);
        if (Unsafe.IsNullRef(ref record))
        {
            ThrowUnknown(block);
        }

        if (record.IsFreed)
        {
            throw new HeapCorruptionException($"Double free of {Describe(block, record)}");
        }

        nuint usable = SizeClasses.UsableBytes(record.SizeBytes);
        if (SizeClasses.UsableBytes(sizeBytes) != usable)
        {
            throw new HeapCorruptionException($"Free with the wrong size, {sizeBytes} bytes, of {Describe(block, record)}");
        }

        CheckRedZones(block, record);
        NativeMemory.Fill(block, usable, PoisonPattern);
        record = record with { IsFreed = true };
        BytesInUse -= (long)usable;
        _quarantine.Enqueue((nint)block);
        _quarantinedBytes += (long)usable;
        while (_quarantine.Count > QuarantineBlocks || _quarantinedBytes > QuarantineBytes)
        {
            ReleaseOldest();
        }
    }

    /// <summary>Every block moves: who keeps an old address is to be found out.</summary>
    internal byte* MoveIfSparse(byte* block, nuint sizeBytes, string file, int line)
    {
        byte* moved = Allocate(sizeBytes, zeroed: false, file, line);
        nuint usable = SizeClasses.UsableBytes(sizeBytes);
        Buffer.MemoryCopy(block, moved, usable, usable);
        Free(block, sizeBytes);
        return moved;
    }

    internal void FreeFromOtherThread(byte* block, nuint sizeBytes) => _remote.Enqueue(((nint)block, sizeBytes));

    internal void ReclaimRemoteFrees()
    {
        CheckOwner("ReclaimRemoteFrees");
        while (_remote.TryDequeue(out (nint Block, nuint SizeBytes) free))
        {
            Free((byte*)free.Block, free.SizeBytes);
        }
    }

    internal long Trim()
    {
        ReclaimRemoteFrees();
        while (_quarantine.Count > 0)
        {
            ReleaseOldest();
        }

        return Backing.Trim();
    }

    internal void BindToCurrentThread() => _ownerThread = Environment.CurrentManagedThreadId;

    internal void CheckIntegrity()
    {
        foreach ((nint block, Record record) in _records)
        {
            CheckRedZones((byte*)block, record);
            if (record.IsFreed)
            {
                CheckPoison((byte*)block, record);
            }
        }
    }

    /// <summary>The checks of disposal, which may come from any thread.</summary>
    internal void FinalCheck()
    {
        BindToCurrentThread();
        ReclaimRemoteFrees();
        CheckIntegrity();
        ThrowIfLeaked();
    }

    internal void ThrowIfLeaked()
    {
        var leaks = _records.Values
            .Where(record => !record.IsFreed)
            .GroupBy(record => record.Place)
            .Select(group => (group.Key, Blocks: group.Count(), Bytes: group.Sum(record => (long)record.SizeBytes)))
            .OrderByDescending(leak => leak.Bytes)
            .ToList();
        if (leaks.Count == 0)
        {
            return;
        }

        var report = new StringBuilder($"{leaks.Sum(leak => leak.Blocks)} blocks were not freed:");
        foreach ((int place, int blocks, long bytes) in leaks.Take(LeakReportPlaces))
        {
            report.Append($"\n  {_places[place]}: {blocks} blocks, {bytes} bytes");
        }

        if (leaks.Count > LeakReportPlaces)
        {
            report.Append($"\n  and {leaks.Count - LeakReportPlaces} places more");
        }

        throw new HeapCorruptionException(report.ToString());
    }

    private static nuint TotalBytes(nuint usable) => (FrontBytes + usable + LeastRearBytes + 63) & ~(nuint)63;

    private void ReleaseOldest()
    {
        nint block = _quarantine.Dequeue();
        Record record = _records[block];
        nuint usable = SizeClasses.UsableBytes(record.SizeBytes);
        CheckRedZones((byte*)block, record);
        CheckPoison((byte*)block, record);
        _records.Remove(block);
        _quarantinedBytes -= (long)usable;
        Backing.Free((byte*)block - FrontBytes, TotalBytes(usable));
    }

    private void CheckRedZones(byte* block, Record record)
    {
        nuint usable = SizeClasses.UsableBytes(record.SizeBytes);
        int front = new ReadOnlySpan<byte>(block - FrontBytes, FrontBytes).IndexOfAnyExcept(RedZonePattern);
        if (front >= 0)
        {
            throw new HeapCorruptionException($"Write {FrontBytes - front} bytes before {Describe(block, record)}");
        }

        int rear = new ReadOnlySpan<byte>(block + usable, (int)(TotalBytes(usable) - usable - FrontBytes)).IndexOfAnyExcept(RedZonePattern);
        if (rear >= 0)
        {
            throw new HeapCorruptionException($"Write {rear} bytes behind the {usable} usable bytes of {Describe(block, record)}");
        }
    }

    private void CheckPoison(byte* block, Record record)
    {
        nuint usable = SizeClasses.UsableBytes(record.SizeBytes);
        for (nuint offset = 0; offset < usable;)
        {
            int length = (int)Math.Min(usable - offset, 1 << 30);
            int changed = new ReadOnlySpan<byte>(block + offset, length).IndexOfAnyExcept(PoisonPattern);
            if (changed >= 0)
            {
                throw new HeapCorruptionException($"Write after free at byte {offset + (nuint)changed} of {Describe(block, record)}");
            }

            offset += (nuint)length;
        }
    }

    private void CheckOwner(string operation)
    {
        int thread = Environment.CurrentManagedThreadId;
        if (thread != _ownerThread)
        {
            throw new HeapCorruptionException($"{operation} on thread {thread}, but the heap belongs to thread {_ownerThread}");
        }
    }

    [DoesNotReturn]
    private void ThrowUnknown(byte* block)
    {
        foreach ((nint start, Record record) in _records)
        {
            long offset = (nint)block - start;
            if (offset > 0 && offset < (long)SizeClasses.UsableBytes(record.SizeBytes))
            {
                throw new HeapCorruptionException($"Free of an address {offset} bytes inside {Describe((byte*)start, record)}");
            }
        }

        throw new HeapCorruptionException(Backing.Owns(block)
            ? $"Free of 0x{(nuint)block:x}, where this heap has no block (freed long ago, perhaps)"
            : $"Free of 0x{(nuint)block:x}: wrong owner, it is another heap's block or no block at all");
    }

    private string Describe(byte* block, Record record)
        => $"the {record.SizeBytes}-byte block at 0x{(nuint)block:x}{(record.IsFreed ? " (freed)" : "")} allocated at {_places[record.Place]}";

    private int PlaceIndex(string file, int line)
    {
        var place = new Place(file, line);
        if (!_placeIndexes.TryGetValue(place, out int index))
        {
            index = _places.Count;
            _places.Add(place);
            _placeIndexes.Add(place, index);
        }

        return index;
    }

    private readonly record struct Record(nuint SizeBytes, int Place, bool IsFreed);

    private readonly record struct Place(string File, int Line)
    {
        public override string ToString() => $"{Path.GetFileName(File)}:{Line}";
    }

    /// <summary>File names are literals, one object for each file, so comparing references is enough and fast.</summary>
    private sealed class PlaceComparer : IEqualityComparer<Place>
    {
        internal static readonly PlaceComparer Instance = new();

        public bool Equals(Place x, Place y) => x.Line == y.Line && ReferenceEquals(x.File, y.File);

        public int GetHashCode(Place place) => RuntimeHelpers.GetHashCode(place.File) ^ (place.Line * 397);
    }
}
