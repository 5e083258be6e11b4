using System.Globalization;
using System.Text;
using Spinel.DataStructures;
using Spinel.Engine.Dispatch;

namespace Spinel.Engine.Commands.HyperLogLogs;

/// <summary>Commands that look inside HyperLogLogs.</summary>
internal static class PfDebugCommands
{
    [Command("PFDEBUG", "subcommand key", Arity = 3, Flags = CommandFlags.Write | CommandFlags.DenyOom | CommandFlags.Admin,
        Keys = "2 RW access", Group = CommandGroup.HyperLogLog, Since = "2.8.9", Complexity = "N/A",
        Summary = "Shows the registers of a HyperLogLog (GETREG), its runs (DECODE) or its form (ENCODING), or makes it dense (TODENSE).")]
    internal static void PfDebug(ref CommandContext c)
    {
        if (!HyperLogLogKeys.TryOpen(ref c, 2, out KeyWriter writer))
        {
            return;
        }

        if (!writer.Exists)
        {
            c.Error(Errors.NoSuchHyperLogLog);
            return;
        }

        Span<byte> bytes = writer.EditString(0, out _);
        bool isDense = HyperLogLog.IsDense(bytes);
        if (c.Is(1, "GETREG"u8))
        {
            GetRegisters(ref c, writer);
        }
        else if (c.Is(1, "DECODE"u8))
        {
            if (isDense)
            {
                c.Error(Errors.HyperLogLogNotSparse);
                return;
            }

            c.Reply.BulkString(Encoding.ASCII.GetBytes(HyperLogLog.DescribeSparse(bytes)));
        }
        else if (c.Is(1, "ENCODING"u8))
        {
            c.Reply.SimpleString(isDense ? "dense"u8 : "sparse"u8);
        }
        else if (c.Is(1, "TODENSE"u8))
        {
            if (TryMakeDense(ref c, writer))
            {
                c.Reply.Integer(isDense ? 0 : 1);
            }
        }
        else
        {
            c.Error(Errors.UnknownPfDebugSubcommand(c[1]));
        }
    }

    [Command("PFSELFTEST", "", Arity = 1, Flags = CommandFlags.Admin, Group = CommandGroup.HyperLogLog, Since = "2.8.9", Complexity = "N/A",
        Summary = "Checks on throw-away HyperLogLogs that both forms agree and that the error of the count is as small as it should be.")]
    internal static void PfSelfTest(ref CommandContext c)
    {
        if (HyperLogLogSelfTest.Run() is { } failure)
        {
            c.Error(Encoding.ASCII.GetBytes(string.Create(CultureInfo.InvariantCulture, $"TESTFAILED {failure}")));
        }
        else
        {
            c.Reply.SimpleString("OK"u8);
        }
    }

    private static void GetRegisters(ref CommandContext c, scoped KeyWriter writer)
    {
        if (!TryMakeDense(ref c, writer))
        {
            return;
        }

        ReadOnlySpan<byte> bytes = c.Find(2, LookupFlags.NoStatistics | LookupFlags.NoTouch).StringBytes;
        c.Reply.ArrayHeader(HyperLogLog.RegisterCount);
        for (int i = 0; i < HyperLogLog.RegisterCount; i++)
        {
            c.Reply.Integer(HyperLogLog.GetDense(bytes, i));
        }
    }

    private static bool TryMakeDense(ref CommandContext c, scoped KeyWriter writer)
    {
        var editor = new HyperLogLogEditor(writer, c.Engine.Options.HllSparseMaxBytes);
        if (!editor.TryMakeDense())
        {
            c.Error(Errors.DamagedHyperLogLog);
            return false;
        }

        editor.Close(KeyEvent.Reformed);
        return true;
    }
}
