using Spinel.Engine.Dispatch;
using Spinel.Protocol;

namespace Spinel.Engine.Commands.SortedSets;

/// <summary>The arguments of ZMPOP and BZMPOP from <c>numkeys</c> on.</summary>
internal readonly record struct PopRequest(int KeyCount, bool FromTop, long Count)
{
    public static bool TryRead(ref CommandContext c, int numKeysArgument, out PopRequest request)
    {
        request = default;
        if (!Int64Text.TryParse(c[numKeysArgument], out long keyCount) || keyCount < 1)
        {
            c.Error(Errors.NumKeysNotPositive);
            return false;
        }

        if (keyCount >= c.Count - numKeysArgument - 1)
        {
            c.Error(Errors.Syntax);
            return false;
        }

        int where = numKeysArgument + (int)keyCount + 1;
        bool fromTop = c.Is(where, "MAX"u8);
        if (!fromTop && !c.Is(where, "MIN"u8))
        {
            c.Error(Errors.Syntax);
            return false;
        }

        long count = -1;
        for (int i = where + 1; i < c.Count; i += 2)
        {
            if (count != -1 || i + 1 == c.Count || !c.Is(i, "COUNT"u8))
            {
                c.Error(Errors.Syntax);
                return false;
            }

            if (!Int64Text.TryParse(c[i + 1], out count) || count < 1)
            {
                c.Error(Errors.CountNotPositive);
                return false;
            }
        }

        request = new PopRequest((int)keyCount, fromTop, count == -1 ? 1 : count);
        return true;
    }
}
