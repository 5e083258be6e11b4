namespace Spinel.Protocol;

/// <summary>Where one argument of a request lies in the buffer that was parsed: byte offset and length in bytes.</summary>
public readonly record struct ArgumentRange(int Offset, int Length)
{
    /// <summary>The offset of the first byte after the argument.</summary>
    public int End => Offset + Length;

    /// <summary>The argument's bytes, given the buffer that was parsed.</summary>
    public ReadOnlySpan<byte> In(ReadOnlySpan<byte> buffer) => buffer.Slice(Offset, Length);
}
