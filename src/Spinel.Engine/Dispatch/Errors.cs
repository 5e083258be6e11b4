using System.Text;
using Spinel.Engine.Security;

namespace Spinel.Engine.Dispatch;

/// <summary>
/// The texts of error replies, without the leading minus. Clients match on them, so they are Redis's to the letter, and they stand here only.
/// </summary>
internal static class Errors
{
    public static ReadOnlySpan<byte> Syntax => "ERR syntax error"u8;

    public static ReadOnlySpan<byte> WrongType => "WRONGTYPE Operation against a key holding the wrong kind of value"u8;

    public static ReadOnlySpan<byte> Loading => "LOADING Redis is loading the dataset in memory"u8;

    public static ReadOnlySpan<byte> ClusterDisabled => "ERR This instance has cluster support disabled"u8;

    public static ReadOnlySpan<byte> ModuleCannotLoad => "ERR Error loading the extension. Please check the server logs."u8;

    public static ReadOnlySpan<byte> ModuleUnknown => "ERR Error unloading module: no such module with that name"u8;

    public static ReadOnlySpan<byte> PrimaryDown => "MASTERDOWN Link with MASTER is down and replica-serve-stale-data is set to 'no'."u8;

    public static ReadOnlySpan<byte> ReadOnlyReplica => "READONLY You can't write against a read only replica."u8;

    public static ReadOnlySpan<byte> RoleChanged =>
        "UNBLOCKED force unblock from blocking operation, instance state changed (master -> replica?)"u8;

    public static ReadOnlySpan<byte> MonitorNotAllowed => "ERR MONITOR isn't allowed for DENY BLOCKING client"u8;

    /// <summary>A client that is shown all commands is treated as a replica.</summary>
    public static ReadOnlySpan<byte> MonitorUsesKeys => "ERR Replica can't interact with the keyspace"u8;

    public static ReadOnlySpan<byte> NestedMulti => "ERR MULTI calls can not be nested"u8;

    public static ReadOnlySpan<byte> ExecWithoutMulti => "ERR EXEC without MULTI"u8;

    public static ReadOnlySpan<byte> DiscardWithoutMulti => "ERR DISCARD without MULTI"u8;

    public static ReadOnlySpan<byte> WatchInsideMulti => "ERR WATCH inside MULTI is not allowed"u8;

    public static ReadOnlySpan<byte> NotInsideMulti => "ERR Command not allowed inside a transaction"u8;

    public static ReadOnlySpan<byte> TransactionAborted => "EXECABORT Transaction discarded because of previous errors."u8;

    public static ReadOnlySpan<byte> TransactionTooLarge => "ERR the queued commands of a transaction take too much memory"u8;

    public static ReadOnlySpan<byte> RedirectTwice => "ERR A client can only redirect to a single other client"u8;

    public static ReadOnlySpan<byte> RedirectToNobody => "ERR The client ID you want redirect to does not exist"u8;

    public static ReadOnlySpan<byte> PrefixWithoutBroadcast => "ERR PREFIX option requires BCAST mode to be enabled"u8;

    public static ReadOnlySpan<byte> SwitchOfBroadcast =>
        "ERR You can't switch BCAST mode on/off before disabling tracking for this client, and then re-enabling it with a different mode."u8;

    public static ReadOnlySpan<byte> SwitchOfOpting =>
        "ERR You can't switch OPTIN/OPTOUT mode before disabling tracking for this client, and then re-enabling it with a different mode."u8;

    public static ReadOnlySpan<byte> OptingWithBroadcast => "ERR OPTIN and OPTOUT are not compatible with BCAST"u8;

    public static ReadOnlySpan<byte> OptingBothWays => "ERR You can't specify both OPTIN mode and OPTOUT mode"u8;

    public static ReadOnlySpan<byte> CachingWithoutTracking =>
        "ERR CLIENT CACHING can be called only when the client is in tracking mode with OPTIN or OPTOUT mode enabled"u8;

    public static ReadOnlySpan<byte> CachingYesWithoutOptIn => "ERR CLIENT CACHING YES is only valid when tracking is enabled in OPTIN mode."u8;

    public static ReadOnlySpan<byte> CachingNoWithoutOptOut => "ERR CLIENT CACHING NO is only valid when tracking is enabled in OPTOUT mode."u8;

    public static ReadOnlySpan<byte> NotAnInteger => "ERR value is not an integer or out of range"u8;

    /// <summary>An integer, but not one of 32 bits.</summary>
    public static ReadOnlySpan<byte> OutOfInt32Range => "ERR value is out of range, value must between -2147483648 and 2147483647"u8;

