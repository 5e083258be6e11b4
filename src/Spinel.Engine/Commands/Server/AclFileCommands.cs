using System.Text;
using Spinel.Engine.Dispatch;
using Spinel.Engine.Security;
using Spinel.Protocol;

namespace Spinel.Engine.Commands.Server;

/// <summary>ACL LOAD and ACL SAVE: the file of users.</summary>
internal static class AclFileCommands
{
    private const CommandFlags AdminFlags = CommandFlags.Admin | CommandFlags.NoScript | CommandFlags.Loading | CommandFlags.Stale;

    [Command("ACL|LOAD", "", Arity = 2, Flags = AdminFlags, Group = CommandGroup.Server, Since = "6.0.0", Complexity = "O(N) with N the number of users",
        Summary = "Reads the users from their file; with any error in it nothing changes. Clients whose user is gone or another one now are disconnected.")]
    internal static void Load(ref CommandContext c)
    {
        if (c.Engine.Options.AclFile.Length == 0)
        {
            c.Error(Errors.NoUserFile);
        }
        else if (c.Engine.Users.Load(c.Session) is { } error)
        {
            c.Engine.Log.Write(ServerLogLevel.Warning, error);
            c.Error(Encoding.Latin1.GetBytes("ERR " + error));
        }
        else
        {
            c.Reply.Raw(Replies.Ok);
        }
    }

    [Command("ACL|SAVE", "", Arity = 2, Flags = AdminFlags, Group = CommandGroup.Server, Since = "6.0.0", Complexity = "O(N) with N the number of users",
        Summary = "Writes the users to their file.")]
    internal static void Save(ref CommandContext c)
    {
        string path = c.Engine.Options.AclFile;
        if (path.Length == 0)
        {
            c.Error(Errors.NoUserFile);
            return;
        }

        try
        {
            UserFile.Write(path, c.Engine.Users);
            c.Reply.Raw(Replies.Ok);
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            c.Engine.Log.Write(ServerLogLevel.Warning, $"The users were not saved to '{path}': {FileErrorText.Of(exception)}");
            c.Error(Errors.UserFileNotSaved);
        }
    }
}
