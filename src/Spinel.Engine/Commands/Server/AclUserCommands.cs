using System.Text;
using Spinel.Engine.Dispatch;
using Spinel.Engine.Security;
using Spinel.Protocol;

namespace Spinel.Engine.Commands.Server;

/// <summary>ACL subcommands that define and show users.</summary>
[CommandContainer("ACL", Group = CommandGroup.Server, Since = "6.0.0", Summary = "Users and what they may do.")]
internal static class AclUserCommands
{
    private const CommandFlags AdminFlags = CommandFlags.Admin | CommandFlags.NoScript | CommandFlags.Loading | CommandFlags.Stale;
    private const CommandFlags Flags = CommandFlags.NoScript | CommandFlags.Loading | CommandFlags.Stale;

    [Command("ACL|SETUSER", "username [rule [rule ...]]", Arity = -3, Flags = AdminFlags, Group = CommandGroup.Server, Since = "6.0.0",
        Complexity = "O(N) with N the number of rules", Summary = "Adds a user, or changes it by rules that are applied one after the other.",
        History = "6.2.0 Channel patterns.; 7.0.0 Selectors, and keys that may only be read or written.")]
    internal static void SetUser(ref CommandContext c)
    {
        string name = Encoding.Latin1.GetString(c[2]);
        if (!UserLine.IsName(name))
        {
            c.Error(Errors.UserName);
            return;
        }

        string[] words = new string[c.Count - 3];
        for (int i = 0; i < words.Length; i++)
        {
            words[i] = Encoding.Latin1.GetString(c[i + 3]);
        }

        if (!RuleWords.TryJoin(words, out List<string>? rules, out string? unmatched))
        {
            c.Error(Errors.UnmatchedParenthesis(unmatched));
        }
        else if (c.Engine.Users.Set(name, rules, c.Session, out string? blamed) is not RuleError.None and var error)
        {
            c.Error(Errors.UserRule(blamed!, RuleErrorText.Of(error)));
        }
        else
        {
            c.Reply.Raw(Replies.Ok);
        }
    }

    [Command("ACL|DELUSER", "username [username ...]", Arity = -3, Flags = AdminFlags, Group = CommandGroup.Server, Since = "6.0.0",
        Complexity = "O(1) per user and connection", Summary = "Deletes users and disconnects their clients.")]
    internal static void DeleteUser(ref CommandContext c)
    {
        for (int i = 2; i < c.Count; i++)
        {
            if (c[i].SequenceEqual("default"u8))
            {
                c.Error(Errors.DefaultUserStays);
                return;
            }
        }

        long deleted = 0;
        for (int i = 2; i < c.Count; i++)
        {
            deleted += c.Engine.Users.Delete(c[i], c.Session) ? 1 : 0;
        }

        c.Reply.Integer(deleted);
    }

    [Command("ACL|GETUSER", "username", Arity = 3, Flags = AdminFlags, Group = CommandGroup.Server, Since = "6.0.0",
        Complexity = "O(N) with N the number of passwords, rules and patterns", Summary = "Shows a user in detail.",
        History = "6.2.0 Channel patterns.; 7.0.0 Selectors; keys and channels are shown as rules.")]
    internal static void GetUser(ref CommandContext c)
    {
        if (c.Engine.Users.Find(c[2]) is not { } user)
        {
            c.Reply.NullBulk();
            return;
        }

        ref ReplyWriter reply = ref c.Reply;
        reply.MapHeader(6);
        reply.BulkString("flags"u8);
        WriteFlags(ref reply, user);
        reply.BulkString("passwords"u8);
        reply.ArrayHeader(user.PasswordCount);
        foreach (string hash in user.PasswordHashes)
        {
            reply.BulkString(Encoding.ASCII.GetBytes(hash));
        }

        WriteSelector(ref reply, user.Selectors[0]);
        reply.BulkString("selectors"u8);
        reply.ArrayHeader(user.Selectors.Count - 1);
        for (int i = 1; i < user.Selectors.Count; i++)
        {
            reply.MapHeader(3);
            WriteSelector(ref reply, user.Selectors[i]);
        }
    }

    [Command("ACL|LIST", "", Arity = 2, Flags = AdminFlags, Group = CommandGroup.Server, Since = "6.0.0", Complexity = "O(N) with N the number of users",
        Summary = "Lists the users as a file would define them.")]
    internal static void ListUsers(ref CommandContext c)
    {
        c.Reply.ArrayHeader(c.Engine.Users.All.Count);
        foreach (User user in c.Engine.Users.All)
        {
            c.Reply.BulkString(Encoding.Latin1.GetBytes(UserTable.Describe(user)));
        }
    }

    [Command("ACL|USERS", "", Arity = 2, Flags = AdminFlags, Group = CommandGroup.Server, Since = "6.0.0", Complexity = "O(N) with N the number of users",
        Summary = "Lists the names of the users.")]
    internal static void ListNames(ref CommandContext c)
    {
        c.Reply.ArrayHeader(c.Engine.Users.All.Count);
        foreach (User user in c.Engine.Users.All)
        {
            c.Reply.BulkString(user.NameBytes);
        }
    }

    [Command("ACL|WHOAMI", "", Arity = 2, Flags = Flags, Group = CommandGroup.Server, Since = "6.0.0", Complexity = "O(1)",
        Summary = "Tells which user the client is.")]
    internal static void WhoAmI(ref CommandContext c) => c.Reply.BulkString(c.Session.User.NameBytes);

    private static void WriteFlags(ref ReplyWriter reply, User user)
    {
        reply.SetHeader(1 + (user.NeedsNoPassword ? 1 : 0) + (user.SanitizesPayload is null ? 0 : 1));
        reply.BulkString(user.IsEnabled ? "on"u8 : "off"u8);
        if (user.NeedsNoPassword)
        {
            reply.BulkString("nopass"u8);
        }

        if (user.SanitizesPayload is { } sanitizes)
        {
            reply.BulkString(sanitizes ? "sanitize-payload"u8 : "skip-sanitize-payload"u8);
        }
    }

    private static void WriteSelector(ref ReplyWriter reply, Selector selector)
    {
        reply.BulkString("commands"u8);
        reply.BulkString(Encoding.Latin1.GetBytes(selector.Commands));
        reply.BulkString("keys"u8);
        reply.BulkString(Encoding.Latin1.GetBytes(selector.DescribeKeys()));
        reply.BulkString("channels"u8);
        reply.BulkString(Encoding.Latin1.GetBytes(selector.DescribeChannels()));
    }
}
