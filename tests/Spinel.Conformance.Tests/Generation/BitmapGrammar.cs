namespace Spinel.Conformance.Tests.Generation;

/// <summary>Commands on the bits of strings.</summary>
internal static class BitmapGrammar
{
    public const string Text = """
        command
          4: SET $key $value
          8: SETBIT $key $bitoffset $bit
          6: GETBIT $key $bitoffset
          4: BITCOUNT $key
          6: BITCOUNT $key $position $position $unit?
          4: BITPOS $key $bit
          3: BITPOS $key $bit $position
          6: BITPOS $key $bit $position $position $unit?
          8: BITOP $operation $key $key+
          8: BITFIELD $key $fieldoperation+
          3: BITFIELD_RO $key $fieldget*
          4: GET $key
          1: STRLEN $key
          2: OBJECT ENCODING $key
          2: APPEND $key $value
          1: SET $key $value EXAT $unixseconds
          1: DEL $key
        operation
          4: AND
          4: OR
          4: XOR
          3: NOT
          $junk
        unit
          4: BIT
          3: BYTE
          $junk
        fieldoperation
          4: GET $fieldtype $bitoffset
          5: SET $fieldtype $bitoffset $int
          5: INCRBY $fieldtype $bitoffset $int
          3: OVERFLOW $overflow
        fieldget
          12: GET $fieldtype $bitoffset
          1: SET $fieldtype $bitoffset $int
        overflow
          5: WRAP
          5: SAT
          5: FAIL
          $junk
        """;
}
