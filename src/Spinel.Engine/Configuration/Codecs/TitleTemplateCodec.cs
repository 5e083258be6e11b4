namespace Spinel.Engine.Configuration.Codecs;

/// <summary>A template for the process title, with names in braces.</summary>
internal sealed class TitleTemplateCodec : TextCodec
{
    private static readonly string[] Names = ["title", "listen-addr", "server-mode", "port", "tls-port", "unixsocket", "config-file"];

    protected override string? Validate(ref string text)
    {
        var rest = text.AsSpan();
        while (rest.IndexOf('{') is >= 0 and var open)
        {
            rest = rest[(open + 1)..];
            var close = rest.IndexOf('}');
            if (close < 0 || !Names.Contains(rest[..close].ToString()))
            {
                return "template format is invalid or contains unknown variables";
            }

            rest = rest[(close + 1)..];
        }

        return null;
    }
}
