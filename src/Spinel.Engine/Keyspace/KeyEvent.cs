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

    /// <summary>A value changed its form, or what it remembers about itself: part of the data, but nothing to notify clients of.</summary>
    Reformed,
    Set,
    SetRange,
    IncrBy,
    IncrByFloat,
    SetBit,
    PfAdd,
    Append,
}

/// <summary>Class and wire name of each <see cref="KeyEvent"/>.</summary>
public static class KeyEvents
{
    public static NotificationClass ClassOf(KeyEvent e) => e switch
    {
        KeyEvent.Expired => NotificationClass.Expired,
        KeyEvent.Evicted => NotificationClass.Evicted,
        KeyEvent.New => NotificationClass.New,
        KeyEvent.Reformed => NotificationClass.None,
        >= KeyEvent.Set and <= KeyEvent.Append => NotificationClass.String,
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
        KeyEvent.Reformed => "reformed"u8,
        KeyEvent.Set => "set"u8,
        KeyEvent.SetRange => "setrange"u8,
        KeyEvent.IncrBy => "incrby"u8,
        KeyEvent.IncrByFloat => "incrbyfloat"u8,
        KeyEvent.SetBit => "setbit"u8,
        KeyEvent.PfAdd => "pfadd"u8,
        KeyEvent.Append => "append"u8,
        _ => throw new ArgumentOutOfRangeException(nameof(e), e, null),
    };
}