    public static ReadOnlySpan<byte> NotAFloat => "ERR value is not a valid float"u8;

    public static ReadOnlySpan<byte> OutOfRange => "ERR value is out of range"u8;

    public static ReadOnlySpan<byte> OutOfRangePositive => "ERR value is out of range, must be positive"u8;

    /// <summary>The one 64-bit integer whose opposite is none.</summary>
    public static ReadOnlySpan<byte> OutOfSymmetricRange =>
        "ERR value is out of range, value must between -9223372036854775807 and 9223372036854775807"u8;

    public static ReadOnlySpan<byte> NumKeysNotPositive => "ERR numkeys should be greater than 0"u8;

    public static ReadOnlySpan<byte> MoreKeysThanArguments => "ERR Number of keys can't be greater than number of args"u8;

    public static ReadOnlySpan<byte> LimitNegative => "ERR LIMIT can't be negative"u8;

    public static ReadOnlySpan<byte> SortScores => "ERR One or more scores can't be converted into double"u8;

    public static ReadOnlySpan<byte> NoSuchKey => "ERR no such key"u8;

    public static ReadOnlySpan<byte> IndexOutOfRange => "ERR index out of range"u8;

    public static ReadOnlySpan<byte> OffsetOutOfRange => "ERR offset is out of range"u8;

    public static ReadOnlySpan<byte> DatabaseOutOfRange => "ERR DB index is out of range"u8;

    public static ReadOnlySpan<byte> InvalidDatabase => "ERR invalid DB index"u8;

    public static ReadOnlySpan<byte> InvalidFirstDatabase => "ERR invalid first DB index"u8;

    public static ReadOnlySpan<byte> InvalidSecondDatabase => "ERR invalid second DB index"u8;

    public static ReadOnlySpan<byte> SameObject => "ERR source and destination objects are the same"u8;

    public static ReadOnlySpan<byte> Overflow => "ERR increment or decrement would overflow"u8;

    public static ReadOnlySpan<byte> DecrementOverflow => "ERR decrement would overflow"u8;

    public static ReadOnlySpan<byte> NotFinite => "ERR increment would produce NaN or Infinity"u8;

    public static ReadOnlySpan<byte> IncrementNotFinite => "ERR value is NaN or Infinity"u8;

    public static ReadOnlySpan<byte> HashValueNotAnInteger => "ERR hash value is not an integer"u8;

    public static ReadOnlySpan<byte> HashValueNotAFloat => "ERR hash value is not a float"u8;

    public static ReadOnlySpan<byte> FieldsMissing => "ERR Mandatory argument FIELDS is missing or not at the right position"u8;

    public static ReadOnlySpan<byte> FieldCountNotPositive => "ERR Number of fields must be a positive integer"u8;

    public static ReadOnlySpan<byte> NumFieldsNotPositive => "ERR Parameter `numFields` should be greater than 0"u8;

    public static ReadOnlySpan<byte> FieldCountMismatch => "ERR The `numfields` parameter must match the number of arguments"u8;

    public static ReadOnlySpan<byte> InvalidFieldCount => "ERR invalid number of fields"u8;

    public static ReadOnlySpan<byte> NegativeExpire => "ERR invalid expire time, must be >= 0"u8;

    public static ReadOnlySpan<byte> MissingExpire => "ERR missing expire time"u8;

    public static ReadOnlySpan<byte> OneFieldCondition => "ERR Only one of FXX or FNX arguments can be specified"u8;

    public static ReadOnlySpan<byte> OneFieldExpiry => "ERR Only one of EX, PX, EXAT, PXAT or KEEPTTL arguments can be specified"u8;

    /// <summary>Out of what a 64-bit integer holds without its smallest value, which has no counterpart of the other sign.</summary>

    public static ReadOnlySpan<byte> StringTooLong => "ERR string exceeds maximum allowed size (proto-max-bulk-len)"u8;

    public static ReadOnlySpan<byte> NotStrings => "ERR The specified keys must contain string values"u8;

    public static ReadOnlySpan<byte> LengthAndIndexes => "ERR If you want both the length and indexes, please just use IDX."u8;

    public static ReadOnlySpan<byte> SubsequenceTooCostly => "ERR Insufficient memory, transient memory for LCS exceeds proto-max-bulk-len"u8;

    public static ReadOnlySpan<byte> InvalidDigest => "ERR must be exactly 16 hexadecimal characters"u8;

    public static ReadOnlySpan<byte> ConditionNeedsString => "ERR Key should be of string type if conditions are specified"u8;

