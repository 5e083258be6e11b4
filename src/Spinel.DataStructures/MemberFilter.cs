using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using Spinel.Memory;

namespace Spinel.DataStructures;

/// <summary>What a member must be to pass a <see cref="MemberFilter"/>.</summary>
internal enum MemberTest : byte
{
    /// <summary>A member of all other sets.</summary>
    InAll,

    /// <summary>A member of none of the other sets.</summary>
    InNone,
}

/// <summary>Walks over a set and picks the members that other sets have, or do not have.</summary>
/// <remarks>
/// Members are taken in batches. A search in a large table waits for memory twice, for the bucket and for the entry; a batch
/// asks for all its buckets, then for all its entries, and then searches, so it waits twice in all. A member is hashed and parsed
/// as a number at most once. Tables of similar size are joined bucket by bucket instead (<see cref="TableJoin"/>). An intset is searched from where the search before it ended, since a walk over an intset ascends:
/// two of them are merged rather than searched. A listpack gets a <see cref="ListpackIndex"/> when it is to be searched often.
/// </remarks>
internal static unsafe class MemberFilter
{
    private const int BatchSize = 16;
    private const int ScratchBytes = 24;
    private const int PlacesAhead = 8;

    /// <summary>So many of the other sets may get an index; an intersection seldom has members left for more.</summary>
    private const int MostIndexes = 8;

    /// <summary>A listpack that costs more comparisons than this in all gets an index.</summary>
    private const long MostComparisons = 256;

    /// <param name="heap">For the memory of indexes, until the call returns.</param>
    /// <param name="source">The set to walk over.</param>
    /// <param name="others">The sets to look into.</param>
    /// <param name="test">Which members pass.</param>
    /// <param name="limit">Ends the walk when so many have passed.</param>
    /// <param name="places">Receives the places of those that pass, when given.</param>
    /// <returns>How many have passed.</returns>
    public static long Run(NativeHeap heap, SetValue source, ReadOnlySpan<SetValue> others, MemberTest test, long limit, SegmentedList<long>? places)
    {
        if (TableJoin.Suits(source, others))
        {
            return TableJoin.Run(source, others, test, limit, places);
        }

        byte* scratch = stackalloc byte[BatchSize * ScratchBytes];
        nint* indexes = stackalloc nint[MostIndexes];
        MakeIndexes(heap, source, others, indexes);
        long passed = Walk(source, others, test, limit, places, scratch, indexes);
        for (int i = 0; i < MostIndexes; i++)
        {
            if (indexes[i] != 0)
            {
                ListpackIndex.At(indexes[i]).Free(heap);
            }
        }

        return passed;
    }

    /// <summary>Asks for an entry that will be read a few places later.</summary>
    public static void Prefetch(SetValue source, ReadOnlySpan<long> places, int index)
    {
        if (source.Encoding == ValueEncoding.HashTable && index + PlacesAhead < places.Length)
        {
            Bucket.Prefetch((void*)places[index + PlacesAhead]);
        }
    }

    private static void MakeIndexes(NativeHeap heap, SetValue source, ReadOnlySpan<SetValue> others, nint* indexes)
    {
        for (int i = 0; i < MostIndexes; i++)
        {
            indexes[i] = i < others.Length && others[i].Encoding == ValueEncoding.ListPack && others[i].Count <= ListpackIndex.MostEntries
                && source.Count * others[i].Count > MostComparisons
                ? new ListpackIndex(heap, others[i].AsListpack).Address
                : 0;
        }
    }

