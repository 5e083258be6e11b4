using System.Buffers.Binary;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using Spinel.Memory;

namespace Spinel.DataStructures;

/// <summary>
/// An inner node of a <see cref="NameIndex"/>: up to <see cref="Capacity"/> children, what the keys below each come to, and between neighbours the least name of the right
/// one or something shorter that tells the two apart.
/// </summary>
/// <remarks>
/// Separators lie in blocks of their own. So that a search need not go there, the branch knows how many bytes all of them begin with (<see cref="Skip"/>) and has the eight
/// bytes behind these as a number; only where that is equal, all bytes are compared. What is needed to go down lies together: the header with what all
/// share, the numbers, the children.
/// </remarks>
[StructLayout(LayoutKind.Sequential)]
internal unsafe struct NameBranch
{
    public const int Capacity = 64;

    /// <summary>A header as long as a cache line, then the tallies, which are as long, then children, separators and heads.</summary>
    public static readonly int Bytes = HeaderBytes + (Capacity * (sizeof(KeyTally) + sizeof(byte*) + sizeof(NameSeparator) + sizeof(ulong)));

    private const int HeaderBytes = 64;

    public int Count;

    /// <summary>1: the children are leaves.</summary>
    public int Level;

    /// <summary>So many bytes at the beginning of all separators are the same, as far as there is room for them; zero when there are no separators.</summary>
    public int Skip;

    public SharedBytes Shared;

    private const int MaxSkip = 48;

    [InlineArray(MaxSkip)]
    public struct SharedBytes
    {
        private byte _first;
    }

    public static KeyTally* Tallies(NameBranch* branch) => (KeyTally*)((byte*)branch + HeaderBytes);

    public static byte** Children(NameBranch* branch) => (byte**)(Tallies(branch) + Capacity);

    /// <summary>The separator at an index stands before the child of that index; the first has none.</summary>
    public static NameSeparator* Separators(NameBranch* branch) => (NameSeparator*)(Children(branch) + Capacity);

    public static NameBranch* Create(NativeHeap heap, int level)
    {
        var branch = (NameBranch*)heap.Allocate((nuint)Bytes);
        branch->Count = 0;
        branch->Level = level;
        branch->Skip = 0;
        return branch;
    }

    /// <summary>Of each separator the first bytes behind those that all share, as a number.</summary>
    private static ulong* Heads(NameBranch* branch) => (ulong*)(Separators(branch) + Capacity);

    /// <summary>The child in which a name is, or belongs.</summary>
    public static int IndexOf(NameBranch* branch, ReadOnlySpan<byte> name)
    {
        int count = branch->Count;
        if (count == 1)
        {
            return 0;
        }

        NameSeparator* separators = Separators(branch);
        int skip = branch->Skip;
        ReadOnlySpan<byte> rest = name;
        if (skip > 0)
        {
            ReadOnlySpan<byte> shared = branch->Shared;
            int order = name[..Math.Min(skip, name.Length)].SequenceCompareTo(shared[..skip]);
            if (order != 0)
            {
                return order < 0 ? 0 : count - 1;
            }

            rest = name[skip..];
        }

        ulong head = HeadOf(rest);
        ulong* heads = Heads(branch);
        int low = 0;
        int high = count;
        while (high - low > 1)
        {
            int middle = (low + high) >> 1;
            ulong other = heads[middle];
            bool isBehind = other < head;
            if (other == head)
            {
                isBehind = separators[middle].Name.SequenceCompareTo(name) <= 0;
            }

            low = isBehind ? middle : low;
            high = isBehind ? high : middle;
        }

        return low;
    }

    /// <summary>Fetches what <see cref="IndexOf"/> is going to look at, and the children.</summary>
    public static void Prefetch(NameBranch* branch)
    {
        const int Line = 64;
        const int Lines = Capacity * sizeof(ulong) / Line;
        Bucket.Prefetch(branch);
        byte* children = (byte*)Children(branch);
        byte* heads = (byte*)Heads(branch);
        for (int i = 0; i < Lines; i++)
        {
            Bucket.Prefetch(children + (i * Line));
            Bucket.Prefetch(heads + (i * Line));
        }
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
        if (branch->Skip != CommonLength(branch))
        {
            SetHeads(branch);
        }
        else if (index > 0)
        {
            Heads(branch)[index] = HeadOf(separator.Name[branch->Skip..]);
        }
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
        if (branch->Count < 2)
        {
            branch->Skip = 0;
        }
    }

    /// <summary>Moves children from an index on to another branch, which is empty.</summary>
    public static void MoveTail(NameBranch* from, int index, NameBranch* to)
    {
        int count = from->Count - index;
        Copy(from, index, to, 0, count);
        to->Count = count;
        from->Count = index;
        SetHeads(from);
        SetHeads(to);
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

    /// <summary>How much all separators share: since they are in order, as much as the first and the last.</summary>
    private static int CommonLength(NameBranch* branch) =>
        branch->Count < 2 ? 0 : Math.Min(MaxSkip, Separators(branch)[1].Name.CommonPrefixLength(Separators(branch)[branch->Count - 1].Name));

    private static void SetHeads(NameBranch* branch)
    {
        int skip = CommonLength(branch);
        branch->Skip = skip;
        if (skip > 0)
        {
            Separators(branch)[1].Name[..skip].CopyTo(branch->Shared);
        }

        for (int i = 1; i < branch->Count; i++)
        {
            Heads(branch)[i] = HeadOf(Separators(branch)[i].Name[skip..]);
        }
    }

    /// <summary>Orders as the bytes do, as far as it goes; what is missing counts as zero.</summary>
    private static ulong HeadOf(ReadOnlySpan<byte> bytes)
    {
        if (bytes.Length >= sizeof(ulong))
        {
            return BinaryPrimitives.ReadUInt64BigEndian(bytes);
        }

        ulong head = 0;
        for (int i = 0; i < bytes.Length; i++)
        {
            head |= (ulong)bytes[i] << (56 - (8 * i));
        }

        return head;
    }

    private static void Shift(NameBranch* branch, int from, int to, int count) => Copy(branch, from, branch, to, count);

    private static void Copy(NameBranch* source, int from, NameBranch* target, int to, int count)
    {
        // Capacity bounds both ends: callers keep from + count and to + count within it.
        Buffer.MemoryCopy(Children(source) + from, Children(target) + to, (Capacity - to) * sizeof(byte*), count * sizeof(byte*));
        Buffer.MemoryCopy(Separators(source) + from, Separators(target) + to, (Capacity - to) * sizeof(NameSeparator), count * sizeof(NameSeparator));
        Buffer.MemoryCopy(Heads(source) + from, Heads(target) + to, (Capacity - to) * sizeof(ulong), count * sizeof(ulong));
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
