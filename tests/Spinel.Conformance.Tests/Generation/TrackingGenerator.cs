using System.Text;
using Spinel.Conformance.Tests.Differential;

namespace Spinel.Conformance.Tests.Generation;

/// <summary>
/// Draws what five clients do: one is told of everything, one runs commands only, two track what they read, in modes that change, and one only gets
/// the messages of others: Redis writes them into the middle of the reply that it is just sending to such a client. Transactions
/// consist of commands whose replies have one form only, since the reply to EXEC is compared as a whole.
/// </summary>
internal sealed class TrackingGenerator(Grammar grammar)
{
    private const int Listener = 0;
    private const int Writer = 1;
    private const int FirstReader = 2;
    private const int ReaderCount = 2;
    private const int Target = 4;
    private const int LifeMs = 60;
    private const int ExpiryWaitMs = 350;

    private static readonly string[] Modes =
    [
        "CLIENT TRACKING ON", "CLIENT TRACKING ON NOLOOP", "CLIENT TRACKING ON OPTIN", "CLIENT TRACKING ON OPTOUT", "CLIENT TRACKING ON OPTIN NOLOOP",
        "CLIENT TRACKING ON BCAST", "CLIENT TRACKING ON BCAST NOLOOP", "CLIENT TRACKING ON BCAST PREFIX a PREFIX k:", "CLIENT TRACKING ON BCAST PREFIX l NOLOOP",
        "CLIENT TRACKING ON BCAST PREFIX k PREFIX k:1", "CLIENT TRACKING ON REDIRECT {id:4}", "CLIENT TRACKING ON NOLOOP REDIRECT {id:4}",
        "CLIENT TRACKING ON BCAST REDIRECT {id:4} PREFIX b", "CLIENT TRACKING ON OPTIN OPTOUT", "CLIENT TRACKING ON BCAST OPTIN", "CLIENT TRACKING ON PREFIX x",
    ];

    private static readonly string[] Queued =
    [
        "GET a", "GET b", "SET a 1", "SET b x", "SET c 7 XX", "DEL a b", "INCR c", "MGET a b k:1", "LPUSH list z", "LLEN list", "STRLEN d", "RENAME a b",
        "EXISTS a c", "APPEND d x", "FLUSHDB", "CLIENT CACHING YES", "CLIENT TRACKING OFF", "GETDEL c", "SET k:1 1 EX 10000", "NOSUCH a", "GET",
    ];

    private static readonly Step[] Preamble =
    [
        Step.Command(Writer, "RPUSH list 1 2 three"),
        Step.Command(Writer, "SADD set 1 2 3"),
        Step.Command(Writer, "HSET hash field value"),
        Step.Command(Writer, "ZADD zset 1 one 2 two"),
        Step.Command(Writer, "XADD stream 1-1 field value"),
        Step.Command(Writer, "XGROUP CREATE stream g 0"),
        Step.Command(Listener, "CLIENT TRACKING ON BCAST"),
        Step.Command(FirstReader, "CLIENT TRACKING ON"),
        Step.Command(FirstReader + 1, "CLIENT TRACKING ON OPTOUT NOLOOP"),
    ];

    /// <summary>A sequence that depends on the seed alone.</summary>
    public List<Step> Generate(int seed, int length)
    {
        var random = new Random(seed);
        Queue<Step> commands = new(new SequenceGenerator(grammar, [], 1).Generate(seed, length).Where(IsSuitable));
        var steps = new List<Step>(Preamble);
        int? inTransaction = null;
        while (commands.Count > 0)
        {
            int reader = FirstReader + random.Next(ReaderCount);
            switch (random.Next(60))
            {
                case 0 or 1 when inTransaction is null:
                    inTransaction = reader;
                    steps.Add(Step.Command(reader, random.Next(4) == 0 ? "CLIENT CACHING YES" : "PING"));
                    steps.Add(Step.Command(reader, "MULTI"));
                    break;
                case < 12 when inTransaction is { } client:
                    bool ends = random.Next(4) == 0;
                    steps.Add(Step.Command(client, ends ? (random.Next(5) == 0 ? "DISCARD" : "EXEC") : Queued[random.Next(Queued.Length)]));
                    inTransaction = ends ? null : client;
                    break;
                case 2 or 3 when reader != inTransaction:
                    steps.Add(Step.Command(reader, "CLIENT TRACKING OFF"));
                    steps.Add(Step.Command(reader, Modes[random.Next(Modes.Length)]));
                    break;
                case 4 when reader != inTransaction:
                    steps.Add(Step.Command(reader, Modes[random.Next(Modes.Length)]));
                    break;
                case 5 or 6 or 7 when reader != inTransaction:
                    steps.Add(Step.Command(reader, random.Next(2) == 0 ? "CLIENT CACHING YES" : "CLIENT CACHING NO"));
                    break;
                case 8 when reader != inTransaction:
                    if (random.Next(2) == 0)
                    {
                        steps.Add(Step.Command(random.Next(2) == 0 ? reader : Target, "QUIT"));
                    }
                    else
                    {
                        steps.Add(Step.Command(reader, "RESET"));
                        steps.Add(Step.Command(reader, "HELLO 3"));
                    }

                    break;
                case 9:
                    steps.Add(Step.Command(Writer, random.Next(6) switch { 0 => "FLUSHALL", 1 => "FLUSHDB", 2 => "SWAPDB 0 1", _ => "SELECT " + random.Next(2) }));
                    break;
                case 10 when random.Next(4) == 0 && inTransaction is null:
                    string key = "abcd"[random.Next(4)].ToString();
                    steps.Add(Step.Command(Writer, $"SET {key} gone PX {LifeMs}") with { Count = 1 });
                    steps.Add(Step.Command(reader, $"GET {key}") with { Count = 1 });
                    steps.Add(new Step(StepKind.Wait, Writer, [], ExpiryWaitMs));
                    break;
                default:
                    int connection = random.Next(2) == 0 ? reader : random.Next(8) == 0 ? Listener : Writer;
                    if (connection != inTransaction)
                    {
                        steps.Add(commands.Dequeue() with { Connection = connection });
                    }

                    break;
            }
        }

        return steps;
    }

    /// <summary>Redis tells nobody of a string that BITFIELD has made, or made longer, before all its changes failed.</summary>
    private static bool IsSuitable(Step step) =>
        step.Kind == StepKind.Command && !step.Arguments.Any(argument => Ascii.EqualsIgnoreCase(argument, "FAIL"u8));
}
