using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace Spinel.Hosting.Transport;

/// <summary>
/// A batch of <c>struct epoll_event</c>: 32 bits of event kinds and 64 bits of data. The structure is packed (12 bytes) on
/// x86-64 and naturally aligned (16 bytes) everywhere else, so its layout is computed here once.
/// </summary>
internal sealed unsafe class EpollEvents(int capacity) : IDisposable
{
    internal const int MaxRecordBytes = 16;

    private static readonly int DataOffset = RuntimeInformation.ProcessArchitecture == Architecture.X64 ? 4 : 8;

    private readonly byte* _records = (byte*)NativeMemory.AlignedAlloc((nuint)(capacity * MaxRecordBytes), 64);

    internal byte* Pointer => _records;

    public void Dispose() => NativeMemory.AlignedFree(_records);

    internal static void Write(byte* record, uint kinds, uint low, uint high)
    {
        Unsafe.WriteUnaligned(record, kinds);
        Unsafe.WriteUnaligned(record + DataOffset, ((ulong)high << 32) | low);
    }

    // The index is below what epoll_wait returned, which is at most the capacity.
    internal uint KindAt(int index) => Unsafe.ReadUnaligned<uint>(Record(index));

    internal uint LowAt(int index) => (uint)Unsafe.ReadUnaligned<ulong>(Record(index) + DataOffset);

    internal uint HighAt(int index) => (uint)(Unsafe.ReadUnaligned<ulong>(Record(index) + DataOffset) >> 32);

    private byte* Record(int index) => _records + (index * (DataOffset + sizeof(ulong)));
}
