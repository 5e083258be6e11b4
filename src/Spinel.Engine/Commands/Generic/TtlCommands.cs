using Spinel.DataStructures;
using Spinel.Engine.Dispatch;

namespace Spinel.Engine.Commands.Generic;

/// <summary>Commands that tell when a key goes. Asking leaves the access clock alone.</summary>
internal static class TtlCommands
{
    private const int NoSuchKey = -2;
    private const int NoExpiry = -1;

    [Command("TTL", "key", Arity = 2, Flags = CommandFlags.ReadOnly | CommandFlags.Fast, Keys = "1 RO access",
        Group = CommandGroup.Generic, Since = "1.0.0", Complexity = "O(1)", Tips = "nondeterministic_output",
        Summary = "Tells in how many seconds a key goes.",
        History = "2.8.0 The reply is -2 when there is no such key.")]
    internal static void Ttl(ref CommandContext c) => Tell(ref c, seconds: true, absolute: false);

    [Command("PTTL", "key", Arity = 2, Flags = CommandFlags.ReadOnly | CommandFlags.Fast, Keys = "1 RO access",
        Group = CommandGroup.Generic, Since = "2.6.0", Complexity = "O(1)", Tips = "nondeterministic_output",
        Summary = "Tells in how many milliseconds a key goes.",
        History = "2.8.0 The reply is -2 when there is no such key.")]
    internal static void PTtl(ref CommandContext c) => Tell(ref c, seconds: false, absolute: false);

    [Command("EXPIRETIME", "key", Arity = 2, Flags = CommandFlags.ReadOnly | CommandFlags.Fast, Keys = "1 RO access",
        Group = CommandGroup.Generic, Since = "7.0.0", Complexity = "O(1)",
        Summary = "Tells the Unix time in seconds at which a key goes.")]
    internal static void ExpireTime(ref CommandContext c) => Tell(ref c, seconds: true, absolute: true);

    [Command("PEXPIRETIME", "key", Arity = 2, Flags = CommandFlags.ReadOnly | CommandFlags.Fast, Keys = "1 RO access",
        Group = CommandGroup.Generic, Since = "7.0.0", Complexity = "O(1)",
        Summary = "Tells the Unix time in milliseconds at which a key goes.")]
    internal static void PExpireTime(ref CommandContext c) => Tell(ref c, seconds: false, absolute: true);

    private static void Tell(ref CommandContext c, bool seconds, bool absolute)
    {
        KeyBlock block = c.Find(1, LookupFlags.NoTouch);
        if (block.IsNull || !block.HasExpiry)
        {
            c.Reply.Integer(block.IsNull ? NoSuchKey : NoExpiry);
            return;
        }

        long milliseconds = Math.Max(0, absolute ? block.ExpiryMs : block.ExpiryMs - c.NowMs);

        // Rounded to the nearest second; unsigned, because the largest expiry has no room for the half that rounding adds.
        c.Reply.Integer(seconds ? (long)(((ulong)milliseconds + 500) / 1000) : milliseconds);
    }
}
