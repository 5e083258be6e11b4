using System.Globalization;
using System.Text;

namespace Spinel.Conformance.Tests.Generation;

/// <summary>
/// Draws the arguments that grammars name by $word. Keys are few, so that commands meet each other's work; values are the ones
/// at which parsers and encodings change their mind.
/// </summary>
internal sealed class ArgumentSource(Random random)
{
    private static readonly string[] CommonKeys = ["a", "b", "c", "d", "k:1", "k:2"];
    private static readonly byte[][] RareKeys =
    [
        [], [0, 255, 13, 10, 0x80], "with space"u8.ToArray(), "{tag}one"u8.ToArray(), "[a-c]*?"u8.ToArray(), "list"u8.ToArray(),
        "set"u8.ToArray(), "hash"u8.ToArray(), "zset"u8.ToArray(), "stream"u8.ToArray(), Repeat("long-key-", 40),
    ];

    private static readonly byte[][] Values =
    [
        [], "0"u8.ToArray(), "1"u8.ToArray(), "-1"u8.ToArray(), "10"u8.ToArray(), "9999"u8.ToArray(), "10000"u8.ToArray(),
        "-0"u8.ToArray(), "+1"u8.ToArray(), "01"u8.ToArray(), " 1"u8.ToArray(), "1 "u8.ToArray(), "1.0"u8.ToArray(),
        "1e3"u8.ToArray(), "0x10"u8.ToArray(), "3.14"u8.ToArray(), "-2.5e-3"u8.ToArray(), "inf"u8.ToArray(), "nan"u8.ToArray(),
        "9223372036854775807"u8.ToArray(), "9223372036854775808"u8.ToArray(), "-9223372036854775808"u8.ToArray(),
        "-9223372036854775809"u8.ToArray(), "18446744073709551615"u8.ToArray(), "hello"u8.ToArray(), "Hello World"u8.ToArray(),
        "ohmytext"u8.ToArray(), "mynewtext"u8.ToArray(), [0], [0, 1, 2, 254, 255], [13, 10], Repeat("x", 43), Repeat("x", 44), Repeat("x", 45),
        Repeat("ab", 250), Repeat("0123456789", 100), "12345678901234567890"u8.ToArray(), Repeat("1", 21),
    ];

    private static readonly string[] Integers =
    [
        "0", "1", "-1", "2", "5", "10", "-10", "100", "12345", "9223372036854775807", "-9223372036854775808", "9223372036854775808",
        "-9223372036854775809", "4611686018427387904", "", "abc", "1.5", " 1", "1 ", "+1", "01", "-0", "1e2",
    ];

    private static readonly string[] Floats =
    [
        "0", "1", "-1", "0.1", "0.2", "-0.1", "1.5", "3.0", "5.0e3", "1e-3", "-2.5", "100.25", "10.5000", "0.000001", "1e17", "123456789.123",
        "abc", "", "nan", "inf", "-inf", "+1", " 1", "1 ", "0x1p3", "1e400", "1e5000", "-0", "1.", ".5",
    ];

    private static readonly string[] Positions =
    [
        "0", "1", "2", "3", "5", "7", "10", "43", "44", "45", "100", "1000", "-1", "-2", "-3", "-5", "-100", "9223372036854775807",
        "-9223372036854775808", "2147483647", "-2147483649", "4294967296", "abc", "", "1.0",
    ];

    private static readonly string[] Offsets =
    [
        "0", "1", "2", "5", "10", "43", "44", "45", "100", "1000", "3000", "-1", "536870912", "4294967295000", "9223372036854775807", "abc", "",
    ];

    private static readonly string[] BitOffsets =
    [
        "0", "7", "8", "9", "15", "31", "#0", "#1", "#2", "#10", "1000", "8000", "32767", "-1", "#-1", "#", "#x", "abc", "", "4294967296", "9223372036854775807",
        "#9223372036854775807", "1.5", "01",
    ];

    private static readonly string[] FieldTypes =
    [
        "u1", "i1", "u8", "i8", "u63", "i64", "i63", "u32", "i32", "u16", "u64", "u0", "i0", "i65", "u", "i", "8", "U8", "u-1", "u08", "x8", "",
    ];

