using System.Globalization;
using Spinel.TestSupport;

namespace Spinel.Bench.Compare;

/// <summary>Single fields of INFO.</summary>
internal static class InfoField
{
    /// <summary>The text of a field; 0 when the server has none of that name.</summary>
    public static string Text(RespConnection connection, string name)
    {
        string info = connection.Command("INFO").Text;
        int at = info.IndexOf("\n" + name + ":", StringComparison.Ordinal);
        if (at < 0)
        {
            return "0";
        }

        at += name.Length + 2;
        return info[at..info.IndexOf('\r', at)];
    }

    public static long Integer(RespConnection connection, string name) => long.Parse(Text(connection, name), CultureInfo.InvariantCulture);

    public static double Number(RespConnection connection, string name) => double.Parse(Text(connection, name), CultureInfo.InvariantCulture);
}