    private static long Walk(SetValue source, ReadOnlySpan<SetValue> others, MemberTest test, long limit, SegmentedList<long>? places, byte* scratch, nint* indexes)
    {
        if (source.Encoding == ValueEncoding.ListPack && others.Length == 1 && indexes[0] != 0)
        {
            return WalkListpack(source.AsListpack, others[0].AsListpack, ListpackIndex.At(indexes[0]), test == MemberTest.InAll, limit, places);
        }

        Batch batch = default;
        SetMembers members = source.GetEnumerator();
        long passed = 0;
        while (batch.Fill(ref members, source))
        {
            batch.Examine(source, others, test, scratch, indexes);
            for (uint alive = batch.Alive; alive != 0; alive &= alive - 1)
            {
                places?.Add(batch.Places[BitOperations.TrailingZeroCount(alive)]);
                if (++passed == limit)
                {
                    return passed;
                }
            }
        }

        return passed;
    }

    /// <summary>Two listpacks are near enough for one member after the other.</summary>
    private static long WalkListpack(Listpack source, Listpack other, ListpackIndex index, bool wanted, long limit, SegmentedList<long>? places)
    {
        long passed = 0;
        ListpackReader reader = source.Read();
        for (int position = reader.NextPosition; reader.MoveNext(); position = reader.NextPosition)
        {
            if (index.Contains(other, in reader) != wanted)
            {
                continue;
            }

            places?.Add(position);
            if (++passed == limit)
            {
                break;
            }
        }

        return passed;
    }

    /// <summary>Some members at once. Bit i of a mask stands for member i.</summary>
    private struct Batch
    {
        public Words Places;
        public uint Alive;
        private Words _texts;
        private Lengths _lengths;
        private Words _hashes;
        private Words _integers;
        private uint _areIntegers;
        private int _count;
        private bool _hasTexts;
        private bool _hasHashes;
        private bool _hasIntegers;

        /// <summary>Takes the next members of a walk; false at its end.</summary>
        public bool Fill(ref SetMembers members, SetValue source)
        {
            _count = 0;
            while (_count < BatchSize && members.MoveNext())
            {
                Places[_count++] = members.Place;
            }

            Alive = (1u << _count) - 1;
            _hasTexts = false;
            _hasHashes = false;
            _hasIntegers = source.Encoding == ValueEncoding.IntSet;
            if (_hasIntegers)
            {
                _areIntegers = Alive;
                _integers = Places;
            }

            return _count > 0;
        }

        /// <summary>Lets those live on that pass the test.</summary>
        public void Examine(SetValue source, ReadOnlySpan<SetValue> others, MemberTest test, byte* scratch, nint* indexes)
        {
            for (int i = 0; i < others.Length; i++)
            {
                uint found = Search(source, others[i], scratch, i < MostIndexes ? indexes[i] : 0);
                Alive &= test == MemberTest.InAll ? found : ~found;
                if (Alive == 0)
                {
                    return;
                }
            }
        }

        private uint Search(SetValue source, SetValue other, byte* scratch, nint index)
        {
            switch (other.Encoding)
            {
                case ValueEncoding.IntSet:
                    Parse(source, scratch);
                    return SearchIntset(other.AsIntset, ascending: source.Encoding == ValueEncoding.IntSet);
                case ValueEncoding.ListPack:
                    ReadTexts(source, scratch);
                    if (index == 0)
                    {
                        return SearchListpack(other.AsListpack);
                    }

                    Parse(source, scratch);
                    return SearchIndex(other.AsListpack, ListpackIndex.At(index));
                default:
                    EntryTable<SetEntryOps> table = other.AsTable;
                    ReadTexts(source, scratch);
                    HashAll(table);
                    return SearchTable(table);
            }
        }

        private readonly uint SearchIntset(Intset set, bool ascending)
        {
            uint found = 0;
            int from = 0;
            for (uint left = Alive & _areIntegers; left != 0; left &= left - 1)
            {
                int i = BitOperations.TrailingZeroCount(left);
                long integer = _integers[i];
                if (!ascending)
                {
                    found |= set.Contains(integer) ? 1u << i : 0;
                    continue;
                }

                from = LowerBound(set, integer, from);
                if (from == set.Count)
                {
                    break;
                }

                found |= set.At(from) == integer ? 1u << i : 0;
            }

            return found;
        }