    public static ReadOnlySpan<byte> InvalidValueCondition => "ERR Invalid condition. Use IFEQ, IFNE, IFDEQ, or IFDNE"u8;

    public static ReadOnlySpan<byte> UnsupportedUnit => "ERR unsupported unit provided. please use M, KM, FT, MI"u8;

    public static ReadOnlySpan<byte> RadiusNotANumber => "ERR need numeric radius"u8;

    public static ReadOnlySpan<byte> RadiusNegative => "ERR radius cannot be negative"u8;

    public static ReadOnlySpan<byte> WidthNotANumber => "ERR need numeric width"u8;

    public static ReadOnlySpan<byte> HeightNotANumber => "ERR need numeric height"u8;

    public static ReadOnlySpan<byte> BoxNegative => "ERR height or width cannot be negative"u8;

    public static ReadOnlySpan<byte> MemberWithoutPoint => "ERR could not decode requested zset member"u8;

    public static ReadOnlySpan<byte> AnyWithoutCount => "ERR the ANY argument requires COUNT argument"u8;

    public static ReadOnlySpan<byte> CountNotAboveZero => "ERR COUNT must be > 0"u8;

    public static ReadOnlySpan<byte> GeoSearchStoreOptions => "ERR GEOSEARCHSTORE is not compatible with WITHDIST, WITHHASH and WITHCOORD options"u8;

    public static ReadOnlySpan<byte> GeoRadiusStoreOptions => "ERR STORE option in GEORADIUS is not compatible with WITHDIST, WITHHASH and WITHCOORD options"u8;

    public static ReadOnlySpan<byte> BitOffset => "ERR bit offset is not an integer or out of range"u8;

    public static ReadOnlySpan<byte> BitValue => "ERR bit is not an integer or out of range"u8;

    public static ReadOnlySpan<byte> BitNeitherOneNorZero => "ERR The bit argument must be 1 or 0."u8;

    public static ReadOnlySpan<byte> OneSourceKey => "ERR BITOP NOT must be called with a single source key."u8;

    public static ReadOnlySpan<byte> BitFieldType =>
        "ERR Invalid bitfield type. Use something like i16 u8. Note that u64 is not supported but i64 is."u8;

    public static ReadOnlySpan<byte> OverflowType => "ERR Invalid OVERFLOW type specified"u8;

    public static ReadOnlySpan<byte> BitFieldReadsOnly => "ERR BITFIELD_RO only supports the GET subcommand"u8;

    public static ReadOnlySpan<byte> NotAHyperLogLog => "WRONGTYPE Key is not a valid HyperLogLog string value."u8;

    public static ReadOnlySpan<byte> DamagedHyperLogLog => "INVALIDOBJ Corrupted HLL object detected"u8;

    public static ReadOnlySpan<byte> NoSuchHyperLogLog => "ERR The specified key does not exist"u8;

    public static ReadOnlySpan<byte> HyperLogLogNotSparse => "ERR HLL encoding is not sparse"u8;

    public static ReadOnlySpan<byte> InvalidNumKeys => "ERR invalid numkeys value"u8;

    public static ReadOnlySpan<byte> WrongPairCount => "ERR wrong number of key-value pairs"u8;

    public static ReadOnlySpan<byte> ScoreRange => "ERR min or max is not a float"u8;

    public static ReadOnlySpan<byte> LexRange => "ERR min or max not valid string range item"u8;

    public static ReadOnlySpan<byte> NotANumber => "ERR resulting score is not a number (NaN)"u8;

    public static ReadOnlySpan<byte> WeightNotAFloat => "ERR weight value is not a float"u8;

    public static ReadOnlySpan<byte> AddConditions => "ERR XX and NX options at the same time are not compatible"u8;

    public static ReadOnlySpan<byte> AddComparisons => "ERR GT, LT, and/or NX options at the same time are not compatible"u8;

    public static ReadOnlySpan<byte> IncrementOfOne => "ERR INCR option supports a single increment-element pair"u8;

    public static ReadOnlySpan<byte> LimitNeedsRange => "ERR syntax error, LIMIT is only supported in combination with either BYSCORE or BYLEX"u8;

    public static ReadOnlySpan<byte> ScoresOfLexRange => "ERR syntax error, WITHSCORES not supported in combination with BYLEX"u8;

    public static ReadOnlySpan<byte> CountNotPositive => "ERR count should be greater than 0"u8;

    public static ReadOnlySpan<byte> RankZero =>
        "ERR RANK can't be zero: use 1 to start from the first match, 2 from the second ... or use negative to start from the end of the list"u8;

    public static ReadOnlySpan<byte> CountNegative => "ERR COUNT can't be negative"u8;

