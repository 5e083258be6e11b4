using Spinel.Engine.Dispatch;

namespace Spinel.Engine.Commands.Server;

/// <summary>TIME.</summary>
internal static class TimeCommand
{
    private const long MicrosecondsPerSecond = 1_000_000;

    [Command("TIME", "", Arity = 1, Flags = CommandFlags.Loading | CommandFlags.Stale | CommandFlags.Fast, Group = CommandGroup.Server, Since = "2.6.0",
        Complexity = "O(1)", Tips = "nondeterministic_output",
        Summary = "Tells the server's time: seconds since 1970, and the microseconds of the present second.")]
    internal static void Time(ref CommandContext c)
    {
        (long seconds, long microseconds) = Math.DivRem(c.Engine.Clock.ReadMicroseconds(), MicrosecondsPerSecond);
        c.Reply.ArrayHeader(2);
        c.Reply.BulkString(seconds);
        c.Reply.BulkString(microseconds);
    }
}
