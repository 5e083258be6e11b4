namespace Spinel.Engine.Configuration;

/// <summary>
/// A part of the server that acts when options change: it listens on another port, say. It is called on the engine thread.
/// </summary>
public interface IOptionObserver
{
    /// <summary>
    /// Puts changed options into effect. Either all that this call names takes effect or, if a refusal is returned, none of it
    /// does. When a later observer refuses, the values go back to what they were and this method is called again with them;
    /// a refusal then is ignored, because what worked a moment ago is expected to work.
    /// </summary>
    /// <param name="options">The options, which already hold the new values.</param>
    /// <param name="changed">Those of the options observed that were set, in the order in which the client named them.</param>
    /// <returns>Why it cannot be done, or null.</returns>
    OptionRefusal? OnOptionsChanged(ServerOptions options, IReadOnlyList<OptionId> changed);
}

/// <summary>A change that could not be put into effect.</summary>
/// <param name="Option">The option to blame.</param>
/// <param name="Message">What the client is told, without a full stop.</param>
public sealed record OptionRefusal(OptionId Option, string Message);
