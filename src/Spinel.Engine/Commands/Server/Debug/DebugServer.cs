using System.Diagnostics.CodeAnalysis;
using Spinel.Engine.Configuration;
using Spinel.Engine.Dispatch;
using Spinel.Protocol;

namespace Spinel.Engine.Commands.Server.Debug;

/// <summary>DEBUG subcommands that change how the server works, or whether it does.</summary>
internal static class DebugServer
{
    /// <summary>Stops the server as a bug would: with a crash report, and nothing tidied up.</summary>
    [DoesNotReturn]
    public static void Crash(ref readonly CommandContext c) =>
        throw new InvalidOperationException($"a crash was asked for: DEBUG {System.Text.Encoding.Latin1.GetString(c[1]).ToUpperInvariant()} from {c.Session.Connection.RemoteAddress}");

    /// <summary>DEBUG CHANGE-REPL-ID: from here on the data has nothing to do with that of any other server.</summary>
    public static void BeginHistory(SpinelEngine engine)
    {
        if (engine.NewHistory is { } begin)
        {
            begin();
        }
        else
        {
            engine.ReplicationId = RandomName.Create();
        }
    }

    /// <summary>DEBUG PAUSE-CRON and DICT-RESIZING.</summary>
    public static void Switch(ref CommandContext c, Action<SpinelEngine, bool> set)
    {
        set(c.Engine, !c[2].SequenceEqual("0"u8));
        c.Reply.Raw(Replies.Ok);
    }

    /// <summary>
    /// DEBUG QUICKLIST-PACKED-THRESHOLD. A size that Redis would take is taken, to no effect: here an element that is longer than a node may be always has
    /// a node of its own.
    /// </summary>
    public static void SetPackedThreshold(ref CommandContext c)
    {
        const long LargestBytes = 4L << 30;
        if (!MemorySize.TryParse(c[2], out long bytes))
        {
            c.Error(Errors.NotAMemorySize);
        }
        else if (bytes is < 0 or > LargestBytes)
        {
            c.Error(Errors.PackedThreshold);
        }
        else
        {
            c.Reply.Raw(Replies.Ok);
        }
    }

    /// <summary>DEBUG REPLYBUFFER, to no effect: reply buffers are lent, and given back as soon as they are sent.</summary>
    public static void SetReplyBuffer(ref CommandContext c)
    {
        bool isKnown = c.Is(2, "PEAK-RESET-TIME"u8)
            ? c.Is(3, "NEVER"u8) || c.Is(3, "RESET"u8) || Int64Text.TryParse(c[3], out _)
            : c.Is(2, "RESIZING"u8);
        if (!isKnown)
        {
            c.Error(Errors.Syntax);
            return;
        }

        c.Reply.Raw(Replies.Ok);
    }

    /// <summary>DEBUG STRINGMATCH-TEST: matches random patterns with random texts, so that what goes wrong in the matcher goes wrong here.</summary>
    [SuppressMessage("Security", "CA5394", Justification = "Texts for a test.")]
    public static void TestMatching(ref CommandContext c)
    {
        const int Rounds = 100_000;
        const int LongestText = 24;
        ReadOnlySpan<byte> alphabet = "ab*?[]^-\\\0\xff"u8;
        Span<byte> pattern = stackalloc byte[LongestText];
        Span<byte> text = stackalloc byte[LongestText];
        for (int i = 0; i < Rounds; i++)
        {
            c.Engine.Random.GetItems(alphabet, pattern);
            c.Engine.Random.GetItems(alphabet, text);
            GlobPattern.Matches(pattern[..c.Engine.Random.Next(LongestText)], text[..c.Engine.Random.Next(LongestText)], ignoreCase: (i & 1) == 0);
        }

        c.Reply.SimpleString("The matcher has survived the test"u8);
    }
}
