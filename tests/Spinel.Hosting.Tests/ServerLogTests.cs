using Spinel.Engine;
using Spinel.Hosting.Logging;

namespace Spinel.Hosting.Tests;

public sealed class ServerLogTests
{
    private sealed class FixedTime : TimeProvider
    {
        public override TimeZoneInfo LocalTimeZone => TimeZoneInfo.Utc;

        public override DateTimeOffset GetUtcNow() => new(2026, 11, 2, 7, 8, 9, 45, TimeSpan.Zero);
    }

    [Fact]
    public void Appends_lines_in_the_form_that_tools_read_and_drops_those_below_the_level()
    {
        string path = Path.GetTempFileName();
        try
        {
            var log = new ServerLog(ServerLogLevel.Notice, path, new FixedTime());
            log.Write(ServerLogLevel.Notice, "one");
            log.Write(ServerLogLevel.Verbose, "not this");
            log.Write(ServerLogLevel.Warning, "two");
            log.Minimum = ServerLogLevel.Debug;
            log.Write(ServerLogLevel.Debug, "three");
            string[] lines = File.ReadAllLines(path);
            Assert.Equal(
                [
                    $"{Environment.ProcessId}:M 02 Nov 2026 07:08:09.045 * one",
                    $"{Environment.ProcessId}:M 02 Nov 2026 07:08:09.045 # two",
                    $"{Environment.ProcessId}:M 02 Nov 2026 07:08:09.045 . three",
                ],
                lines);
        }
        finally
        {
            File.Delete(path);
        }
    }
}
