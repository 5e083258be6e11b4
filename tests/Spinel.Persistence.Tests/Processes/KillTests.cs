using System.Diagnostics;
using System.Globalization;
using System.Net.Sockets;
using System.Text;
using Spinel.TestSupport;

namespace Spinel.Persistence.Tests.Processes;

/// <summary>
/// Servers that are killed at any moment under load, and started again. What a client has been told must be there, and every transaction whole or not at
/// all. SPINEL_KILL_ROUNDS says how often.
/// </summary>
public sealed class KillTests : IDisposable
{
    private const int Writers = 3;
    private const int DefaultRounds = 5;

    private readonly string _directory = PersistentEngine.NewDirectory();

    public void Dispose() => Directory.Delete(_directory, recursive: true);

    [Theory]
    [InlineData("always", null, 1)]
    [InlineData("no", "BGREWRITEAOF", 2)]
    [InlineData("everysec", "BGREWRITEAOF", 3)]
    [InlineData("always", "BGSAVE", 4)]
    public void What_was_acknowledged_is_there_after_a_kill(string policy, string? meanwhile, int seed)
    {
        int rounds = int.TryParse(Environment.GetEnvironmentVariable("SPINEL_KILL_ROUNDS"), CultureInfo.InvariantCulture, out int wanted) ? wanted : DefaultRounds;
        var random = new Random(seed);
        Writer[] writers = [.. Enumerable.Range(0, Writers).Select(i => new Writer(i))];
        for (int round = 0; round <= rounds; round++)
        {
            ServerProcess server = ServerProcess.Start(ServerCommand.SpinelUnchecked(
                "--dir", _directory, "--appendonly", "yes", "--appendfsync", policy, "--rdb-key-save-delay", "100", "--auto-aof-rewrite-min-size", "4kb"));
            try
            {
                using RespConnection control = server.Connect();
                foreach (Writer writer in writers)
                {
                    writer.Check(control, policy == "everysec", server);
                }

                if (round == rounds)
                {
                    server.Stop();
                    Assert.All(writers, writer => Assert.True(writer.Count > rounds));
                    return;
                }

                control.Command("DEBUG", "POPULATE", "1000");
                Thread[] threads = [.. writers.Select(writer => writer.Start(server.Port))];
                Thread.Sleep(random.Next(150));
                if (meanwhile is not null)
                {
                    control.Command(meanwhile);
                    Thread.Sleep(random.Next(200));
                }

                long killed = Stopwatch.GetTimestamp();
                server.Kill();
                foreach ((Thread thread, Writer writer) in threads.Zip(writers))
                {
                    thread.Join();
                    writer.KilledAt = killed;
                }
            }
            finally
            {
                server.Kill();
            }
        }
    }

    /// <summary>A client that counts in transactions, and remembers what it was told, and when.</summary>
    private sealed class Writer(int number)
    {
        private const int MostPipelined = 5;

        /// <summary>With everysec a write may be put off so long, while the disk is busy: the one loss that is allowed.</summary>
        private static readonly TimeSpan LongestDelay = TimeSpan.FromSeconds(2.5);

        private readonly List<long> _acknowledged = [];
        private long _sent;

        public long KilledAt { get; set; }

        /// <summary>What is known to be there.</summary>
        public int Count => _acknowledged.Count;

        public Thread Start(int port)
        {
            var thread = new Thread(() => Run(port));
            thread.Start();
            return thread;
        }

        public void Check(RespConnection client, bool mayLag, ServerProcess server)
        {
            RespValue text = client.Command("GET", $"n{number}");
            long count = text.IsNull ? 0 : text.Integer;
            long length = client.Command("LLEN", $"l{number}").Integer;
            Assert.True(count == length, $"half of a transaction: {count} counted, {length} listed\n{server.Log}");
            Assert.True(count <= _sent, $"{count} were written and only {_sent} sent");
            if (count < _acknowledged.Count)
            {
                TimeSpan age = Stopwatch.GetElapsedTime(_acknowledged[(int)count], KilledAt);
                Assert.True(mayLag && age < LongestDelay, $"{_acknowledged.Count - count} of {_acknowledged.Count} acknowledged writes are lost\n{server.Log}");
            }

            // From here on it counts from what is there.
            _acknowledged.RemoveRange((int)Math.Min(count, _acknowledged.Count), Math.Max(0, _acknowledged.Count - (int)count));
            while (_acknowledged.Count < count)
            {
                _acknowledged.Add(KilledAt);
            }

            _sent = count;
        }

        private void Run(int port)
        {
            try
            {
                using var client = new RespConnection(port);
                for (int i = 0; ; i++)
                {
                    int batch = 1 + (i % MostPipelined);
                    for (int j = 0; j < batch; j++)
                    {
                        _sent++;
                        Send(client, "MULTI");
                        Send(client, "INCR", $"n{number}");
                        Send(client, "RPUSH", $"l{number}", "element");
                        Send(client, "EXEC");
                    }

                    for (int j = 0; j < batch; j++)
                    {
                        for (int reply = 0; reply < 3; reply++)
                        {
                            client.ReadReply();
                        }

                        if (client.ReadReply().Value.IsError)
                        {
                            return;
                        }

                        _acknowledged.Add(Stopwatch.GetTimestamp());
                    }
                }
            }
            catch (Exception e) when (e is SocketException or IOException or ServerFailedException)
            {
                // It was killed.
            }
        }

        private static void Send(RespConnection client, params string[] words) => client.Send([.. words.Select(Encoding.ASCII.GetBytes)]);
    }
}
