namespace Spinel.Engine.Configuration;

/// <summary>Who wants to know which options change.</summary>
internal sealed class OptionObservers
{
    private readonly List<(IOptionObserver Observer, OptionId[] Observed)> _entries = [];

    public void Add(IOptionObserver observer, ReadOnlySpan<OptionId> observed) => _entries.Add((observer, observed.ToArray()));

    public void Remove(IOptionObserver observer) => _entries.RemoveAll(entry => ReferenceEquals(entry.Observer, observer));

    /// <summary>
    /// Tells every observer of what it observes, in the order of subscription, until one refuses.
    /// </summary>
    /// <param name="options">The options with their new values.</param>
    /// <param name="changed">The options that were set.</param>
    /// <param name="told">Receives the number of observers that were asked, the one that refused included.</param>
    public OptionRefusal? Notify(ServerOptions options, IReadOnlyList<OptionId> changed, out int told)
    {
        for (told = 0; told < _entries.Count;)
        {
            var entry = _entries[told++];
            if (Tell(entry, options, changed) is { } refusal)
            {
                return refusal;
            }
        }

        return null;
    }

    /// <summary>Tells the first observers of the values that are back.</summary>
    public void NotifyOfReturn(ServerOptions options, IReadOnlyList<OptionId> changed, int told)
    {
        foreach (var entry in _entries.Take(told))
        {
            Tell(entry, options, changed);
        }
    }

    private static OptionRefusal? Tell((IOptionObserver Observer, OptionId[] Observed) entry, ServerOptions options, IReadOnlyList<OptionId> changed)
    {
        var relevant = entry.Observed.Length == 0 ? changed : [.. changed.Where(entry.Observed.Contains)];
        return relevant.Count == 0 ? null : entry.Observer.OnOptionsChanged(options, relevant);
    }
}
