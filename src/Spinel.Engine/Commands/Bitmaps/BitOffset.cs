using Spinel.DataStructures;
using Spinel.Engine.Dispatch;
using Spinel.Protocol;

namespace Spinel.Engine.Commands.Bitmaps;

/// <summary>The offset of a bit, or of a field: in bits, or as <c>#n</c>, the n-th field of that width.</summary>
internal static class BitOffset
{
    /// <summary>Reads an offset; replies with an error and returns false when it is none, or lies beyond the longest string.</summary>
    /// <param name="c">The call.</param>
    /// <param name="index">The argument.</param>
    /// <param name="fieldBits">The width that <c>#</c> multiplies with; 0 when there is no <c>#</c>.</param>
    /// <param name="offset">The offset in bits.</param>
    public static bool TryRead(ref CommandContext c, int index, int fieldBits, out long offset)
    {
        ReadOnlySpan<byte> text = c[index];
        bool isIndex = fieldBits > 0 && text.StartsWith((byte)'#');
        if (Int64Text.TryParse(isIndex ? text[1..] : text, out offset))
        {
            offset = isIndex ? unchecked(offset * fieldBits) : offset;

            // The limit is that of the field's first bit; what no string can hold is refused in any case.
            if (offset >= 0 && offset >> 3 < c.Engine.Limits.StringBytes && (offset + fieldBits) >> 3 < KeyBlock.MaxStringBytes)
            {
                return true;
            }
        }

        c.Error(Errors.BitOffset);
        return false;
    }
}
