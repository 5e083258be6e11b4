namespace Spinel.Conformance.Tests.Generation;

/// <summary>The grammars of the generated tests, one a group of commands.</summary>
internal static class Grammars
{
    /// <summary>The groups by name, in the order they are run.</summary>
    public static readonly IReadOnlyDictionary<string, string> Groups = new Dictionary<string, string>(StringComparer.Ordinal)
    {
        ["string"] = Strings,
        ["generic"] = Generic,
        ["expire"] = Expiry,
        ["list"] = ListGrammar.Text,
        ["stream"] = StreamGrammar.Text,
        ["connection"] = Connection,
        ["hash"] = Hashes,
        ["set"] = Sets,
        ["zset"] = SortedSets,
        ["bitmap"] = BitmapGrammar.Text,
        ["hyperloglog"] = HyperLogLogGrammar.Text,
        ["geo"] = GeoGrammar.Text,
        ["sort"] = SortGrammar.Text,
    };

    private const string Strings = """
        command
          14: SET $key $value
          10: SET $key $value $setoption*
          10: GET $key
          2: GETSET $key $value
          3: GETDEL $key
          5: GETEX $key $getexoption?
          2: GETEX $key $getexoption+
          3: SETNX $key $value
          2: SETEX $key $seconds $value
          2: PSETEX $key $ms $value
          3: MSET $pair+
          2: MSETNX $pair+
          4: MGET $key+
          5: APPEND $key $value
          3: STRLEN $key
          5: SETRANGE $key $offset $value
          6: GETRANGE $key $position $position
          2: SUBSTR $key $position $position
          5: INCR $key
          3: DECR $key
          5: INCRBY $key $int
          4: DECRBY $key $int
          6: INCRBYFLOAT $key $float
          3: LCS $key $key $lcsoption*
          2: DEL $key
          1: OBJECT ENCODING $key
          1: TYPE $key
          1: TTL $key
          1: PERSIST $key
        pair
          $key $value
        setoption
          3: NX
          3: XX
          3: GET
          3: KEEPTTL
          2: EX $seconds
          2: PX $ms
          2: EXAT $unixseconds
          2: PXAT $unixms
          $junk
        getexoption
          3: PERSIST
          2: EX $seconds
          2: PX $ms
          2: EXAT $unixseconds
          2: PXAT $unixms
          $junk
        lcsoption
          3: LEN
          4: IDX
          2: MINMATCHLEN $position
          2: WITHMATCHLEN
          $junk
        """;

    private const string Generic = """
        command
          12: SET $key $value
          3: SET $key $value EXAT $unixseconds
          2: MSET $pair+
          2: GET $key
          6: DEL $key+
          3: UNLINK $key+
          5: EXISTS $key+
          3: TOUCH $key+
          4: TYPE $key
          5: RENAME $key $key
          4: RENAMENX $key $key
          5: COPY $key $key $copyoption*
          4: MOVE $key $db
          5: SELECT $db
          2: SWAPDB $db $db
          4: KEYS $pattern
          3: DBSIZE
          1: RANDOMKEY
          1: FLUSHDB $flushoption?
          1: FLUSHALL $flushoption?
          2: SCAN $cursor $scanoption*
          4: OBJECT ENCODING $key
          1: OBJECT IDLETIME $key
          1: OBJECT FREQ $key
          1: OBJECT REFCOUNT $key
          1: OBJECT HELP
          1: OBJECT $junk $key
          2: TTL $key
          1: EXPIRETIME $key
          2: PERSIST $key
          1: APPEND $key $value
        pair
          $key $value
        copyoption
          2: DB $db
          2: REPLACE
          $junk
        flushoption
          ASYNC
          SYNC
          $junk
        scanoption
          MATCH $pattern
          COUNT $count
          TYPE $type
          $junk
        """;

    private const string Expiry = """
        command
          10: SET $key $value
          3: SET $key $value KEEPTTL
          4: SET $key $value PXAT $unixms
          6: EXPIRE $key $seconds $condition*
          4: PEXPIRE $key $ms $condition*
          8: EXPIREAT $key $unixseconds $condition*
          8: PEXPIREAT $key $unixms $condition*
          5: TTL $key
          5: PTTL $key
          4: EXPIRETIME $key
          4: PEXPIRETIME $key
          5: PERSIST $key
          2: GETEX $key $getexoption?
          2: SETEX $key $seconds $value
          2: PSETEX $key $ms $value
          2: GET $key
          2: EXISTS $key+
          2: RENAME $key $key
          2: COPY $key $key REPLACE
          1: GETSET $key $value
          1: APPEND $key $value
          1: INCR $key
          1: DEL $key
          1: DBSIZE
          1: KEYS *
        condition
          NX
          XX
          2: GT
          2: LT
          $junk
        getexoption
          PERSIST
          EX $seconds
          PX $ms
          EXAT $unixseconds
          PXAT $unixms
        """;

