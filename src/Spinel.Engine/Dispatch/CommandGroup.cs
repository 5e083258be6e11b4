namespace Spinel.Engine.Dispatch;

/// <summary>The chapter of the reference to which a command belongs.</summary>
public enum CommandGroup : byte
{
    /// <summary>Not declared.</summary>
    None,

    /// <summary>Keys of any type.</summary>
    Generic,

    /// <summary>Strings.</summary>
    String,

    /// <summary>Lists.</summary>
    List,

    /// <summary>Sets.</summary>
    Set,

    /// <summary>Sorted sets.</summary>
    SortedSet,

    /// <summary>Hashes.</summary>
    Hash,

    /// <summary>Publish/subscribe.</summary>
    PubSub,

    /// <summary>MULTI and its companions.</summary>
    Transactions,

    /// <summary>The connection itself.</summary>
    Connection,

    /// <summary>The server as a whole.</summary>
    Server,

    /// <summary>Scripts and functions.</summary>
    Scripting,

    /// <summary>HyperLogLog.</summary>
    HyperLogLog,

    /// <summary>Cluster.</summary>
    Cluster,

    /// <summary>Geospatial indices.</summary>
    Geo,

    /// <summary>Streams.</summary>
    Stream,

    /// <summary>Bitmaps.</summary>
    Bitmap,
}

/// <summary>The words that COMMAND DOCS uses for <see cref="CommandGroup"/>.</summary>
public static class CommandGroupText
{
    private static readonly string[] Words =
    [
        "", "generic", "string", "list", "set", "sorted-set", "hash", "pubsub", "transactions", "connection", "server", "scripting",
        "hyperloglog", "cluster", "geo", "stream", "bitmap",
    ];

    /// <summary>The wire's word for a group.</summary>
    public static string Word(CommandGroup group) => Words[(int)group];
}
