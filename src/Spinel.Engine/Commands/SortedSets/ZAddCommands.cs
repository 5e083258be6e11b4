using System.Buffers;
using Spinel.DataStructures;
using Spinel.Engine.Dispatch;
using Spinel.Memory;
using Spinel.Protocol;

namespace Spinel.Engine.Commands.SortedSets;

/// <summary>Commands that add members and change scores.</summary>
internal static class ZAddCommands
{
    private const int ScoresOnStack = 32;

    [Flags]
    private enum Options : byte
    {
        None = 0,
        IfMissing = 1,
        IfExists = 2,
        IfGreater = 4,
        IfLess = 8,
        CountChanged = 16,
        Increment = 32,
    }

    [Command("ZADD", "key [NX | XX] [GT | LT] [CH] [INCR] score member [score member ...]",
        Arity = -4, Flags = CommandFlags.Write | CommandFlags.DenyOom | CommandFlags.Fast, Keys = "1 RW update",
        Group = CommandGroup.SortedSet, Since = "1.2.0", Complexity = "O(log(N)) per member, with N the size of the sorted set",
        Summary = "Adds members to a sorted set, or gives those that it has another score.",
        History = "2.4.0 Several members at once.; 3.0.2 Options XX, NX, CH and INCR.; 6.2.0 Options GT and LT.")]
    internal static void ZAdd(ref CommandContext c) => Add(ref c, Options.None);

    [Command("ZINCRBY", "key increment member",
        Arity = 4, Flags = CommandFlags.Write | CommandFlags.DenyOom | CommandFlags.Fast, Keys = "1 RW access update",
        Group = CommandGroup.SortedSet, Since = "1.2.0", Complexity = "O(log(N)) with N the size of the sorted set",
        Summary = "Adds to the score of a member; a missing member counts as one with score 0.")]
    internal static void ZIncrBy(ref CommandContext c) => Add(ref c, Options.Increment);

    private static void Add(ref CommandContext c, Options options)
    {
        int first = 2;
        while (first < c.Count && TryReadOption(in c, first, ref options))
        {
            first++;
        }

        int pairs = (c.Count - first) / 2;
        if (pairs == 0 || (c.Count - first) % 2 != 0)
        {
            c.Error(Errors.Syntax);
            return;
        }

        if (!AreCompatible(ref c, options, pairs))
        {
            return;
        }

        double[]? rented = pairs > ScoresOnStack ? ArrayPool<double>.Shared.Rent(pairs) : null;
        Span<double> scores = rented ?? stackalloc double[ScoresOnStack];
        scores = scores[..pairs];
        if (TryReadScores(ref c, first, scores))
        {
            Add(ref c, options, first + 1, 2, scores);
        }

        if (rented is not null)
        {
            ArrayPool<double>.Shared.Return(rented);
        }
    }

    /// <summary>GEOADD: adds members whose scores have been computed; there are two more arguments before each.</summary>
    /// <param name="c">The call.</param>
    /// <param name="ifMissing">Leaves members alone that the set has.</param>
    /// <param name="ifExists">Leaves members out that the set has not.</param>
    /// <param name="countChanged">Replies with the members added or changed, not only those added.</param>
    /// <param name="first">The argument at which the first triple begins.</param>
    /// <param name="scores">The scores.</param>
    internal static void AddPlaces(ref CommandContext c, bool ifMissing, bool ifExists, bool countChanged, int first, scoped ReadOnlySpan<double> scores)
    {
        Options options = (ifMissing ? Options.IfMissing : Options.None)
            | (ifExists ? Options.IfExists : Options.None)
            | (countChanged ? Options.CountChanged : Options.None);
        Add(ref c, options, first + 2, 3, scores);
    }

    private static bool TryReadOption(in CommandContext c, int index, ref Options options)
    {
        // Most words that come here are scores: none of those is a letter away from an option.
        ReadOnlySpan<byte> word = c[index];
        Options option = word.Length switch
        {
            2 => c.Is(index, "NX"u8) ? Options.IfMissing
                : c.Is(index, "XX"u8) ? Options.IfExists
                : c.Is(index, "GT"u8) ? Options.IfGreater
                : c.Is(index, "LT"u8) ? Options.IfLess
                : c.Is(index, "CH"u8) ? Options.CountChanged
                : Options.None,
            4 => c.Is(index, "INCR"u8) ? Options.Increment : Options.None,
            _ => Options.None,
        };
        options |= option;
        return option != Options.None;
    }

