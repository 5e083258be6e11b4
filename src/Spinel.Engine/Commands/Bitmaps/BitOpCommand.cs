using System.Buffers;
using Spinel.DataStructures;
using Spinel.Engine.Dispatch;
using Spinel.Engine.Effects;

namespace Spinel.Engine.Commands.Bitmaps;

/// <summary>BITOP.</summary>
internal static class BitOpCommand
{
    private const int FirstSource = 3;
    private const int FewSources = 16;

    [Command("BITOP", "operation destkey key [key ...]", Arity = -4, Flags = CommandFlags.Write | CommandFlags.DenyOom,
        Keys = "2 OW update; 3..-1 RO access", Group = CommandGroup.Bitmap, Since = "2.6.0", Complexity = "O(N)",
        Summary = "Combines strings bit by bit (AND, OR, XOR, NOT, DIFF, DIFF1, ANDOR, ONE) and stores the result.")]
    internal static void BitOp(ref CommandContext c)
    {
        if (!TryReadOperation(ref c, out BitOperation operation))
        {
            return;
        }

        int count = c.Count - FirstSource;
        KeyBlock[]? rented = count > FewSources ? ArrayPool<KeyBlock>.Shared.Rent(count) : null;
        Span<KeyBlock> sources = rented is null ? stackalloc KeyBlock[FewSources] : rented;
        Combine(ref c, operation, sources[..count]);
        if (rented is not null)
        {
            ArrayPool<KeyBlock>.Shared.Return(rented);
        }
    }

    private static bool TryReadOperation(ref CommandContext c, out BitOperation operation)
    {
        operation = default;
        if (c.Is(1, "AND"u8))
        {
            operation = BitOperation.And;
        }
        else if (c.Is(1, "OR"u8))
        {
            operation = BitOperation.Or;
        }
        else if (c.Is(1, "XOR"u8))
        {
            operation = BitOperation.Xor;
        }
        else if (c.Is(1, "NOT"u8))
        {
            operation = BitOperation.Not;
        }
        else if (c.Is(1, "DIFF"u8))
        {
            operation = BitOperation.Diff;
        }
        else if (c.Is(1, "DIFF1"u8))
        {
            operation = BitOperation.Diff1;
        }
        else if (c.Is(1, "ANDOR"u8))
        {
            operation = BitOperation.AndOr;
        }
        else if (c.Is(1, "ONE"u8))
        {
            operation = BitOperation.One;
        }
        else
        {
            c.Error(Errors.Syntax);
            return false;
        }

        int count = c.Count - FirstSource;
        if (operation == BitOperation.Not && count != 1)
        {
            c.Error(Errors.OneSourceKey);
            return false;
        }

        if (operation is BitOperation.Diff or BitOperation.Diff1 or BitOperation.AndOr && count < 2)
        {
            c.Error(Errors.TwoSourceKeys(c[1]));
            return false;
        }

        return true;
    }

    private static void Combine(ref CommandContext c, BitOperation operation, scoped Span<KeyBlock> sources)
    {
        int length = 0;
        for (int i = 0; i < sources.Length; i++)
        {
            if (!c.TryFindString(FirstSource + i, out sources[i]))
            {
                return;
            }

            length = Math.Max(length, sources[i].IsNull ? 0 : sources[i].StringLength);
        }

        KeyWriter writer = c.OpenForWrite(2);
        if (length > 0)
        {
            BitCombination.Combine(operation, sources, MakeRoom(ref writer, length, sources));
            writer.ClearExpiry();
            writer.Commit(KeyEvent.Set);
            if (IsNewer(operation))
            {
                Record(ref c, writer.Block);
            }
        }
        else
        {
            bool existed = writer.Exists;
            writer.CommitEmptyResult();
            if (existed && IsNewer(operation))
            {
                c.BeginEffect("DEL"u8).Add(c[2]);
            }
        }

        c.Reply.Integer(length);
    }

    /// <summary>Whether servers before Redis 8.2 have no word for the operation: they have one for what came of it.</summary>
    private static bool IsNewer(BitOperation operation) => operation > BitOperation.Not;

    private static void Record(ref CommandContext c, KeyBlock result)
    {
        EffectStream effect = c.BeginEffect("SET"u8);
        effect.Add(c[2]);
        effect.Add(result.StringBytes);
    }

    /// <summary>
    /// Makes the target a string of the given length. One that is also a source keeps its content: the result may then overwrite it as it is
    /// computed, and the handle among the sources follows it when it moves.
    /// </summary>
    private static Span<byte> MakeRoom(ref KeyWriter writer, int length, scoped Span<KeyBlock> sources)
    {
        KeyBlock before = writer.Block;
        bool isSource = writer.Exists && sources.Contains(before);
        if (writer.Exists && !isSource && (writer.HoldsOtherThanString || writer.Block.StringLength > length))
        {
            // Nothing of the old value is kept, not even its room.
            writer.SetBytes(default, ValueEncoding.Raw, ExpiryChange.None);
        }

        Span<byte> result = writer.ResizeString(length);
        if (isSource)
        {
            sources.Replace(before, writer.Block);
        }

        return result;
    }
}
