using System.Text;
using Spinel.Engine.Security;

namespace Spinel.Engine.Configuration.Codecs;

/// <summary>The definitions of users in a file, a line each; whether their rules make sense is found out when the commands are known.</summary>
internal sealed class UserLinesCodec : OptionCodec
{
    public override bool IsMultiWord => true;

    public override OptionValue? Empty => new OptionValue(0, Array.Empty<string>());

    public override string DescribeValues(OptionDescriptor option) => "name rule [rule ...]";

    public override string? Parse(OptionDescriptor option, ReadOnlySpan<byte[]> words, ref OptionValue value)
    {
        if (words.Length == 0)
        {
            return BadDirective;
        }

        if (words is [[]])
        {
            return null;
        }

        string name = Encoding.Latin1.GetString(words[0]);
        if (!UserLine.IsName(name))
        {
            return $"Error in user declaration '{name}': Usernames can't contain spaces or null characters";
        }

        var lines = (IReadOnlyList<string>)value.Reference!;
        if (lines.Any(line => UserLine.Split(line)[0] == name))
        {
            return $"Error in user declaration '{name}': Duplicate user found. A user can only be defined once in config files";
        }

        value = new OptionValue(0, (string[])[.. lines, UserLine.Join(words)]);
        return null;
    }

    public override byte[] Format(OptionDescriptor option, OptionValue value) =>
        Encoding.UTF8.GetBytes(string.Join('\n', (IReadOnlyList<string>)value.Reference!));

    public override IEnumerable<byte[]> FormatLines(OptionDescriptor option, OptionValue value) =>
        ((IReadOnlyList<string>)value.Reference!).Select(Encoding.UTF8.GetBytes);
}
