using System.Runtime.InteropServices;
using Spinel.Memory;

namespace Spinel.DataStructures;

/// <summary>
/// An inner node of a <see cref="NameIndex"/>: up to <see cref="Capacity"/> children, what the keys below each come to, and between neighbours the least name of the right
/// one or something shorter that tells the two apart.
/// </summary>
[StructLayout(LayoutKind.Sequential)]
internal unsafe struct NameBranch
{
    public const int Capacity = 64;

    /// <summary>A header as long as a cache line, then the tallies, which are as long, then children and separators.</summary>
    public static readonly int Bytes = HeaderBytes + (Capacity * (sizeof(KeyTally) + sizeof(byte*) + sizeof(NameSeparator)));

    private const int HeaderBytes = 64;

    public int Count;

    /// <summary>1: the children are leaves.</summary>
    public int Level;

    public static KeyTally* Tallies(NameBranch* branch) => (KeyTally*)((byte*)branch + HeaderBytes);

    public static byte** Children(NameBranch* branch) => (byte**)(Tallies(branch) + Capacity);

    /// <summary>The separator at an index stands before the child of that index; the first has none.</summary>
    public static NameSeparator* Separators(NameBranch* branch) => (NameSeparator*)(Children(branch) + Capacity);

    public static NameBranch* Create(NativeHeap heap, int level)
    {
        var branch = (NameBranch*)heap.Allocate((nuint)Bytes);
        branch->Count = 0;
        branch->Level = level;
        return branch;
    }

    /// <summary>The child in which a name is, or belongs.</summary>
    public static int IndexOf(NameBranch* branch, ReadOnlySpan<byte> name)
    {
        NameSeparator* separators = Separators(branch);
        int low = 0;
        int high = branch->Count;
        while (high - low > 1)
        {
            int middle = (low + high) >> 1;
            if (separators[middle].Name.SequenceCompareTo(name) <= 0)
            {
                low = middle;
            }
            else
            {
                high = middle;
            }
        }

        return low;
    }

    /// <summary>Makes room for a child. The branch is not full.</summary>
    public static void Insert(NameBranch* branch, int index, byte* child, NameSeparator separator, in KeyTally tally)
    {
        int after = branch->Count - index;
        Shift(branch, index, index + 1, after);
        Children(branch)[index] = child;
        Separators(branch)[index] = separator;
        Tallies(branch)[index] = tally;
        branch->Count++;
    }

    /// <summary>Takes a child out, with its separator: of the first child, that of the second.</summary>
    public static void Remove(NativeHeap heap, NameBranch* branch, int index)
    {
        NameSeparator* separators = Separators(branch);
        if (index > 0)
        {
            separators[index].Free(heap);
        }
        else if (branch->Count > 1)
        {
            separators[1].Free(heap);
        }

        Shift(branch, index + 1, index, branch->Count - index - 1);
        branch->Count--;
    }

    /// <summary>Moves children from an index on to another branch, which is empty.</summary>
    public static void MoveTail(NameBranch* from, int index, NameBranch* to)
    {
        int count = from->Count - index;
        Copy(from, index, to, 0, count);
        to->Count = count;
        from->Count = index;
    }

    public static KeyTally Sum(NameBranch* branch)
    {
        KeyTally sum = default;
        for (int i = 0; i < branch->Count; i++)
        {
            sum.Add(in Tallies(branch)[i]);
        }

        return sum;
    }

    private static void Shift(NameBranch* branch, int from, int to, int count) => Copy(branch, from, branch, to, count);

    private static void Copy(NameBranch* source, int from, NameBranch* target, int to, int count)
    {
        // Capacity bounds both ends: callers keep from + count and to + count within it.
        Buffer.MemoryCopy(Children(source) + from, Children(target) + to, (Capacity - to) * sizeof(byte*), count * sizeof(byte*));
        Buffer.MemoryCopy(Separators(source) + from, Separators(target) + to, (Capacity - to) * sizeof(NameSeparator), count * sizeof(NameSeparator));
        Buffer.MemoryCopy(Tallies(source) + from, Tallies(target) + to, (Capacity - to) * sizeof(KeyTally), count * sizeof(KeyTally));
    }
}

/// <summary>A name that separates two children, in a block of its own.</summary>
internal readonly unsafe struct NameSeparator(byte* bytes, int length)
{
    public ReadOnlySpan<byte> Name => new(bytes, length);

    public static NameSeparator Create(NativeHeap heap, ReadOnlySpan<byte> name)
    {
        byte* copy = heap.Allocate((nuint)name.Length);
        name.CopyTo(new Span<byte>(copy, name.Length));
        return new NameSeparator(copy, name.Length);
    }

    public void Free(NativeHeap heap) => heap.Free(bytes, (nuint)length);
}
