using System.Text;
using Spinel.Engine.Configuration;
using Spinel.Engine.Security;
using Spinel.Engine.Sessions;

namespace Spinel.Engine.Dispatch;

/// <summary>
/// What may stand against a command that a client gives: the client, the command, or the state of the server. The order of the checks is Redis's, because the first of
/// them that fails is the answer.
/// </summary>
internal sealed class ClientGuard(SpinelEngine engine)
{
    /// <summary>Whether the command may run now, or be queued.</summary>
    /// <param name="context">The call.</param>
    /// <param name="session">Who gives it.</param>
    /// <param name="command">The command.</param>
    /// <param name="flags">Its flags, and those of what it will run.</param>
    /// <param name="error">Otherwise, what the client is told.</param>
    public bool Admits(scoped in CommandContext context, Session session, CommandDescriptor command, CommandFlags flags, out ReadOnlySpan<byte> error)
    {
        error = RefusalOfCommand(in context, session, command);
        if (error.IsEmpty)
        {
            error = RefusalOfState(session, command, flags);
        }

        return error.IsEmpty;
    }

    /// <summary>
    /// Whether what should be a command begins a request of HTTP or one of its headers. A page in a browser on this machine can send such requests, and what follows
    /// them may look like commands, so nothing of that connection is to be obeyed.
    /// </summary>
    public static bool IsWebRequest(in CommandContext context) =>
        Ascii.EqualsIgnoreCase(context[0], "POST"u8) || Ascii.EqualsIgnoreCase(context[0], "HOST:"u8);

    /// <summary>Ends the connection of such a request.</summary>
    public void CutOff(Session session)
    {
        engine.Log.Write(
            ServerLogLevel.Warning,
            $"Possible SECURITY ATTACK detected. It looks like somebody is sending POST or Host: commands to Redis. This is likely due to an attacker attempting to use Cross Protocol Scripting to compromise your Redis instance. Connection from {session.Connection.RemoteAddress} aborted.");
        session.Close();
    }

    /// <summary>The checks that concern the command and the client alone. Empty: none fails.</summary>
    private ReadOnlySpan<byte> RefusalOfCommand(scoped in CommandContext context, Session session, CommandDescriptor command)
    {
        if (command.Handler is null || !command.AcceptsCount(context.Count))
        {
            return Errors.WrongArity(command.Name);
        }

        if ((command.Flags & CommandFlags.Protected) != 0 && !IsEnabled(command, session))
        {
            return Errors.ProtectedCommand(command.Name);
        }

        // A password that is not required any more is not asked of those either who came while it was.
        if ((session.Gate & SessionGate.NotAuthenticated) != 0 && (command.Flags & CommandFlags.NoAuth) == 0 && engine.Users.AuthenticationRequired)
        {
            return Errors.AuthenticationRequired;
        }

        if (session.Transaction is not null && (command.Flags & CommandFlags.NoMulti) != 0)
        {
            return Errors.NotInsideMulti;
        }

        return (session.Gate & SessionGate.Restricted) == 0 || AccessCheck.Passes(engine, in context, command, out Denial denial)
            ? default
            : Errors.NoPermission(denial, command.Name);
    }

    /// <summary>The checks that concern what the server and the client are doing. Empty: none fails.</summary>
    private ReadOnlySpan<byte> RefusalOfState(Session session, CommandDescriptor command, CommandFlags flags)
    {
        // Any command makes room, not only those that need it. What is queued needs memory whatever it does.
        if ((engine.Gate & EngineGate.MemoryLimit) != 0 && !engine.MemoryLimit.MakeRoom()
            && ((flags & CommandFlags.DenyOom) != 0 || Dispatcher.IsQueued(session, command)))
        {
            return Errors.OutOfMemory;
        }

        if ((engine.Gate & EngineGate.WritesRefused) != 0 && engine.WriteRefusals.For(command, flags) is { } refusal)
        {
            return refusal;
        }

        if ((session.Gate & SessionGate.SubscribedResp2) != 0 && !RunsWhileSubscribed(command))
        {
            return Errors.NotWhileSubscribed(command.Name);
        }

        if (engine.RefusesStaleData && (command.Flags & CommandFlags.Stale) == 0)
        {
            return Errors.PrimaryDown;
        }

        if ((engine.IsLoading && (command.Flags & CommandFlags.Loading) == 0)
            || (engine.IsLoadingAside && (command.Flags & CommandFlags.NoAsyncLoading) != 0))
        {
            return Errors.Loading;
        }

        bool usesKeys = (flags & (CommandFlags.Write | CommandFlags.ReadOnly | CommandFlags.MayReplicate)) != 0;
        return usesKeys && (session.IsMonitor || session.Type == ClientType.Replica) ? Errors.MonitorUsesKeys : default;
    }

    /// <summary>What a subscribed client may run in RESP2, where it could not tell other replies from messages.</summary>
    private static bool RunsWhileSubscribed(CommandDescriptor command) =>
        command.Name is "subscribe" or "unsubscribe" or "psubscribe" or "punsubscribe" or "ssubscribe" or "sunsubscribe" or "ping" or "quit" or "reset";

    /// <summary>Whether a protected command is allowed to this client by its enabling option.</summary>
    private bool IsEnabled(CommandDescriptor command, Session session)
    {
        bool isOfModules = command.Name.StartsWith("module", StringComparison.Ordinal);
        return (isOfModules ? engine.Options.EnableModuleCommand : engine.Options.EnableDebugCommand) switch
        {
            ProtectedAccess.Yes => true,
            ProtectedAccess.Local => session.Connection.IsLoopback || session.Connection.IsUnixSocket,
            _ => false,
        };
    }
}
