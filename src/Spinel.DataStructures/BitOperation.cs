namespace Spinel.DataStructures;

/// <summary>A bitwise operation on any number of strings; X is the first of them, Y any other.</summary>
public enum BitOperation : byte
{
    /// <summary>Bits set in all.</summary>
    And,

    /// <summary>Bits set in at least one.</summary>
    Or,

    /// <summary>Bits set in an odd number of them.</summary>
    Xor,

    /// <summary>Bits not set in X.</summary>
    Not,

    /// <summary>Bits set in X and in no Y.</summary>
    Diff,

    /// <summary>Bits set in some Y and not in X.</summary>
    Diff1,

    /// <summary>Bits set in X and in some Y.</summary>
    AndOr,

    /// <summary>Bits set in exactly one.</summary>
    One,
}
