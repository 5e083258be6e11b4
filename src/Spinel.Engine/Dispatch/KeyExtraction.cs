using System.Buffers;
using System.Buffers.Text;
using System.Text;
using Spinel.Protocol;

namespace Spinel.Engine.Dispatch;

/// <summary>The arguments of one request, the command's name first: ranges of a buffer.</summary>
public readonly ref struct CommandArguments(ReadOnlySpan<byte> buffer, ReadOnlySpan<ArgumentRange> ranges)
{
    private readonly ReadOnlySpan<byte> _buffer = buffer;
    private readonly ReadOnlySpan<ArgumentRange> _ranges = ranges;

    /// <summary>The number of arguments, the name included.</summary>
    public int Count => _ranges.Length;

    /// <summary>One argument.</summary>
    public ReadOnlySpan<byte> this[int index]
    {
        get
        {
            ArgumentRange range = _ranges[index];
            return _buffer.Slice(range.Offset, range.Length);
        }
    }

    /// <summary>The arguments from one on: the request inside COMMAND GETKEYS.</summary>
    public CommandArguments From(int start) => new(_buffer, _ranges[start..]);

    /// <summary>Whether an argument is this word in any case.</summary>
    public bool Is(int index, ReadOnlySpan<byte> word) => Ascii.EqualsIgnoreCase(this[index], word);
}

/// <summary>A key among the arguments: its position (the name is 0) and what the command does with it.</summary>
public readonly record struct KeyReference(int Position, KeySpecFlags Flags);

/// <summary>
/// The keys of one request. It starts in memory that the caller gives (usually the stack) and rents more when that is not enough:
/// dispose it.
/// </summary>
public ref struct KeyList(Span<KeyReference> initial)
{
    private Span<KeyReference> _keys = initial;
    private KeyReference[]? _rented;

    /// <summary>The number of keys found.</summary>
    public int Count { get; private set; }

    /// <summary>The keys found.</summary>
    public readonly ReadOnlySpan<KeyReference> Keys => _keys[..Count];

    /// <summary>Adds a key.</summary>
    public void Add(int position, KeySpecFlags flags)
    {
        if (Count == _keys.Length)
        {
            Grow();
        }

        _keys[Count++] = new KeyReference(position, flags);
    }

    /// <summary>Forgets the keys.</summary>
    public void Clear() => Count = 0;

    /// <summary>Gives rented memory back.</summary>
    public void Dispose()
    {
        if (_rented is not null)
        {
            ArrayPool<KeyReference>.Shared.Return(_rented);
            _rented = null;
            _keys = default;
            Count = 0;
        }
    }

    private void Grow()
    {
        KeyReference[] larger = ArrayPool<KeyReference>.Shared.Rent(Math.Max(16, Count * 2));
        Keys.CopyTo(larger);
        if (_rented is not null)
        {
            ArrayPool<KeyReference>.Shared.Return(_rented);
        }

        _rented = larger;
        _keys = larger;
    }
}

/// <summary>Finds the keys of a request that key specifications cannot tell exactly. False: the arguments make no sense.</summary>
public delegate bool KeyExtractor(CommandArguments arguments, ref KeyList keys);

/// <summary>Applies key specifications to the arguments of a request.</summary>
internal static class KeyExtraction
{
    /// <summary>
    /// Collects the keys. False when the arguments do not fit the specifications, or when those do not tell everything.
    /// </summary>
    public static bool TryCollect(ReadOnlySpan<KeySpec> specs, CommandArguments arguments, ref KeyList keys)
    {
        bool complete = Collect(specs, arguments, ref keys);
        if (!complete)
        {
            keys.Clear();
        }

        return complete;
    }

    /// <summary>Adds the keys of every specification that the arguments fit. False when there are others.</summary>
    public static bool Collect(ReadOnlySpan<KeySpec> specs, CommandArguments arguments, ref KeyList keys)
    {
        bool complete = true;
        foreach (KeySpec spec in specs)
        {
            if ((spec.Flags & KeySpecFlags.NotKey) != 0)
            {
                continue;
            }

            if (spec.Search == KeySearch.Unknown)
            {
                complete = false;
                continue;
            }

            int first = Begin(spec, arguments);
            complete &= (first <= 0 || TryCollect(spec, first, arguments, ref keys)) && (spec.Flags & KeySpecFlags.Incomplete) == 0;
        }

        return complete;
    }

    // 0: the keyword is not there, so the rule finds no keys, which is fine.
    private static int Begin(KeySpec spec, CommandArguments arguments)
    {
        if (spec.Search == KeySearch.Index)
        {
            return spec.Begin;
        }

        Span<byte> keyword = stackalloc byte[32];
        keyword = keyword[..Encoding.ASCII.GetBytes(spec.Keyword, keyword)];
        int step = spec.Begin > 0 ? 1 : -1;

        // The last argument cannot be the keyword: something has to follow it.
        int end = spec.Begin > 0 ? arguments.Count - 1 : 1;
        for (int i = spec.Begin > 0 ? spec.Begin : arguments.Count + spec.Begin; i >= 1 && i < arguments.Count && i != end; i += step)
        {
            if (arguments.Is(i, keyword))
            {
                return i + 1;
            }
        }

        return 0;
    }

    private static bool TryCollect(KeySpec spec, int first, CommandArguments arguments, ref KeyList keys)
    {
        long last;
        if (spec.Find == KeyFind.KeyNumber)
        {
            int at = first + spec.Last;
            if (at >= arguments.Count || !Utf8Parser.TryParse(arguments[at], out int number, out int used) || used != arguments[at].Length)
            {
                return false;
            }

            first += spec.Limit;
            last = first + (((long)number - 1) * spec.Step);
        }
        else if (spec.Last >= 0)
        {
            last = first + spec.Last;
        }
        else
        {
            last = spec.Limit <= 1 ? arguments.Count + spec.Last : first + ((arguments.Count - first) / spec.Limit) + spec.Last;
        }

        if (first >= arguments.Count || last >= arguments.Count || last < first)
        {
            return false;
        }

        for (int position = first; position <= last; position += spec.Step)
        {
            keys.Add(position, spec.Flags);
        }

        return true;
    }
}
