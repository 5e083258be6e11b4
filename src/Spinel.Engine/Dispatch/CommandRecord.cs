using System.Buffers.Text;
using System.Runtime.CompilerServices;

namespace Spinel.Engine.Dispatch;

/// <summary>Where one line of a <see cref="CommandSet"/> and each of its fields begin.</summary>
internal readonly struct CommandRecord
{
    private readonly FieldOffsets _offsets;

    private CommandRecord(FieldOffsets offsets)
    {
        _offsets = offsets;
    }

    /// <summary>Reads the line at <paramref name="position"/> and moves behind it.</summary>
    public static CommandRecord Read(ReadOnlySpan<byte> text, ref int position)
    {
        FieldOffsets offsets = default;
        for (int field = 0; field < (int)CommandField.Count; field++)
        {
            offsets[field] = position;
            position += text[position..].IndexOfAny((byte)'\t', (byte)'\n') + 1;
        }

        offsets[(int)CommandField.Count] = position;
        return new CommandRecord(offsets);
    }

    /// <summary>One field.</summary>
    public ReadOnlySpan<byte> Bytes(ReadOnlySpan<byte> text, CommandField field)
    {
        return text[_offsets[(int)field]..(_offsets[(int)field + 1] - 1)];
    }

    /// <summary>One field that is a number.</summary>
    public int Number(ReadOnlySpan<byte> text, CommandField field)
    {
        bool valid = Utf8Parser.TryParse(Bytes(text, field), out int number, out _);
        return valid ? number : throw new InvalidOperationException($"field {field} of the command table is damaged");
    }

    [InlineArray((int)CommandField.Count + 1)]
    private struct FieldOffsets
    {
        private int _first;
    }
}