    private static readonly string[] Patterns =
    [
        "*", "a", "?", "k:*", "k:?", "[ab]", "[^a]", "[a-c]", "[c-a]", "\\a", "\\*", "*a*", "", "[", "[]", "[a", "k:[0-9]", "**", "*\\", "h*o", "?*?", "[a-]", "[\\]]",
    ];

    private static readonly string[] Databases = ["0", "0", "0", "0", "1", "1", "2", "15", "16", "-1", "abc", "", "1.0", "99999999999"];

    private static readonly string[] Types = ["string", "list", "set", "zset", "hash", "stream", "STRING", "nonsense", ""];

    private static readonly string[] Elements = ["a", "b", "c", "1", "2", "-1", "4095", "4096", "100000", "3000000000", "abc"];

    /// <summary>Timeouts of commands that wait: in vain, and not for long, or not at all because they are wrong.</summary>
    internal static readonly string[] Timeouts = ["0.001", "0.001", "0.001", "0.001", "0.001", "-1", "-0.5", "abc", "", "nan", "inf", "-inf", "1e16", "1e400"];

    private static readonly string[] Messages = ["hi", "", "hello world", "\r\n", "0"];

    private static readonly string[] CommonFields = ["f", "g", "h", "field:1", "field:2", "1", "2", "17", "-5", "4096", "n", "sum"];
    private static readonly byte[][] RareFields =
    [
        [], [0, 255, 13, 10], "with space"u8.ToArray(), "9223372036854775807"u8.ToArray(), "-9223372036854775808"u8.ToArray(), "9223372036854775808"u8.ToArray(),
        "01"u8.ToArray(), Repeat("f", 63), Repeat("f", 64), Repeat("f", 65), Repeat("long-field-", 30), "127"u8.ToArray(), "128"u8.ToArray(),
    ];

    private static readonly string[] Draws =
    [
        "0", "1", "2", "3", "5", "100", "-1", "-2", "-5", "-100", "abc", "", "1.5", "9223372036854775807", "-9223372036854775808",
    ];

    private static readonly string[] Scores =
    [
        "0", "0", "1", "1", "2", "3", "-1", "-2", "0.1", "0.5", "1.5", "-0.5", "100", "1000000", "1e10", "1e17", "-1e17", "1e18", "4611686018427387904", "1e300", "1e-300", "5e-324",
        "123456789012345678", "3.14159265358979", "inf", "-inf", "+inf", "-0", "nan", "abc", "", " 1", "0x10", "1e400", "9007199254740993",
    ];

    private static readonly string[] Bounds =
    [
        "0", "1", "2", "-1", "(0", "(1", "(2", "-inf", "+inf", "inf", "(-inf", "(inf", "0.5", "100", "(1000", "1e17", "500", "(250", "750", "", "(", " 1", "1 ", "abc", "nan", "(nan", "1e400", "-1e400", "1e-400", "0x10", "((1", "[1",
    ];

    private static readonly string[] LexBounds =
    [
        "-", "+", "-", "+", "[", "(", "[a", "(f", "[f", "[field:1", "(field:2", "[1", "(1", "[17", "[5", "(9", "[zz", "a", "", "--", "+x", "-x", "[g",
    ];

    private static readonly string[] Indexes =
    [
        "0", "0", "-1", "-1", "1", "2", "3", "5", "10", "100", "130", "-2", "-3", "-10", "-200", "9223372036854775807", "-9223372036854775808", "abc", "", "1.5",
    ];

    private static readonly string[] Cursors = ["0", "0", "0", "0", "0", "abc", "", "18446744073709551616", "1.5", " 0"];

    public Random Random => random;

