namespace Spinel.Protocol;

/// <summary>The protocol version a connection speaks; <c>HELLO 3</c> switches to the newer one.</summary>
public enum RespVersion : byte
{
    /// <summary>Strings, errors, integers, bulk strings and arrays.</summary>
    Resp2 = 2,

    /// <summary>Adds maps, sets, doubles, booleans, nulls, big numbers, verbatim strings, attributes and pushes.</summary>
    Resp3 = 3,
}
