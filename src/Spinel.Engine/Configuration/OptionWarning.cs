namespace Spinel.Engine.Configuration;

/// <summary>
/// What an operator must hear of an option that is accepted although it does less than it says. The log is the place, at the
/// start and after <c>CONFIG SET</c>: clients set such options as a matter of routine and expect OK.
/// </summary>
internal static class OptionWarning
{
    /// <summary>The warning that the present value of an option deserves, or null.</summary>
    internal static string? Find(OptionDescriptor option, ServerOptions options)
    {
        return option.Has(OptionFlags.NotYet) && !option.Format(options[option.Id]).AsSpan().SequenceEqual(option.Format(new ServerOptions()[option.Id]))
            ? $"The option '{option.Name}' has no effect in this version of the server"
            : null;
    }
}
