using System.Numerics;
using System.Runtime.CompilerServices;

namespace Spinel.DataStructures;

/// <summary>
/// Picks the members of a set in table form that other sets in that form have, or do not have: a <see cref="MemberFilter"/> for tables of similar size.
/// </summary>
/// <remarks>
/// The tables are joined bucket by bucket (<see cref="EntryTable{TOps}"/>, Joins): no member is hashed, and a member is read only when the other table has an
/// entry of the same tag, which a member that is not there has by chance in one of thirty cases. Members are taken in batches, so that those
/// that are to be compared arrive from memory together.
/// Cost: O(buckets), and a comparison a match; the hash join that this is goes back to Kitsuregawa, Tanaka and Moto-oka, "Application of hash to data base
/// machine and its architecture" (1983).
/// </remarks>
internal static unsafe class TableJoin
{
    private const int BatchSize = 32;

    /// <summary>Whether the sets are such that <see cref="Run"/> works on them.</summary>
    public static bool Suits(SetValue source, ReadOnlySpan<SetValue> others)
    {
        if (source.Encoding != ValueEncoding.HashTable || others.IsEmpty)
        {
            return false;
        }

        foreach (SetValue other in others)
        {
            if (other.Encoding != ValueEncoding.HashTable || !source.AsTable.CanJoin(other.AsTable))
            {
                return false;
            }
        }

        return true;
    }

    /// <summary>As <see cref="MemberFilter.Run"/>.</summary>
    [SkipLocalsInit]
    public static long Run(SetValue source, ReadOnlySpan<SetValue> others, MemberTest test, long limit, SegmentedList<long>? places)
    {
        EntryTable<SetEntryOps> table = source.AsTable;
        Span<long> entries = stackalloc long[BatchSize];
        Span<byte> tags = stackalloc byte[BatchSize];
        Span<long> buckets = stackalloc long[BatchSize];
        long passed = 0;
        long bucketCount = table.BucketCount;
        for (long bucket = 0; bucket < bucketCount && passed < limit;)
        {
            int count = 0;
            for (; bucket < bucketCount && table.TryRead(bucket, entries[count..], tags[count..], out int added); bucket++)
            {
                buckets.Slice(count, added).Fill(bucket);
                count += added;
            }

            if (count == 0 && bucket < bucketCount)
            {
                // A chain longer than a batch: so improbable that its members may be searched for one by one.
                passed += RunAlone(source, table.EntriesAt(bucket++), others, test, limit - passed, places);
                continue;
            }

            uint alive = (uint)((1UL << count) - 1);
            for (int i = 0; i < others.Length && alive != 0; i++)
            {
                uint found = Search(table, others[i].AsTable, entries, tags, buckets, alive);
                alive &= test == MemberTest.InAll ? found : ~found;
            }

            passed += Keep(entries, alive, limit - passed, places);
        }

        return passed;
    }

    private static uint Search(
        EntryTable<SetEntryOps> table, EntryTable<SetEntryOps> other, Span<long> entries, Span<byte> tags, Span<long> buckets, uint alive)
    {
        Span<long> candidates = stackalloc long[BatchSize];
        uint probable = 0;
        uint ambiguous = 0;
        long lastBucket = -1;
        ulong knownBits = 0;
        for (uint left = alive; left != 0; left &= left - 1)
        {
            int i = BitOperations.TrailingZeroCount(left);
            if (buckets[i] != lastBucket)
            {
                lastBucket = buckets[i];
                knownBits = table.KnownBits(lastBucket);
            }

            nint candidate = other.FirstCandidate((ulong)lastBucket, knownBits, tags[i], out bool areMore);
            if (candidate != 0)
            {
                candidates[i] = candidate;
                probable |= 1u << i;
                ambiguous |= areMore ? 1u << i : 0;
                Bucket.Prefetch((void*)candidate);
                Bucket.Prefetch((void*)entries[i]);
            }
        }

        uint found = 0;
        for (uint left = probable; left != 0; left &= left - 1)
        {
            int i = BitOperations.TrailingZeroCount(left);
            ReadOnlySpan<byte> name = new SetEntry((nint)entries[i]).Member;
            bool isThere = new SetEntry((nint)candidates[i]).Member.SequenceEqual(name)
                || ((ambiguous & (1u << i)) != 0 && other.HasCandidate((ulong)buckets[i], table.KnownBits(buckets[i]), tags[i], name));
            found |= isThere ? 1u << i : 0;
        }

        return found;
    }

    private static long Keep(Span<long> entries, uint alive, long limit, SegmentedList<long>? places)
    {
        long kept = 0;
        if (places is null)
        {
            return Math.Min(BitOperations.PopCount(alive), limit);
        }

        for (; alive != 0 && kept < limit; alive &= alive - 1)
        {
            entries[(int)kept++] = entries[BitOperations.TrailingZeroCount(alive)];
        }

        places.Add(entries[..(int)kept]);
        return kept;
    }

    private static long RunAlone(SetValue source, ChainEntries chain, ReadOnlySpan<SetValue> others, MemberTest test, long limit, SegmentedList<long>? places)
    {
        long passed = 0;
        while (passed < limit && chain.Next(out nint entry))
        {
            ReadOnlySpan<byte> name = new SetEntry(entry).Member;
            ulong hash = source.AsTable.Hash(name);
            bool passes = true;
            for (int i = 0; i < others.Length && passes; i++)
            {
                passes = (others[i].AsTable.Find(name, hash) != 0) == (test == MemberTest.InAll);
            }

            if (passes)
            {
                places?.Add(entry);
                passed++;
            }
        }

        return passed;
    }
}
