using Spinel.DataStructures;
using Spinel.Engine.Dispatch;

namespace Spinel.Engine.Commands.Hashes;

/// <summary>Commands that tell when fields go.</summary>
internal static class FieldTtlCommands
{
    private const int NoSuchField = -2;
    private const int NoExpiry = -1;

    [Command("HTTL", "key FIELDS numfields:integer field [field ...]", Arity = -5, Flags = CommandFlags.ReadOnly | CommandFlags.Fast, Keys = "1 RO access",
        Group = CommandGroup.Hash, Since = "7.4.0", Complexity = "O(N) with N the number of fields given", Tips = "nondeterministic_output",
        Summary = "Returns how many seconds fields of a hash have left.")]
    internal static void HTtl(ref CommandContext c) => ReplyTimes(ref c, inSeconds: true, fromMs: c.NowMs);

    [Command("HPTTL", "key FIELDS numfields:integer field [field ...]", Arity = -5, Flags = CommandFlags.ReadOnly | CommandFlags.Fast, Keys = "1 RO access",
        Group = CommandGroup.Hash, Since = "7.4.0", Complexity = "O(N) with N the number of fields given", Tips = "nondeterministic_output",
        Summary = "Returns how many milliseconds fields of a hash have left.")]
    internal static void HPTtl(ref CommandContext c) => ReplyTimes(ref c, inSeconds: false, fromMs: c.NowMs);

    [Command("HEXPIRETIME", "key FIELDS numfields:integer field [field ...]", Arity = -5, Flags = CommandFlags.ReadOnly | CommandFlags.Fast, Keys = "1 RO access",
        Group = CommandGroup.Hash, Since = "7.4.0", Complexity = "O(N) with N the number of fields given",
        Summary = "Returns the Unix times in seconds at which fields of a hash go.")]
    internal static void HExpireTime(ref CommandContext c) => ReplyTimes(ref c, inSeconds: true, fromMs: 0);

    [Command("HPEXPIRETIME", "key FIELDS numfields:integer field [field ...]", Arity = -5, Flags = CommandFlags.ReadOnly | CommandFlags.Fast, Keys = "1 RO access",
        Group = CommandGroup.Hash, Since = "7.4.0", Complexity = "O(N) with N the number of fields given",
        Summary = "Returns the Unix times in milliseconds at which fields of a hash go.")]
    internal static void HPExpireTime(ref CommandContext c) => ReplyTimes(ref c, inSeconds: false, fromMs: 0);

    private static void ReplyTimes(ref CommandContext c, bool inSeconds, long fromMs)
    {
        if (!HashAccess.TryFind(ref c, 1, out HashValue hash)
            || !FieldArguments.TryRead(ref c, 2, Errors.FieldCountNotPositive, out FieldArguments fields))
        {
            return;
        }

        c.Reply.ArrayHeader(fields.Count);
        for (int i = fields.First; i < fields.End; i++)
        {
            if (hash.IsNull || !hash.TryGetExpiry(c[i], out long atMs))
            {
                c.Reply.Integer(NoSuchField);
            }
            else if (atMs == KeyBlock.NoExpiry)
            {
                c.Reply.Integer(NoExpiry);
            }
            else
            {
                // A field that has any time left never has none: seconds are rounded up.
                long ms = atMs - fromMs;
                c.Reply.Integer(inSeconds ? (ms + 999) / 1000 : ms);
            }
        }
    }
}
