namespace Spinel.Conformance.Tests.Generation;

/// <summary>Streams. Ids are small and grow slowly, so that commands meet each other's entries.</summary>
internal static class StreamGrammar
{
    public const string Text = """
        command
          20: XADD $key $addoption* $newid $pair+
          10: XADD $key $newid f $value
          8: XRANGE $key $bound $bound $countoption?
          5: XREVRANGE $key $bound $bound $countoption?
          3: XLEN $key
          4: XDEL $key $id+
          3: XTRIM $key $trim $limit?
          1: XTRIM $key $junk $junk
          1: XSETID $key $newid $setidoption*
          6: XREAD $readoption* STREAMS $key $id
          2: XREAD $readoption* STREAMS $key $key $id $id
          6: XGROUP CREATE $key $group $groupid $createoption*
          2: XGROUP SETID $key $group $groupid
          1: XGROUP DESTROY $key $group
          2: XGROUP CREATECONSUMER $key $group $consumer
          1: XGROUP DELCONSUMER $key $group $consumer
          12: XREADGROUP GROUP $group $consumer $groupoption* STREAMS $key >
          4: XREADGROUP GROUP $group $consumer $groupoption* STREAMS $key $id
          2: XREADGROUP GROUP $group $consumer COUNT 1 STREAMS $key $key > >
          6: XACK $key $group $id+
          4: XPENDING $key $group
          5: XCLAIM $key $group $consumer 0 $id+ $claimoption*
          4: XAUTOCLAIM $key $group $consumer 0 $id $autooption*
          4: XINFO GROUPS $key
          6: XINFO STREAM $key
          1: DEL $key
          1: COPY $key $key REPLACE
          1: RENAME $key $key
          1: SET $key $value
        pair
          4: f $value
          2: g $int
          $value $value
        newid
          8: 1-*
          8: 2-*
          4: 3-*
          2: 300-*
          1: 70000-*
          3: $id
          1: 99999999-*
        id
          6: 0
          4: 1
          4: 1-0
          4: 1-1
          4: 1-2
          3: 1-3
          3: 2-0
          3: 2-1
          2: 3-0
          2: 3-1
          1: 300-0
          1: $junk
        bound
          6: -
          6: +
          6: $id
          1: (1-1
          1: (2-0
        addoption
          2: NOMKSTREAM
          3: $trim
        trim
          4: MAXLEN 3
          2: MAXLEN = 10
          2: MAXLEN ~ 1
          1: MAXLEN 0
          1: MAXLEN $int
          3: MINID $id
          1: MINID ~ $id
        limit
          LIMIT 10
          LIMIT $int
        countoption
          6: COUNT 2
          COUNT $int
          $junk
        readoption
          6: COUNT 2
          COUNT $int
          1: $junk
        groupoption
          6: COUNT 2
          2: NOACK
          1: COUNT $int
        setidoption
          ENTRIESADDED $int
          MAXDELETEDID $id
        createoption
          6: MKSTREAM
          2: ENTRIESREAD $int
          $junk
        groupid
          4: 0
          4: $
          3: $id
        group
          g
          h
        consumer
          alice
          bob
        claimoption
          3: FORCE
          3: JUSTID
          2: RETRYCOUNT $int
          1: LASTID $id
          1: $junk
        autooption
          2: COUNT 2
          2: JUSTID
          1: COUNT $int
        """;
}
