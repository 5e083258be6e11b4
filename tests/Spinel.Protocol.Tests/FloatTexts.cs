using System.Globalization;

namespace Spinel.Protocol.Tests;

/// <summary>Texts of floating-point numbers, good and bad, that parsers have been known to get wrong.</summary>
internal static class FloatTexts
{
    public static string[] Fixed { get; } =
    [
        "", " ", " 1", "1 ", "+", "-", ".", "+.", "-.e1", "5.", ".5", "-.5", "1e", "1e+", "1e-", "e1", "1e1x", "1..2", "1.2.3", "--1", "+-1", "1,5",
        "0x", "0x.", "0x1", "0X1P3", "0x.8", "0x1.", "0x1p", "0x1p+", "0x1.8p-3", "-0x1.fffffffffffffp1023", "0x1.fffffffffffff8p1023",
        "0x1p1024", "0x1p-1074", "0x1p-1075", "0x1.8p-1075", "0x0.00000000000000000000000000000000000000000000001p200", "0x1fffffffffffffffffffffp-3",
        "0x20000000000001", "0x20000000000003", "0x20000000000001.0000000000000000000000000000000000001",
        "inf", "INF", "+inf", "-Inf", "infinity", "-INFINITY", "infinit", "infx", "nan", "-nan", "nan(1)", "NAN",
        "0", "-0", "+0", "0.0", "00", "007", "0e99999999999999999999", "1e99999999999999999999", "1e-99999999999999999999",
        "1e308", "1.7976931348623157e308", "1.7976931348623158e308", "1.7976931348623159e308", "1e309", "-1e400", "1e4932", "1e4933", "1.189731495357231765e4932",
        "1.18973149535723176508575932662800702e4932", "1e5000",
        "1e-307", "2.2250738585072014e-308", "2.2250738585072011e-308", "4.9e-324", "2.4703282292062328e-324", "2.4703282292062327e-324", "1e-400",
        "3.6e-4951", "1.8e-4951", "1.9e-4951", "1e-4960", "9007199254740993", "9007199254740992.5", "9007199254740993.00000000000000000000000000000000001",
        "18446744073709551615", "18446744073709551616", "18446744073709551617.5", "36893488147419103233", "1125899906842624.25", "1125899906842624.75",
        "0.1", "0.2", "0.3", "10.1", "1e16", "1e17", "99999999999999999", "1e21", "1e22", "1e23", "0.0001", "0.00001", "0.00001234", "0.99999999999999999", "9.9999999999999999e15",
        "3.00000000000000000000000000000000001", "123456789012345678901234567890", "1e-17", "5e-18", "4.9e-18", "1.5e-17", "0.000000000000000005",
        "1" + new string('0', 400) + "e-400", "0." + new string('0', 400) + "1e401", "1." + new string('3', 3000), new string('9', 3000) + "e-2990",
        "1" + new string('0', 5117), "1" + new string('0', 5118) + "0", "0." + new string('0', 5200) + "1",
    ];

    /// <summary>A text of a number of some usual or unusual shape.</summary>
    public static string Random(Random random)
    {
        string sign = random.Next(3) == 0 ? "-" : "";
        return sign + random.Next(8) switch
        {
            0 => random.NextInt64(1L << random.Next(1, 63)).ToString(CultureInfo.InvariantCulture),
            1 => (random.Next(1_000_000) / 100m).ToString(CultureInfo.InvariantCulture),
            2 => BitConverter.Int64BitsToDouble(random.NextInt64(0x7FE0_0000_0000_0000)).ToString("R", CultureInfo.InvariantCulture),
            3 => random.NextDouble().ToString("R", CultureInfo.InvariantCulture),
            4 => Digits(random, 1, 20) + "." + Digits(random, 1, 25),
            5 => Digits(random, 1, 40) + "e" + random.Next(-60, 60).ToString(CultureInfo.InvariantCulture),
            6 => (random.NextDouble() * Math.Pow(10, random.Next(-6, 18))).ToString("R", CultureInfo.InvariantCulture),
            _ => "0x" + random.NextInt64().ToString("x", CultureInfo.InvariantCulture) + "." + random.NextInt64().ToString("x", CultureInfo.InvariantCulture) + "p" + random.Next(-150, 100).ToString(CultureInfo.InvariantCulture),
        };
    }

    private static string Digits(Random random, int min, int max) =>
        string.Create(random.Next(min, max + 1), 0, (text, _) =>
        {
            foreach (ref char c in text)
            {
                c = (char)('0' + random.Next(10));
            }
        });
}
