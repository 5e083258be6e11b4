using System.Buffers.Text;
using System.Text;
using Spinel.DataStructures;
using Spinel.Engine.Dispatch;
using Spinel.Protocol;

namespace Spinel.Engine.Commands.Strings;

/// <summary>A condition on the value that a key holds.</summary>
internal enum ValueCondition : byte
{
    None,
    Equal,
    NotEqual,
    DigestEqual,
    DigestNotEqual,
}

/// <summary>The conditions <c>IFEQ | IFNE | IFDEQ | IFDNE</c>, which compare a key's string, or its digest, with an argument.</summary>
internal static class ValueConditions
{
    /// <summary>The condition that argument <paramref name="index"/> names, or none.</summary>
    public static ValueCondition Parse(ref readonly CommandContext c, int index) =>
        c.Is(index, "IFEQ"u8) ? ValueCondition.Equal
        : c.Is(index, "IFNE"u8) ? ValueCondition.NotEqual
        : c.Is(index, "IFDEQ"u8) ? ValueCondition.DigestEqual
        : c.Is(index, "IFDNE"u8) ? ValueCondition.DigestNotEqual
        : ValueCondition.None;

    /// <summary>
    /// Compares a string with argument <paramref name="operandIndex"/>. Replies with an error and returns false when that cannot be
    /// the digest it has to be.
    /// </summary>
    /// <param name="c">The call.</param>
    /// <param name="block">A string.</param>
    /// <param name="condition">One of the four.</param>
    /// <param name="operandIndex">Where the value or digest to compare with stands.</param>
    /// <param name="holds">Whether the condition is true.</param>
    public static bool TryEvaluate(ref CommandContext c, KeyBlock block, ValueCondition condition, int operandIndex, out bool holds)
    {
        ReadOnlySpan<byte> operand = c[operandIndex];
        Span<byte> scratch = stackalloc byte[KeyBlock.IntegerScratchBytes];
        ReadOnlySpan<byte> value = block.GetString(scratch);
        if (condition is ValueCondition.Equal or ValueCondition.NotEqual)
        {
            holds = value.SequenceEqual(operand) == (condition == ValueCondition.Equal);
            return true;
        }

        holds = false;
        if (operand.Length != ValueDigest.Length)
        {
            c.Error(Errors.InvalidDigest);
            return false;
        }

        Span<byte> digest = stackalloc byte[ValueDigest.Length];
        ValueDigest.Write(value, digest);
        holds = Ascii.EqualsIgnoreCase(digest, operand) == (condition == ValueCondition.DigestEqual);
        return true;
    }
}

/// <summary>A value's digest, as clients see it: XXH3 in hexadecimal.</summary>
internal static class ValueDigest
{
    /// <summary>The number of hexadecimal digits.</summary>
    public const int Length = 16;

    public static void Write(ReadOnlySpan<byte> value, Span<byte> destination) =>
        Utf8Formatter.TryFormat(Xxh3.Hash(value), destination, out _, new System.Buffers.StandardFormat('x', Length));
}
