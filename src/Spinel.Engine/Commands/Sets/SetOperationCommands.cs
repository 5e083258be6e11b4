using System.Buffers;
using Spinel.DataStructures;
using Spinel.Engine.Dispatch;
using Spinel.Protocol;

namespace Spinel.Engine.Commands.Sets;

/// <summary>Intersection, union and difference. A key that does not exist is a set without members.</summary>
internal static class SetOperationCommands
{
    private const int SetsOnStack = 16;

    private enum Operation : byte
    {
        Intersection,
        Union,
        Difference,
    }

    [Command("SINTER", "key [key ...]",
        Arity = -2, Flags = CommandFlags.ReadOnly, Keys = "1..-1 RO access", Group = CommandGroup.Set, Since = "1.0.0",
        Complexity = "O(N*M) with N the members of the smallest set and M the number of sets", Tips = "nondeterministic_output_order",
        Summary = "Returns the members that all of some sets have.")]
    internal static void SInter(ref CommandContext c) => Reply(ref c, Operation.Intersection);

    [Command("SINTERSTORE", "destination key [key ...]",
        Arity = -3, Flags = CommandFlags.Write | CommandFlags.DenyOom, Keys = "1 RW update; 2..-1 RO access", Group = CommandGroup.Set,
        Since = "1.0.0", Complexity = "O(N*M) with N the members of the smallest set and M the number of sets",
        Summary = "Stores the members that all of some sets have, and returns their number.")]
    internal static void SInterStore(ref CommandContext c) => Store(ref c, Operation.Intersection, KeyEvent.SInterStore);

    [Command("SINTERCARD", "numkeys key [key ...] [LIMIT limit]",
        Arity = -3, Flags = CommandFlags.ReadOnly, Keys = "1# RO access", Group = CommandGroup.Set, Since = "7.0.0",
        Complexity = "O(N*M) with N the members of the smallest set and M the number of sets",
        Summary = "Returns how many members all of some sets have, and counts no further than the limit.")]
    internal static void SInterCard(ref CommandContext c)
    {
        if (!Int64Text.TryParse(c[1], out long keyCount) || keyCount < 1)
        {
            c.Error(Errors.NumKeysNotPositive);
            return;
        }

        if (keyCount > c.Count - 2)
        {
            c.Error(Errors.MoreKeysThanArguments);
            return;
        }

        long limit = 0;
        for (int i = 2 + (int)keyCount; i < c.Count; i += 2)
        {
            if (!c.Is(i, "LIMIT"u8) || i + 1 == c.Count)
            {
                c.Error(Errors.Syntax);
                return;
            }

            if (!Int64Text.TryParse(c[i + 1], out limit) || limit < 0)
            {
                c.Error(Errors.LimitNegative);
                return;
            }
        }

        SetValue[]? rented = null;
        Span<SetValue> sets = keyCount <= SetsOnStack ? stackalloc SetValue[SetsOnStack] : rented = ArrayPool<SetValue>.Shared.Rent((int)keyCount);
        sets = sets[..(int)keyCount];
        if (TryFindSets(ref c, 2, sets, out int found))
        {
            SetAlgebra algebra = c.Engine.Scratch.Sets;
            c.Reply.Integer(found < sets.Length ? 0 : algebra.CountIntersection(sets, limit == 0 ? long.MaxValue : limit));
            algebra.Clear();
        }

        Return(rented);
    }

    [Command("SUNION", "key [key ...]",
        Arity = -2, Flags = CommandFlags.ReadOnly, Keys = "1..-1 RO access", Group = CommandGroup.Set, Since = "1.0.0",
        Complexity = "O(N) with N the members of all sets", Tips = "nondeterministic_output_order",
        Summary = "Returns the members that any of some sets has.")]
    internal static void SUnion(ref CommandContext c) => Reply(ref c, Operation.Union);

    [Command("SUNIONSTORE", "destination key [key ...]",
        Arity = -3, Flags = CommandFlags.Write | CommandFlags.DenyOom, Keys = "1 OW update; 2..-1 RO access", Group = CommandGroup.Set,
        Since = "1.0.0", Complexity = "O(N) with N the members of all sets",
        Summary = "Stores the members that any of some sets has, and returns their number.")]
    internal static void SUnionStore(ref CommandContext c) => Store(ref c, Operation.Union, KeyEvent.SUnionStore);