    private const string Connection = """
        command
          5: PING $message?
          4: ECHO $message
          4: SELECT $db
          3: SET $key $value
          2: GET $key
          2: CLIENT SETNAME $name
          2: CLIENT GETNAME
          1: CLIENT ID
          1: CLIENT NO-EVICT $onoff
          1: CLIENT $junk
          1: CLIENT HELP
          1: CLIENT REPLY $junk
          1: CLIENT KILL $junk
          1: CLIENT UNPAUSE
          2: HELLO $version $hellooption*
          1: RESET
          1: AUTH $message $message?
          1: CONFIG GET $option+
          1: CONFIG SET $harmless $junk
          1: CONFIG $junk
          1: COMMAND GETKEYS SET a b
          1: COMMAND GETKEYS MSET a b c d
          1: COMMAND GETKEYS $junk $junk
          1: COMMAND $junk
          2: NOSUCHCOMMAND $value*
          1: TIME
          1: TIME $junk
          1: DBSIZE
          1: LOLWUT VERSION $junk
          1: SLOWLOG $junk
          1: SLOWLOG RESET
          1: MEMORY $junk
          1: DEBUG $junk
        name
          me
          with-dash
          $message
          $value
        onoff
          on
          off
          $junk
        version
          2
          3
          1
          4
          $junk
        hellooption
          3: SETNAME $name
          AUTH default $message
          $junk
        harmless
          hz
          lfu-log-factor
          slowlog-max-len
          list-max-listpack-size
          list-compress-depth
          lazyfree-lazy-user-del
          databases
          nosuchoption
          $junk
        option
          maxmemory
          maxclients
          maxmemory-policy
          save
          hz
          databases
          proto-max-bulk-len
          list-max-ziplist-size
          hash-max-*
          nosuchoption
          $junk
        """;

    private const string Hashes = """
        command
          20: HSET $key $pair+
          4: HSET $key $bulk
          3: HMSET $key $pair+
          5: HSETNX $key $field $value
          10: HGET $key $field
          5: HMGET $key $field+
          10: HDEL $key $field+
          3: HDEL $key $many
          2: HGETALL $key
          2: HKEYS $key
          2: HVALS $key
          3: HLEN $key
          4: HEXISTS $key $field
          4: HSTRLEN $key $field
          6: HINCRBY $key $field $int
          6: HINCRBYFLOAT $key $field $float
          3: HRANDFIELD $key
          5: HRANDFIELD $key $draws $withvalues?
          3: HSCAN $key $cursor $scanoption*
          3: OBJECT ENCODING $key
          1: TYPE $key
          2: DEL $key
          1: UNLINK $key
          1: SET $key $value
          1: COPY $key $key REPLACE
          1: RENAME $key $key
          1: EXPIRE $key $seconds
        pair
          $field $value
        bulk
          $pairs16 $pairs16 $pairs16 $pairs16 $pairs16 $pairs16 $pairs16 $pairs16
        pairs16
          $pairs4 $pairs4 $pairs4 $pairs4
        pairs4
          $shortfield $shortvalue $shortfield $shortvalue $shortfield $shortvalue $shortfield $shortvalue
        many
          $shortfields16 $shortfields16 $shortfields16 $shortfields16 $shortfields16 $shortfields16 $shortfields16 $shortfields16
        shortfields16
          $shortfields4 $shortfields4 $shortfields4 $shortfields4
        shortfields4
          $shortfield $shortfield $shortfield $shortfield
        draws
          10: $draw
          $junk
        withvalues
          8: WITHVALUES
          $junk
        scanoption
          3: MATCH $pattern
          3: COUNT $count
          $junk
        """;

    private const string Sets = """
        command
          16: SADD $key $member+
          4: SADD $key $numbers
          3: SADD $key $names
          10: SREM $key $member+
          3: SREM $key $numbers
          2: SREM $key $names
          5: SISMEMBER $key $member
          4: SMISMEMBER $key $member+
          3: SCARD $key
          2: SMEMBERS $key
          6: SMOVE $key $key $member
          3: SPOP $key $popcount
          2: SRANDMEMBER $key
          4: SRANDMEMBER $key $draws
          4: SINTER $key+
          5: SINTERSTORE $key $key+
          4: SUNION $key+
          4: SUNIONSTORE $key $key+
          4: SDIFF $key+
          5: SDIFFSTORE $key $key+
          4: SINTERCARD $keycount $key+ $limit?
          3: SSCAN $key $cursor $scanoption*
          3: OBJECT ENCODING $key
          1: TYPE $key
          1: DEL $key
          1: UNLINK $key
          1: SET $key $value
          1: COPY $key $key REPLACE
          1: RENAME $key $key
          1: EXPIRE $key $seconds
          1: TTL $key
        numbers
          $numbers16 $numbers16 $numbers16 $numbers16 $numbers16 $numbers16 $numbers16 $numbers16
        numbers16
          $numbers4 $numbers4 $numbers4 $numbers4
        numbers4
          $number $number $number $number
        names
          $names16 $names16 $names16
        names16
          $names4 $names4 $names4 $names4
        names4
          $name $name $name $name
        popcount
          10: 1000000
          2: 0
          $junk
        draws
          10: $draw
          $junk
        keycount
          5: 1
          5: 2
          2: 3
          $draw
        limit
          4: LIMIT $draw
          $junk
        scanoption
          3: MATCH $pattern
          3: COUNT $count
          $junk
        """;

