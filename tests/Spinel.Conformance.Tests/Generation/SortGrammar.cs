namespace Spinel.Conformance.Tests.Generation;

/// <summary>
/// SORT over lists, sets and sorted sets of numbers (n:) and of anything (t:), by the weights in strings (w:) and hashes (h:). Names that have no weight,
/// weights that are no numbers and keys of the wrong type come up by themselves. No number is beyond the range of a double (see sort.txt),
/// and no text holds a zero byte, behind which texts compare as equal.
/// </summary>
internal static class SortGrammar
{
    public const string Text = """
        command
          6: RPUSH $list $num $num $num $num
          3: RPUSH t:list $text+
          4: SADD n:set $num+
          3: SADD t:set $text+
          4: ZADD n:zset $plainscore $num $plainscore $num
          2: ZADD t:zset $plainscore $text
          6: SET $weight $num
          1: SET $weight $text
          2: SET $weight $num EXAT $unixseconds
          6: HSET $hash f $num g $text
          1: HSET $hash f $text
          1: RPUSH $weight $num
          1: DEL $weight
          1: DEL $hash
          1: DEL $source
          20: SORT $source $option*
          6: SORT $source
          6: SORT_RO $source $option*
          6: SORT $source $by $get+
          6: SORT $source $by $limit
          6: SORT $source $by $option* STORE $destination
          5: SORT $source ALPHA $limit $option*
          3: SORT $source $junk
          3: SORT $key $option*
          1: SORT $key
          2: LRANGE $destination 0 -1
          1: EXPIRE $destination $seconds
          1: TTL $destination
          1: SINTERSTORE n:set n:set n:set
        list
          4: n:list
          1: t:list
        source
          4: n:list
          3: n:set
          3: n:zset
          2: t:list
          2: t:set
          2: t:zset
          1: d:1
        destination
          3: d:1
          2: d:2
          1: n:list
          1: $key
        num
          6: $one
          1: -1
          1: 1.5
          1: 1.0
          1: 01
          1: 1e1
          1: 10
          1: -0
        text
          hello
          2: b
          2: a
          ab
          1
          10
          -1
          1e3
          nan
          inf
          1.5x
          0x10
          B
          2: $name
        one
          0
          1
          2
          3
          4
          5
          6
          7
        weight
          w:0
          w:1
          w:2
          w:3
          w:4
          w:10
          w:-1
        hash
          h:0
          h:1
          h:2
          h:3
          h:1.5
        option
          3: $by
          3: $get
          4: $limit
          4: DESC
          1: ASC
          4: ALPHA
          1: STORE $destination
          1: $junk
        by
          5: BY w:*
          4: BY h:*->f
          2: BY nosort
          1: BY h:*->
          1: BY *
          1: BY w:1
          1: BY $pattern
          1: BY h:*->*
          1: BY w:*:*
        get
          4: GET #
          4: GET w:*
          3: GET h:*->f
          3: GET h:*->g
          1: GET h:*->none
          1: GET h:1->f
          1: GET h:*->
          1: GET ->f
          1: GET $pattern
        limit
          8: LIMIT 0 3
          4: LIMIT 2 2
          2: LIMIT 1 -1
          LIMIT -1 2
          LIMIT $position $position
        """;
}
