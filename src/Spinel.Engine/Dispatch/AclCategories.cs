namespace Spinel.Engine.Dispatch;

/// <summary>ACL command categories, in the order in which clients see them.</summary>
[Flags]
public enum AclCategories : uint
{
    /// <summary>No category.</summary>
    None = 0,

    /// <summary><c>@keyspace</c></summary>
    Keyspace = 1u << 0,

    /// <summary><c>@read</c></summary>
    Read = 1u << 1,

    /// <summary><c>@write</c></summary>
    Write = 1u << 2,

    /// <summary><c>@set</c></summary>
    Set = 1u << 3,

    /// <summary><c>@sortedset</c></summary>
    SortedSet = 1u << 4,

    /// <summary><c>@list</c></summary>
    List = 1u << 5,

    /// <summary><c>@hash</c></summary>
    Hash = 1u << 6,

    /// <summary><c>@string</c></summary>
    String = 1u << 7,

    /// <summary><c>@bitmap</c></summary>
    Bitmap = 1u << 8,

    /// <summary><c>@hyperloglog</c></summary>
    HyperLogLog = 1u << 9,

    /// <summary><c>@geo</c></summary>
    Geo = 1u << 10,

    /// <summary><c>@stream</c></summary>
    Stream = 1u << 11,

    /// <summary><c>@pubsub</c></summary>
    PubSub = 1u << 12,

    /// <summary><c>@admin</c></summary>
    Admin = 1u << 13,

    /// <summary><c>@fast</c></summary>
    Fast = 1u << 14,

    /// <summary><c>@slow</c></summary>
    Slow = 1u << 15,

    /// <summary><c>@blocking</c></summary>
    Blocking = 1u << 16,

    /// <summary><c>@dangerous</c></summary>
    Dangerous = 1u << 17,

    /// <summary><c>@connection</c></summary>
    Connection = 1u << 18,

    /// <summary><c>@transaction</c></summary>
    Transaction = 1u << 19,

    /// <summary><c>@scripting</c></summary>
    Scripting = 1u << 20,
}

/// <summary>Names of ACL categories, and how a command's group and flags imply them.</summary>
public static class AclCategoriesText
{
    private static readonly string[] Words =
    [
        "keyspace", "read", "write", "set", "sortedset", "list", "hash", "string", "bitmap", "hyperloglog", "geo", "stream", "pubsub",
        "admin", "fast", "slow", "blocking", "dangerous", "connection", "transaction", "scripting",
    ];

    /// <summary>The number of categories; they are bits 0 to this, exclusive.</summary>
    public static int Count => Words.Length;

    /// <summary>The name of one category without the <c>@</c>, given its bit number.</summary>
    public static string Word(int bit) => Words[bit];

    /// <summary>Finds a category by its name without the <c>@</c>, in any case.</summary>
    public static bool TryParse(string word, out AclCategories category)
    {
        int bit = Array.FindIndex(Words, candidate => string.Equals(candidate, word, StringComparison.OrdinalIgnoreCase));
        category = bit < 0 ? AclCategories.None : (AclCategories)(1u << bit);
        return bit >= 0;
    }

    /// <summary>The categories that follow from a command's group and flags alone.</summary>
    public static AclCategories Implied(CommandGroup group, CommandFlags flags)
    {
        AclCategories categories = group switch
        {
            CommandGroup.Generic => AclCategories.Keyspace,
            CommandGroup.String => AclCategories.String,
            CommandGroup.List => AclCategories.List,
            CommandGroup.Set => AclCategories.Set,
            CommandGroup.SortedSet => AclCategories.SortedSet,
            CommandGroup.Hash => AclCategories.Hash,
            CommandGroup.Transactions => AclCategories.Transaction,
            CommandGroup.Connection => AclCategories.Connection,
            CommandGroup.Scripting => AclCategories.Scripting,
            CommandGroup.HyperLogLog => AclCategories.HyperLogLog,
            CommandGroup.Geo => AclCategories.Geo,
            CommandGroup.Stream => AclCategories.Stream,
            CommandGroup.Bitmap => AclCategories.Bitmap,
            _ => AclCategories.None,
        };

        if ((flags & CommandFlags.Write) != 0)
        {
            categories |= AclCategories.Write;
        }

        // A read-only script may still run anything that reads, so the category of harmless reads does not cover scripts.
        if ((flags & CommandFlags.ReadOnly) != 0 && group != CommandGroup.Scripting)
        {
            categories |= AclCategories.Read;
        }

        if ((flags & CommandFlags.Admin) != 0)
        {
            categories |= AclCategories.Admin | AclCategories.Dangerous;
        }

        if ((flags & CommandFlags.PubSub) != 0)
        {
            categories |= AclCategories.PubSub;
        }

        if ((flags & CommandFlags.Blocking) != 0)
        {
            categories |= AclCategories.Blocking;
        }

        return categories | ((flags & CommandFlags.Fast) != 0 ? AclCategories.Fast : AclCategories.Slow);
    }

    /// <summary>
    /// Applies a declaration's own list to the implied categories: words separated by spaces, <c>name</c> adds, <c>-name</c> removes.
    /// Returns null, or the word that is no category.
    /// </summary>
    public static string? Apply(string list, ref AclCategories categories)
    {
        foreach (string word in list.Split([' '], StringSplitOptions.RemoveEmptyEntries))
        {
            bool remove = word[0] == '-';
            if (!TryParse(remove ? word.Substring(1) : word, out AclCategories category))
            {
                return word;
            }

            categories = remove ? categories & ~category : categories | category;
        }

        return null;
    }
}
