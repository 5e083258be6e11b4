namespace Spinel.DataStructures;

/// <summary>
/// Changes that a <see cref="NameIndex"/> is still to be told of, in the order in which they happened: names in a row, and what each is from then on. Bounded by its owner,
/// who looks at <see cref="Count"/> and <see cref="IsFull"/>.
/// </summary>
public sealed class NameChanges
{
    /// <summary>So many changes are worth making at once: enough for several groups that go down the tree together.</summary>
    private const int Capacity = 128;

    private readonly Change[] _changes = new Change[Capacity];
    private byte[] _names = new byte[Capacity * 32];
    private int _nameBytes;

    /// <summary>The number of changes.</summary>
    public int Count { get; private set; }

    /// <summary>No more can be noted before <see cref="Clear"/>.</summary>
    public bool IsFull => Count == Capacity;

    /// <summary>Memory that it takes, in bytes.</summary>
    public long MemoryBytes => _names.Length + (Capacity * 32L);

    /// <summary>A key is there, with these facts.</summary>
    /// <param name="name">As <see cref="NameIndex.Fold"/> gives it.</param>
    /// <param name="facts">What is known of it.</param>
    public void Add(ReadOnlySpan<byte> name, NameFacts facts) => Add(name, facts, isRemoval: false);

    /// <summary>A key is gone.</summary>
    /// <param name="name">As <see cref="NameIndex.Fold"/> gives it.</param>
    public void AddRemoval(ReadOnlySpan<byte> name) => Add(name, default, isRemoval: true);

    /// <summary>Forgets all.</summary>
    public void Clear()
    {
        Count = 0;
        _nameBytes = 0;
    }

    internal ReadOnlySpan<byte> NameOf(int index) => _names.AsSpan(_changes[index].Offset, _changes[index].Length);

    internal NameFacts FactsOf(int index) => _changes[index].Facts;

    internal bool IsRemoval(int index) => _changes[index].IsRemoval;

    private void Add(ReadOnlySpan<byte> name, NameFacts facts, bool isRemoval)
    {
        ArgumentOutOfRangeException.ThrowIfGreaterThan(name.Length, NameIndex.NameRoomBytes, nameof(name));
        if (_nameBytes + name.Length > _names.Length)
        {
            Array.Resize(ref _names, Math.Min(Math.Max(_names.Length * 2, _nameBytes + name.Length), Capacity * NameIndex.NameRoomBytes));
        }

        name.CopyTo(_names.AsSpan(_nameBytes));
        _changes[Count++] = new Change(_nameBytes, name.Length, facts, isRemoval);
        _nameBytes += name.Length;
    }

    private readonly record struct Change(int Offset, int Length, NameFacts Facts, bool IsRemoval);
}
