using System.Text;

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
    public string? ConfigurationFile { get; set; }

    internal OptionObservers Observers { get; } = new();

    /// <summary>The present value of an option.</summary>
    public OptionValue this[OptionId id] => Load(id);

    /// <summary>
    /// Sets an option before the server starts, as a line of a configuration file would.
    /// </summary>
    /// <param name="name">The option's name.</param>
    /// <param name="words">Its value: one text, or for some options several.</param>
    /// <returns>This object, for the next option.</returns>
    /// <exception cref="ArgumentException">There is no such option, or it does not take this value.</exception>
    public ServerOptions Set(string name, params ReadOnlySpan<string> words)
    {
        if (!OptionTable.TryFind(name, out var option))
        {
            throw new ArgumentException($"There is no option '{name}'.", nameof(name));
        }

        var arguments = words.Length == 1
            ? option.Codec.Split(Encoding.UTF8.GetBytes(words[0]))
            : Array.ConvertAll(words.ToArray(), Encoding.UTF8.GetBytes);
        var value = option.Codec.Empty ?? Load(option.Id);
        var error = option.Codec.Parse(option, arguments, ref value) ?? option.CheckPossible(value);
        if (error is not null)
        {
            throw new ArgumentException($"{option.Name}: {error}", nameof(words));
        }

        Store(option.Id, value);
        return this;
    }

    /// <summary>
    /// Has an observer told of every later change of the given options; of all options if none is given.
    /// </summary>
    public void Subscribe(IOptionObserver observer, params ReadOnlySpan<OptionId> observed) => Observers.Add(observer, observed);

    /// <summary>Ends what <see cref="Subscribe"/> began.</summary>
    public void Unsubscribe(IOptionObserver observer) => Observers.Remove(observer);

    /// <summary>Puts a value in place without asking anybody.</summary>
    internal void Assign(OptionId id, OptionValue value) => Store(id, value);
}
