using System.Diagnostics;
using System.Globalization;
using Spinel.TestSupport;

namespace Spinel.Persistence.Tests.Processes;

/// <summary>What clients are told while a server loads, and what it says about itself.</summary>
public sealed class LoadingTests : IDisposable
{
    private const int Keys = 400;

    private readonly string _directory = PersistentEngine.NewDirectory();

    public void Dispose() => Directory.Delete(_directory, recursive: true);

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void Clients_are_told_that_the_data_is_being_loaded(bool log)
    {
        using (var server = new PersistentEngine(_directory, ("appendonly", log ? "yes" : "no")))
        {
            for (int i = 0; i < Keys; i++)
            {
                server.Engine.Run($"SET key:{i} value");
            }

            server.Engine.Turn();
            server.Engine.Run("SAVE").ShouldBe("+OK");
        }

        int port = 27000 + (Environment.ProcessId % 500) + (log ? 500 : 0);
        using Process process = Start(port, "--appendonly", log ? "yes" : "no", "--key-load-delay", "5000");
        try
        {
            using RespConnection client = Connect(port);
            RespValue refusal = client.Command("GET", "key:1");
            Assert.True(refusal.IsError);
            Assert.Equal("LOADING Redis is loading the dataset in memory", refusal.Text);
            Assert.Equal("LOADING Redis is loading the dataset in memory", client.Command("PING").Text);
            string info = client.Command("INFO", "persistence").Text;
            Assert.Equal("1", Field(info, "loading"));
            Assert.True(Number(info, "loading_total_bytes") > Keys * 10);
            Assert.InRange(Number(info, "loading_loaded_bytes"), 0, Number(info, "loading_total_bytes") - 1);
            Assert.EndsWith("%", Field(info, "loading_loaded_perc"), StringComparison.Ordinal);
            Assert.True(Number(info, "loading_start_time") > 1_700_000_000);
            Assert.True(Number(info, "loading_eta_seconds") >= 0);

            // It goes on: loaded at once when the delay goes.
            Assert.Equal("OK", client.Command("CONFIG", "SET", "key-load-delay", "0").Text);
            while (client.Command("GET", "key:1") is { IsError: true } reply)
            {
                Assert.StartsWith("LOADING", reply.Text, StringComparison.Ordinal);
            }

            Assert.Equal(Keys, client.Command("DBSIZE").Integer);
            info = client.Command("INFO", "persistence").Text;
            Assert.Equal("0", Field(info, "loading"));
            Assert.DoesNotContain("loading_total_bytes", info, StringComparison.Ordinal);
        }
        finally
        {
            process.Kill();
            process.WaitForExit();
        }
    }

    private static string Field(string info, string name) => info.Split("\r\n").Single(line => line.StartsWith(name + ":", StringComparison.Ordinal))[(name.Length + 1)..];

    private static long Number(string info, string name) => long.Parse(Field(info, name), CultureInfo.InvariantCulture);

    private static RespConnection Connect(int port)
    {
        for (int attempt = 0; ; attempt++)
        {
            try
            {
                return new RespConnection(port);
            }
            catch (System.Net.Sockets.SocketException) when (attempt < 1000)
            {
                Thread.Sleep(10);
            }
        }
    }

    private Process Start(int port, params string[] options) => Process.Start(new ProcessStartInfo(
        RepositoryPaths.SpinelServer,
        ["--port", port.ToString(CultureInfo.InvariantCulture), "--bind", "127.0.0.1", "--dashboard-port", "0", "--dir", _directory, "--logfile", Path.Combine(_directory, "log"), .. options]))!;
}
