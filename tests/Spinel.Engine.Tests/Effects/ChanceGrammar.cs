namespace Spinel.Engine.Tests.Effects;

/// <summary>
/// Writes whose effect is not what was sent: what is random, relative to the clock, decided by the server or conditional, and the commands newer than
/// the oracle of the conformance runs.
/// </summary>
internal static class ChanceGrammar
{
    public const string Values = """
        command
          4: SADD s:1 $member+
          4: SADD s:1 $number $number $number $number $number $number
          4: SPOP s:1
          4: SPOP s:1 $few
          2: SMOVE s:1 s:2 $member
          2: SPOP s:2 $few
          6: ZADD z:1 $plainscore $member $plainscore $member
          2: ZADD z:1 $score $member
          2: ZADD z:1 INCR $score $member
          2: ZINCRBY z:1 $score $member
          2: ZPOPMIN z:1 $few
          2: ZPOPMAX z:1
          2: ZMPOP 2 z:2 z:1 MIN COUNT $few
          2: BZPOPMIN z:2 z:1 $timeout
          2: BZMPOP $timeout 2 z:2 z:1 MAX COUNT $few
          1: ZRANGESTORE z:2 z:1 0 2
          4: RPUSH l:1 $element+
          2: LPUSH l:2 $element+
          2: LMPOP 2 l:1 l:2 LEFT COUNT $few
          2: BLPOP l:1 l:2 $timeout
          2: BRPOP l:2 $timeout
          2: BLMOVE l:1 l:2 LEFT RIGHT $timeout
          1: BRPOPLPUSH l:2 l:2 $timeout
          2: BLMPOP $timeout 2 l:1 l:2 RIGHT COUNT $few
          1: LMOVE l:1 l:3 RIGHT LEFT
          4: SET $key $value $setoption*
          2: SETEX $key $soonseconds $value
          2: PSETEX $key $soonms $value
          2: GETEX $key $getexoption
          2: GETDEL $key
          3: EXPIRE $any $soonseconds $condition?
          3: PEXPIRE $any $soonms $condition?
          2: PEXPIREAT $any $pastms
          2: EXPIREAT $any 1
          2: PERSIST $any
          3: INCRBYFLOAT $key $float
          3: INCR $key
          1: SETRANGE $key 3 $value
          1: BITFIELD $key OVERFLOW SAT INCRBY u8 0 200 SET i5 3 7
          1: BITFIELD $key GET u8 0
          2: MSETEX 2 $key $value $key $value $msetexoption*
          2: DELEX $key IFEQ $value
          1: DELEX $key IFNE $value
          1: DELIFEQ $key $value
          1: SET $key $value IFEQ $value
          1: INCREX $key BYINT 3 UBOUND 9 SATURATE
          1: INCREX $key BYFLOAT $float EX 100
          2: BITOP $bitop bits:1 $key $key
          1: BITOP $bitop $key $key bits:1
          2: ZUNIONSTORE $counted 2 z:1 $counted AGGREGATE COUNT
          1: ZUNIONSTORE z:3 2 z:1 s:1 WEIGHTS $score 0.1 AGGREGATE COUNT
          2: ZINTERSTORE $counted 2 z:1 z:2 AGGREGATE COUNT
          1: GEOSEARCHSTORE $counted geo BYPOLYGON 3 -170 -80 170 -80 0 80
          1: GEOSEARCHSTORE $counted geo BYPOLYGON 3 -170 -80 170 -80 0 80 STOREDIST
          2: PFADD hll $sample $sample
          1: PFADD hll2 $sample
          2: PFCOUNT hll
          1: PFCOUNT hll hll2
          1: PFMERGE hll3 hll hll2
          2: SORT s:1 BY nosort STORE l:3
          1: SORT l:1 ALPHA STORE l:1
          1: SINTERSTORE s:3 s:1 s:2
          1: SUNIONSTORE s:3 s:1 s:2
          1: GEOADD geo $longitude $latitude $member
          1: GEORADIUS geo 0 0 10000 km STORE geo2
          1: GEOSEARCHSTORE geo2 geo FROMLONLAT 0 0 BYRADIUS 9000 km ASC COUNT 2 ANY
          1: DEL $any
          1: UNLINK $any
          1: RENAME $any $any
          1: RENAMENX $any $any
          1: COPY $any $any REPLACE
          1: MOVE $any 1
          1: SWAPDB 0 1
          1: SELECT 1
          3: SELECT 0
          1: FLUSHDB
        any
          6: $key
          h:1
          s:1
          s:2
          z:1
          z:2
          l:1
          l:2
          hll
          geo
        bitop
          DIFF
          DIFF1
          ANDOR
          ONE
        counted
          z:2
          z:3
          s:3
        few
          0
          1
          1
          2
          3
          100
          -1
          abc
        soonseconds
          1
          10
          100
          0
          -1
          $seconds
        soonms
          1
          10
          500
          100000
          0
          -5
          $ms
        pastms
          1
          1500000000000
          1800000000000
          1800000100000
          1900000000000
        condition
          NX
          XX
          GT
          LT
        setoption
          EX $soonseconds
          PX $soonms
          PXAT $pastms
          KEEPTTL
          GET
          NX
          XX
        getexoption
          EX $soonseconds
          PX $soonms
          PXAT $pastms
          PERSIST
        msetexoption
          EX $soonseconds
          PX $soonms
          PXAT $pastms
          KEEPTTL
          NX
          XX
        """;

