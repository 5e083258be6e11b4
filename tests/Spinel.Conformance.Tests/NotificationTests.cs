using System.Globalization;
using System.Text;
using Spinel.Conformance.Tests.Differential;
using Spinel.Conformance.Tests.Generation;
using Spinel.TestSupport;

namespace Spinel.Conformance.Tests;

/// <summary>
/// Every command raises the same keyspace notifications in the same order. A client that is subscribed to all of them tells, command by command, what was
/// raised: behind each command a message on a channel of its own marks where its notifications end.
/// </summary>
public sealed class NotificationTests(ServerPair servers) : IClassFixture<ServerPair>
{
    private const int DefaultCount = 6_000;
    private const int SequenceLength = 300;
    private const int BatchLength = 32;
    private const int MaxReports = 12;
    private const int ShownSteps = 8;

    public static TheoryData<string> Groups => [.. Grammars.Groups.Keys.Where(group => group != "connection")];

    [Theory]
    [MemberData(nameof(Groups))]
    public void The_same_notifications_are_raised(string group)
    {
        Grammar grammar = RandomComparison.GrammarOf(servers, group);
        var generator = new SequenceGenerator(grammar, RandomComparison.Preamble(servers), connections: 1);
        var report = new StringBuilder();
        var seen = new HashSet<string>(StringComparer.Ordinal);
        for (int number = 0; number * SequenceLength < Settings.Count(DefaultCount) && seen.Count < MaxReports; number++)
        {
            List<Step> steps = generator.Generate(unchecked(Settings.Seed + (number * 7919)), SequenceLength);
            steps.RemoveAll(static step => step.Kind != StepKind.Command);
            servers.Flush();
            List<string[]> expected = Notifications(servers.Oracle, steps);
            List<string[]> actual = Notifications(servers.Subject, steps);
            for (int i = 0; i < steps.Count; i++)
            {
                if (!expected[i].SequenceEqual(actual[i]) && seen.Add(steps[i].Name + Kinds(expected[i]) + Kinds(actual[i])))
                {
                    Report(report, steps, i, expected[i], actual[i]);
                }
            }
        }

        Assert.True(report.Length == 0, report.ToString());
    }

    private static List<string[]> Notifications(ServerProcess server, List<Step> steps)
    {
        using RespConnection subscriber = server.Connect();
        using RespConnection client = server.Connect();
        Assert.Equal("OK", client.Command("CONFIG", "SET", "notify-keyspace-events", "AKEmn").Text);
        subscriber.Command("PSUBSCRIBE", "__key*__:*");
        subscriber.Command("SUBSCRIBE", "mark");
        var notifications = new List<string[]>();
        for (int begin = 0; begin < steps.Count; begin += BatchLength)
        {
            int end = Math.Min(begin + BatchLength, steps.Count);
            for (int i = begin; i < end; i++)
            {
                client.Send(steps[i].Arguments);
                client.Send(["PUBLISH"u8.ToArray(), "mark"u8.ToArray(), []]);
            }

            for (int i = begin; i < end; i++)
            {
                RespReply reply = client.ReadReply();
                client.ReadReply();
                string[] lines = UntilMark(subscriber);

                // What the oracle has added to a HyperLogLog before it found it damaged stays in it untold; and whether a command that is refused
                // has looked for its keys before is its own affair.
                notifications.Add(reply.Value.Text.StartsWith("INVALIDOBJ", StringComparison.Ordinal) ? []
                    : reply.Value.IsError ? [.. lines.Where(line => !line.Contains("keymiss", StringComparison.Ordinal))]

                    // It looks for what its elements point to in the order in which the table of a set has them.
                    : steps[i].Name.StartsWith("SORT", StringComparison.Ordinal) ? [.. lines.Order(StringComparer.Ordinal)]
                    : lines);
            }
        }

        return notifications;
    }

    private static string[] UntilMark(RespConnection subscriber)
    {
        var lines = new List<string>();
        while (true)
        {
            RespValue[] message = subscriber.ReadMessage().Value.Items!;
            if (message[0].Text == "message")
            {
                return [.. lines];
            }

            lines.Add(CommandText.Escape(message[2].Bytes!) + " " + CommandText.Escape(message[3].Bytes!));
        }
    }

    /// <summary>The names of the events alone.</summary>
    private static string Kinds(string[] lines) => string.Join(' ', lines.Where(line => line.Contains("__keyspace@", StringComparison.Ordinal)).Select(line => line[(line.LastIndexOf(' ') + 1)..]));

    private static void Report(StringBuilder report, List<Step> steps, int index, string[] expected, string[] actual)
    {
        // What may have to do with it: the last commands that name one of its keys.
        byte[][] names = [.. steps[index].Arguments.Skip(1)];
        IEnumerable<Step> before = steps.Take(index).Where(step => step.Arguments.Skip(1).Any(argument => names.Any(name => name.AsSpan().SequenceEqual(argument))));
        foreach (Step step in before.TakeLast(ShownSteps).Append(steps[index]))
        {
            string line = step.ToString();
            report.AppendLine(CultureInfo.InvariantCulture, $"    {(line.Length > 200 ? line[..200] : line)}");
        }

        report.AppendLine(CultureInfo.InvariantCulture, $"  oracle:  {string.Join(", ", expected)}");
        report.AppendLine(CultureInfo.InvariantCulture, $"  subject: {string.Join(", ", actual)}\n");
    }
}
