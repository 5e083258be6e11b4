using Spinel.DataStructures;
using Spinel.Engine;
using Spinel.Insight.Accesses;

namespace Spinel.Insight.Tree;

/// <summary>
/// The key tree of one database as somebody looks at it: pages of children, and the nodes of opened prefixes whose figures have changed since the last look. Everything
/// is called on the engine thread; what is returned may go elsewhere.
/// </summary>
public sealed class TreeView
{
    /// <summary>What one look at all opened prefixes together may cost, in keys that are passed: about a millisecond. What is left over comes with the next one.</summary>
    private const int LookBudget = 40_000;

    /// <summary>How many children of an opened prefix are watched.</summary>
    private const int WatchedChildren = 256;

    private readonly KeyTrees _trees;
    private readonly SpinelEngine _engine;
    private readonly int _number;
    private readonly List<Dictionary<string, TreeNode>> _shown = [];
    private readonly HashSet<string> _told = new(StringComparer.Ordinal);
    private KeyIndex? _shownIndex;
    private int _nextPrefix;
    private int _staleCount;
    private long _shownVersion = -1;
    private string _shownPrefixes = "";

    internal TreeView(KeyTrees trees, SpinelEngine engine, int number)
    {
        _trees = trees;
        _engine = engine;
        _number = number;
    }

    /// <summary>The database of that number, which is another one after SWAPDB.</summary>
    private Database Current => _engine.Keyspace[_number];

    /// <summary>All keys are in the tree. While it is being built, figures are those of the keys that are in it.</summary>
    public bool IsReady => !_engine.IsLoading && _trees.Get(Current).IsReady;

    /// <summary>How far the building has come, 0 to 1.</summary>
    public double Progress => _engine.IsLoading ? 0 : _trees.Get(Current).Progress;

    /// <summary>A page of the children of a prefix.</summary>
    public TreePage Read(TreeRequest request)
    {
        ArgumentNullException.ThrowIfNull(request);
        KeyIndex index = _trees.Get(Current);
        TreePage page = TreeWalk.Read(index.Names, request);
        _trees.Traffic.Estimate(Current, page);
        return page;
    }

    /// <summary>
    /// The opened prefixes and their first children whose figures are others than at the last call; all of them when other prefixes are opened than then. A child that
    /// is gone comes once more, without keys.
    /// </summary>
    /// <param name="prefixes">The prefixes that are opened, each with its delimiter at the end.</param>
    /// <param name="delimiters">Bytes that divide names.</param>
    public IReadOnlyList<TreeNode> Changes(IReadOnlyList<byte[]> prefixes, byte[] delimiters)
    {
        ArgumentNullException.ThrowIfNull(prefixes);
        KeyIndex index = _trees.Get(Current);
        string opened = string.Join('\0', prefixes.Select(static prefix => Convert.ToBase64String(prefix)));
        if (index != _shownIndex || opened != _shownPrefixes)
        {
            _shown.Clear();
            _shown.AddRange(prefixes.Select(static _ => new Dictionary<string, TreeNode>(StringComparer.Ordinal)));
            _shownVersion = -1;
            _shownIndex = index;
            _shownPrefixes = opened;
            _nextPrefix = 0;
        }

        NameIndex names = index.Names;
        if (names.Version != _shownVersion)
        {
            _shownVersion = names.Version;
            _staleCount = prefixes.Count;
        }

        if (_staleCount == 0)
        {
            return [];
        }

        var changes = new List<TreeNode>();
        _told.Clear();
        for (int budget = LookBudget; budget > 0 && _staleCount > 0; _staleCount--)
        {
            byte[] prefix = prefixes[_nextPrefix];
            Dictionary<string, TreeNode> shown = _shown[_nextPrefix];
            _nextPrefix = (_nextPrefix + 1) % prefixes.Count;
            TreePage page = TreeWalk.Read(names, new TreeRequest { Prefix = prefix, Delimiters = delimiters, Count = WatchedChildren, IsGlance = true }, ref budget);
            var gone = new HashSet<string>(shown.Keys, StringComparer.Ordinal);
            Note(page.Node, shown, changes, gone);
            foreach (TreeNode child in page.Children)
            {
                Note(child, shown, changes, gone);
            }

            foreach (string name in gone)
            {
                TreeNode node = shown[name];
                shown.Remove(name);
                Tell(name, new TreeNode(node.FullName, node.NameOffset, node.IsKey, names.TallyOf(node.FullName), default), changes);
            }
        }

        _trees.Traffic.Estimate(Current, changes);
        return changes;
    }

    private void Note(TreeNode node, Dictionary<string, TreeNode> shown, List<TreeNode> changes, HashSet<string> gone)
    {
        string name = Convert.ToBase64String(node.FullName);
        gone.Remove(name);
        if (!shown.TryGetValue(name, out TreeNode? known) || known.Tally != node.Tally)
        {
            shown[name] = node;
            Tell(name, node, changes);
        }
    }

    /// <summary>An opened prefix may be another one's child.</summary>
    private void Tell(string name, TreeNode node, List<TreeNode> changes)
    {
        if (_told.Add(name))
        {
            changes.Add(node);
        }
    }
}