    public const string Fields = """
        command
          10: HSET $hash $field $value $field $value
          1: HSETNX $hash $field $value
          3: HINCRBY $hash $field $int
          3: HINCRBYFLOAT $hash $field $float
          6: HEXPIRE $hash $soonseconds $condition? FIELDS 2 $field $field
          6: HPEXPIRE $hash $soonms $condition? FIELDS 1 $field
          4: HPEXPIREAT $hash $pastms $condition? FIELDS 2 $field $field
          2: HEXPIREAT $hash 1 FIELDS 1 $field
          3: HPERSIST $hash FIELDS 2 $field $field
          4: HGETEX $hash $getexoption FIELDS 2 $field $field
          6: HSETEX $hash $fieldcondition? $setexoption FIELDS 2 $field $value $field $value
          2: HSETEX $hash $fieldcondition? FIELDS 2 $field $value $field $value
          1: HSETEX $hash NX $setexoption FIELDS 1 $field $value
          3: HGETDEL $hash FIELDS 2 $field $field
          3: HDEL $hash $field
          3: HGET $hash $field
          2: HGETALL $hash
          2: HLEN $hash
          1: HRANDFIELD $hash
          2: RENAME $hash $hash
          2: COPY $hash $hash REPLACE
          1: DEL $hash
          1: SET $hash x
          1: EXPIRE $hash $soonseconds
          1: MOVE $hash 1
          1: SWAPDB 0 1
          1: RPUSH l:1 1 2
          1: SORT l:1 GET h:*->f STORE l:2
        hash
          3: h:1
          2: h:2
          1: h:3
        fieldcondition
          FNX
          FXX
        setexoption
          EX $soonseconds
          PX $soonms
          PXAT $pastms
          KEEPTTL
        soonseconds
          1
          10
          100
          0
          $seconds
        soonms
          1
          10
          500
          100000
          0
          $ms
        pastms
          1
          1500000000000
          1800000000000
          1800000100000
          1900000000000
        condition
          NX
          XX
          GT
          LT
        getexoption
          EX $soonseconds
          PX $soonms
          PXAT $pastms
          PERSIST
        """;

    public const string Streams = """
        command
          12: XADD $stream $addoption* * f $value
          4: XADD $stream $addoption* $value
          2: XADD $stream 5-* f 1
          3: XTRIM $stream $trim
          2: XDEL $stream $id
          3: XDELEX $stream $references? IDS 2 $id $id
          4: XACKDEL $stream $group $references? IDS 3 $id $id $id
          3: XTRIM $stream $trim $references
          3: XADD $stream $references $trim * f $value
          1: XADD $stream $references $trim 1900000000000-* f $value
          3: XADD $stream IDMP $consumer $value $addoption* * f $value
          1: XADD $stream IDMPAUTO $consumer $references? * f $value
          1: XCFGSET $stream IDMP-DURATION 86400 IDMP-MAXSIZE 5
          2: XREADGROUP GROUP $group $consumer CLAIM 3 STREAMS $stream >
          1: XSETID $stream $id ENTRIESADDED 100 MAXDELETEDID 1-1
          1: XSETID $stream 9999999999999-9
          4: XGROUP CREATE $stream $group $groupid MKSTREAM
          2: XGROUP CREATE $stream $group $groupid ENTRIESREAD 3
          2: XGROUP SETID $stream $group $groupid
          1: XGROUP DESTROY $stream $group
          2: XGROUP CREATECONSUMER $stream $group $consumer
          1: XGROUP DELCONSUMER $stream $group $consumer
          10: XREADGROUP GROUP $group $consumer $readoption* STREAMS $stream >
          4: XREADGROUP GROUP $group $consumer $readoption* STREAMS $stream $stream > >
          3: XREADGROUP GROUP $group $consumer BLOCK 1 STREAMS $stream >
          3: XREADGROUP GROUP $group $consumer $readoption* STREAMS $stream 0
          4: XACK $stream $group $id
          3: XCLAIM $stream $group $consumer $idle $id $id $claimoption*
          5: XAUTOCLAIM $stream $group $consumer $idle 0 $autooption*
          3: XPENDING $stream $group
          1: DEL $stream
          1: RENAME $stream $stream
          1: COPY $stream $stream REPLACE
        stream
          3: x:1
          1: x:2
        group
          2: g
          1: h
        consumer
          alice
          bob
        addoption
          NOMKSTREAM
          $trim
        references
          KEEPREF
          2: DELREF
          2: ACKED
        trim
          MAXLEN 5
          MAXLEN ~ 1
          MAXLEN ~ 1 LIMIT 1
          MINID ~ $id
          MINID $id
        id
          0
          1-1
          5-0
          5-1
          5-2
          1800000000000-0
          1800000000000-1
          1800000000001-0
        groupid
          2: 0
          1: $
          1: $id
        readoption
          COUNT 1
          COUNT 2
          NOACK
        claimoption
          3: FORCE
          2: JUSTID
          RETRYCOUNT 7
          IDLE 5
          TIME 1700000000000
          LASTID $id
        autooption
          COUNT 1
          COUNT 10
          JUSTID
        idle
          2: 0
          1: 3
          1: 100000
        """;
}
