using System.Buffers;
using Spinel.DataStructures;
using Spinel.Engine.Dispatch;
using Spinel.Memory;
using Spinel.Protocol;

namespace Spinel.Engine.Commands.Strings;

/// <summary>LCS: what two strings have in common.</summary>
internal static class LcsCommand
{
    /// <summary>What a cell of the table takes where it is one number; the limit on the table's size counts in these.</summary>
    private const long CellBytes = 4;

    [Command("LCS", "key1:key key2:key [LEN] [IDX] [MINMATCHLEN min-match-len:integer] [WITHMATCHLEN]", Arity = -3, Flags = CommandFlags.ReadOnly, Keys = "1..2 RO access",
        Group = CommandGroup.String, Since = "7.0.0", Complexity = "O(N*M) with N and M the lengths of the strings",
        Summary = "Finds the longest common subsequence of two strings: itself, its length or where its parts are.")]
    internal static void Lcs(ref CommandContext c)
    {
        KeyBlock first = c.Find(1);
        KeyBlock second = c.Find(2);
        if ((!first.IsNull && first.Kind != ValueKind.String) || (!second.IsNull && second.Kind != ValueKind.String))
        {
            c.Error(Errors.NotStrings);
            return;
        }

        if (!TryParse(ref c, out Options options))
        {
            return;
        }

        Span<byte> firstScratch = stackalloc byte[KeyBlock.IntegerScratchBytes];
        Span<byte> secondScratch = stackalloc byte[KeyBlock.IntegerScratchBytes];
        ReadOnlySpan<byte> a = first.IsNull ? default : first.GetString(firstScratch);
        ReadOnlySpan<byte> b = second.IsNull ? default : second.GetString(secondScratch);
        bool keepTable = options.Indexes || !options.Length;
        if ((a.Length + 1L) * (b.Length + 1L) > c.Engine.Limits.StringBytes / CellBytes
            || LongestCommonSubsequence.TableBytes(a.Length, b.Length, keepTable) > NativeBuffer.LargestCapacity)
        {
            c.Error(Errors.SubsequenceTooCostly);
            return;
        }

        using NativeBuffer memory = new(c.Keyspace.Heap);
        LongestCommonSubsequence subsequence = new(a, b, memory, keepTable);
        if (options.Indexes)
        {
            ReplyIndexes(ref c, subsequence, options);
        }
        else if (options.Length)
        {
            c.Reply.Integer(subsequence.Length);
        }
        else
        {
            ReplyString(ref c, subsequence, a);
        }
    }

    private static bool TryParse(ref CommandContext c, out Options options)
    {
        options = default;
        for (int i = 3; i < c.Count; i++)
        {
            if (c.Is(i, "IDX"u8))
            {
                options.Indexes = true;
            }
            else if (c.Is(i, "LEN"u8))
            {
                options.Length = true;
            }
            else if (c.Is(i, "WITHMATCHLEN"u8))
            {
                options.WithLengths = true;
            }
            else if (c.Is(i, "MINMATCHLEN"u8) && i + 1 < c.Count)
            {
                if (!c.TryInteger(++i, out options.LeastLength))
                {
                    return false;
                }
            }
            else
            {
                c.Error(Errors.Syntax);
                return false;
            }
        }

        if (options.Indexes && options.Length)
        {
            c.Error(Errors.LengthAndIndexes);
            return false;
        }

        return true;
    }

    private static void ReplyString(ref CommandContext c, scoped LongestCommonSubsequence subsequence, scoped ReadOnlySpan<byte> source)
    {
        byte[] text = ArrayPool<byte>.Shared.Rent(subsequence.Length);
        int start = subsequence.Length;
        while (subsequence.TryTakeRun(out CommonRun run))
        {
            start -= run.Length;
            source.Slice(run.FirstStart, run.Length).CopyTo(text.AsSpan(start));
        }

        c.Reply.BulkString(text.AsSpan(0, subsequence.Length));
        ArrayPool<byte>.Shared.Return(text);
    }

    private static void ReplyIndexes(ref CommandContext c, scoped LongestCommonSubsequence subsequence, Options options)
    {
        int count = 0;
        while (subsequence.TryTakeRun(out CommonRun run))
        {
            count += run.Length >= options.LeastLength ? 1 : 0;
        }

        c.Reply.MapHeader(2);
        c.Reply.BulkString("matches"u8);
        c.Reply.ArrayHeader(count);
        subsequence.Rewind();
        while (subsequence.TryTakeRun(out CommonRun run))
        {
            if (run.Length < options.LeastLength)
            {
                continue;
            }

            c.Reply.ArrayHeader(options.WithLengths ? 3 : 2);
            ReplyRange(ref c, run.FirstStart, run.Length);
            ReplyRange(ref c, run.SecondStart, run.Length);
            if (options.WithLengths)
            {
                c.Reply.Integer(run.Length);
            }
        }

        c.Reply.BulkString("len"u8);
        c.Reply.Integer(subsequence.Length);
    }

    private static void ReplyRange(ref CommandContext c, int start, int length)
    {
        c.Reply.ArrayHeader(2);
        c.Reply.Integer(start);
        c.Reply.Integer(start + length - 1);
    }

    private struct Options
    {
        public bool Indexes;
        public bool Length;
        public bool WithLengths;
        public long LeastLength;
    }
}
