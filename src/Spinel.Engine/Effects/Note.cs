using Spinel.Engine.Dispatch;

namespace Spinel.Engine.Effects;

/// <summary>
/// An effect that older servers have no word for, and can do without: what a stream remembers of its producers. It travels as <c>COMMAND INFO word argument …</c>,
/// which every server since Redis 2.8.13 answers and which changes nothing there, so that it can stand in a log that Redis 7.0 loads, in the stream of a
/// replica of 7.0, and inside a MULTI with what it belongs to; an unknown command would end the start, and make the replica drop the whole MULTI.
/// From a log and from a primary this server takes it as the command that it names, whatever clients have to call that. From clients it is a question like any other.
/// </summary>
internal static class Note
{
    /// <summary>Runs what COMMAND INFO was given, if it is a note; false when it is a question.</summary>
    public static bool TryRun(ref CommandContext c)
    {
        if (!c.Session.IsTrusted || c.Count < 4 || !(c.Is(2, "XIDMPRECORD"u8) || c.Is(2, "XCFGSET"u8))
            || c.Engine.Commands.FindOriginal(c[2]) is not { } command || !command.AcceptsCount(c.Count - 2))
        {
            return false;
        }

        c.BindRest(command, 2);
        command.Handler!(ref c);
        return true;
    }
}
