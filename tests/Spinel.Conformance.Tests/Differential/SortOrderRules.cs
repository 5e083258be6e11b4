using System.Text;

namespace Spinel.Conformance.Tests.Differential;

/// <summary>
/// Where SORT leaves the order of elements to the implementation: texts as weights may be alike or missing, which nothing tells apart, and a set whose
/// elements are not sorted comes in its table's order. Everything else has one answer.
/// </summary>
internal static class SortOrderRules
{
    /// <summary>Whether the order of the elements is anyone's.</summary>
    public static bool IsFree(IReadOnlyList<byte[]> arguments)
    {
        if (arguments.Count < 2)
        {
            return false;
        }

        bool alpha = false, stored = false, byWeight = false, unsorted = false;
        for (int i = 2; i < arguments.Count; i++)
        {
            switch (Word(arguments[i]))
            {
                case "ALPHA":
                    alpha = true;
                    break;
                case "BY" when i + 1 < arguments.Count:
                    byWeight = arguments[++i].Contains((byte)'*');
                    unsorted |= !byWeight;
                    break;
                case "STORE":
                    stored = true;
                    i++;
                    break;
                case "GET":
                    i++;
                    break;
                case "LIMIT":
                    i += 2;
                    break;
            }
        }

        return unsorted ? !stored && Word(arguments[1]).EndsWith(":SET", StringComparison.Ordinal) : byWeight && alpha;
    }

    /// <summary>Whether the order decides what is returned or kept.</summary>
    public static bool PicksByOrder(IReadOnlyList<byte[]> arguments) => arguments.Skip(2).Any(argument => Word(argument) is "LIMIT" or "STORE");

    private static string Word(byte[] argument) => Encoding.Latin1.GetString(argument).ToUpperInvariant();
}