    private static bool AreCompatible(ref CommandContext c, Options options, int pairs)
    {
        const Options BothConditions = Options.IfMissing | Options.IfExists;
        const Options BothComparisons = Options.IfGreater | Options.IfLess;
        if ((options & BothConditions) == BothConditions)
        {
            c.Error(Errors.AddConditions);
            return false;
        }

        if ((options & BothComparisons) == BothComparisons || ((options & BothComparisons) != 0 && (options & Options.IfMissing) != 0))
        {
            c.Error(Errors.AddComparisons);
            return false;
        }

        if ((options & Options.Increment) != 0 && pairs > 1)
        {
            c.Error(Errors.IncrementOfOne);
            return false;
        }

        return true;
    }

    private static bool TryReadScores(ref CommandContext c, int first, scoped Span<double> scores)
    {
        for (int i = 0; i < scores.Length; i++)
        {
            if (!DoubleText.TryParse(c[first + (2 * i)], out scores[i]))
            {
                c.Error(Errors.NotAFloat);
                return false;
            }
        }

        return true;
    }

    private static void Add(ref CommandContext c, Options options, int firstMember, int memberDistance, scoped ReadOnlySpan<double> scores)
    {
        if (!c.TryOpen(1, ValueKind.SortedSet, out KeyWriter writer))
        {
            return;
        }

        bool increments = (options & Options.Increment) != 0;
        if (!writer.Exists && (options & Options.IfExists) != 0)
        {
            Reply(ref c, increments, hasScore: false, 0, 0);
            return;
        }

        NativeHeap heap = c.Keyspace.Heap;
        SortedSetLimits limits = SortedSetKeys.LimitsOf(in c);
        SortedSet set = writer.Exists ? SortedSetKeys.Of(writer.Block) : SortedSet.CreatePacked(heap);
        long added = 0;
        long updated = 0;
        bool hasScore = false;
        double score = 0;
        for (int i = 0; i < scores.Length; i++)
        {
            ReadOnlySpan<byte> member = c[firstMember + (memberDistance * i)];
            SortedSetEntry entry = set.Find(member);
            score = scores[i];
            if (!entry.IsFound)
            {
                if ((options & Options.IfExists) == 0)
                {
                    set.Add(heap, in limits, in entry, member, score);
                    hasScore = true;
                    added++;
                }

                continue;
            }

            if ((options & Options.IfMissing) != 0)
            {
                continue;
            }

            if (increments)
            {
                score += entry.Score;
                if (double.IsNaN(score))
                {
                    // The only pair of the call, and the key exists: nothing has changed.
                    c.Error(Errors.NotANumber);
                    return;
                }
            }

            if (((options & Options.IfLess) != 0 && score >= entry.Score) || ((options & Options.IfGreater) != 0 && score <= entry.Score))
            {
                continue;
            }

            hasScore = true;
            if (score != entry.Score)
            {
                set.SetScore(heap, in entry, member, score);
                updated++;
            }
        }

        if (added + updated > 0)
        {
            Store(ref writer, set);
            writer.Commit(increments ? KeyEvent.ZIncr : KeyEvent.ZAdd, added + updated);
        }

        Reply(ref c, increments, hasScore, score, (options & Options.CountChanged) != 0 ? added + updated : added);
    }

    private static void Store(ref KeyWriter writer, SortedSet set)
    {
        if (writer.Exists)
        {
            writer.SetPayload(set.Payload, set.Encoding);
        }
        else
        {
            writer.SetObject(ValueKind.SortedSet, set.Encoding, set.Payload, ExpiryChange.None);
        }
    }

    private static void Reply(ref CommandContext c, bool increments, bool hasScore, double score, long count)
    {
        if (!increments)
        {
            c.Reply.Integer(count);
        }
        else if (hasScore)
        {
            c.Reply.Double(score);
        }
        else
        {
            c.Reply.NullBulk();
        }
    }
}
