namespace Spinel.Engine;

/// <summary>The classes of keyspace notifications, one bit each, as in <c>notify-keyspace-events</c>.</summary>
[Flags]
public enum NotificationClass
{
    None = 0,
    Keyspace = 1 << 0,
    Keyevent = 1 << 1,
    Generic = 1 << 2,
    String = 1 << 3,
    List = 1 << 4,
    Set = 1 << 5,
    Hash = 1 << 6,
    SortedSet = 1 << 7,
    Expired = 1 << 8,
    Evicted = 1 << 9,
    Stream = 1 << 10,
    KeyMiss = 1 << 11,
    Module = 1 << 12,
    New = 1 << 14,
}

/// <summary>What happened to a key. Every commit at the write door names one; <see cref="KeyEvents"/> has its class and its wire name.</summary>
public enum KeyEvent : byte
{
    Del,
    Expire,
    Persist,
    RenameFrom,
    RenameTo,
    MoveFrom,
    MoveTo,
    CopyTo,
    Restore,
    Expired,
    Evicted,
    New,
    Set,
    SetRange,
    IncrBy,
    IncrByFloat,
    Append,
    HSet,
    HDel,
    HIncrBy,
    HIncrByFloat,
    HExpire,
    HPersist,
    HExpired,
    SetAdd,
    SetRemove,
    SetPop,
    SetIntersectionStore,
    SetUnionStore,
    SetDifferenceStore,
    LPush,
    RPush,
    LPop,
    RPop,
    LInsert,
    LSet,
    LRem,
    LTrim,
}

/// <summary>Class and wire name of each <see cref="KeyEvent"/>.</summary>
public static class KeyEvents
{
    public static NotificationClass ClassOf(KeyEvent e) => e switch
    {
        KeyEvent.Expired => NotificationClass.Expired,
        KeyEvent.Evicted => NotificationClass.Evicted,
        KeyEvent.New => NotificationClass.New,
        >= KeyEvent.Set and <= KeyEvent.Append => NotificationClass.String,
        >= KeyEvent.HSet and <= KeyEvent.HExpired => NotificationClass.Hash,
        >= KeyEvent.SetAdd and <= KeyEvent.SetDifferenceStore => NotificationClass.Set,
        >= KeyEvent.LPush and <= KeyEvent.LTrim => NotificationClass.List,
        _ => NotificationClass.Generic,
    };

    public static ReadOnlySpan<byte> NameOf(KeyEvent e) => e switch
    {
        KeyEvent.Del => "del"u8,
        KeyEvent.Expire => "expire"u8,
        KeyEvent.Persist => "persist"u8,
        KeyEvent.RenameFrom => "rename_from"u8,
        KeyEvent.RenameTo => "rename_to"u8,
        KeyEvent.MoveFrom => "move_from"u8,
        KeyEvent.MoveTo => "move_to"u8,
        KeyEvent.CopyTo => "copy_to"u8,
        KeyEvent.Restore => "restore"u8,
        KeyEvent.Expired => "expired"u8,
        KeyEvent.Evicted => "evicted"u8,
        KeyEvent.New => "new"u8,
        KeyEvent.Set => "set"u8,
        KeyEvent.SetRange => "setrange"u8,
        KeyEvent.IncrBy => "incrby"u8,
        KeyEvent.IncrByFloat => "incrbyfloat"u8,
        KeyEvent.Append => "append"u8,
        KeyEvent.HSet => "hset"u8,
        KeyEvent.HDel => "hdel"u8,
        KeyEvent.HIncrBy => "hincrby"u8,
        KeyEvent.HIncrByFloat => "hincrbyfloat"u8,
        KeyEvent.HExpire => "hexpire"u8,
        KeyEvent.HPersist => "hpersist"u8,
        KeyEvent.HExpired => "hexpired"u8,
        KeyEvent.SetAdd => "sadd"u8,
        KeyEvent.SetRemove => "srem"u8,
        KeyEvent.SetPop => "spop"u8,
        KeyEvent.SetIntersectionStore => "sinterstore"u8,
        KeyEvent.SetUnionStore => "sunionstore"u8,
        KeyEvent.SetDifferenceStore => "sdiffstore"u8,
        KeyEvent.LPush => "lpush"u8,
        KeyEvent.RPush => "rpush"u8,
        KeyEvent.LPop => "lpop"u8,
        KeyEvent.RPop => "rpop"u8,
        KeyEvent.LInsert => "linsert"u8,
        KeyEvent.LSet => "lset"u8,
        KeyEvent.LRem => "lrem"u8,
        KeyEvent.LTrim => "ltrim"u8,
        _ => throw new ArgumentOutOfRangeException(nameof(e), e, null),
    };
}
