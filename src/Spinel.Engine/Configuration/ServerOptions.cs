namespace Spinel.Engine.Configuration;

/// <summary>
/// Every option of a server. Each is a property, declared with <see cref="OptionAttribute"/> in the other files of this
/// class; reading one is reading a field.
/// </summary>
/// <remarks>
/// The engine thread alone changes options once the server runs. Other threads may read those whose value is a number, a
/// boolean or a reference: these are never seen half written, though perhaps a moment late.
/// </remarks>
public sealed partial class ServerOptions
{
    /// <summary>The configuration file that was loaded, as an absolute path; null if there was none.</summary>
    public string? ConfigurationFile { get; internal set; }

    /// <summary>The present value of an option.</summary>
    public OptionValue this[OptionId id] => Load(id);

    /// <summary>Puts a value in place without asking anybody.</summary>
    internal void Assign(OptionId id, OptionValue value) => Store(id, value);
}
