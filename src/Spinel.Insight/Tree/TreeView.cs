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
    /// <summary>How many children of an opened prefix are watched.</summary>
    private const int WatchedChildren = 256;

    private readonly KeyTrees _trees;
    private readonly SpinelEngine _engine;
    private readonly int _number;
    private readonly Dictionary<string, TreeNode> _shown = new(StringComparer.Ordinal);
    private KeyIndex? _shownIndex;
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
        _trees.Traffic.Estimate(Current, page, request);
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
            _shownVersion = -1;
            _shownIndex = index;
            _shownPrefixes = opened;
        }

        if (index.Names.Version == _shownVersion)
        {
            return [];
        }

        _shownVersion = index.Names.Version;
        var changes = new List<TreeNode>();
        var gone = new HashSet<string>(_shown.Keys, StringComparer.Ordinal);
        foreach (byte[] prefix in prefixes)
        {
            TreePage page = TreeWalk.Read(index.Names, new TreeRequest { Prefix = prefix, Delimiters = delimiters, Count = WatchedChildren });
            Note(page.Node, changes, gone);
            foreach (TreeNode child in page.Children)
            {
                if (!child.IsKey)
                {
                    Note(child, changes, gone);
                }
            }
        }

        foreach (string name in gone)
        {
            TreeNode node = _shown[name];
            _shown.Remove(name);
            changes.Add(new TreeNode(node.FullName, node.NameOffset, node.IsKey, index.Names.TallyOf(node.FullName), default));
        }

        _trees.Traffic.Estimate(Current, changes);
        return changes;
    }

    private void Note(TreeNode node, List<TreeNode> changes, HashSet<string> gone)
    {
        string name = Convert.ToBase64String(node.FullName);
        gone.Remove(name);
        if (!_shown.TryGetValue(name, out TreeNode? known) || known.Tally != node.Tally)
        {
            _shown[name] = node;
            changes.Add(node);
        }
    }
}
