namespace Spinel.Conformance.Tests.Generation;

/// <summary>The grammar of commands on lists.</summary>
internal static class ListGrammar
{
    public const string Text = """
        command
          12: RPUSH $key $element+
          8: LPUSH $key $element+
          6: RPUSH $key $element $element $element $element $element $element $element $element $element $element
          3: RPUSHX $key $element+
          3: LPUSHX $key $element+
          5: LPOP $key
          5: RPOP $key
          4: LPOP $key $popcount
          4: RPOP $key $popcount
          4: LLEN $key
          6: LINDEX $key $position
          8: LRANGE $key $position $position
          6: LSET $key $position $element
          6: LINSERT $key $where $element $element
          6: LREM $key $int $element
          4: LTRIM $key $position $position
          8: LPOS $key $element $posoption*
          4: RPOPLPUSH $key $key
          6: LMOVE $key $key $end $end
          4: LMPOP $keys $end $countoption?
          2: BLPOP $key+ $timeout
          2: BRPOP $key+ $timeout
          1: BRPOPLPUSH $key $key $timeout
          2: BLMOVE $key $key $end $end $timeout
          2: BLMPOP $timeout $keys $end $countoption?
          2: DEL $key
          1: SET $key $value
          2: RENAME $key $key
          2: COPY $key $key REPLACE
          1: OBJECT ENCODING $key
          1: TYPE $key
        keys
          4: 1 $key
          3: 2 $key $key
          3 $key $key $key
          $position $key
        end
          8: LEFT
          8: RIGHT
          $junk
        where
          8: BEFORE
          8: AFTER
          $junk
        posoption
          3: RANK $int
          4: COUNT $position
          2: MAXLEN $position
          $junk
        countoption
          6: COUNT $popcount
          $junk
        popcount
          4: 1
          4: 2
          2: 10
          $position
        """;
}
