using System.Text;
using Spinel.Engine.Dispatch;
using Spinel.Engine.Effects;
using Spinel.Protocol;

namespace Spinel.Engine.Commands.Server;

/// <summary>
/// COMMAND INFO. Per command an array of ten: name, arity, flags, first key, last key, step, ACL categories, tips, key specifications,
/// subcommands (the same array again).
/// </summary>
internal static class CommandInfoCommands
{
    [Command("COMMAND|INFO", "[command-name [command-name ...]]", Arity = -2, Flags = CommandFlags.Loading | CommandFlags.Stale,
        Group = CommandGroup.Server, Since = "2.8.13", Complexity = "O(N) with N the number of commands asked for",
        Tips = "nondeterministic_output_order", AclCategories = "connection", History = "7.0.0 Without names it describes all commands.",
        Summary = "Describes some commands, or all, for clients.")]
    internal static void Info(ref CommandContext c)
    {
        if (c.Count == 2)
        {
            WriteAll(ref c);
            return;
        }

        if (Note.TryRun(ref c))
        {
            return;
        }

        c.Reply.ArrayHeader(c.Count - 2);
        for (int i = 2; i < c.Count; i++)
        {
            if (c.Engine.Commands.FindFull(c[i]) is CommandDescriptor command)
            {
                Write(ref c.Reply, command);
            }
            else
            {
                c.Reply.NullBulk();
            }
        }
    }

    /// <summary>Describes every command.</summary>
    public static void WriteAll(ref CommandContext c)
    {
        c.Reply.ArrayHeader(c.Engine.Commands.Count);
        foreach (CommandDescriptor command in c.Engine.Commands.Commands)
        {
            Write(ref c.Reply, command);
        }
    }

    private static void Write(ref ReplyWriter reply, CommandDescriptor command)
    {
        reply.ArrayHeader(10);
        reply.BulkString(command.NameUtf8.Span);
        reply.Integer(command.Arity);
        WriteFlags(ref reply, (uint)command.Flags, CommandFlagsText.VisibleCount, CommandFlagsText.Word);
        reply.Integer(command.FirstKey);
        reply.Integer(command.LastKey);
        reply.Integer(command.KeyStep);
        WriteFlags(ref reply, (uint)command.AclCategories, AclCategoriesText.Count, bit => "@" + AclCategoriesText.Word(bit));
        string[] tips = command.Tips;
        reply.SetHeader(tips.Length);
        foreach (string tip in tips)
        {
            reply.BulkString(Encoding.UTF8.GetBytes(tip));
        }

        reply.SetHeader(command.KeySpecs.Length);
        foreach (KeySpec spec in command.KeySpecs)
        {
            WriteKeySpec(ref reply, spec);
        }

        if (!command.HasSubcommands)
        {
            reply.SetHeader(0);
            return;
        }

        reply.ArrayHeader(command.Subcommands.Count);
        foreach (CommandDescriptor subcommand in command.Subcommands)
        {
            Write(ref reply, subcommand);
        }
    }

    /// <summary>A set of the words of those of the low <paramref name="count"/> bits that are on.</summary>
    internal static void WriteFlags(ref ReplyWriter reply, uint flags, int count, Func<int, string> word)
    {
        flags &= (1u << count) - 1;
        reply.SetHeader(System.Numerics.BitOperations.PopCount(flags));
        for (int bit = 0; bit < count; bit++)
        {
            if ((flags & (1u << bit)) != 0)
            {
                reply.SimpleString(Encoding.ASCII.GetBytes(word(bit)));
            }
        }
    }

    private static void WriteKeySpec(ref ReplyWriter reply, KeySpec spec)
    {
        reply.MapHeader(spec.Note.Length > 0 ? 4 : 3);
        if (spec.Note.Length > 0)
        {
            reply.BulkString("notes"u8);
            reply.BulkString(Encoding.UTF8.GetBytes(spec.Note));
        }

        reply.BulkString("flags"u8);
        WriteFlags(ref reply, (uint)spec.Flags, KeySpecFlagsText.Count, KeySpecFlagsText.Word);

        reply.BulkString("begin_search"u8);
        switch (spec.Search)
        {
            case KeySearch.Index:
                WriteMethod(ref reply, "index"u8, 1);
                WritePair(ref reply, "index"u8, spec.Begin);
                break;
            case KeySearch.Keyword:
                WriteMethod(ref reply, "keyword"u8, 2);
                reply.BulkString("keyword"u8);
                reply.BulkString(Encoding.ASCII.GetBytes(spec.Keyword));
                WritePair(ref reply, "startfrom"u8, spec.Begin);
                break;
            default:
                WriteMethod(ref reply, "unknown"u8, 0);
                break;
        }

        reply.BulkString("find_keys"u8);
        switch (spec.Find)
        {
            case KeyFind.Range:
                WriteMethod(ref reply, "range"u8, 3);
                WritePair(ref reply, "lastkey"u8, spec.Last);
                WritePair(ref reply, "keystep"u8, spec.Step);
                WritePair(ref reply, "limit"u8, spec.Limit);
                break;
            case KeyFind.KeyNumber:
                WriteMethod(ref reply, "keynum"u8, 3);
                WritePair(ref reply, "keynumidx"u8, spec.Last);
                WritePair(ref reply, "firstkey"u8, spec.Limit);
                WritePair(ref reply, "keystep"u8, spec.Step);
                break;
            default:
                WriteMethod(ref reply, "unknown"u8, 0);
                break;
        }
    }

    // The map {type, spec} up to the entries of spec, which follow.
    private static void WriteMethod(ref ReplyWriter reply, ReadOnlySpan<byte> type, int entries)
    {
        reply.MapHeader(2);
        reply.BulkString("type"u8);
        reply.BulkString(type);
        reply.BulkString("spec"u8);
        reply.MapHeader(entries);
    }

    private static void WritePair(ref ReplyWriter reply, ReadOnlySpan<byte> name, int value)
    {
        reply.BulkString(name);
        reply.Integer(value);
    }
}
