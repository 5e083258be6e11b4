using Spinel.DataStructures;
using Spinel.Engine.Dispatch;
using Spinel.Protocol;

namespace Spinel.Engine.Commands.Bitmaps;

/// <summary>What an operation of BITFIELD does.</summary>
internal enum BitFieldAction : byte
{
    Get,
    Set,
    IncrBy,
}

/// <summary>What becomes of a value that does not fit its field.</summary>
internal enum BitFieldOverflow : byte
{
    /// <summary>Its low bits are stored.</summary>
    Wrap,

    /// <summary>The nearest value that fits is stored.</summary>
    Saturate,

    /// <summary>Nothing is stored.</summary>
    Fail,
}

/// <summary>One operation of BITFIELD: on a field of some width at an offset.</summary>
internal readonly record struct BitFieldOperation(BitFieldAction Action, BitFieldOverflow Overflow, bool IsSigned, int Bits, long Offset, long Operand)
{
    /// <summary>Position of the field's last bit.</summary>
    public long LastBit => Offset + Bits - 1;

    private Int128 Min => IsSigned ? -(Int128.One << (Bits - 1)) : 0;

    private Int128 Max => (Int128.One << (IsSigned ? Bits - 1 : Bits)) - 1;

    /// <summary>The field's value.</summary>
    public long Read(ReadOnlySpan<byte> bytes) =>
        IsSigned ? BitFields.ReadSigned(bytes, Offset, Bits) : (long)BitFields.Read(bytes, Offset, Bits);

    /// <summary>The value that a field which holds <paramref name="old"/> is to have; false when there is none, by the way of overflow.</summary>
    public bool TryCompute(long old, out long value)
    {
        // An unsigned field takes a negative number for the large one with the same bits.
        Int128 exact = Action == BitFieldAction.IncrBy ? (Int128)old + Operand : IsSigned ? (Int128)Operand : (ulong)Operand;
        bool fits = exact >= Min && exact <= Max;
        if (!fits && Overflow == BitFieldOverflow.Saturate)
        {
            // Redis takes a number for too large when its distance from the largest one does not fit 64 bits: so SET of the most negative ones.
            exact = exact > Max || (Action == BitFieldAction.Set && Max - exact > long.MaxValue) ? Max : Min;
        }

        int unused = 64 - Bits;
        value = IsSigned ? (long)exact << unused >> unused : (long)((ulong)exact << unused >> unused);
        return fits || Overflow != BitFieldOverflow.Fail;
    }

    /// <summary>
    /// Reads the operation at <paramref name="index"/>, and the OVERFLOW before it, and moves behind it; replies with an error and returns false
    /// when there is none that is valid.
    /// </summary>
    /// <param name="c">The call.</param>
    /// <param name="index">The argument at which the operation begins.</param>
    /// <param name="overflow">The way of overflow in force.</param>
    /// <param name="operation">The operation; null when the arguments end.</param>
    public static bool TryRead(ref CommandContext c, ref int index, ref BitFieldOverflow overflow, out BitFieldOperation? operation)
    {
        operation = null;
        for (; index < c.Count; index += 2)
        {
            int left = c.Count - index - 1;
            if (left >= 2 && c.Is(index, "GET"u8))
            {
                return TryReadField(ref c, ref index, BitFieldAction.Get, overflow, out operation);
            }

            if (left >= 3 && c.Is(index, "SET"u8))
            {
                return TryReadField(ref c, ref index, BitFieldAction.Set, overflow, out operation);
            }

            if (left >= 3 && c.Is(index, "INCRBY"u8))
            {
                return TryReadField(ref c, ref index, BitFieldAction.IncrBy, overflow, out operation);
            }

            if (left < 1 || !c.Is(index, "OVERFLOW"u8))
            {
                c.Error(Errors.Syntax);
                return false;
            }

            if (!TryReadOverflow(ref c, index + 1, out overflow))
            {
                return false;
            }
        }

        return true;
    }

    private static bool TryReadOverflow(ref CommandContext c, int index, out BitFieldOverflow overflow)
    {
        overflow = c.Is(index, "SAT"u8) ? BitFieldOverflow.Saturate : c.Is(index, "FAIL"u8) ? BitFieldOverflow.Fail : BitFieldOverflow.Wrap;
        if (overflow != BitFieldOverflow.Wrap || c.Is(index, "WRAP"u8))
        {
            return true;
        }

        c.Error(Errors.OverflowType);
        return false;
    }

    private static bool TryReadField(
        ref CommandContext c, ref int index, BitFieldAction action, BitFieldOverflow overflow, out BitFieldOperation? operation)
    {
        operation = null;
        long operand = 0;
        if (!TryReadType(ref c, index + 1, out bool isSigned, out int bits)
            || !BitOffset.TryRead(ref c, index + 2, bits, out long offset)
            || (action != BitFieldAction.Get && !c.TryInteger(index + 3, out operand)))
        {
            return false;
        }

        index += action == BitFieldAction.Get ? 3 : 4;
        operation = new BitFieldOperation(action, overflow, isSigned, bits, offset, operand);
        return true;
    }

    /// <summary>Reads a type: i1 to i64, or u1 to u63, since no reply could carry the values of u64.</summary>
    private static bool TryReadType(ref CommandContext c, int index, out bool isSigned, out int bits)
    {
        ReadOnlySpan<byte> text = c[index];
        isSigned = text.StartsWith((byte)'i');
        bits = 0;
        if ((isSigned || text.StartsWith((byte)'u')) && Int64Text.TryParse(AsciiText.BeforeNul(text[1..]), out long width)
            && width >= 1 && width <= (isSigned ? 64 : 63))
        {
            bits = (int)width;
            return true;
        }

        c.Error(Errors.BitFieldType);
        return false;
    }
}
