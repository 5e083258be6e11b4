namespace Spinel.Engine.Configuration.Codecs;

/// <summary>A template for the process title, with names in braces.</summary>
internal sealed class TitleTemplateCodec : TextCodec
{
    private static readonly string[] Names = ["title", "listen-addr", "server-mode", "port", "tls-port", "unixsocket", "config-file"];

    public override string DescribeValues(OptionDescriptor option) => "text with " + string.Join(", ", Names.Select(name => $"`{{{name}}}`"));

    protected override string? Validate(OptionDescriptor option, ref string text)
    {
        const string Invalid = "template format is invalid or contains unknown variables";
        if (text.Length == 0)
        {
            return Invalid;
        }

        var rest = text.AsSpan();
        while (rest.IndexOf('{') is >= 0 and var open)
        {
            rest = rest[(open + 1)..];
            var close = rest.IndexOf('}');
            if (close < 0 || !Names.Contains(rest[..close].ToString()))
            {
                return Invalid;
            }

            rest = rest[(close + 1)..];
        }

        return null;
    }
}
