namespace Spinel.Conformance.Tests.Generation;

/// <summary>HyperLogLogs; GET shows their bytes.</summary>
internal static class HyperLogLogGrammar
{
    public const string Text = """
        command
          20: PFADD $key $sample*
          8: PFADD $key $manyelements
          10: PFCOUNT $key
          5: PFCOUNT $key $key+
          6: PFMERGE $key $key*
          8: GET $key
          2: PFDEBUG $debugcommand $key
          2: OBJECT ENCODING $key
          2: DEL $key
          1: SET $key $value
          1: COPY $key $key
          1: SETRANGE $key $registeroffset $value
          1: CONFIG SET hll-sparse-max-bytes $sparselimit
        manyelements
          $sample $sample $sample $sample $sample $sample $sample $sample $sample $sample $sample $sample
        debugcommand
          3: ENCODING
          3: DECODE
          1: TODENSE
          1: GETREG
          $junk
        sparselimit
          4: 3000
          1: 100
          1: 500
        """;
}
