using Spinel.Engine.Dispatch;
using Spinel.Engine.Sessions;

namespace Spinel.Engine.Security;

/// <summary>Checks requests of clients whose user may not do everything, and notes what is refused.</summary>
internal static class AccessCheck
{
    /// <summary>Whether the client may run the request, or queue it.</summary>
    public static bool Passes(SpinelEngine engine, ref readonly CommandContext context, CommandDescriptor command, out Denial denial) =>
        Passes(engine, in context, command, context.Session.Transaction is null ? AccessContext.TopLevel : AccessContext.Transaction, out denial);

    /// <summary>Whether the client may still run a request that it has queued.</summary>
    public static bool PassesInExec(SpinelEngine engine, ref readonly CommandContext context, CommandDescriptor command, out Denial denial) =>
        Passes(engine, in context, command, AccessContext.Transaction, out denial);

    private static bool Passes(SpinelEngine engine, ref readonly CommandContext context, CommandDescriptor command, AccessContext place, out Denial denial)
    {
        Session session = context.Session;
        denial = session.User.Check(command, context.Arguments, out int position);
        if (denial == Denial.None)
        {
            return true;
        }

        session.LastCommand = command;
        ReadOnlySpan<byte> subject = denial == Denial.Command ? command.NameUtf8.Span : context[position];
        engine.Users.Log.Add(session, denial, place, subject, session.User.NameBytes);
        return false;
    }
}
