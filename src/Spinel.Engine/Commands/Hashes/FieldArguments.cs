using Spinel.Engine.Dispatch;
using Spinel.Protocol;

namespace Spinel.Engine.Commands.Hashes;

/// <summary>The fields that stand behind <c>FIELDS numfields</c> at the end of a command.</summary>
/// <param name="First">The argument that is the first field.</param>
/// <param name="Count">How many fields there are.</param>
internal readonly record struct FieldArguments(int First, int Count)
{
    /// <summary>The argument behind the last field.</summary>
    public int End => First + Count;

    /// <summary>Reads the list that must begin at argument <paramref name="at"/> and fill the rest of the command.</summary>
    /// <param name="c">The command.</param>
    /// <param name="at">Where FIELDS is expected.</param>
    /// <param name="countError">The reply when the number is not one, or not positive.</param>
    /// <param name="fields">The list.</param>
    public static bool TryRead(ref CommandContext c, int at, ReadOnlySpan<byte> countError, out FieldArguments fields)
    {
        fields = default;
        if (at + 1 >= c.Count || !c.Is(at, "FIELDS"u8))
        {
            c.Error(Errors.FieldsMissing);
            return false;
        }

        if (!Int64Text.TryParse(c[at + 1], out long count) || count < 1)
        {
            c.Error(countError);
            return false;
        }

        if (count != c.Count - at - 2)
        {
            c.Error(Errors.FieldCountMismatch);
            return false;
        }

        fields = new FieldArguments(at + 2, (int)count);
        return true;
    }
}
