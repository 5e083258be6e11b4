using System.Text;

namespace Spinel.Engine.Configuration;

/// <summary>
/// The arguments of the process as lines of a configuration: <c>--port 7000 --save ""</c> is <c>port "7000"</c> and
/// <c>save ""</c>. An option's name and value may also be one argument (<c>"--port 7000"</c>).
/// </summary>
/// <param name="File">The configuration file, the first argument if it does not begin with a dash.</param>
/// <param name="ReadsStandardInput">Whether the first or the last argument is a single dash.</param>
/// <param name="Lines">The options as lines.</param>
internal sealed record CommandLine(string? File, bool ReadsStandardInput, byte[] Lines)
{
    public static CommandLine Parse(ReadOnlySpan<string> arguments)
    {
        var lines = new List<byte>();
        var readsStandardInput = false;
        var first = arguments.Length > 0 && !arguments[0].StartsWith('-') ? 1 : 0;

        // An option's first value may begin with dashes, so two names in a row are a name and a value.
        var expectsValue = false;
        for (var i = first; i < arguments.Length; i++)
        {
            var argument = arguments[i];
            var isLast = i == arguments.Length - 1;
            if (argument == "-" && (i == 0 || isLast))
            {
                readsStandardInput = true;
            }
            else if (!expectsValue && argument.StartsWith("--", StringComparison.Ordinal))
            {
                AddName(lines, argument);
                var isBare = !argument.AsSpan().Trim().Contains(' ');
                var isSaveOff = isBare && argument.Equals("--save", StringComparison.OrdinalIgnoreCase)
                    && (isLast || arguments[i + 1].StartsWith("--", StringComparison.Ordinal));
                if (isSaveOff)
                {
                    lines.AddRange("\"\""u8);
                }

                expectsValue = isBare && !isSaveOff;
            }
            else
            {
                lines.AddRange(ConfigurationLine.Quote(Encoding.UTF8.GetBytes(argument)));
                lines.Add((byte)' ');
                expectsValue = false;
            }
        }

        return new CommandLine(first == 1 ? arguments[0] : null, readsStandardInput, [.. lines]);
    }

    private static void AddName(List<byte> lines, string argument)
    {
        if (lines.Count > 0)
        {
            lines.Add((byte)'\n');
        }

        lines.AddRange(Encoding.UTF8.GetBytes(argument.Substring(2)));
        lines.Add((byte)' ');
    }
}
