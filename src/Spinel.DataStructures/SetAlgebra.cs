using Spinel.Memory;

namespace Spinel.DataStructures;

/// <summary>
/// Intersection, union and difference of sets. The result is a list of places in the sets it comes from: eight bytes a member,
/// nothing copied, so that a command knows how many members it has before it replies with the first.
/// </summary>
/// <remarks>
/// All three come down to one walk (<see cref="MemberFilter"/>): the members of one set that all of some other sets have, or none of them.
/// <list type="bullet">
/// <item>Intersection: the smallest set, against the others from small to large. O(N·K) with N the members of the smallest.</item>
/// <item>Difference: the first set against the others, from large to small since those exclude the most.</item>
/// <item>Union: the largest set as it is, then of each other one what the sets before it do not have.</item>
/// </list>
/// Where the other sets are many, union and difference put them into one table first, which bounds the searches by the members of all.
/// A long listpack that is to be searched often becomes a table first, because each search walks half of it.
/// <para>
/// The sets must not change until <see cref="Clear"/>. One object serves one command after the other.
/// </para>
/// </remarks>
public sealed class SetAlgebra : IDisposable
{
    /// <summary>With more sets than this to look into, they are put into one.</summary>
    private const int MostSearched = 4;

    /// <summary>A listpack too long for an index becomes a table when it costs more comparisons than this in all.</summary>
    private const long MostComparisons = 4096;

    private readonly SetSettings _settings;
    private readonly List<(SetValue Source, long Count)> _groups = [];
    private readonly List<SetValue> _temporary = [];
    private SetValue _copied;

    public SetAlgebra(SetSettings settings)
    {
        ArgumentNullException.ThrowIfNull(settings);
        _settings = settings;
        Places = new SegmentedList<long>(settings.Heap);
    }

    /// <summary>The number of members in the result.</summary>
    public long Count { get; private set; }

    internal SegmentedList<long> Places { get; }

    internal IReadOnlyList<(SetValue Source, long Count)> Groups => _groups;

    /// <summary>The members of the result, each once.</summary>
    public SelectedMembers GetEnumerator() => new(this);

    /// <summary>Finds the members that all sets have, at most <paramref name="limit"/> of them. Reorders <paramref name="sets"/>.</summary>
    public void Intersect(Span<SetValue> sets, long limit = long.MaxValue)
    {
        sets.Sort(static (a, b) => a.Count.CompareTo(b.Count));
        Select(sets[0], sets[1..], MemberTest.InAll, limit);
    }

    /// <summary>As <see cref="Intersect"/>, but only counts.</summary>
    public long CountIntersection(Span<SetValue> sets, long limit)
    {
        sets.Sort(static (a, b) => a.Count.CompareTo(b.Count));
        Span<SetValue> others = sets[1..];
        ReplaceLongListpacks(sets[0].Count, others);
        return MemberFilter.Run(_settings.Heap, sets[0], others, MemberTest.InAll, limit, null);
    }

    /// <summary>Finds the members that any of the sets has. Reorders <paramref name="sets"/>.</summary>
    public void Unite(Span<SetValue> sets)
    {
        if (sets.Length > MostSearched)
        {
            AddGroupOfAll(Combine(sets));
            return;
        }

        sets.Sort(static (a, b) => b.Count.CompareTo(a.Count));
        for (int i = 0; i < sets.Length; i++)
        {
            Select(sets[i], sets[..i], MemberTest.InNone, long.MaxValue);
        }
    }

    /// <summary>Finds the members that the first set has and none of the others. Reorders <paramref name="others"/>.</summary>
    public void Subtract(SetValue first, Span<SetValue> others)
    {
        _copied = IsCopied(first, others) ? first : default;
        if (others.Length > MostSearched)
        {
            others[0] = Combine(others);
            others = others[..1];
        }

        others.Sort(static (a, b) => b.Count.CompareTo(a.Count));
        Select(first, others, MemberTest.InNone, long.MaxValue);
    }

