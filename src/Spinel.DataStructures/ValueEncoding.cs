namespace Spinel.DataStructures;

/// <summary>
/// The representation of a value, as <c>OBJECT ENCODING</c> names it. It fits four bits.
/// For strings it is what clients are told and says nothing about where the bytes live: see <see cref="KeyBlock"/>.
/// </summary>
public enum ValueEncoding : byte
{
    Raw = 0,
    Int = 1,
    HashTable = 2,
    IntSet = 6,
    SkipList = 7,
    EmbStr = 8,
    QuickList = 9,
    Stream = 10,
    ListPack = 11,
}
