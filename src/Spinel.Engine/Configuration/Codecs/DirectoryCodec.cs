namespace Spinel.Engine.Configuration.Codecs;

/// <summary>
/// A directory that exists, kept as an absolute path. A server does not change the directory of its process: several may
/// run in one.
/// </summary>
internal sealed class DirectoryCodec : TextCodec
{
    /// <summary>The directory that the process was started in.</summary>
    public static string Default => Environment.CurrentDirectory;

    public override bool DependsOnEnvironment => true;

    public override string DescribeValues(OptionDescriptor option) => "path of a directory";

    protected override string? Validate(OptionDescriptor option, ref string text)
    {
        if (text.Length == 0)
        {
            return "No such file or directory";
        }

        var path = Path.TrimEndingDirectorySeparator(Path.GetFullPath(text));
        if (!Directory.Exists(path))
        {
            return File.Exists(path) ? "Not a directory" : "No such file or directory";
        }

        text = path;
        return null;
    }
}
