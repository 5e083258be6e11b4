using System.Text;

namespace Spinel.Engine.Configuration;

/// <summary>Finds the option that was probably meant by a name that none has.</summary>
internal static class OptionSpelling
{
    private const int LongestName = 64;

    /// <summary>The name most like <paramref name="name"/>; null when none differs in a third of its letters or less.</summary>
    public static string? Suggest(ReadOnlySpan<byte> name)
    {
        if (name.Length > LongestName)
        {
            return null;
        }

        string text = Encoding.Latin1.GetString(name).ToLowerInvariant();
        string? best = null;
        int least = (text.Length / 3) + 1;
        foreach (OptionDescriptor option in OptionTable.All)
        {
            int distance = Distance(text, option.Name);
            if (distance < least)
            {
                (best, least) = (option.Name, distance);
            }
        }

        return best;
    }

    /// <summary>How many letters have to be put in, taken out, replaced or exchanged with their neighbour (the optimal string alignment).</summary>
    private static int Distance(string from, string to)
    {
        int[,] table = new int[from.Length + 1, to.Length + 1];
        for (int i = 0; i <= from.Length; i++)
        {
            table[i, 0] = i;
        }

        for (int j = 0; j <= to.Length; j++)
        {
            table[0, j] = j;
        }

        for (int i = 1; i <= from.Length; i++)
        {
            for (int j = 1; j <= to.Length; j++)
            {
                int replaced = table[i - 1, j - 1] + (from[i - 1] == to[j - 1] ? 0 : 1);
                int least = Math.Min(replaced, Math.Min(table[i - 1, j], table[i, j - 1]) + 1);
                if (i > 1 && j > 1 && from[i - 1] == to[j - 2] && from[i - 2] == to[j - 1])
                {
                    least = Math.Min(least, table[i - 2, j - 2] + 1);
                }

                table[i, j] = least;
            }
        }

        return table[from.Length, to.Length];
    }
}
