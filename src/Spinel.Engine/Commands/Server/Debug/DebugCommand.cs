using System.Globalization;
using System.Text;
using Spinel.Engine.Dispatch;
using Spinel.Protocol;

namespace Spinel.Engine.Commands.Server.Debug;

/// <summary>
/// DEBUG: looks behind the scenes and does what nobody should do in production. Tests of clients and tools use it. Allowed by the option
/// <c>enable-debug-command</c> only.
/// </summary>
internal static class DebugCommand
{
    private const long MaxSleepSeconds = 3600;

    [Command("DEBUG", "subcommand [argument [argument ...]]", Arity = -2,
        Flags = CommandFlags.Admin | CommandFlags.NoScript | CommandFlags.Loading | CommandFlags.Stale | CommandFlags.Protected,
        Group = CommandGroup.Server, Since = "1.0.0", Complexity = "Depends on subcommand.",
        Summary = "Shows and changes the inside of the server, for tests.")]
    internal static void Debug(ref CommandContext c)
    {
        if (!TryServer(ref c) && !TryKeyspace(ref c) && !TryInside(ref c))
        {
            c.Error(Errors.SubcommandSyntax(in c));
        }
    }

    /// <summary>Subcommands on the server as a whole; false when it is none of them.</summary>
    private static bool TryServer(ref CommandContext c)
    {
        if (c.Is(1, "HELP"u8) && c.Count == 2)
        {
            Help(ref c);
        }
        else if (c.Is(1, "SLEEP"u8) && c.Count == 3)
        {
            Sleep(ref c);
        }
        else if (c.Is(1, "ERROR"u8) && c.Count == 3)
        {
            c.Reply.Error(c[2]);
        }
        else if (c.Is(1, "LOG"u8) && c.Count == 3)
        {
            c.Engine.Log.Write(ServerLogLevel.Warning, "DEBUG LOG: " + Encoding.UTF8.GetString(c[2]));
            c.Reply.Raw(Replies.Ok);
        }
        else if (c.Is(1, "SET-ACTIVE-EXPIRE"u8) && c.Count == 3)
        {
            c.Engine.Expiry.Enabled = !c[2].SequenceEqual("0"u8);
            c.Reply.Raw(Replies.Ok);
        }
        else if (c.Is(1, "RELOAD"u8))
        {
            DebugReload.Reload(ref c);
        }
        else if (c.Is(1, "LOADAOF"u8) && c.Count == 2)
        {
            DebugReload.ReloadLog(ref c);
        }
        else if (c.Is(1, "PROTOCOL"u8) && c.Count == 3)
        {
            DebugProtocol.Write(ref c);
        }
        else
        {
            return false;
        }

        return true;
    }

    /// <summary>Subcommands on keys and databases; false when it is none of them.</summary>
    private static bool TryKeyspace(ref CommandContext c)
    {
        if (c.Is(1, "OBJECT"u8) && c.Count == 3)
        {
            DebugKeys.DescribeValue(ref c);
        }
        else if (c.Is(1, "SDSLEN"u8) && c.Count == 3)
        {
            DebugKeys.DescribeString(ref c);
        }
        else if (c.Is(1, "HTSTATS"u8) && c.Count == 3)
        {
            DebugTables.WriteDatabase(ref c);
        }
        else if (c.Is(1, "HTSTATS-KEY"u8) && c.Count == 3)
        {
            DebugTables.WriteKey(ref c);
        }
        else if (c.Is(1, "DIGEST"u8) && c.Count == 2)
        {
            DebugDigest.WriteAll(ref c);
        }
        else if (c.Is(1, "DIGEST-VALUE"u8))
        {
            DebugDigest.WriteValues(ref c);
        }
        else if (c.Is(1, "POPULATE"u8) && c.Count is >= 3 and <= 5)
        {
            DebugKeys.Populate(ref c);
        }
        else
        {
            return false;
        }

        return true;
    }

