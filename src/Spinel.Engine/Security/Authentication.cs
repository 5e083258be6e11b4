using System.Security.Cryptography;

namespace Spinel.Engine.Security;

/// <summary>The password of the default user, from <c>requirepass</c>. Kept as a hash, and compared in constant time.</summary>
public sealed class Authentication
{
    /// <summary>The name of the only user.</summary>
    public const string DefaultUser = "default";

    private byte[]? _hash;

    /// <summary>True when clients must give a password before anything else.</summary>
    public bool IsRequired => _hash is not null;

    /// <summary>Sets the password; an empty one turns authentication off. Clients that are in stay in.</summary>
    public void SetPassword(ReadOnlySpan<byte> password) => _hash = password.IsEmpty ? null : SHA256.HashData(password);

    /// <summary>True when the name and the password are right. Without a required password any password is.</summary>
    public bool Accepts(ReadOnlySpan<byte> user, ReadOnlySpan<byte> password)
    {
        bool known = user.SequenceEqual("default"u8);
        Span<byte> hash = stackalloc byte[SHA256.HashSizeInBytes];
        SHA256.HashData(password, hash);
        bool right = _hash is null || CryptographicOperations.FixedTimeEquals(hash, _hash);
        return known && right;
    }
}
