using Spinel.Memory;

namespace Spinel.DataStructures;

public readonly unsafe partial struct Listpack
{
    /// <summary>
    /// Makes room for several values at the end, with one growth of the block. The caller must write entries that fill it.
    /// </summary>
    /// <param name="heap">The heap of the block.</param>
    /// <param name="addedBytes">The sum of <see cref="ListpackElement.TotalBytes"/>.</param>
    /// <param name="count">How many values there will be.</param>
    /// <param name="room">Where to write the first.</param>
    internal Listpack AppendRoom(NativeHeap heap, int addedBytes, int count, out byte* room)
    {
        int position = EndPosition;
        Listpack result = OpenGap(heap, position, 0, addedBytes, count);
        room = result._bytes + position;
        return result;
    }
}
