using Spinel.Memory;

namespace Spinel.DataStructures;

// Sorted sets that come from files and from other servers.
public unsafe partial struct SortedSet
{
    /// <summary>An empty set in the large form, with room for so many members.</summary>
    public static SortedSet CreateLarge(NativeHeap heap, HashKey hashKey, long expectedMembers)
    {
        SortedSet set = CreateLarge(heap, hashKey);
        set.Table.Reserve(heap, expectedMembers);
        return set;
    }

    /// <summary>
    /// Takes over a listpack of members and scores, which <see cref="Listpack.Validate"/> has accepted in depth. It is put in order if it is not, and
    /// takes the large form when it breaks the limits. False, and the listpack is still the caller's, when it is not the content of a sorted
    /// set: an odd number of values, a score that is no number, a member twice.
    /// </summary>
    public static bool TryTake(NativeHeap heap, Listpack pack, in SortedSetLimits limits, out SortedSet set)
    {
        set = new SortedSet(pack.Address, ValueEncoding.ListPack);
        if (pack.Count % 2 != 0 || !HasScores(pack, out bool ascends) || pack.HasDuplicates(heap, limits.HashKey, skip: 1))
        {
            set = default;
            return false;
        }

        if (pack.Count / 2 > limits.MaxPackedMembers || !ascends)
        {
            set.Unpack(heap, limits.HashKey);
            set.TryPack(heap, in limits);
        }

        return true;
    }

    /// <summary>Adds a member to a set in the large form; false when it is there already.</summary>
    /// <param name="heap">The heap of the set.</param>
    /// <param name="name">The member.</param>
    /// <param name="score">Not NaN.</param>
    public readonly bool TryAddLarge(NativeHeap heap, ReadOnlySpan<byte> name, double score)
    {
        EntryTable<ScoredMemberOps> table = Table;
        ulong hash = table.Hash(name);
        if (table.Find(name, hash) != 0)
        {
            return false;
        }

        AddLarge(heap, name, hash, score);
        return true;
    }

    private static bool HasScores(Listpack pack, out bool ascends)
    {
        Span<byte> scratch = stackalloc byte[ScratchBytes];
        Span<byte> beforeScratch = stackalloc byte[ScratchBytes];
        ascends = true;
        double before = 0;
        int nameBefore = -1;
        for (int name = pack.First; name >= 0;)
        {
            int scorePosition = pack.Next(name);
            if (!ScoreText.TryParse(pack.Get(scorePosition), out double score))
            {
                return false;
            }

            if (nameBefore >= 0 && (score < before
                || (score == before && pack.GetBytes(nameBefore, beforeScratch).SequenceCompareTo(pack.GetBytes(name, scratch)) > 0)))
            {
                ascends = false;
            }

            nameBefore = name;
            before = score;
            name = pack.Next(scorePosition);
        }

        return true;
    }
}
