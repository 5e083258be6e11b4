using System.Globalization;
using Spinel.TestSupport;

namespace Spinel.Bench.Compare;

/// <summary>Resident memory per element of a data set, each on a fresh process.</summary>
internal sealed record MemoryCase(string Name, Func<int, string> Request)
{
    private const string Value = "0123456789abcdef0123456789abcdef";
    private static readonly TimeSpan Settle = TimeSpan.FromMilliseconds(500);

    public static readonly MemoryCase[] All =
    [
        new("memory: 16 B key, 32 B value", i => Line($"*3\r\n$3\r\nSET\r\n$16\r\nkey:{i:d12}\r\n$32\r\n{Value}\r\n")),
        new("memory: 16 B key, 8-digit integer", i => Line($"*3\r\n$3\r\nSET\r\n$16\r\nkey:{i:d12}\r\n$8\r\n{10_000_000 + i}\r\n")),
        new("memory: same with 32 B value, TTL", i => Line($"*5\r\n$3\r\nSET\r\n$16\r\nkey:{i:d12}\r\n$32\r\n{Value}\r\n$2\r\nEX\r\n$6\r\n100000\r\n")),
    ];

    /// <summary>Bytes per element.</summary>
    public double Measure(ServerCommand command, int count)
    {
        using ServerProcess server = ServerProcess.Start(command);
        Thread.Sleep(Settle);
        double before = ProcessReadings.ResidentBytes(server.ProcessId);
        LoadRun.Fill(server, count, Request);
        Thread.Sleep(Settle);
        double after = ProcessReadings.ResidentBytes(server.ProcessId);
        server.Kill();
        return (after - before) / count;
    }

    private static string Line(FormattableString text) => text.ToString(CultureInfo.InvariantCulture);
}
