namespace Spinel.DataStructures;

/// <summary>The type of a value, as <c>TYPE</c> names it. The numbers are those of the dump formats.</summary>
public enum ValueKind : byte
{
    String = 0,
    List = 1,
    Set = 2,
    SortedSet = 3,
    Hash = 4,
    Module = 5,
    Stream = 6,
}
