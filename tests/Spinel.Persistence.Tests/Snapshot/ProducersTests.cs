using System.Globalization;
using System.Text;
using Spinel.DataStructures;
using Spinel.Engine;
using Spinel.TestSupport;

namespace Spinel.Persistence.Tests.Snapshot;

/// <summary>What a stream remembers of its producers is recorded as it was at the beginning, while they go on sending.</summary>
public sealed class ProducersTests : IDisposable
{
    private readonly string _directory = PersistentEngine.NewDirectory();

    public void Dispose() => Directory.Delete(_directory, recursive: true);

    [Theory]
    [InlineData(1, "yes", "BGSAVE")]
    [InlineData(2, "yes", "BGSAVE")]
    [InlineData(3, "yes", "BGREWRITEAOF")]
    [InlineData(4, "no", "BGREWRITEAOF")]
    public void Producers_send_while_they_are_recorded(int seed, string preamble, string command)
    {
        (string, string)[] options = command == "BGSAVE" ? [] : [("appendonly", "yes"), ("aof-use-rdb-preamble", preamble)];
        string before;
        string after;
        using (var server = new PersistentEngine(_directory, options))
        {
            var random = new Random(seed);
            server.Engine.Run("XADD x MAXLEN 0 1-1 f v");
            server.Engine.Run("XCFGSET x IDMP-DURATION 1000 IDMP-MAXSIZE 20").ShouldBe("+OK");
            for (int i = 0; i < 20_000; i++)
            {
                Send(server, random, i < 3000 ? 200 : 3000);
                if (i % 1000 == 0)
                {
                    server.Engine.Time.Advance(25_000);
                }
            }

            before = Content(server);
            server.Engine.Run("CONFIG SET rdb-key-save-delay 900").ShouldBe("+OK");
            Assert.StartsWith("+Background", server.Engine.Run(command).Text, StringComparison.Ordinal);
            int sent = 0;
            for (int i = 0; server.Persistence.Snapshots.IsBusyWriting && i < 10_000; i++)
            {
                sent++;
                Send(server, random, 4000);
                if (i % 100 == 0)
                {
                    server.Engine.Time.Advance(20_000);
                    server.Engine.Run("XINFO STREAM x");
                }

                if (i % 5 == 0)
                {
                    server.Engine.Turn(1);
                }

                if (i == 700 && seed % 2 == 1)
                {
                    server.Engine.Run("XCFGSET x IDMP-MAXSIZE 30").ShouldBe("+OK");
                }
            }

            Assert.InRange(sent, 50, 10_000);
            server.TurnUntil(() => !server.Persistence.Snapshots.IsActive);
            after = Content(server);
            server.Engine.Run("CONFIG SET save ''");
        }

        Assert.NotEqual(before, after);
        using var loaded = new PersistentEngine(_directory, options);
        if (command == "BGSAVE")
        {
            Assert.Equal(before, Content(loaded));
        }
        else
        {
            // What is too old is dropped when it is looked at only, and that is not told to the log: all that is left must be known again.
            string[] known = Content(loaded).Split('\n');
            Assert.Empty(after.Split('\n').Except(known));
        }
    }

    private static void Send(PersistentEngine server, Random random, int producers)
    {
        string producer = string.Create(CultureInfo.InvariantCulture, $"producer{random.Next(producers)}");
        server.Engine.Run($"XADD x IDMP {producer} m{random.Next(60)} MAXLEN 3000 * f v");
    }

    /// <summary>Producers and messages, each on a line, in an order that does not depend on their coming.</summary>
    private static string Content(PersistentEngine server)
    {
        SpinelEngine engine = server.Engine.Engine;
        var parts = new StreamParts();
        parts.Begin(engine.Keyspace[0].Keys.Find("x"u8, engine.Keyspace.HashKey.Hash("x"u8)));
        List<string> lines = [];
        while (parts.Sent.MoveNextProducer())
        {
            string producer = Encoding.ASCII.GetString(parts.Sent.ProducerName);
            while (parts.Sent.MoveNextMessage())
            {
                lines.Add(string.Create(CultureInfo.InvariantCulture, $"{producer} {Encoding.ASCII.GetString(parts.Sent.MessageName)}={parts.Sent.MessageId}"));
            }
        }

        Assert.NotEmpty(lines);
        lines.Sort(StringComparer.Ordinal);
        return string.Join('\n', lines);
    }
}
