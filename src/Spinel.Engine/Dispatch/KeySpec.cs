namespace Spinel.Engine.Dispatch;

/// <summary>How a command treats the keys of one specification. The bits are in the order in which clients see their words.</summary>
[Flags]
public enum KeySpecFlags : ushort
{
    /// <summary>Nothing declared.</summary>
    None = 0,

    /// <summary>The value is read and never changed.</summary>
    ReadOnly = 1 << 0,

    /// <summary>The value is read and may be changed.</summary>
    ReadWrite = 1 << 1,

    /// <summary>The value is overwritten without being read.</summary>
    Overwrite = 1 << 2,

    /// <summary>The key is removed.</summary>
    Remove = 1 << 3,

    /// <summary>User data of the value is returned, copied or used.</summary>
    Access = 1 << 4,

    /// <summary>User data is changed.</summary>
    Update = 1 << 5,

    /// <summary>User data is added and nothing that existed is changed.</summary>
    Insert = 1 << 6,

    /// <summary>User data is deleted.</summary>
    Delete = 1 << 7,

    /// <summary>The argument is routed like a key and is none (a shard channel).</summary>
    NotKey = 1 << 8,

    /// <summary>The specification may miss some keys.</summary>
    Incomplete = 1 << 9,

    /// <summary>The other flags depend on further arguments.</summary>
    VariableFlags = 1 << 10,
}

/// <summary>How the first argument of a specification is found.</summary>
public enum KeySearch : byte
{
    /// <summary>Not by looking at positions alone.</summary>
    Unknown,

    /// <summary>At a fixed position.</summary>
    Index,

    /// <summary>After a keyword.</summary>
    Keyword,
}

/// <summary>How the keys are found from the first argument on.</summary>
public enum KeyFind : byte
{
    /// <summary>Not by looking at positions alone.</summary>
    Unknown,

    /// <summary>A range of positions.</summary>
    Range,

    /// <summary>An argument says how many keys follow.</summary>
    KeyNumber,
}

/// <summary>
/// One rule that says where keys are among a command's arguments; a command has a list of them.
/// </summary>
/// <remarks>
/// Notation, as in the <see cref="CommandAttribute.Keys"/> of a declaration: rules separated by <c>;</c>, each a place, then words, then perhaps a note.
/// <code>
/// place    = begin [".." last] ["/" step] ["%" limit]      a range
///          | begin "#" [keynum "," first "," step]         a count and then that many keys; "#" alone is "#0,1,1"
///          | "?"                                           unknown: only the command's extractor can tell
/// begin    = position                                      position 0 is the command's name
///          | KEYWORD "@" from                              the argument after KEYWORD, searched from this position;
///                                                          a negative one searches backwards, from that far before the end
/// last     = -n                                            counted from the end of the arguments
///          | position                                      (only with a begin position)
/// words    = RO RW OW RM  access update insert delete  not_key incomplete variable_flags
/// note     = "--" a sentence for readers, without a semicolon
/// </code>
/// Examples: <c>1 RO access; 2 OW update</c> (COPY), <c>1..-1/2 OW update</c> (MSET), <c>2# RW access update</c> (EVAL),
/// <c>STREAMS@1..-1%2 RO access</c> (XREAD: of what follows STREAMS the first half are keys).
/// </remarks>
public sealed class KeySpec
{
    internal KeySpec(KeySearch search, int begin, string keyword, KeyFind find, int last, int step, int limit, KeySpecFlags flags, string note)
    {
        Search = search;
        Begin = begin;
        Keyword = keyword;
        Find = find;
        Last = last;
        Step = step;
        Limit = limit;
        Flags = flags;
        Note = note;
    }

    /// <summary>How the first argument is found.</summary>
    public KeySearch Search { get; }

    /// <summary>The position of the first argument, or for a keyword the position from which it is searched.</summary>
    public int Begin { get; }

    /// <summary>The keyword, in capitals; empty when there is none.</summary>
    public string Keyword { get; }

    /// <summary>How the keys follow.</summary>
    public KeyFind Find { get; }

    /// <summary>Range: the last key relative to the first when not negative, otherwise from the end (-1 is the last argument). Count: where the count stands, relative to the beginning.</summary>
    public int Last { get; }

    /// <summary>Arguments from one key to the next.</summary>
    public int Step { get; }

    /// <summary>Range ending at the end: 2 means half of the remaining arguments are keys, 3 a third; 0 and 1 all. Count: the first key relative to the beginning.</summary>
    public int Limit { get; }

    /// <summary>What happens to the keys.</summary>
    public KeySpecFlags Flags { get; }

    /// <summary>A sentence for readers; empty: none.</summary>
    public string Note { get; }

    /// <summary>The positions can be told from a first, a last and a step, as clients before version 7 do.</summary>
    internal bool IsSimple => Search == KeySearch.Index && Find == KeyFind.Range && (Flags & KeySpecFlags.Incomplete) == 0;
}

/// <summary>The words that COMMAND INFO uses for <see cref="KeySpecFlags"/>.</summary>
public static class KeySpecFlagsText
{
    private static readonly string[] Words =
    [
        "RO", "RW", "OW", "RM", "access", "update", "insert", "delete", "not_key", "incomplete", "variable_flags",
    ];

    /// <summary>The number of flags; they are bits 0 to this, exclusive.</summary>
    public static int Count => Words.Length;

    /// <summary>The word of one flag, given its bit number.</summary>
    public static string Word(int bit) => Words[bit];

    /// <summary>Finds a flag by its word.</summary>
    public static bool TryParse(string word, out KeySpecFlags flag)
    {
        int bit = Array.IndexOf(Words, word);
        flag = bit < 0 ? KeySpecFlags.None : (KeySpecFlags)(1 << bit);
        return bit >= 0;
    }
}
