namespace Spinel.DataStructures;

/// <summary>
/// A random pick in one walk. Values may stand in groups (the pairs of a hash: 2); a pick is then the position of a group's first value.
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
}
