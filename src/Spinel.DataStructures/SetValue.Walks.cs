using Spinel.Memory;

namespace Spinel.DataStructures;

// Reading members: all, by place, at random, in portions.
public readonly partial struct SetValue
{
    /// <summary>A draw of distinct members is made one by one where it takes at most one in so many, and in one walk otherwise.</summary>
    private const int SparseDraw = 4;

    /// <summary>All members; an intset's in ascending order. The set must not change meanwhile.</summary>
    public SetMembers GetEnumerator() => new(this);

    /// <summary>The member at a place.</summary>
    public SetMember MemberAt(long place) => Encoding switch
    {
        ValueEncoding.IntSet => new SetMember(place),
        ValueEncoding.ListPack => SetMember.Of(AsListpack.Get((int)place)),
        _ => new SetMember(new SetEntry((nint)place).Member),
    };

    /// <summary>The place of a random member, each with the same probability. Precondition: there is one.</summary>
    public long RandomPlace(Random random)
    {
        ArgumentNullException.ThrowIfNull(random);
        return Encoding switch
        {
            ValueEncoding.IntSet => AsIntset.Random(random),
            ValueEncoding.ListPack => AsListpack.RandomPosition(random),
            _ => AsTable.Random(random),
        };
    }

    /// <summary>Draws distinct members, every subset of that size with the same probability, and adds their places to a list.</summary>
    /// <param name="heap">For the memory of the draw.</param>
    /// <param name="random">The source of chance.</param>
    /// <param name="count">How many; at most <see cref="Count"/>.</param>
    /// <param name="places">Receives the places, in no particular order.</param>
    public void DrawDistinct(NativeHeap heap, Random random, long count, SegmentedList<long> places)
    {
        ArgumentNullException.ThrowIfNull(heap);
        ArgumentNullException.ThrowIfNull(random);
        ArgumentNullException.ThrowIfNull(places);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(count, Count);
        if (Encoding == ValueEncoding.ListPack || count > Count / SparseDraw)
        {
            DrawInOneWalk(random, count, places);
            return;
        }

        using var drawn = new PlaceSet(heap, count);
        while (places.Count < count)
        {
            long place = RandomPlace(random);
            if (drawn.Add(place))
            {
                places.Add(place);
            }
        }
    }

    /// <summary>
    /// One step of a walk in portions: adds the places of some members to a list and returns the cursor of the next step, 0 at the
    /// end. A member that is there all the time is visited at least once however the set changes between the steps, unless a compact
    /// set is walked, which takes one step for all.
    /// </summary>
    public ulong ScanStep(ulong cursor, SegmentedList<long> places)
    {
        ArgumentNullException.ThrowIfNull(places);
        if (Encoding != ValueEncoding.HashTable)
        {
            SetMembers members = GetEnumerator();
            while (members.MoveNext())
            {
                places.Add(members.Place);
            }

            return 0;
        }

        cursor = AsTable.ScanStep(cursor, out ChainEntries entries);
        while (entries.Next(out nint entry))
        {
            places.Add(entry);
        }

        return cursor;
    }

    /// <summary>Selection sampling: Knuth, volume 2, 3.4.2, algorithm S.</summary>
    private void DrawInOneWalk(Random random, long count, SegmentedList<long> places)
    {
        long left = Count;
        SetMembers members = GetEnumerator();
        for (long wanted = count; wanted > 0 && members.MoveNext(); left--)
        {
            if (random.NextInt64(left) < wanted)
            {
                places.Add(members.Place);
                wanted--;
            }
        }
    }
}