    public static ReadOnlySpan<byte> MaxLenNegative => "ERR MAXLEN can't be negative"u8;

    public static ReadOnlySpan<byte> InvalidCursor => "ERR invalid cursor"u8;

    public static ReadOnlySpan<byte> ExpiryOptionsNx => "ERR NX and XX, GT or LT options at the same time are not compatible"u8;

    public static ReadOnlySpan<byte> ExpiryOptionsGtLt => "ERR GT and LT options at the same time are not compatible"u8;

    public static ReadOnlySpan<byte> IdleTimeNotTracked =>
        "ERR An LFU maxmemory policy is selected, idle time not tracked. Please note that when switching between policies at runtime LRU and LFU data will take some time to adjust."u8;

    public static ReadOnlySpan<byte> FrequencyNotTracked =>
        "ERR An LFU maxmemory policy is not selected, access frequency not tracked. Please note that when switching between policies at runtime LRU and LFU data will take some time to adjust."u8;

    public static ReadOnlySpan<byte> OutOfMemory => "OOM command not allowed when used memory > 'maxmemory'."u8;

    public static ReadOnlySpan<byte> AuthenticationRequired => "NOAUTH Authentication required."u8;

    public static ReadOnlySpan<byte> WrongPassword => "WRONGPASS invalid username-password pair or user is disabled."u8;

    public static ReadOnlySpan<byte> UserName => "ERR Usernames can't contain spaces or null characters"u8;

    public static ReadOnlySpan<byte> DefaultUserStays => "ERR The 'default' user cannot be removed"u8;

    public static ReadOnlySpan<byte> PasswordBits =>
        "ERR ACL GENPASS argument must be the number of bits for the output password, a positive number up to 4096"u8;

    public static ReadOnlySpan<byte> NoUserFile =>
        "ERR This Redis instance is not configured to use an ACL file. You may want to specify users via the ACL SETUSER command and then issue a CONFIG REWRITE (assuming you have a Redis configuration file set) in order to store users in the Redis configuration."u8;

    public static ReadOnlySpan<byte> UserFileNotSaved => "ERR There was an error trying to save the ACLs. Please check the server logs for more information"u8;

    public static ReadOnlySpan<byte> SortByDenied => "ERR BY option of SORT denied due to insufficient ACL permissions."u8;

    public static ReadOnlySpan<byte> SortGetDenied => "ERR GET option of SORT denied due to insufficient ACL permissions."u8;

    public static ReadOnlySpan<byte> NoPasswordConfigured =>
        "ERR AUTH <password> called without any password configured for the default user. Are you sure your configuration is correct?"u8;

    public static ReadOnlySpan<byte> HelloAuthenticationRequired =>
        "NOAUTH HELLO must be called with the client already authenticated, otherwise the HELLO AUTH <user> <pass> option can be used to authenticate the client and select the RESP protocol version at the same time"u8;

    public static ReadOnlySpan<byte> ProtocolVersionNotAnInteger => "ERR Protocol version is not an integer or out of range"u8;

    public static ReadOnlySpan<byte> UnsupportedProtocol => "NOPROTO unsupported protocol version"u8;

    public static ReadOnlySpan<byte> InvalidClientName => "ERR Client names cannot contain spaces, newlines or special characters."u8;

    public static ReadOnlySpan<byte> InvalidClientId => "ERR Invalid client ID"u8;

    public static ReadOnlySpan<byte> ClientIdNotPositive => "ERR client-id should be greater than 0"u8;

    public static ReadOnlySpan<byte> MaxAgeNotAnInteger => "ERR maxage is not an integer or out of range"u8;

    public static ReadOnlySpan<byte> MaxAgeNotPositive => "ERR maxage should be greater than 0"u8;

    public static ReadOnlySpan<byte> IdleNotAnInteger => "ERR idle is not an integer or out of range"u8;

    public static ReadOnlySpan<byte> IdleNotPositive => "ERR idle should be greater than 0"u8;

    public static ReadOnlySpan<byte> FilterDatabase => "ERR DB number should be between 0 and the number of databases"u8;

    public static ReadOnlySpan<byte> NoSuchClient => "ERR No such client"u8;

    public static ReadOnlySpan<byte> PauseMode => "ERR CLIENT PAUSE mode must be WRITE or ALL"u8;

    public static ReadOnlySpan<byte> UnblockReason => "ERR CLIENT UNBLOCK reason should be TIMEOUT or ERROR"u8;

    public static ReadOnlySpan<byte> Unblocked => "UNBLOCKED client unblocked via CLIENT UNBLOCK"u8;

