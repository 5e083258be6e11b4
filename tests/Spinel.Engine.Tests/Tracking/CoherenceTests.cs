using System.Text;
using CsCheck;

namespace Spinel.Engine.Tests.Tracking;

/// <summary>
/// No client ever holds a stale copy once what was sent to it has arrived: caching clients in all modes read and write at random, in pipelines and
/// transactions, while keys expire, are renamed, flushed and crowded out of the table.
/// </summary>
public sealed class CoherenceTests
{
    private const int KeyCount = 4;
    private static readonly string[] Modes = ["", "NOLOOP", "OPTIN", "OPTOUT NOLOOP", "BCAST", "BCAST NOLOOP", "BCAST PREFIX k"];

    private static readonly Gen<(int Client, int Action, int Key, int Other)[]> Steps =
        Gen.Select(Gen.Int[0, Modes.Length - 1], Gen.Int[0, 21], Gen.Int[0, KeyCount - 1], Gen.Int[0, KeyCount - 1]).Array[50, 400];

    [Theory]
    [InlineData("0")]
    [InlineData("5")]
    public void Copies_are_never_stale(string maxKeys) => Steps.Sample(steps => Check(steps, maxKeys), iter: 60);

    private static void Check((int Client, int Action, int Key, int Other)[] steps, string maxKeys)
    {
        using TestEngine engine = new(options => options.Set("tracking-table-max-keys", maxKeys));
        CachingClient[] clients = [.. Modes.Select(mode => new CachingClient(engine, mode))];
        var pipeline = new StringBuilder();
        int pipelined = -1;
        int value = 0;
        foreach ((int number, int action, int keyNumber, int otherNumber) in steps)
        {
            // Steps of the same client, one after the other, travel together.
            if (pipelined >= 0 && (pipelined != number || action >= 18))
            {
                Deliver(engine, clients, clients[pipelined], pipeline);
                pipelined = -1;
            }

            CachingClient client = clients[number];
            string key = "k" + keyNumber;
            string other = "k" + otherNumber;
            switch (action)
            {
                case < 7:
                    client.Read(pipeline, key, other);
                    break;
                case < 10:
                    // Looks at a key whose time may be over without replacing the copy.
                    client.Write(pipeline, $"STRLEN {key}");
                    break;
                case < 12:
                    client.Write(pipeline, $"SET {key} v{value++}", key);
                    break;
                case 12:
                    client.Write(pipeline, $"SET {key} v{value++} PX 20", key);
                    break;
                case 13:
                    client.Write(pipeline, $"MSET {key} v{value++} {other} v{value++}", key, other);
                    break;
                case 14:
                    client.Write(pipeline, $"DEL {key} {other}", key, other);
                    break;
                case 15:
                    client.Write(pipeline, $"RENAME {key} {other}", key, other);
                    break;
                case 16:
                    client.Write(pipeline, $"APPEND {key} x", key);
                    break;
                case 17:
                    client.Write(pipeline, $"PEXPIRE {key} 15", key);
                    break;
                case 18 or 19:
                    engine.Time.Advance(otherNumber * 10);
                    continue;
                case 20:
                    engine.Turn(200);
                    continue;
                default:
                    engine.Run(keyNumber == 0 ? "FLUSHALL" : $"SET {key} w{value++}");
                    continue;
            }

            pipelined = number;
        }

        if (pipelined >= 0)
        {
            Deliver(engine, clients, clients[pipelined], pipeline);
        }
    }

    private static void Deliver(TestEngine engine, CachingClient[] clients, CachingClient sender, StringBuilder pipeline)
    {
        sender.Send(pipeline);
        pipeline.Clear();
        engine.Engine.EndTurn();
        engine.Engine.RunBackground();
        foreach (CachingClient client in clients)
        {
            client.Receive();
        }

        foreach (CachingClient client in clients)
        {
            foreach ((string key, string? copy) in client.Copies)
            {
                string truth = engine.Run("GET " + key).Text;
                string expected = copy is null ? "$-1\r\n" : $"${copy.Length}\r\n{copy}\r\n";

                // Nobody may have noticed yet that the key's time is over: looking has told everybody.
                engine.Engine.EndTurn();
                engine.Engine.RunBackground();
                client.Receive();
                Assert.True(truth == expected || !client.Copies.ContainsKey(key), $"client {client.Id} has {copy} of {key}, which is {truth}");
            }
        }
    }
}
