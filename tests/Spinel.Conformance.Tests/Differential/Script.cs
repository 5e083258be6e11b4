using System.Globalization;
using Spinel.TestSupport;

namespace Spinel.Conformance.Tests.Differential;

/// <summary>
/// Chosen cases as text. A case begins with "# title"; its lines are commands as for redis-cli. In front of a command, "@2"
/// names the connection (0 unless told). Lines that begin with "!":
/// <c>!wait 20</c> lets milliseconds pass; <c>!raw 1 "bytes"</c> sends bytes and reads that many replies;
/// <c>!raw close "bytes"</c> reads until the server closes; <c>!scan SCAN MATCH a*</c> iterates to the end and compares sets
/// (the cursor is put in); <c>!send cmd</c> sends without reading, <c>!receive</c> reads one message.
/// "//" opens a comment line.
/// </summary>
internal static class Script
{
    public static IEnumerable<(string Title, List<Step> Steps)> Read(string path)
    {
        string? title = null;
        var steps = new List<Step>();
        int number = 0;
        foreach (string line in File.ReadLines(path).Select(text => text.Trim()))
        {
            number++;
            if (line.StartsWith("# ", StringComparison.Ordinal))
            {
                if (title is not null)
                {
                    yield return (title, steps);
                }

                title = line[2..];
                steps = [];
            }
            else if (line.Length > 0 && !line.StartsWith("//", StringComparison.Ordinal))
            {
                if (title is null)
                {
                    throw new FormatException($"{path}:{number}: a line before the first title");
                }

                steps.Add(ReadStep(line, $"{path}:{number}"));
            }
        }

        if (title is not null)
        {
            yield return (title, steps);
        }
    }

    private static Step ReadStep(string line, string place)
    {
        int connection = 0;
        if (line[0] == '@')
        {
            (string number, line) = Cut(line[1..]);
            connection = int.Parse(number, CultureInfo.InvariantCulture);
        }

        if (line[0] != '!')
        {
            return Step.Command(connection, CommandText.Split(line));
        }

        (string directive, string rest) = Cut(line[1..]);
        switch (directive)
        {
            case "wait":
                return new Step(StepKind.Wait, connection, [], int.Parse(rest, CultureInfo.InvariantCulture));
            case "raw":
                (string count, string bytes) = Cut(rest);
                byte[][] payload = [[.. CommandText.Split(bytes).SelectMany(part => part)]];
                return count == "close"
                    ? new Step(StepKind.RawUntilClosed, connection, payload)
                    : new Step(StepKind.Raw, connection, payload, int.Parse(count, CultureInfo.InvariantCulture));
            case "scan":
                return new Step(StepKind.Scan, connection, CommandText.Split(rest));
            case "send":
                return new Step(StepKind.Send, connection, CommandText.Split(rest));
            case "receive":
                return new Step(StepKind.Receive, connection, []);
            default:
                throw new FormatException($"{place}: unknown directive {directive}");
        }
    }

    private static (string Word, string Tail) Cut(string text)
    {
        int space = text.IndexOf(' ', StringComparison.Ordinal);
        return space < 0 ? (text, "") : (text[..space], text[(space + 1)..].TrimStart());
    }
}
