using System.Text;
using Spinel.Engine;
using Spinel.Engine.Dispatch;
using Spinel.Engine.Security;
using Spinel.Protocol;

namespace Spinel.Dashboard.Security;

/// <summary>What is shown without a command being run needs the permission for the command that shows it to other clients. On the engine thread.</summary>
internal static class Permissions
{
    /// <summary>The error for a user who may not run a command; null: it may.</summary>
    /// <param name="engine">The engine.</param>
    /// <param name="user">Who asks.</param>
    /// <param name="request">A request such as the user would have to send.</param>
    /// <param name="needsAllKeys">Whether it must be allowed to read any key as well.</param>
    internal static string? Missing(SpinelEngine engine, User user, string request, bool needsAllKeys)
    {
        if (user.IsUnrestricted)
        {
            return null;
        }

        byte[] text = Encoding.ASCII.GetBytes(request);
        Span<ArgumentRange> ranges = stackalloc ArgumentRange[8];
        int count = 0;
        foreach (Range part in request.AsSpan().Split(' '))
        {
            (int offset, int length) = part.GetOffsetAndLength(request.Length);
            ranges[count++] = new ArgumentRange(offset, length);
        }

        var arguments = new CommandArguments(text, ranges[..count]);
        CommandDescriptor? command = engine.Commands.FindOriginal(arguments[0]);
        command = command is { HasSubcommands: true } ? command.FindSubcommand(arguments[1]) ?? command : command;
        if (command is null)
        {
            return "ERR this server lacks the command for it";
        }

        bool isAllowed = needsAllKeys ? user.MayReadAnyKey(command, arguments) : user.Check(command, arguments, out _) == Denial.None;
        return isAllowed ? null : $"NOPERM this needs the permission for {request}{(needsAllKeys ? " and for all keys" : "")}";
    }
}
