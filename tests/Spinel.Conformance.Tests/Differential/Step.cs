using System.Globalization;
using System.Text;
using Spinel.TestSupport;

namespace Spinel.Conformance.Tests.Differential;

/// <summary>What a step does.</summary>
internal enum StepKind
{
    /// <summary>Send a command and read its reply.</summary>
    Command,

    /// <summary>Send a command; its reply is read by a later <see cref="Receive"/>.</summary>
    Send,

    /// <summary>Read one message, a push message included.</summary>
    Receive,

    /// <summary>Send bytes as they are and read <see cref="Step.Count"/> replies.</summary>
    Raw,

    /// <summary>Send bytes as they are and read until the server closes the connection.</summary>
    RawUntilClosed,

    /// <summary>Let <see cref="Step.Count"/> milliseconds pass.</summary>
    Wait,

    /// <summary>Iterate with SCAN, HSCAN, SSCAN or ZSCAN from cursor 0 to cursor 0 and collect all elements.</summary>
    Scan,
}

/// <summary>One thing done alike to both servers.</summary>
internal sealed record Step(StepKind Kind, int Connection, byte[][] Arguments, int Count = 0)
{
    public static Step Command(int connection, params byte[][] arguments) => new(StepKind.Command, connection, arguments);

    public static Step Command(int connection, string line) => new(StepKind.Command, connection, CommandText.Split(line));

    /// <summary>The command's name in upper case; empty for raw bytes and waits.</summary>
    public string Name => NamePart(0);

    /// <summary>The second word in upper case, where rules depend on it.</summary>
    public string Subname => NamePart(1);

    /// <summary>The notation of scripts (see <see cref="Script"/>), which is also that of redis-cli for plain commands.</summary>
    public override string ToString()
    {
        string prefix = Connection == 0 ? "" : string.Create(CultureInfo.InvariantCulture, $"@{Connection} ");
        string line = CommandText.Join(Arguments);
        return Kind switch
        {
            StepKind.Send => $"{prefix}!send {line}",
            StepKind.Receive => $"{prefix}!receive",
            StepKind.Raw => string.Create(CultureInfo.InvariantCulture, $"{prefix}!raw {Count} {line}"),
            StepKind.RawUntilClosed => $"{prefix}!raw close {line}",
            StepKind.Wait => string.Create(CultureInfo.InvariantCulture, $"!wait {Count}"),
            StepKind.Scan => $"{prefix}!scan {line}",
            _ => prefix + line,
        };
    }

    private string NamePart(int index) =>
        Kind is StepKind.Command or StepKind.Send or StepKind.Scan && Arguments.Length > index
            ? Encoding.Latin1.GetString(Arguments[index]).ToUpperInvariant()
            : "";
}
