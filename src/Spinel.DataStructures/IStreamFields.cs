namespace Spinel.DataStructures;

/// <summary>The fields and values of an entry that is to be added to a stream.</summary>
public interface IStreamFields
{
    int Count { get; }

    ReadOnlySpan<byte> Field(int index);

    ReadOnlySpan<byte> Value(int index);
}
