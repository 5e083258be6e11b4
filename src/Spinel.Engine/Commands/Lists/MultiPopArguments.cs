using Spinel.Engine.Dispatch;
using Spinel.Protocol;

namespace Spinel.Engine.Commands.Lists;

/// <summary>What LMPOP and BLMPOP have in common: <c>numkeys key [key ...] LEFT|RIGHT [COUNT count]</c>.</summary>
internal readonly record struct MultiPopArguments(int FirstKey, int KeyCount, ListEnd End, long ElementCount)
{
    /// <summary>Reads the arguments from that with the number of keys on; replies with an error and returns false when they are wrong.</summary>
    public static bool TryRead(ref CommandContext c, int numKeysIndex, out MultiPopArguments arguments)
    {
        arguments = default;
        if (!Int64Text.TryParse(c[numKeysIndex], out long keyCount) || keyCount < 1)
        {
            c.Error(Errors.NumKeysNotPositive);
            return false;
        }

        if (keyCount >= c.Count - numKeysIndex - 1)
        {
            c.Error(Errors.Syntax);
            return false;
        }

        int firstKey = numKeysIndex + 1;
        int endIndex = firstKey + (int)keyCount;
        if (!ListEnds.TryRead(ref c, endIndex, out ListEnd end))
        {
            return false;
        }

        long count = 1;
        if (c.Count > endIndex + 1)
        {
            if (c.Count < endIndex + 3 || !c.Is(endIndex + 1, "COUNT"u8))
            {
                c.Error(Errors.Syntax);
                return false;
            }

            if (!Int64Text.TryParse(c[endIndex + 2], out count) || count < 1)
            {
                c.Error(Errors.CountNotPositive);
                return false;
            }

            if (c.Count > endIndex + 3)
            {
                c.Error(Errors.Syntax);
                return false;
            }
        }

        arguments = new MultiPopArguments(firstKey, (int)keyCount, end, count);
        return true;
    }
}