    /// <summary>One argument of a named sort.</summary>
    public byte[] Draw(string sort) => sort switch
    {
        "key" => Key(),
        "value" => random.Next(8) == 0 ? Integer(random.NextInt64(-100_000, 100_000)) : Pick(Values),
        "element" => random.Next(3) == 0 ? Pick(Values) : Text(Pick(Elements)),
        "timeout" => Text(Pick(Timeouts)),
        "int" => random.Next(4) == 0 ? Integer(random.NextInt64(-1000, 1000)) : Text(Pick(Integers)),
        "float" => Text(Pick(Floats)),
        "position" => Text(Pick(Positions)),
        "offset" => Text(Pick(Offsets)),
        "pattern" => Text(Pick(Patterns)),
        "db" => Text(Pick(Databases)),
        "type" => Text(Pick(Types)),
        "message" => Text(Pick(Messages)),
        "field" => random.Next(8) == 0 ? Pick(RareFields) : Text(Pick(CommonFields)),
        "shortfield" => Integer(random.Next(900)),
        "shortvalue" => Integer(random.Next(100_000)),
        "member" => random.Next(8) == 0 ? Pick(RareFields) : random.Next(2) == 0 ? Text(Pick(CommonFields)) : Integer(random.Next(60)),
        "number" => Integer(random.Next(700) - 20),
        "name" => Text("m" + random.Next(250).ToString(CultureInfo.InvariantCulture)),
        "score" => Text(Pick(Scores)),
        "lexkey" => Text(Pick(["lex:1", "lex:2", "lex:3"])),
        "plainscore" => Integer(random.Next(1000)),
        "bound" => Text(Pick(Bounds)),
        "lexbound" => Text(Pick(LexBounds)),
        "index" => Text(Pick(Indexes)),
        "draw" => Text(Pick(Draws)),
        "cursor" => Text(Pick(Cursors)),
        "count" => Text(Pick(["1", "10", "1000", "0", "-1", "abc", ""])),
        "seconds" => Relative(1_000_000, 9_000_000),
        "ms" => Relative(1_000_000_000, 9_000_000_000),
        "unixseconds" => Absolute(1),
        "unixms" => Absolute(1000),
        "bit" => Text(Pick(["0", "1", "0", "1", "0", "1", "2", "-1", "abc", ""])),
        "bitoffset" => random.Next(3) == 0 ? Text(Pick(BitOffsets)) : Integer(random.Next(120)),
        "fieldtype" => random.Next(3) == 0 ? Text(Pick(FieldTypes)) : Text((random.Next(2) == 0 ? "i" : "u") + (1 + random.Next(63)).ToString(CultureInfo.InvariantCulture)),
        "sample" => random.Next(4) == 0 ? Pick(Values) : Integer(random.NextInt64(20_000)),
        "longitude" => random.Next(12) == 0 ? Text(Pick(Floats)) : Coordinate(180),
        "latitude" => random.Next(12) == 0 ? Text(Pick(Floats)) : Coordinate(85),
        "radius" => random.Next(12) == 0 ? Text(Pick(Floats)) : Integer(random.NextInt64(1, 1L << random.Next(1, 15))),
        "registeroffset" => Integer(16 + random.Next(300)),
        "junk" => Pick(Values),
        _ => throw new ArgumentException($"unknown sort of argument: {sort}"),
    };

    private byte[] Coordinate(int limit) => Text(((random.NextDouble() * 2 - 1) * limit).ToString("R", CultureInfo.InvariantCulture));

    private byte[] Key() => random.Next(10) == 0 ? Pick(RareKeys) : Text(Pick(CommonKeys));

    /// <summary>
    /// A time to live: hours away, and hardly ever the same twice, because the outcome of EXPIRE GT between equal ones depends on
    /// the millisecond.
    /// </summary>
    private byte[] Relative(long least, long most) => random.Next(6) == 0
        ? Text(Pick(["0", "-1", "-100", "abc", "", "1.5", "9223372036854775807", "-9223372036854775808", "9223372036854775", "99999999999999999999"]))
        : Integer(random.NextInt64(least, most));

    /// <summary>A point in the far future or in the past, the same set for all commands, so that GT and LT meet equal ones.</summary>
    private byte[] Absolute(long perSecond) => random.Next(6) == 0
        ? Text(Pick(["0", "-1", "1", "abc", "", "9223372036854775807", "-9223372036854775808", "1000000000"]))
        : Integer((4_102_444_800 + (random.Next(4) * 86_400L)) * perSecond);

    private T Pick<T>(T[] choices) => choices[random.Next(choices.Length)];

    private static byte[] Text(string text) => Encoding.ASCII.GetBytes(text);

    private static byte[] Integer(long value) => Text(value.ToString(CultureInfo.InvariantCulture));

    private static byte[] Repeat(string text, int count) => Text(string.Concat(Enumerable.Repeat(text, count)));
}
