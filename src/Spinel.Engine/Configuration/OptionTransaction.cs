using System.Text;
using Spinel.Engine.Dispatch;

namespace Spinel.Engine.Configuration;

/// <summary>
/// What <c>CONFIG SET name value [name value ...]</c> does: all options take their new values, or none does. First every
/// name is checked, then every value, then the values are put in place, then the observers put them into effect; when one
/// refuses, the old values go back and those that were already asked are told.
/// </summary>
internal sealed class OptionTransaction(ServerOptions options)
{
    private readonly List<(OptionDescriptor Option, byte[] Name, byte[] Text)> _assignments = [];

    /// <summary>Sets options.</summary>
    /// <param name="pairs">Names and values in turn; an even number.</param>
    /// <param name="mayChangeProtected">Whether this client may change protected options.</param>
    /// <returns>The error reply without its dash, or null.</returns>
    public byte[]? Run(ReadOnlySpan<byte[]> pairs, bool mayChangeProtected)
    {
        if (Resolve(pairs, mayChangeProtected) is { } error)
        {
            return error;
        }

        var changed = _assignments.ConvertAll(assignment => assignment.Option.Id);
        var before = changed.ConvertAll(id => options[id]);
        error = Assign();
        if (error is null)
        {
            var refusal = options.Observers.Notify(options, changed, out var told);
            if (refusal is null)
            {
                return null;
            }

            Restore(changed, before);
            options.Observers.NotifyOfReturn(options, changed, told - 1);
            return Blame(NameOf(refusal.Option), refusal.Message);
        }

        Restore(changed, before);
        return error;
    }

    private byte[]? Resolve(ReadOnlySpan<byte[]> pairs, bool mayChangeProtected)
    {
        for (var i = 0; i + 1 < pairs.Length; i += 2)
        {
            var name = pairs[i];
            if (!OptionTable.TryFind(name, out var option) || option.Has(OptionFlags.FileOnly))
            {
                return [.. "ERR Unknown option or number of arguments for CONFIG SET - '"u8, .. AsciiText.BeforeNul(name), (byte)'\''];
            }

            var objection = option.Has(OptionFlags.Immutable) ? "can't set immutable config"
                : option.Has(OptionFlags.Protected) && !mayChangeProtected ? "can't set protected config"
                : IsDuplicate(option, name) ? "duplicate parameter"
                : null;
            if (objection is not null)
            {
                return Blame(name, objection);
            }

            _assignments.Add((option, name, pairs[i + 1]));
        }

        return null;
    }

    /// <summary>The two names of an option are not duplicates of each other: the later one counts.</summary>
    private bool IsDuplicate(OptionDescriptor option, byte[] name) =>
        _assignments.Exists(assignment => ReferenceEquals(assignment.Option, option) && Ascii.EqualsIgnoreCase(assignment.Name, name));

    private byte[]? Assign()
    {
        foreach (var (option, name, text) in _assignments)
        {
            var value = option.Codec.Empty ?? options[option.Id];
            var error = option.Codec.Parse(option, option.Codec.Split(text), ref value) ?? option.CheckPossible(value);
            if (error is not null)
            {
                return Blame(name, error);
            }

            options.Assign(option.Id, value);
        }

        return null;
    }

    // Backwards, because an option that is set twice was at first what the first of its old values says.
    private void Restore(List<OptionId> changed, List<OptionValue> before)
    {
        for (var i = changed.Count - 1; i >= 0; i--)
        {
            options.Assign(changed[i], before[i]);
        }
    }

    private byte[] NameOf(OptionId id)
    {
        var index = _assignments.FindIndex(assignment => assignment.Option.Id == id);
        return index >= 0 ? _assignments[index].Name : OptionTable.Get(id).NameBytes.ToArray();
    }

    private static byte[] Blame(ReadOnlySpan<byte> name, string message) =>
        [.. "ERR CONFIG SET failed (possibly related to argument '"u8, .. name, .. "') - "u8, .. Encoding.UTF8.GetBytes(message)];
}