    /// <summary>The result as a set of its own. Precondition: it has a member.</summary>
    public SetValue Build()
    {
        SetValue result = default;
        bool isFirst = true;
        Span<byte> scratch = stackalloc byte[ListpackNumber.MaxLength];
        foreach (SetMember member in this)
        {
            ReadOnlySpan<byte> text = member.GetText(scratch);
            if (isFirst)
            {
                bool isLarge = Count > Math.Max(_settings.IntsetEntries, _settings.ListpackEntries);
                result = isLarge ? SetValue.CreateTable(_settings)
                    : HasOutgrownIntset(_copied) ? SetValue.CreateTextFor(_settings, text)
                    : SetValue.CreateFor(_settings, text);
                isFirst = false;
            }

            result = result.AddNew(_settings, text);
        }

        return result;
    }

    /// <summary>Forgets the result. The sets may change again.</summary>
    public void Clear()
    {
        Places.Clear();
        _groups.Clear();
        Count = 0;
        foreach (SetValue set in _temporary)
        {
            set.Free(_settings.Heap);
        }

        _temporary.Clear();
        _copied = default;
    }

    public void Dispose()
    {
        Clear();
        Places.Dispose();
    }

    /// <summary>
    /// Whether Redis makes this difference by copying the first set and removing the others' members. A copy that was no intset leaves
    /// a result that is none either, and OBJECT ENCODING shows it.
    /// </summary>
    private static bool IsCopied(SetValue first, ReadOnlySpan<SetValue> others)
    {
        long searches = first.Count;
        long members = first.Count;
        foreach (SetValue other in others)
        {
            searches += first.Count;
            members += other.Count;
        }

        return searches / 2 > members;
    }

    private bool HasOutgrownIntset(SetValue set)
    {
        if (set.Payload == 0 || set.Encoding == ValueEncoding.IntSet)
        {
            return false;
        }

        if (set.Count > _settings.IntsetEntries)
        {
            return true;
        }

        foreach (SetMember member in set)
        {
            if (!member.IsInteger && !ListpackNumber.TryParse(member.Bytes, out _))
            {
                return true;
            }
        }

        return false;
    }

    private void Select(SetValue source, Span<SetValue> others, MemberTest test, long limit)
    {
        ReplaceLongListpacks(source.Count, others);
        long count = MemberFilter.Run(_settings.Heap, source, others, test, limit, Places);
        if (count > 0)
        {
            _groups.Add((source, count));
            Count += count;
        }
    }

    private void AddGroupOfAll(SetValue set) => Select(set, [], MemberTest.InNone, long.MaxValue);

    /// <summary>One set of all members, which lives until <see cref="Clear"/>.</summary>
    private SetValue Combine(ReadOnlySpan<SetValue> sets)
    {
        SetValue all = SetValue.CreateTable(_settings);
        Span<byte> scratch = stackalloc byte[ListpackNumber.MaxLength];
        foreach (SetValue set in sets)
        {
            foreach (SetMember member in set)
            {
                all = all.Add(_settings, member.GetText(scratch), out _);
            }
        }

        _temporary.Add(all);
        return all;
    }

    private void ReplaceLongListpacks(long searches, Span<SetValue> sets)
    {
        foreach (ref SetValue set in sets)
        {
            if (set.Encoding == ValueEncoding.ListPack && set.Count > ListpackIndex.MostEntries && searches * set.Count > MostComparisons)
            {
                set = Combine(new ReadOnlySpan<SetValue>(in set));
            }
        }
    }
}

/// <summary>The members of a <see cref="SetAlgebra"/>'s result.</summary>
public ref struct SelectedMembers
{
    private readonly SetAlgebra _result;
    private SetValue _source;
    private ReadOnlySpan<long> _segment;
    private long _leftInGroup;
    private int _group;
    private int _segmentIndex;
    private int _index;

    internal SelectedMembers(SetAlgebra result)
    {
        _result = result;
        _index = -1;
        if (result.Places.SegmentCount > 0)
        {
            _segment = result.Places.Segment(0);
        }
    }

    public readonly SetMember Current => _source.MemberAt(_segment[_index]);

    public bool MoveNext()
    {
        if (_leftInGroup == 0)
        {
            if (_group == _result.Groups.Count)
            {
                return false;
            }

            (_source, _leftInGroup) = _result.Groups[_group++];
        }

        _leftInGroup--;
        if (++_index == _segment.Length)
        {
            _segment = _result.Places.Segment(++_segmentIndex);
            _index = 0;
        }

        MemberFilter.Prefetch(_source, _segment, _index);
        return true;
    }
}