    public static ReadOnlySpan<byte> TimeoutNotAnInteger => "ERR timeout is not an integer or out of range"u8;

    public static ReadOnlySpan<byte> TimeoutNotAFloat => "ERR timeout is not a float or out of range"u8;

    public static ReadOnlySpan<byte> TimeoutNegative => "ERR timeout is negative"u8;

    public static ReadOnlySpan<byte> SlowlogCount => "ERR count should be greater than or equal to -1"u8;

    public static ReadOnlySpan<byte> NoShutdownInProgress => "ERR No shutdown in progress."u8;

    public static ReadOnlySpan<byte> ShutdownFailed => "ERR Errors trying to SHUTDOWN. Check logs."u8;

    public static ReadOnlySpan<byte> DebugReloadOption => "ERR DEBUG RELOAD only supports the MERGE, NOFLUSH and NOSAVE options."u8;

    public static ReadOnlySpan<byte> LoadingFailed => "ERR Error trying to load the RDB dump"u8;

    public static ReadOnlySpan<byte> DebugDatabaseOutOfRange => "ERR Out of range database"u8;

    public static ReadOnlySpan<byte> NotAHashTable => "ERR The value stored at the specified key is not represented using an hash table"u8;

    public static ReadOnlySpan<byte> NotAListpack => "ERR Not a listpack encoded object."u8;

    public static ReadOnlySpan<byte> NotAMemorySize => "ERR argument must be a memory value"u8;

    public static ReadOnlySpan<byte> PackedThreshold => "ERR argument must be a memory value bigger than 1 and smaller than 4gb"u8;

    public static ReadOnlySpan<byte> NotARawString => "ERR Not an sds encoded string."u8;

    public static ReadOnlySpan<byte> NeedsResp3 => "ERR RESP2 is not supported by this command"u8;

    public static ReadOnlySpan<byte> UnknownProtocolType =>
        "ERR Wrong protocol type name. Please use one of the following: string|integer|double|bignum|null|array|set|map|attrib|push|verbatim|true|false"u8;

    public static ReadOnlySpan<byte> MaxClients => "ERR max number of clients reached"u8;

    public static ReadOnlySpan<byte> ProtectedMode =>
        "DENIED Redis is running in protected mode because protected mode is enabled and no password is set for the default user. In this mode connections are only accepted from the loopback interface. To accept others, set a password with 'requirepass', or turn the mode off with 'CONFIG SET protected-mode no' from the server's own host if the server cannot be reached from untrusted networks, or in the configuration file followed by a restart."u8;

    public static ReadOnlySpan<byte> BusyKey => "BUSYKEY Target key name already exists."u8;

    public static ReadOnlySpan<byte> InvalidTtl => "ERR Invalid TTL value, must be >= 0"u8;

    public static ReadOnlySpan<byte> InvalidIdleTime => "ERR Invalid IDLETIME value, must be >= 0"u8;

    public static ReadOnlySpan<byte> InvalidFrequency => "ERR Invalid FREQ value, must be >= 0 and <= 255"u8;

    public static ReadOnlySpan<byte> DumpChecksum => "ERR DUMP payload version or checksum are wrong"u8;

    public static ReadOnlySpan<byte> BadDumpFormat => "ERR Bad data format"u8;

    public static ReadOnlySpan<byte> InvalidStreamId => "ERR Invalid stream ID specified as stream command argument"u8;

    public static ReadOnlySpan<byte> InvalidIntervalStart => "ERR invalid start ID for the interval"u8;

    public static ReadOnlySpan<byte> InvalidIntervalEnd => "ERR invalid end ID for the interval"u8;

    public static ReadOnlySpan<byte> StreamIdZero => "ERR The ID specified in XADD must be greater than 0-0"u8;

    public static ReadOnlySpan<byte> StreamIdTooSmall => "ERR The ID specified in XADD is equal or smaller than the target stream top item"u8;

    public static ReadOnlySpan<byte> StreamExhausted => "ERR The stream has exhausted the last possible ID, unable to add more items"u8;

    public static ReadOnlySpan<byte> StreamEntryTooLarge => "ERR Elements are too large to be stored"u8;

    public static ReadOnlySpan<byte> TrimStrategies => "ERR syntax error, MAXLEN and MINID options at the same time are not compatible"u8;

    public static ReadOnlySpan<byte> TrimMaxLengthNegative => "ERR The MAXLEN argument must be >= 0."u8;

    public static ReadOnlySpan<byte> TrimLimitNegative => "ERR The LIMIT argument must be >= 0."u8;

    public static ReadOnlySpan<byte> TrimLimitWithoutStrategy => "ERR syntax error, LIMIT cannot be used without specifying a trimming strategy"u8;

