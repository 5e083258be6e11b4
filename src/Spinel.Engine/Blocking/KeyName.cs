namespace Spinel.Engine.Blocking;

/// <summary>A key of a database, as a dictionary key.</summary>
internal readonly struct KeyName(int database, byte[] bytes)
{
    public int Database { get; } = database;

    public byte[] Bytes { get; } = bytes;
}

/// <summary>As <see cref="KeyName"/>, of a key whose bytes lie elsewhere: looking one up copies nothing.</summary>
internal readonly ref struct KeyView(int database, ReadOnlySpan<byte> bytes)
{
    public int Database { get; } = database;

    public ReadOnlySpan<byte> Bytes { get; } = bytes;
}

/// <summary>Compares by database and bytes. <see cref="HashCode"/> is seeded at random, so crafted names do not collide.</summary>
internal sealed class KeyNameComparer : IEqualityComparer<KeyName>, IAlternateEqualityComparer<KeyView, KeyName>
{
    public bool Equals(KeyName x, KeyName y) => x.Database == y.Database && x.Bytes.AsSpan().SequenceEqual(y.Bytes);

    public bool Equals(KeyView alternate, KeyName other) => alternate.Database == other.Database && alternate.Bytes.SequenceEqual(other.Bytes);

    public int GetHashCode(KeyName obj) => GetHashCode(new KeyView(obj.Database, obj.Bytes));

    public int GetHashCode(KeyView alternate)
    {
        var hash = new HashCode();
        hash.Add(alternate.Database);
        hash.AddBytes(alternate.Bytes);
        return hash.ToHashCode();
    }

    public KeyName Create(KeyView alternate) => new(alternate.Database, alternate.Bytes.ToArray());
}
