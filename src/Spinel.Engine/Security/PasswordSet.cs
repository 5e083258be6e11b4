using System.Buffers;
using System.Security.Cryptography;

namespace Spinel.Engine.Security;

/// <summary>The passwords of a user. Only their SHA-256 hashes are kept, and every comparison takes the same time, right or wrong.</summary>
internal sealed class PasswordSet
{
    private const int HexLength = Sha256.HashBytes * 2;
    private static readonly SearchValues<char> HexDigits = SearchValues.Create("0123456789abcdef");

    private readonly List<byte[]> _hashes = [];

    public int Count => _hashes.Count;

    /// <summary>The hashes as hexadecimal digits, in the order in which the passwords were added.</summary>
    public IEnumerable<string> Hashes => _hashes.Select(Convert.ToHexStringLower);

    public static byte[] HashOf(ReadOnlySpan<byte> password) => Sha256.Hash(password);

    /// <summary>Reads a hash; null when it is none in the only form accepted.</summary>
    public static byte[]? ParseHash(string hex) =>
        hex.Length == HexLength && !hex.AsSpan().ContainsAnyExcept(HexDigits) ? Convert.FromHexString(hex) : null;

    public void Add(byte[] hash)
    {
        if (IndexOf(hash) < 0)
        {
            _hashes.Add(hash);
        }
    }

    public bool Remove(byte[] hash)
    {
        int index = IndexOf(hash);
        if (index >= 0)
        {
            _hashes.RemoveAt(index);
        }

        return index >= 0;
    }

    public void Clear() => _hashes.Clear();

    public bool Contains(ReadOnlySpan<byte> password)
    {
        Span<byte> hash = stackalloc byte[Sha256.HashBytes];
        Sha256.Hash(password, hash);
        bool found = false;
        foreach (byte[] known in _hashes)
        {
            found |= CryptographicOperations.FixedTimeEquals(hash, known);
        }

        return found;
    }

    public void CopyFrom(PasswordSet other)
    {
        _hashes.Clear();
        _hashes.AddRange(other._hashes);
    }

    private int IndexOf(byte[] hash) => _hashes.FindIndex(known => CryptographicOperations.FixedTimeEquals(known, hash));
}
