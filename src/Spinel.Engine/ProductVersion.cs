namespace Spinel.Engine;

/// <summary>What the server says it is.</summary>
public static class ProductVersion
{
    /// <summary>The Redis version whose behaviour is provided. Clients decide by it which features they use.</summary>
    public const string Compatible = "7.0.15";

    /// <summary><see cref="Compatible"/> as the wire shows it.</summary>
    public static ReadOnlySpan<byte> CompatibleUtf8 => "7.0.15"u8;

    /// <summary>The version of Spinel itself.</summary>
    public const string Product = "0.1.0";
}
