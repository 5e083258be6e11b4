using Spinel.DataStructures;
using Spinel.Engine.Configuration;
using Spinel.Engine.Dispatch;

namespace Spinel.Engine.Commands.Generic;

/// <summary>OBJECT: how a value is kept and when it was used. Asking leaves the access clock alone.</summary>
[CommandContainer("OBJECT", Group = CommandGroup.Generic, Since = "2.2.3",
    Summary = "Tells how values are kept and how recently they were used.")]
internal static class ObjectCommands
{
    /// <summary>Redis keeps one shared object for each integer below this, and clients can see that in the reference count.</summary>
    private const long SharedIntegers = 10_000;

    [Command("OBJECT|ENCODING", "key", Arity = 3, Flags = CommandFlags.ReadOnly, Keys = "2 RO",
        Group = CommandGroup.Generic, Since = "2.2.3", Complexity = "O(1)", Tips = "nondeterministic_output",
        Summary = "Names the representation in which a value is kept.")]
    internal static void Encoding(ref CommandContext c)
    {
        if (TryFind(ref c, out KeyBlock block))
        {
            c.Reply.BulkString(ValueNames.EncodingOf(block));
        }
    }

    [Command("OBJECT|FREQ", "key", Arity = 3, Flags = CommandFlags.ReadOnly, Keys = "2 RO",
        Group = CommandGroup.Generic, Since = "4.0.0", Complexity = "O(1)", Tips = "nondeterministic_output",
        Summary = "Tells the logarithmic access counter of a key, which an LFU policy keeps.")]
    internal static void Freq(ref CommandContext c)
    {
        if (!TryFind(ref c, out KeyBlock block))
        {
            return;
        }

        if (!c.Keyspace.AccessClock.CountsFrequency)
        {
            c.Error(Errors.FrequencyNotTracked);
            return;
        }

        c.Reply.Integer(c.Keyspace.AccessClock.Frequency(block));
    }

    [Command("OBJECT|IDLETIME", "key", Arity = 3, Flags = CommandFlags.ReadOnly, Keys = "2 RO",
        Group = CommandGroup.Generic, Since = "2.2.3", Complexity = "O(1)", Tips = "nondeterministic_output",
        Summary = "Tells for how many seconds a key has not been accessed, unless the policy is LFU.")]
    internal static void IdleTime(ref CommandContext c)
    {
        if (!TryFind(ref c, out KeyBlock block))
        {
            return;
        }

        if (c.Keyspace.AccessClock.CountsFrequency)
        {
            c.Error(Errors.IdleTimeNotTracked);
            return;
        }

        c.Reply.Integer(c.Keyspace.AccessClock.IdleSeconds(block));
    }

    [Command("OBJECT|REFCOUNT", "key", Arity = 3, Flags = CommandFlags.ReadOnly, Keys = "2 RO",
        Group = CommandGroup.Generic, Since = "2.2.3", Complexity = "O(1)", Tips = "nondeterministic_output",
        Summary = "Tells how many references to a value there are: one, or the largest count for a small integer.")]
    internal static void RefCount(ref CommandContext c)
    {
        if (TryFind(ref c, out KeyBlock block))
        {
            bool shared = block.IsInteger && block.Integer is >= 0 and < SharedIntegers && SharesIntegers(c.Engine.Options);
            c.Reply.Integer(shared ? int.MaxValue : 1);
        }
    }

    [Command("OBJECT|HELP", "", Arity = 2, Flags = CommandFlags.Loading | CommandFlags.Stale,
        Group = CommandGroup.Generic, Since = "6.2.0", Complexity = "O(1)",
        Summary = "Lists the subcommands.")]
    internal static void Help(ref CommandContext c) => CommandTableHelp.Write(ref c);

    private static bool TryFind(ref CommandContext c, out KeyBlock block)
    {
        block = c.Find(2, LookupFlags.NoTouch | LookupFlags.NoNotification);
        if (block.IsNull)
        {
            c.Reply.NullBulk();
            return false;
        }

        return true;
    }

    /// <summary>An object with several owners has no access clock of its own, so Redis shares none under a policy that needs one.</summary>
    private static bool SharesIntegers(ServerOptions options) =>
        options.MaxMemoryBytes == 0
        || options.MaxMemoryPolicy is MaxMemoryPolicy.VolatileRandom or MaxMemoryPolicy.VolatileTtl or MaxMemoryPolicy.AllkeysRandom or MaxMemoryPolicy.Noeviction;
}
