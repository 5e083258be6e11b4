using System.Text;
using Spinel.Engine.Dispatch;
using Spinel.Engine.Security;
using Spinel.Protocol;

namespace Spinel.Engine.Commands.Server;

/// <summary>ACL subcommands that help to define users: categories, passwords, trying out what a user may do.</summary>
internal static class AclCheckCommands
{
    private const CommandFlags AdminFlags = CommandFlags.Admin | CommandFlags.NoScript | CommandFlags.Loading | CommandFlags.Stale;
    private const CommandFlags Flags = CommandFlags.NoScript | CommandFlags.Loading | CommandFlags.Stale;

    private const long MaxPasswordBits = 4096;
    private const long UsualPasswordBits = 256;
    private const int BitsPerDigit = 4;

    [Command("ACL|CAT", "[categoryname]", Arity = -2, Flags = Flags, Group = CommandGroup.Server, Since = "6.0.0",
        Complexity = "O(N) with N the number of commands", Summary = "Lists the categories, or the commands of one.")]
    internal static void Categories(ref CommandContext c)
    {
        if (c.Count > 3)
        {
            c.Error(Errors.SubcommandSyntax(in c));
        }
        else if (c.Count == 2)
        {
            c.Reply.ArrayHeader(AclCategoriesText.Count);
            for (int i = 0; i < AclCategoriesText.Count; i++)
            {
                c.Reply.BulkString(Encoding.ASCII.GetBytes(AclCategoriesText.Word(i)));
            }
        }
        else if (!AclCategoriesText.TryParse(Encoding.Latin1.GetString(c[2]), out AclCategories category))
        {
            c.Error(Errors.UnknownCategory(c[2]));
        }
        else
        {
            WriteCommands(ref c, category);
        }
    }

    [Command("ACL|GENPASS", "[bits:integer]", Arity = -2, Flags = Flags, Group = CommandGroup.Server, Since = "6.0.0", Complexity = "O(1)",
        Summary = "Makes up a password that nobody can guess.")]
    internal static void GeneratePassword(ref CommandContext c)
    {
        long bits = UsualPasswordBits;
        if (c.Count > 3)
        {
            c.Error(Errors.SubcommandSyntax(in c));
            return;
        }

        if (c.Count == 3 && !c.TryInteger(2, out bits))
        {
            return;
        }

        if (bits is <= 0 or > MaxPasswordBits)
        {
            c.Error(Errors.PasswordBits);
            return;
        }

        int digits = (int)(bits + BitsPerDigit - 1) / BitsPerDigit;
        c.Reply.BulkString(RandomDigits(digits));
    }

    [Command("ACL|DRYRUN", "username command [arg [arg ...]]", Arity = -4, Flags = AdminFlags, Group = CommandGroup.Server, Since = "7.0.0",
        Complexity = "O(N) with N the number of keys", Summary = "Tells whether a user may run a request, without running it.")]
    internal static void DryRun(ref CommandContext c)
    {
        if (c.Engine.Users.Find(c[2]) is not { } user)
        {
            c.Error(Errors.UserNotFound(c[2]));
            return;
        }

        CommandArguments arguments = c.Arguments.From(3);
        CommandDescriptor? command = c.Engine.Commands.Find(arguments[0]);
        if (command is { HasSubcommands: true } && arguments.Count > 1)
        {
            command = command.FindSubcommand(arguments[1]);
        }

        if (command is null)
        {
            c.Error(Errors.CommandNotFound(arguments[0]));
            return;
        }

        if (!command.AcceptsCount(arguments.Count))
        {
            c.Error(Errors.WrongArity(command.Name));
            return;
        }

        Denial denial = user.Check(command, arguments, out int position);
        if (denial == Denial.None)
        {
            c.Reply.Raw(Replies.Ok);
            return;
        }

        string subject = Encoding.Latin1.GetString(AsciiText.BeforeNul(arguments[position]));
        string text = "This user has no permissions to " + denial switch
        {
            Denial.Key => $"access the '{subject}' key",
            Denial.Channel => $"access the '{subject}' channel",
            _ => $"run the '{command.Name}' command",
        };
        c.Reply.BulkString(Encoding.Latin1.GetBytes(text));
    }

    [Command("ACL|HELP", "", Arity = 2, Flags = CommandFlags.Loading | CommandFlags.Stale, Group = CommandGroup.Server, Since = "6.0.0",
        Complexity = "O(1)", Summary = "Explains the subcommands.")]
    internal static void Help(ref CommandContext c) => CommandTableHelp.Write(ref c);

    /// <summary>Random GUIDs come from the system's secure source, but for the six bits that say what they are; the framework's generator would load a cryptography library.</summary>
    private static byte[] RandomDigits(int count)
    {
        const int Version = 7;
        const int Variant = 8;
        Span<byte> random = stackalloc byte[16];
        var text = new StringBuilder();
        while (text.Length < count)
        {
            Guid.NewGuid().TryWriteBytes(random);
            text.Append(Convert.ToHexStringLower(random[..Version])).Append(Convert.ToHexStringLower(random[(Variant + 1)..]));
        }

        return Encoding.ASCII.GetBytes(text.ToString(0, count));
    }

    private static void WriteCommands(ref CommandContext c, AclCategories category)
    {
        int count = 0;
        foreach (CommandDescriptor command in c.Engine.Commands.All)
        {
            count += (command.AclCategories & category) != 0 ? 1 : 0;
        }

        c.Reply.ArrayHeader(count);
        foreach (CommandDescriptor command in c.Engine.Commands.All)
        {
            if ((command.AclCategories & category) != 0)
            {
                c.Reply.BulkString(command.NameUtf8.Span);
            }
        }
    }
}
