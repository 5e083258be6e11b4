namespace Spinel.Engine.Blocking;

/// <summary>A key of a database, as a dictionary key.</summary>
internal readonly struct KeyName(int database, byte[] bytes)
{
    public int Database { get; } = database;

    public byte[] Bytes { get; } = bytes;
}

/// <summary>A key of a database that is only looked up.</summary>
internal readonly ref struct KeyNameView(int database, ReadOnlySpan<byte> bytes)
{
    public int Database { get; } = database;

    public ReadOnlySpan<byte> Bytes { get; } = bytes;

    public KeyName ToName() => new(Database, Bytes.ToArray());
}

/// <summary>Compares keys of databases, and lets them be looked up without a copy of their bytes.</summary>
internal sealed class KeyNameComparer : IEqualityComparer<KeyName>, IAlternateEqualityComparer<KeyNameView, KeyName>
{
    public static readonly KeyNameComparer Instance = new();

    public bool Equals(KeyName x, KeyName y) => x.Database == y.Database && x.Bytes.AsSpan().SequenceEqual(y.Bytes);

    public int GetHashCode(KeyName name) => GetHashCode(new KeyNameView(name.Database, name.Bytes));

    public bool Equals(KeyNameView alternate, KeyName other) => alternate.Database == other.Database && alternate.Bytes.SequenceEqual(other.Bytes);

    public int GetHashCode(KeyNameView alternate)
    {
        // HashCode is seeded per process, so that names cannot be made to collide.
        var hash = new HashCode();
        hash.Add(alternate.Database);
        hash.AddBytes(alternate.Bytes);
        return hash.ToHashCode();
    }

    public KeyName Create(KeyNameView alternate) => alternate.ToName();
}