    [Command("SDIFF", "key [key ...]",
        Arity = -2, Flags = CommandFlags.ReadOnly, Keys = "1..-1 RO access", Group = CommandGroup.Set, Since = "1.0.0",
        Complexity = "O(N) with N the members of all sets", Tips = "nondeterministic_output_order",
        Summary = "Returns the members that the first set has and none of the others.")]
    internal static void SDiff(ref CommandContext c) => Reply(ref c, Operation.Difference);

    [Command("SDIFFSTORE", "destination key [key ...]",
        Arity = -3, Flags = CommandFlags.Write | CommandFlags.DenyOom, Keys = "1 OW update; 2..-1 RO access", Group = CommandGroup.Set,
        Since = "1.0.0", Complexity = "O(N) with N the members of all sets",
        Summary = "Stores the members that the first set has and none of the others, and returns their number.")]
    internal static void SDiffStore(ref CommandContext c) => Store(ref c, Operation.Difference, KeyEvent.SDiffStore);

    private static void Reply(ref CommandContext c, Operation operation)
    {
        if (!TryCompute(ref c, 1, operation))
        {
            return;
        }

        SetAlgebra result = c.Engine.Scratch.Sets;
        c.Reply.SetHeader(result.Count);
        foreach (SetMember member in result)
        {
            MembershipCommands.ReplyMember(ref c, member);
        }

        result.Clear();
    }

    private static void Store(ref CommandContext c, Operation operation, KeyEvent keyEvent)
    {
        if (!TryCompute(ref c, 2, operation))
        {
            return;
        }

        // The destination may be one of the sets, so the result is complete before it is replaced.
        SetAlgebra result = c.Engine.Scratch.Sets;
        long count = result.Count;
        SetValue set = count > 0 ? result.Build() : default;
        result.Clear();
        KeyWriter destination = c.OpenForWrite(1);
        if (count > 0)
        {
            destination.SetObject(ValueKind.Set, set.Encoding, set.Payload, ExpiryChange.None);
            destination.Commit(keyEvent);
        }
        else
        {
            destination.CommitEmptyResult();
        }

        c.Reply.Integer(count);
    }

    /// <summary>Leaves the result in the engine's <see cref="SetAlgebra"/>; false after replying with an error.</summary>
    private static bool TryCompute(ref CommandContext c, int firstKey, Operation operation)
    {
        int count = c.Count - firstKey;
        SetValue[]? rented = null;
        Span<SetValue> sets = count <= SetsOnStack ? stackalloc SetValue[SetsOnStack] : rented = ArrayPool<SetValue>.Shared.Rent(count);
        sets = sets[..count];
        bool isValid = TryFindSets(ref c, firstKey, sets, out int found);
        if (isValid && found > 0)
        {
            Compute(c.Engine.Scratch.Sets, operation, sets, found);
        }

        Return(rented);
        return isValid;
    }

    private static void Compute(SetAlgebra algebra, Operation operation, Span<SetValue> sets, int found)
    {
        bool hasFirst = sets[0].Payload != 0;
        Span<SetValue> present = RemoveMissing(sets, found);
        switch (operation)
        {
            case Operation.Intersection when found == sets.Length:
                algebra.Intersect(present);
                break;
            case Operation.Union:
                algebra.Unite(present);
                break;
            case Operation.Difference when hasFirst:
                algebra.Subtract(present[0], present[1..]);
                break;
        }
    }

    /// <summary>
    /// Looks up the sets from an argument on; those of missing keys are left without a payload. False after replying that a key holds
    /// something else.
    /// </summary>
    private static bool TryFindSets(ref CommandContext c, int firstKey, scoped Span<SetValue> sets, out int found)
    {
        found = 0;
        for (int i = 0; i < sets.Length; i++)
        {
            if (!c.TryFind(firstKey + i, ValueKind.Set, out KeyBlock block))
            {
                return false;
            }

            sets[i] = block.IsNull ? default : SetValue.Of(block);
            found += block.IsNull ? 0 : 1;
        }

        return true;
    }

    private static Span<SetValue> RemoveMissing(Span<SetValue> sets, int found)
    {
        int kept = 0;
        for (int i = 0; i < sets.Length && found < sets.Length; i++)
        {
            if (sets[i].Payload != 0)
            {
                sets[kept++] = sets[i];
            }
        }

        return sets[..found];
    }

    private static void Return(SetValue[]? rented)
    {
        if (rented is not null)
        {
            ArrayPool<SetValue>.Shared.Return(rented);
        }
    }
}
