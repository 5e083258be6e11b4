using System.Globalization;
using Spinel.Engine;

namespace Spinel.Persistence.Rdb;

/// <summary>The notes at the head of the files that this server writes.</summary>
internal static class RdbNotes
{
    public static List<(string Name, string Value)> ForFile(SpinelEngine engine) =>
    [
        ("redis-ver", ProductVersion.Compatible),
        ("redis-bits", "64"),
        ("ctime", Number(engine.Clock.NowMs / 1000)),
        ("used-mem", Number(engine.Heap.BytesInUse)),
        ("aof-base", "0"),
    ];

    public static List<(string Name, string Value)> ForLogBase(SpinelEngine engine)
    {
        List<(string Name, string Value)> notes = ForFile(engine);
        notes[^1] = ("aof-base", "1");
        return notes;
    }

    private static string Number(long value) => value.ToString(CultureInfo.InvariantCulture);
}
