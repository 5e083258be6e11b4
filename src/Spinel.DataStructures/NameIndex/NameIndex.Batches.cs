using System.Runtime.CompilerServices;

namespace Spinel.DataStructures;

// Many changes at once. Names that have nothing to do with one another lie in leaves and branches that are in no cache: one after the other, a change would wait for memory
// once or twice at each level. So a group goes down together, a level at a time, and what one name needs is fetched while the others are looked after.
public sealed unsafe partial class NameIndex
{
    private const int GroupSize = 16;

    /// <summary>Makes changes in the order in which they were noted.</summary>
    /// <param name="changes">The changes; they are still there afterwards.</param>
    /// <param name="nowSeconds">The present time, since 1970.</param>
    public void Apply(NameChanges changes, uint nowSeconds)
    {
        ArgumentNullException.ThrowIfNull(changes);
        var paths = default(GroupPaths);
        for (int from = 0; from < changes.Count; from += GroupSize)
        {
            int count = Math.Min(GroupSize, changes.Count - from);
            long structure = _structure;
            DescendTogether(changes, from, count, paths);
            for (int i = 0; i < count; i++)
            {
                Span<PathStep> path = ((Span<PathStep>)paths).Slice(i * MaxHeight, MaxHeight);
                ReadOnlySpan<byte> name = changes.NameOf(from + i);
                bool isGone = changes.IsRemoval(from + i);
                bool isPathGood = structure == _structure;
                NameLeaf leaf = !isPathGood
                    ? Descend(name, path, splitsFullBranches: !isGone)
                    : new NameLeaf(_height == 0 ? _root : NameBranch.Children(path[0].Branch)[path[0].Index]);
                if (isGone)
                {
                    RemoveAt(path, leaf, name);
                }
                else
                {
                    SetAt(path, leaf, name, changes.FactsOf(from + i), nowSeconds, mayBranchBeFull: isPathGood);
                }
            }
        }
    }

    private void DescendTogether(NameChanges changes, int from, int count, Span<PathStep> paths)
    {
        byte** nodes = stackalloc byte*[GroupSize];
        for (int i = 0; i < count; i++)
        {
            nodes[i] = _root;
        }

        for (int level = _height; level > 0; level--)
        {
            for (int i = 0; i < count; i++)
            {
                var branch = (NameBranch*)nodes[i];
                int index = NameBranch.IndexOf(branch, changes.NameOf(from + i));
                paths[(i * MaxHeight) + level - 1] = new PathStep(branch, index);
                nodes[i] = NameBranch.Children(branch)[index];
                Bucket.Prefetch(&NameBranch.Tallies(branch)[index]);
                if (level > 1)
                {
                    NameBranch.Prefetch((NameBranch*)nodes[i]);
                }
                else
                {
                    NameLeaf.Prefetch(nodes[i]);
                }
            }
        }
    }

    [InlineArray(GroupSize * MaxHeight)]
    private struct GroupPaths
    {
        private PathStep _first;
    }
}
