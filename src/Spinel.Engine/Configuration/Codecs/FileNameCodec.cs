namespace Spinel.Engine.Configuration.Codecs;

/// <summary>The name of a file or a directory in the server's directory.</summary>
internal sealed class FileNameCodec : TextCodec
{
    public override string DescribeValues(OptionDescriptor option) => "name of a file";

    protected override string? Validate(OptionDescriptor option, ref string text)
    {
        if (text.Length == 0)
        {
            return $"{option.Name} can't be empty";
        }

        return text.AsSpan().ContainsAny('/', '\\') ? $"{option.Name} can't be a path, just a filename" : null;
    }
}