    public static ReadOnlySpan<byte> TrimLimitOfExact => "ERR syntax error, LIMIT cannot be used without the special ~ option"u8;

    public static ReadOnlySpan<byte> TrimWithoutStrategy => "ERR syntax error, XTRIM must be called with a trimming strategy"u8;

    public static ReadOnlySpan<byte> NumIdsNotPositive => "ERR Number of IDs must be a positive integer"u8;

    public static ReadOnlySpan<byte> IdCountMismatch => "ERR The `numids` parameter must match the number of arguments"u8;

    public static ReadOnlySpan<byte> EntriesAddedNegative => "ERR entries_added must be positive"u8;

    public static ReadOnlySpan<byte> SetIdBelowGivenDeleted => "ERR The ID specified in XSETID is smaller than the provided max_deleted_entry_id"u8;

    public static ReadOnlySpan<byte> SetIdBelowTop => "ERR The ID specified in XSETID is smaller than the target stream top item"u8;

    public static ReadOnlySpan<byte> SetIdEntriesAdded => "ERR The entries_added specified in XSETID is smaller than the target stream length"u8;

    public static ReadOnlySpan<byte> UnbalancedStreams =>
        "ERR Unbalanced XREAD list of streams: for each stream key an ID or '$' must be specified."u8;

    public static ReadOnlySpan<byte> ReadGroupWithoutGroup => "ERR Missing GROUP option for XREADGROUP"u8;

    public static ReadOnlySpan<byte> ReadWithGroup => "ERR The GROUP option is only supported by XREADGROUP. You called XREAD instead."u8;

    public static ReadOnlySpan<byte> ReadWithNoAck => "ERR The NOACK option is only supported by XREADGROUP. You called XREAD instead."u8;

    public static ReadOnlySpan<byte> ReadWithClaim => "ERR The CLAIM option is only supported by XREADGROUP. You called XREAD instead."u8;

    public static ReadOnlySpan<byte> ReadClaimNotAnInteger => "ERR min-idle-time is not an integer"u8;

    public static ReadOnlySpan<byte> ReadClaimNegative => "ERR min-idle-time must be a positive integer"u8;

    public static ReadOnlySpan<byte> ReadWithNewId =>
        "ERR The > ID can be specified only when calling XREADGROUP using the GROUP <group> <consumer> option."u8;

    public static ReadOnlySpan<byte> ReadGroupWithLastId =>
        "ERR The $ ID is meaningless in the context of XREADGROUP: you want to read the history of this consumer by specifying a proper ID, or use the > ID to get new messages. The $ ID would just return an empty result set."u8;

    public static ReadOnlySpan<byte> StreamGone => "UNBLOCKED the stream key no longer exists"u8;

    public static ReadOnlySpan<byte> GroupGone => "NOGROUP the consumer group this client was blocked on no longer exists"u8;

    public static ReadOnlySpan<byte> BusyGroup => "BUSYGROUP Consumer Group name already exists"u8;

    public static ReadOnlySpan<byte> EntriesReadNegative => "ERR value for ENTRIESREAD must be positive or -1"u8;

    public static ReadOnlySpan<byte> GroupNeedsStream =>
        "ERR The XGROUP subcommand requires the key to exist. Note that for CREATE you may want to use the MKSTREAM option to create an empty stream automatically."u8;

    public static ReadOnlySpan<byte> ClaimCountNotPositive => "ERR COUNT must be > 0"u8;

    public static ReadOnlySpan<byte> ClaimCountTooHigh => "ERR Insufficient memory, failed allocating transient memory, COUNT too high."u8;

    /// <summary>Unknown command, with the beginning of its arguments as Redis shows them.</summary>
    public static byte[] UnknownCommand(ref readonly CommandContext c)
    {
        const int MaxShown = 128;
        var text = new StringBuilder();
        for (int i = 1; i < c.Count && text.Length < MaxShown; i++)
        {
            int room = MaxShown - text.Length;
            ReadOnlySpan<byte> argument = c[i];
            text.Append('\'').Append(Printable(argument[..Math.Min(argument.Length, room)])).Append("' ");
        }

        return Encoding.Latin1.GetBytes($"ERR unknown command '{Printable(c[0][..Math.Min(c[0].Length, MaxShown)])}', with args beginning with: {text}");
    }

    public static byte[] UnknownSubcommand(ref readonly CommandContext c)
    {
        const int MaxShown = 128;
        string container = Encoding.Latin1.GetString(c[0]).ToUpperInvariant();
        return Encoding.Latin1.GetBytes($"ERR unknown subcommand '{Printable(c[1][..Math.Min(c[1].Length, MaxShown)])}'. Try {container} HELP.");
    }

