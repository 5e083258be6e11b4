using Spinel.Memory;

namespace Spinel.DataStructures;

public readonly unsafe partial struct Listpack
{
    /// <summary>Up to so many values each is compared with all that follow; of more, a set is made.</summary>
    private const int FewValues = 32;

    /// <summary>
    /// Whether a value stands in it twice: for listpacks of foreign origin that are to be sets or, with <paramref name="skip"/> 1, the fields of a hash
    /// or the members of a sorted set. O(n), whatever their number.
    /// </summary>
    /// <param name="heap">For the memory of the check.</param>
    /// <param name="key">The secret of hash tables, since what is checked may be made to collide.</param>
    /// <param name="skip">How many values to pass over after each that is looked at.</param>
    public bool HasDuplicates(NativeHeap heap, HashKey key, int skip = 0) =>
        Count / (skip + 1) <= FewValues ? HasDuplicatesAmongFew(skip) : HasDuplicatesAmongMany(heap, key, skip);

    private bool HasDuplicatesAmongFew(int skip)
    {
        Span<byte> scratch = stackalloc byte[ListpackNumber.MaxLength];
        for (int position = First; position >= 0;)
        {
            int next = Skip(position, skip + 1);
            if (Find(GetBytes(position, scratch), next, skip) >= 0)
            {
                return true;
            }

            position = next;
        }

        return false;
    }

    private bool HasDuplicatesAmongMany(NativeHeap heap, HashKey key, int skip)
    {
        Span<byte> scratch = stackalloc byte[ListpackNumber.MaxLength];
        var settings = new SetSettings(heap, key);
        SetValue seen = SetValue.CreateTable(settings, Count / (skip + 1));
        bool isNew = true;
        for (int position = First; position >= 0 && isNew; position = Skip(position, skip + 1))
        {
            seen.Add(settings, GetBytes(position, scratch), out isNew);
        }

        seen.Free(heap);
        return !isNew;
    }
}