        private readonly uint SearchListpack(Listpack set)
        {
            uint found = 0;
            for (uint left = Alive; left != 0; left &= left - 1)
            {
                int i = BitOperations.TrailingZeroCount(left);
                found |= set.Find(Text(i)) >= 0 ? 1u << i : 0;
            }

            return found;
        }

        private readonly uint SearchIndex(Listpack set, ListpackIndex index)
        {
            uint found = 0;
            for (uint left = Alive; left != 0; left &= left - 1)
            {
                int i = BitOperations.TrailingZeroCount(left);
                found |= index.Contains(set, Text(i), (_areIntegers & (1u << i)) != 0, _integers[i]) ? 1u << i : 0;
            }

            return found;
        }

        private readonly uint SearchTable(EntryTable<SetEntryOps> table)
        {
            for (uint left = Alive; left != 0; left &= left - 1)
            {
                table.PrefetchBucket((ulong)_hashes[BitOperations.TrailingZeroCount(left)]);
            }

            for (uint left = Alive; left != 0; left &= left - 1)
            {
                table.PrefetchEntry((ulong)_hashes[BitOperations.TrailingZeroCount(left)]);
            }

            uint found = 0;
            for (uint left = Alive; left != 0; left &= left - 1)
            {
                int i = BitOperations.TrailingZeroCount(left);
                found |= table.Find(Text(i), (ulong)_hashes[i]) != 0 ? 1u << i : 0;
            }

            return found;
        }

        /// <summary>Index of the first element that is not less than a value, searched for in growing steps from an index on.</summary>
        private static int LowerBound(Intset set, long value, int from)
        {
            int count = set.Count;
            int step = 1;
            int low = from;
            long high = from;
            while (high < count && set.At((int)high) < value)
            {
                low = (int)high + 1;
                high += step;
                step *= 2;
            }

            int end = (int)Math.Min(high, count);
            while (low < end)
            {
                int middle = (int)((uint)(low + end) >> 1);
                if (set.At(middle) < value)
                {
                    low = middle + 1;
                }
                else
                {
                    end = middle;
                }
            }

            return low;
        }

        private readonly ReadOnlySpan<byte> Text(int i) => new((void*)_texts[i], _lengths[i]);

        // Members do not move while the sets stay as they are, and the scratch is on the caller's stack: addresses hold.
        private void ReadTexts(SetValue source, byte* scratch)
        {
            if (_hasTexts)
            {
                return;
            }

            _hasTexts = true;
            for (int i = 0; i < _count; i++)
            {
                ReadOnlySpan<byte> text = source.MemberAt(Places[i]).GetText(new Span<byte>(scratch + (i * ScratchBytes), ScratchBytes));
                _texts[i] = (long)Unsafe.AsPointer(ref Unsafe.AsRef(in MemoryMarshal.GetReference(text)));
                _lengths[i] = text.Length;
            }
        }

        // All sets of a server share their hash key.
        private void HashAll(EntryTable<SetEntryOps> table)
        {
            if (_hasHashes)
            {
                return;
            }

            _hasHashes = true;
            for (int i = 0; i < _count; i++)
            {
                _hashes[i] = (long)table.Hash(Text(i));
            }
        }

        private void Parse(SetValue source, byte* scratch)
        {
            if (_hasIntegers)
            {
                return;
            }

            _hasIntegers = true;
            ReadTexts(source, scratch);
            _areIntegers = 0;
            for (int i = 0; i < _count; i++)
            {
                if (ListpackNumber.TryParse(Text(i), out long integer))
                {
                    _areIntegers |= 1u << i;
                    _integers[i] = integer;
                }
            }
        }
    }

    [InlineArray(BatchSize)]
    private struct Words
    {
        private long _first;
    }

    [InlineArray(BatchSize)]
    private struct Lengths
    {
        private int _first;
    }
}