    /// <summary>A subcommand of a command that looks at its subcommands itself: an unknown one, or one with too few or too many arguments.</summary>
    public static byte[] SubcommandSyntax(ref readonly CommandContext c)
    {
        const int MaxShown = 128;
        string container = Encoding.Latin1.GetString(c[0]).ToUpperInvariant();
        return Encoding.Latin1.GetBytes($"ERR unknown subcommand or wrong number of arguments for '{Printable(c[1][..Math.Min(c[1].Length, MaxShown)])}'. Try {container} HELP.");
    }

    public static byte[] InvalidPoint(double longitude, double latitude) =>
        Encoding.Latin1.GetBytes(string.Create(System.Globalization.CultureInfo.InvariantCulture, $"ERR invalid longitude,latitude pair {Fixed(longitude)},{Fixed(latitude)}"));

    public static ReadOnlySpan<byte> InvalidCornerCount => "ERR invalid number of vertices"u8;

    public static ReadOnlySpan<byte> TooFewCorners => "ERR GEOSEARCH BYPOLYGON must have at least 3 vertices"u8;

    public static byte[] CentreMissing(ReadOnlySpan<byte> command) =>
        Encoding.Latin1.GetBytes($"ERR exactly one of FROMMEMBER or FROMLONLAT can be specified for {Printable(command)}");

    public static byte[] ShapeMissing(ReadOnlySpan<byte> command) =>
        Encoding.Latin1.GetBytes($"ERR exactly one of BYRADIUS and BYBOX can be specified for {Printable(command)}");

    public static byte[] TwoSourceKeys(ReadOnlySpan<byte> operation) =>
        Encoding.Latin1.GetBytes($"ERR BITOP {Printable(operation).ToUpperInvariant()} must be called with at least two source keys.");

    public static byte[] UnknownPfDebugSubcommand(ReadOnlySpan<byte> subcommand) =>
        Encoding.Latin1.GetBytes($"ERR Unknown PFDEBUG subcommand '{Printable(subcommand)}'");

    public static byte[] HelloOption(ReadOnlySpan<byte> option) => Encoding.Latin1.GetBytes($"ERR Syntax error in HELLO option '{Printable(option)}'");

    public static byte[] UnknownClientType(ReadOnlySpan<byte> type) => Encoding.Latin1.GetBytes($"ERR Unknown client type '{Printable(type)}'");

    public static byte[] NoSuchUser(ReadOnlySpan<byte> user) => Encoding.Latin1.GetBytes($"ERR No such user '{Printable(user)}'");

    public static byte[] UnknownClientAttribute(ReadOnlySpan<byte> attribute) => Encoding.Latin1.GetBytes($"ERR Unrecognized option '{Printable(attribute)}'");

    public static byte[] InvalidClientAttribute(ReadOnlySpan<byte> attribute) =>
        Encoding.Latin1.GetBytes($"ERR {Printable(attribute)} cannot contain spaces, newlines or special characters.");

    public static byte[] WrongArity(string fullName) =>
        Encoding.Latin1.GetBytes($"ERR wrong number of arguments for '{fullName}' command");

    /// <summary>A command that an option has to enable first.</summary>
    public static byte[] ProtectedCommand(string fullName)
    {
        string name = fullName.Split('|')[0];
        return Encoding.Latin1.GetBytes($"ERR {name.ToUpperInvariant()} command not allowed. If the enable-{name}-command option is set to \"local\", you can run it from a local connection, otherwise you need to set this option in the configuration file, and then restart the server.");
    }

    public static byte[] NotWhileSubscribed(string fullName) =>
        Encoding.Latin1.GetBytes($"ERR Can't execute '{fullName}': only (P|S)SUBSCRIBE / (P|S)UNSUBSCRIBE / PING / QUIT / RESET are allowed in this context");

    public static byte[] NoInputKeys(string fullName) => Encoding.Latin1.GetBytes($"ERR at least 1 input key is needed for '{fullName}' command");

    public static byte[] InvalidExpire(string command) => Encoding.Latin1.GetBytes($"ERR invalid expire time in '{command}' command");

    public static byte[] UnknownArgument(ReadOnlySpan<byte> argument) => Encoding.Latin1.GetBytes($"ERR unknown argument: {Printable(argument)}");

    public static byte[] UnsupportedOption(ReadOnlySpan<byte> option) => Encoding.Latin1.GetBytes($"ERR Unsupported option {Printable(option)}");

