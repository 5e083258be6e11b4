namespace Spinel.DataStructures;

/// <summary>
/// Random picks, each in one walk and without memory of their own. Values may stand in groups (the pairs of a hash: 2); a pick is then the
/// position of a group's first value.
/// </summary>
public readonly unsafe partial struct Listpack
{
    /// <summary>The position of a random group, or -1 when there is none.</summary>
    public int RandomPosition(Random random, int group = 1)
    {
        ArgumentNullException.ThrowIfNull(random);
        int groups = Count / group;
        return groups == 0 ? -1 : Seek(random.Next(groups) * group);
    }

    /// <summary>
    /// Fills <paramref name="positions"/> with independent picks, among which the same may come again.
    /// Precondition: the listpack holds a group.
    /// </summary>
    public void RandomPositions(Random random, Span<int> positions, int group = 1)
    {
        ArgumentNullException.ThrowIfNull(random);
        int groups = Count / group;
        foreach (ref int index in positions)
        {
            index = random.Next(groups);
        }

        // Indexes in order become positions in one walk; shuffled, they are independent draws again.
        positions.Sort();
        int position = First;
        int reached = 0;
        foreach (ref int slot in positions)
        {
            position = Skip(position, (slot - reached) * group);
            reached = slot;
            slot = position;
        }

        random.Shuffle(positions);
    }

    /// <summary>
    /// Fills <paramref name="positions"/> with picks that are all different, in the listpack's order; returns how many there are,
    /// fewer only when the listpack holds fewer groups. Every subset is equally likely (Knuth, volume 2, 3.4.2, algorithm S).
    /// </summary>
    public int RandomDistinctPositions(Random random, Span<int> positions, int group = 1)
    {
        ArgumentNullException.ThrowIfNull(random);
        int groups = Count / group;
        int wanted = Math.Min(positions.Length, groups);
        int found = 0;
        for (int position = First, left = groups; found < wanted; left--, position = Skip(position, group))
        {
            if (random.Next(left) < wanted - found)
            {
                positions[found++] = position;
            }
        }

        return found;
    }
}
