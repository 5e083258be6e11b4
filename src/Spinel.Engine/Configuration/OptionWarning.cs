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
        if (option.Has(OptionFlags.NotYet) && !option.Format(options[option.Id]).AsSpan().SequenceEqual(option.Format(new ServerOptions()[option.Id])))
        {
            return $"The option '{option.Name}' has no effect in this version of the server";
        }

        // The policy does act, but only on what keys remember of their use.
        return option.Id == OptionId.MaxMemoryPolicy && options.MaxMemoryPolicy != MaxMemoryPolicy.Noeviction
            ? "This version of the server evicts no keys, whatever 'maxmemory-policy' says: at maxmemory it refuses writes"
            : null;
    }
}