    /// <summary>A number as C prints it in six decimal places.</summary>
    private static string Fixed(double value) => double.IsFinite(value)
        ? value.ToString("F6", System.Globalization.CultureInfo.InvariantCulture)
        : value > 0 ? "inf" : "-inf";

    public static byte[] NoStreamOrGroup(ReadOnlySpan<byte> key, ReadOnlySpan<byte> group) =>
        Encoding.Latin1.GetBytes($"NOGROUP No such key '{Printable(key)}' or consumer group '{Printable(group)}'");

    public static byte[] NoStreamOrGroupToRead(ReadOnlySpan<byte> key, ReadOnlySpan<byte> group) =>
        Encoding.Latin1.GetBytes($"NOGROUP No such key '{Printable(key)}' or consumer group '{Printable(group)}' in XREADGROUP with GROUP option");

    public static byte[] NoGroupOfStream(ReadOnlySpan<byte> group, ReadOnlySpan<byte> key) =>
        Encoding.Latin1.GetBytes($"NOGROUP No such consumer group '{Printable(group)}' for key name '{Printable(key)}'");

    public static byte[] NoLatencySamples(ReadOnlySpan<byte> latencyEvent) =>
        Encoding.Latin1.GetBytes($"ERR No samples available for event '{Printable(latencyEvent)}'");

    public static byte[] InvalidMinIdle(string command) => Encoding.Latin1.GetBytes($"ERR Invalid min-idle-time argument for {command}");

    public static byte[] InvalidClaimOption(string option) => Encoding.Latin1.GetBytes($"ERR Invalid {option} option argument for XCLAIM");

    public static byte[] UnknownClaimOption(ReadOnlySpan<byte> option) =>
        Encoding.Latin1.GetBytes($"ERR Unrecognized XCLAIM option '{Printable(option)}'");

    public static byte[] PrefixOverlap(ReadOnlySpan<byte> prefix, ReadOnlySpan<byte> other, bool isRegistered)
    {
        string which = isRegistered ? "an existing prefix" : "another provided prefix";
        return Encoding.Latin1.GetBytes(
            $"ERR Prefix '{Printable(prefix)}' overlaps with {which} '{Printable(other)}'. Prefixes for a single client must not overlap.");
    }

    private static string Printable(ReadOnlySpan<byte> bytes) => Encoding.Latin1.GetString(AsciiText.BeforeNul(bytes));

    /// <summary>What a user is told who may not do what it asked for.</summary>
    public static byte[] NoPermission(Denial denial, string command) => Encoding.Latin1.GetBytes("NOPERM this user has no permissions to " + denial switch
    {
        Denial.Key => "access one of the keys used as arguments",
        Denial.Channel => "access one of the channels used as arguments",
        _ => $"run the '{command}' command",
    });

    /// <summary>A queued command that the user was allowed when it was queued, and is not any more.</summary>
    public static byte[] NoPermissionAnyMore(Denial denial) =>
        Encoding.Latin1.GetBytes("NOPERM ACLs rules changed between the moment the transaction was accumulated and the EXEC call. This command is no longer allowed for the following reason: no permission to " + denial switch
        {
            Denial.Key => "touch the specified keys",
            Denial.Channel => "access one of the channels used as arguments",
            _ => "execute the command or subcommand",
        });

    /// <summary>A rule of ACL SETUSER that cannot be applied.</summary>
    public static byte[] UserRule(string rule, string reason) => Encoding.Latin1.GetBytes($"ERR Error in ACL SETUSER modifier '{rule.Split('\0')[0]}': {reason}");

    public static byte[] UnmatchedParenthesis(string word) =>
        Encoding.Latin1.GetBytes($"ERR Unmatched parenthesis in acl selector starting at '{word.Split('\0')[0]}'.");

    public static byte[] UserNotFound(ReadOnlySpan<byte> name) => Encoding.Latin1.GetBytes($"ERR User '{Printable(name)}' not found");

    public static byte[] CommandNotFound(ReadOnlySpan<byte> name) => Encoding.Latin1.GetBytes($"ERR Command '{Printable(name)}' not found");

    public static byte[] UnknownCategory(ReadOnlySpan<byte> name) => Encoding.Latin1.GetBytes($"ERR Unknown category '{Printable(name)}'");

    /// <summary>EXEC itself was refused, and the transaction with it. Of the reason's code only one that says something is kept.</summary>
    public static byte[] TransactionDiscarded(ReadOnlySpan<byte> reason) =>
        [.. "EXECABORT Transaction discarded because of: "u8, .. reason.StartsWith("ERR "u8) ? reason[4..] : reason];
}
