using System.Buffers;
using System.Buffers.Text;

namespace Spinel.Bench.Micro;

/// <summary>Names of 16 bytes, and random orders of them, that the benchmarks of collections share.</summary>
internal static class CollectionNames
{
    /// <summary>So many names, "member:000000000" and on.</summary>
    public static byte[][] Create(int count)
    {
        var names = new byte[count][];
        for (int i = 0; i < count; i++)
        {
            names[i] = "member:000000000"u8.ToArray();
            Utf8Formatter.TryFormat(i, names[i].AsSpan(7), out _, new StandardFormat('D', 9));
        }

        return names;
    }

    /// <summary>Numbers below <paramref name="limit"/> in random order, always the same.</summary>
    public static int[] Draw(int limit, int count) => new Random(1).GetItems([.. Enumerable.Range(0, limit)], count);
}
