using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;

namespace Spinel.DataStructures;

// Which entries of one table are in another as well, without hashing any. A bucket's number is the end of its entries' hashes, and their tags are the top: so the
// bucket of one table says which buckets of the other may hold the same names, and tags say which of their entries are worth a look.
internal readonly unsafe partial struct EntryTable<TOps>
{
    /// <summary>
    /// Whether the entries of this table can be looked for in the other by their buckets: both hash alike, and an entry may be in at most four of the other's
    /// buckets.
    /// </summary>
    public bool CanJoin(EntryTable<TOps> other) => Key == other.Key && other._header->HighMask >> 1 <= _header->HighMask;

    /// <summary>The bits that the hashes of a bucket's entries have in common, which are those of its number.</summary>
    public ulong KnownBits(long bucket)
    {
        // A bucket is addressed by L+1 bits when its other half, the one with bit L set, exists.
        ulong low = _header->HighMask >> 1;
        return (((ulong)bucket & low) | (low + 1)) < (ulong)_header->BucketCount ? _header->HighMask : low;
    }

    /// <summary>The entries of a bucket with their tags; false when there are more than fit.</summary>
    /// <param name="bucket">The bucket's number.</param>
    /// <param name="entries">Receives their addresses.</param>
    /// <param name="tags">Receives their tags; as long as <paramref name="entries"/>.</param>
    /// <param name="count">How many there are.</param>
    public bool TryRead(long bucket, Span<long> entries, Span<byte> tags, out int count)
    {
        count = 0;
        for (Bucket part = BucketAt(_header, (ulong)bucket); ; part = part.Child)
        {
            int here = part.Count;
            if (here > entries.Length - count)
            {
                return false;
            }

            for (int slot = 0; slot < here; slot++)
            {
                entries[count] = part.Entry(slot);
                tags[count++] = part.Tag(slot);
            }

            if (!part.HasChild)
            {
                return true;
            }
        }
    }

    /// <summary>The first entry with a tag in the buckets that hold hashes which end like those of another table's bucket; 0 when there is none.</summary>
    /// <param name="bucket">The number of the other table's bucket.</param>
    /// <param name="knownBits">What <see cref="KnownBits"/> of the other table says of it.</param>
    /// <param name="tag">The tag of an entry in it.</param>
    /// <param name="areMore">Whether there are further ones.</param>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public nint FirstCandidate(ulong bucket, ulong knownBits, byte tag, out bool areMore)
    {
        nint first = 0;
        areMore = false;
        Vector128<byte> tags = Vector128.Create(tag);
        ulong step = Buckets(ref bucket, knownBits);
        for (; bucket < (ulong)_header->BucketCount; bucket += step)
        {
            Bucket part = BucketAt(_header, bucket);
            while (true)
            {
                uint matches = part.Matches(tags);
                if (matches != 0)
                {
                    areMore |= first != 0 || (matches & (matches - 1)) != 0;
                    first = first != 0 ? first : part.Entry(BitOperations.TrailingZeroCount(matches));
                }

                if (!part.HasChild)
                {
                    break;
                }

                part = part.Child;
            }
        }

        return first;
    }

    /// <summary>Whether there is an entry of that name among those that <see cref="FirstCandidate"/> finds the first of.</summary>
    [MethodImpl(MethodImplOptions.NoInlining)]
    public bool HasCandidate(ulong bucket, ulong knownBits, byte tag, ReadOnlySpan<byte> name)
    {
        Vector128<byte> tags = Vector128.Create(tag);
        ulong step = Buckets(ref bucket, knownBits);
        for (; bucket < (ulong)_header->BucketCount; bucket += step)
        {
            Bucket part = BucketAt(_header, bucket);
            while (true)
            {
                for (uint matches = part.Matches(tags); matches != 0; matches &= matches - 1)
                {
                    if (TOps.KeyOf(part.Entry(BitOperations.TrailingZeroCount(matches))).SequenceEqual(name))
                    {
                        return true;
                    }
                }

                if (!part.HasChild)
                {
                    break;
                }

                part = part.Child;
            }
        }

        return false;
    }

    /// <summary>Makes <paramref name="bucket"/> the first of this table's buckets in question, and returns the distance of the others.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private ulong Buckets(ref ulong bucket, ulong knownBits)
    {
        ulong high = _header->HighMask;
        if (knownBits < high)
        {
            return knownBits + 1;
        }

        ulong count = (ulong)_header->BucketCount;
        bucket &= high;
        bucket = bucket < count ? bucket : bucket & (high >> 1);
        return count;
    }
}