    // Ranges of names are defined where all scores are the same: they have keys of their own, and names that are no scores, so that a request with
    // an argument missing is an error and not a sorted set of many scores.
    private const string SortedSets = """
        command
          22: ZADD $key $scored+
          8: ZADD $key $addoption+ $scored+
          5: ZADD $key $bulk
          6: ZADD $lexkey $samescore
          6: ZINCRBY $key $score $field
          2: ZADD $key $addoption* INCR $scored
          8: ZREM $key $field+
          3: ZREM $key $shortfields16 $shortfields16 $shortfields16 $shortfields16
          3: ZCARD $key
          4: ZSCORE $key $field
          4: ZMSCORE $key $field+
          5: ZRANK $key $field
          5: ZREVRANK $key $field
          4: ZCOUNT $key $bound $bound
          3: ZLEXCOUNT $lexkey $lexbound $lexbound
          8: ZRANGE $key $index $index $rangeoption*
          6: ZRANGE $key $bound $bound BYSCORE $rangeoption*
          5: ZRANGE $lexkey $lexbound $lexbound BYLEX $lexoption*
          3: ZREVRANGE $key $index $index $withscores?
          4: ZRANGEBYSCORE $key $bound $bound $scoreoption*
          4: ZREVRANGEBYSCORE $key $bound $bound $scoreoption*
          3: ZRANGEBYLEX $lexkey $lexbound $lexbound $limit?
          3: ZREVRANGEBYLEX $lexkey $lexbound $lexbound $limit?
          3: ZRANGESTORE $key $key $index $index $rangeoption?
          3: ZRANGESTORE $key $key $bound $bound BYSCORE $rangeoption*
          2: ZRANGESTORE $key $lexkey $lexbound $lexbound BYLEX $lexoption*
          2: ZREMRANGEBYRANK $key $index $index
          2: ZREMRANGEBYSCORE $key $bound $bound
          2: ZREMRANGEBYLEX $lexkey $lexbound $lexbound
          3: ZPOPMIN $key $draw?
          3: ZPOPMAX $key $draw?
          3: ZMPOP $keys $end $popcount?
          1: BZPOPMIN zset $key $timeout
          1: BZPOPMAX zset $key $timeout
          1: BZMPOP $timeout 2 zset $key $end $popcount?
          4: ZUNION $keys $combineoption*
          4: ZINTER $keys $combineoption*
          4: ZDIFF $keys $withscores?
          4: ZUNIONSTORE $key $keys $storeoption*
          4: ZINTERSTORE $key $keys $storeoption*
          3: ZDIFFSTORE $key $keys
          3: ZINTERCARD $keys $cardoption?
          2: ZRANDMEMBER $key
          3: ZRANDMEMBER $key $draw $withscores?
          3: ZSCAN $key $cursor $scanoption*
          4: OBJECT ENCODING $key
          1: TYPE $key
          2: DEL $key
          1: SET $key $value
          3: SADD $key $field+
          1: COPY $key $key REPLACE
          1: RENAME $key $key
          1: EXPIRE $key $seconds
        scored
          $score $field
        addoption
          3: NX
          3: XX
          3: GT
          3: LT
          4: CH
          $junk
        bulk
          $scored16 $scored16 $scored16 $scored16 $scored16
        scored16
          $scored4 $scored4 $scored4 $scored4
        scored4
          $plainscore $shortfield $plainscore $shortfield $plainscore $shortfield $plainscore $shortfield
        samescore
          0 $name 0 $name
          $same4 $same4 $same4 $same4 $same4 $same4 $same4 $same4 $same4 $same4 $same4 $same4
        same4
          0 $name 0 $name 0 $name 0 $name
        shortfields16
          $shortfields4 $shortfields4 $shortfields4 $shortfields4
        shortfields4
          $shortfield $shortfield $shortfield $shortfield
        rangeoption
          5: REV
          4: WITHSCORES
          5: $limit
          BYSCORE
          $junk
        lexoption
          5: REV
          WITHSCORES
          5: $limit
          BYLEX
          $junk
        scoreoption
          4: WITHSCORES
          4: $limit
          $junk
        limit
          LIMIT $index $index
        withscores
          10: WITHSCORES
          $junk
        end
          6: MIN
          6: MAX
          $junk
        popcount
          6: COUNT $draw
          $junk
        keys
          8: 2 $key $key
          4: 1 $key
          3: 3 $key $key $key
          $draw $key $key
        combineoption
          4: WITHSCORES
          4: WEIGHTS $score $score
          3: WEIGHTS $score
          4: AGGREGATE $aggregate
          $junk
        storeoption
          4: WEIGHTS $score $score
          3: WEIGHTS $score
          4: AGGREGATE $aggregate
          $junk
        aggregate
          4: SUM
          4: MIN
          4: MAX
          $junk
        cardoption
          4: LIMIT $draw
          $junk
        scanoption
          3: MATCH $pattern
          3: COUNT $count
          $junk
        """;
}
