using System.Text;

namespace Spinel.Engine.Dispatch;

/// <summary>Replies of the HELP subcommands: an array of lines, framed alike for every container.</summary>
internal static class HelpReply
{
    /// <summary>Writes the help of the container that runs, or of a command that looks at its subcommands itself.</summary>
    /// <param name="c">The call of <c>CONTAINER HELP</c>.</param>
    /// <param name="lines">Its subcommands, one line each, followed by lines that explain it, indented by four blanks. HELP itself is added.</param>
    public static void Write(ref CommandContext c, ReadOnlySpan<byte> lines)
    {
        Span<byte> heading = stackalloc byte[96];
        string name = c.Command.Name;
        int nameLength = name.IndexOf('|', StringComparison.Ordinal);
        Ascii.ToUpper(nameLength < 0 ? name : name.AsSpan(0, nameLength), heading, out int length);
        ReadOnlySpan<byte> rest = " <subcommand> [<arg> [value] [opt] ...]. Subcommands are:"u8;
        rest.CopyTo(heading[length..]);

        c.Reply.ArrayHeader(3 + lines.Count((byte)'\n') + 1);
        c.Reply.SimpleString(heading[..(length + rest.Length)]);
        foreach (Range line in lines.Split((byte)'\n'))
        {
            c.Reply.SimpleString(lines[line]);
        }

        c.Reply.SimpleString("HELP"u8);
        c.Reply.SimpleString("    Prints this help."u8);
    }
}
