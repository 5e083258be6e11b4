using System.Globalization;
using System.Text;
using Spinel.Conformance.Tests.Differential;
using Spinel.Conformance.Tests.Generation;
using Spinel.TestSupport;

namespace Spinel.Conformance.Tests;

/// <summary>
/// Damaged requests: both servers send the same bytes before the connection ends, and both go on serving. SPINEL_SEED looks
/// elsewhere, SPINEL_COUNT is how many streams are tried.
/// </summary>
public sealed class MalformedInputTests(ServerPair servers, ITestOutputHelper output) : IClassFixture<ServerPair>
{
    private const int DefaultCount = 4000;
    private const int MaxReports = 8;

    [Fact]
    public void Damaged_streams_get_the_same_bytes_back()
    {
        int seed = Settings.Seed;
        int count = Settings.Count(DefaultCount);
        output.WriteLine($"SPINEL_SEED={seed} SPINEL_COUNT={count}");
        servers.Flush();
        var generator = new ByteStreamGenerator(seed);
        var reports = new StringBuilder();
        int failures = 0;
        for (int i = 0; i < count && failures < MaxReports; i++)
        {
            byte[] stream = generator.Next();
            string expected = Exchange(servers.Oracle, stream);
            string actual = Exchange(servers.Subject, stream);
            if (expected != actual)
            {
                failures++;
                reports.AppendLine(CultureInfo.InvariantCulture,
                    $"\nsent     {CommandText.Escape(stream)}\n  oracle   {expected}\n  subject  {actual}");
                servers.Flush();
            }
        }

        Assert.True(failures == 0, $"seed {seed}:{reports}");
    }

    /// <summary>Sends, says that no more will come, and returns all that comes back until the server closes.</summary>
    private static string Exchange(ServerProcess server, byte[] stream)
    {
        using RespConnection connection = server.Connect();
        try
        {
            connection.SendRaw(stream);
            connection.FinishSending();
            return CommandText.Escape(connection.ReadUntilClosed());
        }
        catch (IOException failure)
        {
            return $"({failure.Message})";
        }
    }
}
