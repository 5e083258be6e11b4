using System.Text;
using Spinel.Engine.Dispatch;
using Spinel.Protocol;

namespace Spinel.Engine.Commands.Server;

/// <summary>COMMAND DOCS: what people want to know of a command, as maps.</summary>
internal static class CommandDocsCommands
{
    private static readonly string[] TypeWords = ["string", "integer", "double", "key", "pattern", "unix-time", "pure-token", "oneof", "block"];
    private static readonly string[] FlagWords = ["optional", "multiple", "multiple_token"];

    [Command("COMMAND|DOCS", "[command-name [command-name ...]]", Arity = -2, Flags = CommandFlags.Loading | CommandFlags.Stale,
        Group = CommandGroup.Server, Since = "7.0.0", Complexity = "O(N) with N the number of commands asked for",
        Tips = "nondeterministic_output_order", AclCategories = "connection",
        Summary = "Documents some commands, or all: summary, history and arguments.")]
    internal static void Docs(ref CommandContext c)
    {
        IReadOnlyList<CommandDescriptor> commands = c.Engine.Commands.Commands;
        if (c.Count > 2)
        {
            // Names that are no commands are left out.
            var found = new List<CommandDescriptor>();
            for (int i = 2; i < c.Count; i++)
            {
                if (c.Engine.Commands.FindFull(c[i]) is CommandDescriptor command)
                {
                    found.Add(command);
                }
            }

            commands = found;
        }

        WriteCommands(ref c.Reply, commands);
    }

    private static void WriteCommands(ref ReplyWriter reply, IReadOnlyList<CommandDescriptor> commands)
    {
        reply.MapHeader(commands.Count);
        foreach (CommandDescriptor command in commands)
        {
            reply.BulkString(command.NameUtf8.Span);
            Write(ref reply, command);
        }
    }

    private static void Write(ref ReplyWriter reply, CommandDescriptor command)
    {
        string[] history = command.History;
        IReadOnlyList<CommandArgument> arguments = command.Syntax.Arguments;
        bool isDeprecated = command.Deprecated.Length > 0;
        reply.MapHeader(4 + (isDeprecated ? 3 : 0) + Entry(history.Length > 0) + Entry(arguments.Count > 0) + Entry(command.HasSubcommands));
        WritePair(ref reply, "summary"u8, command.Summary);
        WritePair(ref reply, "since"u8, command.Since);
        WritePair(ref reply, "group"u8, CommandGroupText.Word(command.Group));
        WritePair(ref reply, "complexity"u8, command.Complexity);
        if (isDeprecated)
        {
            reply.BulkString("doc_flags"u8);
            reply.SetHeader(1);
            reply.SimpleString("deprecated"u8);
            (string since, string replacement) = VersionAndText(command.Deprecated);
            WritePair(ref reply, "deprecated_since"u8, since);
            WritePair(ref reply, "replaced_by"u8, replacement);
        }

        if (history.Length > 0)
        {
            reply.BulkString("history"u8);
            reply.SetHeader(history.Length);
            foreach (string change in history)
            {
                (string since, string text) = VersionAndText(change);
                reply.ArrayHeader(2);
                WriteText(ref reply, since);
                WriteText(ref reply, text);
            }
        }

        if (arguments.Count > 0)
        {
            reply.BulkString("arguments"u8);
            WriteArguments(ref reply, arguments);
        }

        if (command.HasSubcommands)
        {
            reply.BulkString("subcommands"u8);
            WriteCommands(ref reply, command.Subcommands);
        }
    }

    private static void WriteArguments(ref ReplyWriter reply, IReadOnlyList<CommandArgument> arguments)
    {
        reply.ArrayHeader(arguments.Count);
        foreach (CommandArgument argument in arguments)
        {
            bool hasSpec = argument.KeySpecIndex >= 0;
            bool hasToken = argument.Token.Length > 0;
            bool hasFlags = argument.Flags != CommandArgumentFlags.None;
            reply.MapHeader(2 + Entry(hasSpec) + Entry(hasToken) + Entry(hasFlags) + Entry(argument.Arguments.Count > 0));
            WritePair(ref reply, "name"u8, argument.Name);
            WritePair(ref reply, "type"u8, TypeWords[(int)argument.Type]);
            if (hasSpec)
            {
                reply.BulkString("key_spec_index"u8);
                reply.Integer(argument.KeySpecIndex);
            }

            if (hasToken)
            {
                WritePair(ref reply, "token"u8, argument.Token);
            }

            if (hasFlags)
            {
                reply.BulkString("flags"u8);
                CommandInfoCommands.WriteFlags(ref reply, (uint)argument.Flags, FlagWords.Length, bit => FlagWords[bit]);
            }

            if (argument.Arguments.Count > 0)
            {
                reply.BulkString("arguments"u8);
                WriteArguments(ref reply, argument.Arguments);
            }
        }
    }

    private static int Entry(bool present) => present ? 1 : 0;

    private static (string Version, string Text) VersionAndText(string declared)
    {
        int space = declared.IndexOf(' ', StringComparison.Ordinal);
        return space < 0 ? (declared, "") : (declared[..space], declared[(space + 1)..]);
    }

    private static void WritePair(ref ReplyWriter reply, ReadOnlySpan<byte> name, string value)
    {
        reply.BulkString(name);
        WriteText(ref reply, value);
    }

    private static void WriteText(ref ReplyWriter reply, string text) => reply.BulkString(Encoding.UTF8.GetBytes(text));
}
