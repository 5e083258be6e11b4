using System.Numerics;
using System.Runtime.CompilerServices;
using Spinel.Memory;

namespace Spinel.DataStructures;

public readonly unsafe partial struct Listpack
{
    /// <summary>Up to so many values each is compared with all that follow.</summary>
    private const int FewValues = 16;

    /// <summary>Up to so many values their hashes, which hardly ever agree by chance, are compared first. Of more, a set is made at once.</summary>
    private const int SomeValues = 1024;

    /// <summary>
    /// Whether a value stands in it twice: for listpacks of foreign origin that are to be sets or, with <paramref name="skip"/> 1, the fields of a hash
    /// or the members of a sorted set. O(n), whatever their number.
    /// </summary>
    /// <param name="heap">For the memory of the check.</param>
    /// <param name="key">The secret of hash tables, since what is checked may be made to collide.</param>
    /// <param name="skip">How many values to pass over after each that is looked at.</param>
    public bool HasDuplicates(NativeHeap heap, HashKey key, int skip = 0) => (Count / (skip + 1)) switch
    {
        <= FewValues => HasDuplicatesAmongFew(skip),
        <= SomeValues => HasEqualHashes(key, skip) && HasDuplicatesAmongMany(heap, key, skip),
        _ => HasDuplicatesAmongMany(heap, key, skip),
    };

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

    [SkipLocalsInit]
    private bool HasEqualHashes(HashKey key, int skip)
    {
        // Open addressing, at most half full. Zero marks a free slot; a hash that is zero would be a chance of one in 2^64, and only cost the full check.
        const int Slots = SomeValues * 2;
        int slots = (int)BitOperations.RoundUpToPowerOf2((uint)(Count / (skip + 1)) * 2);
        Span<ulong> seen = stackalloc ulong[Slots];
        seen = seen[..Math.Min(slots, Slots)];
        seen.Clear();
        Span<byte> scratch = stackalloc byte[ListpackNumber.MaxLength];
        for (int position = First; position >= 0; position = Skip(position, skip + 1))
        {
            ulong hash = key.Hash(GetBytes(position, scratch));
            int slot = (int)hash & (seen.Length - 1);
            while (seen[slot] != 0 && seen[slot] != hash)
            {
                slot = (slot + 1) & (seen.Length - 1);
            }

            if (seen[slot] == hash)
            {
                return true;
            }

            seen[slot] = hash;
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