    /// <summary>Subcommands on how the server works inside; false when it is none of them.</summary>
    private static bool TryInside(ref CommandContext c)
    {
        if (c.Is(1, "PAUSE-CRON"u8) && c.Count == 3)
        {
            DebugServer.Switch(ref c, static (engine, on) => engine.Cron.IsPaused = on);
        }
        else if (c.Is(1, "DICT-RESIZING"u8) && c.Count == 3)
        {
            DebugServer.Switch(ref c, static (engine, on) => engine.Cron.ShrinksTables = on);
        }
        else if (c.Is(1, "CHANGE-REPL-ID"u8) && c.Count == 2)
        {
            DebugServer.BeginHistory(c.Engine);
            c.Reply.Raw(Replies.Ok);
        }
        else if (c.Is(1, "QUICKLIST-PACKED-THRESHOLD"u8) && c.Count == 3)
        {
            DebugServer.SetPackedThreshold(ref c);
        }
        else if (c.Is(1, "REPLYBUFFER"u8) && c.Count == 4)
        {
            DebugServer.SetReplyBuffer(ref c);
        }
        else if (c.Is(1, "STRINGMATCH-TEST"u8) && c.Count == 2)
        {
            DebugServer.TestMatching(ref c);
        }
        else if (c.Is(1, "LISTPACK"u8) && c.Count == 3)
        {
            DebugListpack.Log(ref c);
        }
        else if (c.Count == 2 && (c.Is(1, "ASSERT"u8) || c.Is(1, "PANIC"u8) || c.Is(1, "SEGFAULT"u8) || c.Is(1, "OOM"u8)))
        {
            DebugServer.Crash(in c);
        }
        else
        {
            return false;
        }

        return true;
    }

    /// <summary>Keeps the engine from doing anything else for so many seconds; a text that is no number is zero.</summary>
    private static void Sleep(ref CommandContext c)
    {
        if (double.TryParse(c[2], NumberStyles.Float, CultureInfo.InvariantCulture, out double seconds) && seconds > 0)
        {
            Thread.Sleep(TimeSpan.FromSeconds(Math.Min(seconds, MaxSleepSeconds)));
        }

        c.Reply.Raw(Replies.Ok);
    }

    private static void Help(ref CommandContext c) => HelpReply.Write(ref c,
        """
        ASSERT | OOM | PANIC | SEGFAULT
            Stop the server at once, with a crash report.
        CHANGE-REPL-ID
            Take a new replication id.
        DICT-RESIZING <0|1>
            Stop or resume making sparse tables smaller.
        DIGEST
            Tell a signature of all keys of all databases.
        DIGEST-VALUE <key> [<key> ...]
            Tell a signature of the value of each key.
        ERROR <string>
            Reply with the error <string>.
        HTSTATS <dbid>
            Tell how full the tables of a database are.
        HTSTATS-KEY <key>
            Tell how full the table of a value is.
        LISTPACK <key>
            Write the entries of a listpack to the log of the server.
        LOADAOF
            Load the append-only log in the place of the data.
        LOG <message>
            Write a line to the log of the server.
        OBJECT <key>
            Tell how a key is kept.
        PAUSE-CRON <0|1>
            Stop or resume the periodic work.
        POPULATE <count> [<prefix>] [<size>]
            Create strings named <prefix>:<number> where there are none, without telling replicas.
        PROTOCOL <type>
            Reply with an example of a type: string, integer, double, bignum, null, array, set, map, attrib, push, verbatim, true or false.
        QUICKLIST-PACKED-THRESHOLD <size>
            Without effect: a long element of a list always has a node of its own.
        RELOAD [NOSAVE] [NOFLUSH] [MERGE]
            Save the data and load it again. NOSAVE loads the file that there is, NOFLUSH keeps the data, MERGE lets the file's keys replace those there are.
        REPLYBUFFER <PEAK-RESET-TIME <NEVER|RESET|milliseconds> | RESIZING <0|1>>
            Without effect: reply buffers are given back as soon as they are sent.
        SDSLEN <key>
            Tell the lengths of a key and of the string under it.
        SET-ACTIVE-EXPIRE <0|1>
            Stop or resume removing expired keys that nobody asks for.
        SLEEP <seconds>
            Do nothing for that long. Fractions count.
        STRINGMATCH-TEST
            Match random patterns with random texts.
        """u8);
}
