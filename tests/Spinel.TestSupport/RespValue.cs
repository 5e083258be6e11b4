using System.Globalization;
using System.Text;

namespace Spinel.TestSupport;

/// <summary>The kinds of reply, named by the byte that opens them on the wire.</summary>
public enum RespKind : byte
{
    /// <summary>+ one line.</summary>
    SimpleString = (byte)'+',

    /// <summary>- one line.</summary>
    Error = (byte)'-',

    /// <summary>: a 64-bit number.</summary>
    Integer = (byte)':',

    /// <summary>$ bytes of a stated length, or null.</summary>
    BulkString = (byte)'$',

    /// <summary>* a sequence, or null.</summary>
    Array = (byte)'*',

    /// <summary>_ the null of RESP3.</summary>
    Null = (byte)'_',

    /// <summary>, a floating-point number.</summary>
    Double = (byte)',',

    /// <summary># t or f.</summary>
    Boolean = (byte)'#',

    /// <summary>! an error with a stated length.</summary>
    BulkError = (byte)'!',

    /// <summary>= text with a three-letter format.</summary>
    Verbatim = (byte)'=',

    /// <summary>( a number of any size.</summary>
    BigNumber = (byte)'(',

    /// <summary>% pairs; Items holds keys and values in turn.</summary>
    Map = (byte)'%',

    /// <summary>~ a sequence without order.</summary>
    Set = (byte)'~',

    /// <summary>> a message outside the order of replies.</summary>
    Push = (byte)'>',

    /// <summary>| pairs about the reply that follows.</summary>
    Attribute = (byte)'|',
}

/// <summary>
/// A reply as a tree. <see cref="Bytes"/> holds the payload of the scalar kinds exactly as sent (the text of numbers too);
/// <see cref="Items"/> holds the parts of the compound ones. Both are null in a null bulk string or array.
/// </summary>
public sealed record RespValue(RespKind Kind, byte[]? Bytes, RespValue[]? Items, RespValue? Attributes = null)
{
    /// <summary>Whether this is one of the three nulls.</summary>
    public bool IsNull => Kind == RespKind.Null || (Bytes is null && Items is null);

    /// <summary>Whether this is an error reply.</summary>
    public bool IsError => Kind is RespKind.Error or RespKind.BulkError;

    /// <summary>The payload as text (Latin-1, so that no byte is lost); empty for compound values.</summary>
    public string Text => Bytes is null ? "" : Encoding.Latin1.GetString(Bytes);

    /// <summary>The value of an integer reply.</summary>
    /// <exception cref="FormatException">Not a number.</exception>
    public long Integer => long.Parse(Text, CultureInfo.InvariantCulture);

    /// <summary>The reply in the manner of redis-cli, on several lines where it is compound.</summary>
    public override string ToString()
    {
        var text = new StringBuilder();
        Describe(text, "");
        return text.ToString();
    }

    private void Describe(StringBuilder text, string indent)
    {
        switch (Kind)
        {
            case RespKind.SimpleString:
                text.Append(Text);
                break;
            case RespKind.Error or RespKind.BulkError:
                text.Append("(error) ").Append(CommandText.Quote(Bytes));
                break;
            case RespKind.Integer:
                text.Append("(integer) ").Append(Text);
                break;
            case RespKind.Null:
                text.Append("(null)");
                break;
            case RespKind.BulkString:
                text.Append(Bytes is null ? "(nil)" : '"' + CommandText.Escape(Bytes) + '"');
                break;
            case RespKind.Double or RespKind.Boolean or RespKind.BigNumber or RespKind.Verbatim:
                text.Append('(').Append(Kind).Append(") ").Append(CommandText.Quote(Bytes));
                break;
            default:
                text.Append('(').Append(Kind).Append(Items is null ? ") nil" : $" of {Items.Length})");
                for (int i = 0; i < (Items?.Length ?? 0); i++)
                {
                    text.Append('\n').Append(indent).Append("  ").Append(i + 1).Append(") ");
                    Items![i].Describe(text, indent + "    ");
                }

                break;
        }
    }
}

/// <summary>A reply as a tree together with the exact bytes that carried it.</summary>
public sealed record RespReply(RespValue Value, byte[] Raw);
