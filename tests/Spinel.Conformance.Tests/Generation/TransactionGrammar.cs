namespace Spinel.Conformance.Tests.Generation;

/// <summary>What clients do to each other with transactions: watching, queueing, and all that can come between.</summary>
internal static class TransactionGrammar
{
    public const string Text = """
        command
          14: MULTI
          14: EXEC
          3: DISCARD
          12: WATCH $key+
          2: UNWATCH
          8: SET $key $value
          3: SET $key $value PXAT $unixms
          8: GET $key
          5: INCR $key
          4: APPEND $key $value
          4: DEL $key+
          3: UNLINK $key
          3: RENAME $key $key
          2: COPY $key $key REPLACE
          2: MOVE $key $db
          5: SELECT $db
          1: SWAPDB $db $db
          1: FLUSHDB
          1: FLUSHALL
          3: RPUSH $key $value
          3: LPOP $key
          2: BLPOP $key $key $timeout
          2: BLMOVE $key $key LEFT RIGHT $timeout
          2: BZPOPMIN $key $timeout
          3: LRANGE $key 0 -1
          3: SADD $key $member
          3: HSET $key $field $value
          3: ZADD $key $score $member
          2: XADD $key 7-* f v
          2: XREAD BLOCK 1 STREAMS $key $
          3: EXPIREAT $key $unixseconds
          2: PERSIST $key
          2: PEXPIREAT $key 1
          2: TYPE $key
          2: EXISTS $key+
          1: SORT $key STORE $key
          1: GETDEL $key
          1: GETEX $key PERSIST
          2: SETRANGE $key 0 $value
          2: PING
          2: NOSUCHCOMMAND $key
          2: SET $key
          1: GET
          1: CONFIG NOSUCH
          2: RESET
          1: CLIENT SETNAME name
          1: CLIENT GETNAME
          1: OBJECT ENCODING $key
          1: DBSIZE
        """;
}
