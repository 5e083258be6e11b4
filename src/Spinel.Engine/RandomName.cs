namespace Spinel.Engine;

/// <summary>Names that no other server has: 40 hexadecimal digits, as Redis identifies runs and data sets.</summary>
internal static class RandomName
{
    private const int Digits = 40;

    /// <summary>
    /// Makes a name. It consists of random GUIDs, which come from the system's secure source: the framework's random number generator would load its
    /// cryptography library for it, five megabytes that most servers never need.
    /// </summary>
    public static string Create() => string.Concat(Guid.NewGuid().ToString("N"), Guid.NewGuid().ToString("N"))[..Digits];
}
