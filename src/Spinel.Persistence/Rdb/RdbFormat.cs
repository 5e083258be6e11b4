namespace Spinel.Persistence.Rdb;

/// <summary>How the value of a key is laid out: the byte that precedes the key. The numbers are the format's and never change.</summary>
public enum RdbType : byte
{
    /// <summary>A string.</summary>
    String = 0,

    /// <summary>A number of strings: the elements.</summary>
    List = 1,

    /// <summary>A number of strings: the members.</summary>
    Set = 2,

    /// <summary>A number of members with scores as text.</summary>
    SortedSetText = 3,

    /// <summary>A number of fields with values.</summary>
    Hash = 4,

    /// <summary>A number of members with scores as eight bytes (RDB 8).</summary>
    SortedSet = 5,

    /// <summary>A module's value in a form that only the module can read.</summary>
    ModuleOld = 6,

    /// <summary>A module's value as a sequence of tagged parts (RDB 8).</summary>
    Module = 7,

    /// <summary>A string that is a zipmap (up to RDB 3).</summary>
    HashZipmap = 9,

    /// <summary>A string that is a ziplist.</summary>
    ListZiplist = 10,

    /// <summary>A string that is an intset.</summary>
    SetIntset = 11,

    /// <summary>A string that is a ziplist of members and scores.</summary>
    SortedSetZiplist = 12,

    /// <summary>A string that is a ziplist of fields and values.</summary>
    HashZiplist = 13,

    /// <summary>A number of strings that are ziplists (RDB 7).</summary>
    ListQuicklist = 14,

    /// <summary>A stream (RDB 9).</summary>
    Stream1 = 15,

    /// <summary>A string that is a listpack of fields and values (RDB 10).</summary>
    HashListpack = 16,

    /// <summary>A string that is a listpack of members and scores (RDB 10).</summary>
    SortedSetListpack = 17,

    /// <summary>A number of nodes, each plain or a listpack (RDB 10).</summary>
    ListQuicklist2 = 18,

    /// <summary>A stream with its counters (RDB 10).</summary>
    Stream2 = 19,

    /// <summary>A string that is a listpack of members (RDB 11).</summary>
    SetListpack = 20,

    /// <summary>A stream whose consumers have a time of activity too (RDB 11).</summary>
    Stream3 = 21,

    /// <summary>
    /// Of Redis 7.4's release candidates: fields that expire, with absolute times. Of Valkey 9: a number of fields, values and absolute times.
    /// </summary>
    HashExpiry22 = 22,

    /// <summary>Of Redis 7.4's release candidates: a listpack of fields, values and times.</summary>
    HashListpackExpiryOld = 23,

    /// <summary>The earliest time, and a number of times relative to it, fields and values (RDB 12).</summary>
    HashExpiry = 24,

    /// <summary>The earliest time, and a listpack of fields, values and times (RDB 12).</summary>
    HashListpackExpiry = 25,

    /// <summary>A stream that remembers messages of producers too (Redis 8.6).</summary>
    Stream4 = 26,

    /// <summary>A stream whose groups have entries that consumers gave back, too (Redis 8.8).</summary>
    Stream5 = 27,
}

/// <summary>The bytes of a file that stand where the type of a value could.</summary>
internal static class RdbOpcode
{
    public const byte SlotInfo = 244;
    public const byte Function = 245;
    public const byte FunctionOld = 246;
    public const byte ModuleAux = 247;
    public const byte Idle = 248;
    public const byte Frequency = 249;
    public const byte Aux = 250;
    public const byte ResizeDatabase = 251;
    public const byte ExpiryMs = 252;
    public const byte ExpirySeconds = 253;
    public const byte SelectDatabase = 254;
    public const byte End = 255;
}

/// <summary>What else of the format more than one file knows.</summary>
internal static class RdbFormat
{
    /// <summary>The version written: what Redis 7.0 loads.</summary>
    public const int Version = 10;

    /// <summary>The version written when fields of hashes expire, which older servers cannot load.</summary>
    public const int FieldExpiryVersion = 12;

    /// <summary>The version of a payload with a stream that remembers messages of producers.</summary>
    public const int IdempotentStreamVersion = 13;

    /// <summary>The latest version of Redis that is read; what it may contain decides about each value.</summary>
    public const int LatestVersion = 13;

    /// <summary>Valkey counts its own versions from here, so that they never meet those of Redis.</summary>
    public const int FirstValkeyVersion = 80;

    /// <summary>The latest version of Valkey that is read.</summary>
    public const int LatestValkeyVersion = 81;

    /// <summary>"REDIS" and four digits, or "VALKEY" and three.</summary>
    public const int MagicBytes = 9;

    public const int ChecksumBytes = 8;

    /// <summary>The two top bits of a length's first byte say what it is.</summary>
    public const int LengthOf14Bits = 0x40;
    public const int LengthOf32Bits = 0x80;
    public const int LengthOf64Bits = 0x81;
    public const int Encoded = 0xC0;

    public const int EncodedInt8 = 0;
    public const int EncodedInt16 = 1;
    public const int EncodedInt32 = 2;
    public const int EncodedLzf = 3;

    /// <summary>Kinds of nodes in <see cref="RdbType.ListQuicklist2"/>.</summary>
    public const ulong PlainNode = 1;
    public const ulong PackedNode = 2;

    /// <summary>Lengths before scores as text that stand for a score.</summary>
    public const byte TextNaN = 253;
    public const byte TextInfinity = 254;
    public const byte TextMinusInfinity = 255;

    /// <summary>An id of a stream: milliseconds and sequence, big-endian.</summary>
    public const int StreamIdBytes = 16;

    /// <summary>Shorter strings are not worth compressing.</summary>
    public const int MinCompressedBytes = 21;

    /// <summary>What compression must save, in bytes.</summary>
    public const int MinSavedBytes = 4;

    /// <summary>Whether values of this version, of a file or a payload, can be read.</summary>
    public static bool IsKnown(int version) => version is (>= 1 and <= LatestVersion) or (>= FirstValkeyVersion and <= LatestValkeyVersion);
}
