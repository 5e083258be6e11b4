using System.Text;
using Spinel.Engine.Dispatch;

namespace Spinel.Engine.Security;

/// <summary>
/// Who a client is: how it proves it, and what it may do. A user is changed by rules (<see cref="Apply"/>), the words of ACL SETUSER, and described by
/// rules that make the same user again (<see cref="ToString"/>).
/// <para>
/// Names, patterns and rules are bytes on the wire and strings of one byte a character here.
/// </para>
/// </summary>
public sealed class User
{
    private readonly CommandTable _commands;
    private readonly PasswordSet _passwords = new();
    private readonly List<Selector> _selectors = [];
    private readonly bool _startsWithAllChannels;

    internal User(string name, CommandTable commands, bool allChannels)
    {
        Name = name;
        NameBytes = Encoding.Latin1.GetBytes(name);
        _commands = commands;
        _startsWithAllChannels = allChannels;
        _selectors.Add(new Selector(commands, allChannels));
    }

    /// <summary>The name, each byte a character.</summary>
    public string Name { get; }

    /// <summary>The name as the wire has it.</summary>
    public byte[] NameBytes { get; }

    /// <summary>Nobody can become a disabled user; who is one already stays.</summary>
    public bool IsEnabled { get; private set; }

    /// <summary>Any password will do.</summary>
    public bool NeedsNoPassword { get; private set; }

    /// <summary>Whether what RESTORE is given is checked thoroughly for this user; null: not decided.</summary>
    public bool? SanitizesPayload { get; private set; }

    /// <summary>True when nothing at all is forbidden, so that requests need no check.</summary>
    public bool IsUnrestricted { get; private set; }

    /// <summary>The hashes of the passwords, hexadecimal.</summary>
    internal IEnumerable<string> PasswordHashes => _passwords.Hashes;

    internal int PasswordCount => _passwords.Count;

    /// <summary>The user's own permissions come first, then its selectors in parentheses.</summary>
    internal IReadOnlyList<Selector> Selectors => _selectors;

    /// <summary>Whether the user may read a key's value, with one command or another.</summary>
    internal bool AllowsReading(ReadOnlySpan<byte> key)
    {
        foreach (Selector selector in _selectors)
        {
            if (selector.AllowsReading(key))
            {
                return true;
            }
        }

        return false;
    }

    /// <summary>Whether somebody who gives this password is let in.</summary>
    public bool Accepts(ReadOnlySpan<byte> password)
    {
        // Hashing first: how long a refusal takes tells nothing about the reason.
        bool known = _passwords.Contains(password);
        return IsEnabled && (NeedsNoPassword || known);
    }

    /// <summary>Whether the user may run a request.</summary>
    /// <param name="command">The command; of a subcommand, the subcommand's own descriptor.</param>
    /// <param name="arguments">The request.</param>
    /// <param name="position">The argument to blame: a key or a channel, or 0.</param>
    public Denial Check(CommandDescriptor command, CommandArguments arguments, out int position) =>
        Check(command, arguments, null, out position);

    /// <summary>
    /// Whether the user may run a request that also reads keys which are not among its arguments (the patterns of SORT): one selector must allow the request and any key.
    /// </summary>
    public bool MayReadAnyKey(CommandDescriptor command, CommandArguments arguments) =>
        IsUnrestricted || Check(command, arguments, KeyAccess.Read, out _) == Denial.None;

    /// <summary>Whether the user may still listen to a channel, or to those of a pattern.</summary>
    public bool AllowsChannel(ReadOnlySpan<byte> name, bool isPattern)
    {
        foreach (Selector selector in _selectors)
        {
            if (selector.AllowsChannel(name, isPattern))
            {
                return true;
            }
        }

        return false;
    }

    /// <summary>The rules that make this user.</summary>
    public override string ToString()
    {
        var text = new StringBuilder(IsEnabled ? "on" : "off");
        text.Append(NeedsNoPassword ? " nopass" : string.Empty);
        text.Append(SanitizesPayload switch { true => " sanitize-payload", false => " skip-sanitize-payload", _ => string.Empty });
        foreach (string hash in _passwords.Hashes)
        {
            text.Append(" #").Append(hash);
        }

        text.Append(' ').Append(_selectors[0]);
        for (int i = 1; i < _selectors.Count; i++)
        {
            text.Append(" (").Append(_selectors[i]).Append(')');
        }

        return text.ToString();
    }

    /// <summary>Applies one rule. A selector in parentheses is one.</summary>
    internal RuleError Apply(string rule)
    {
        RuleError error = ApplyUnnoticed(rule);
        IsUnrestricted = _selectors.Exists(selector => selector.IsEverything);
        return error;
    }

    /// <summary>Makes this user what <paramref name="other"/> is, but for the name.</summary>
    internal void CopyFrom(User other)
    {
        IsEnabled = other.IsEnabled;
        NeedsNoPassword = other.NeedsNoPassword;
        SanitizesPayload = other.SanitizesPayload;
        IsUnrestricted = other.IsUnrestricted;
        _passwords.CopyFrom(other._passwords);
        _selectors.Clear();
        _selectors.AddRange(other._selectors.Select(selector => selector.Clone()));
    }

    private RuleError ApplyUnnoticed(string rule)
    {
        if (rule.Length == 0)
        {
            return RuleError.None;
        }

        switch (rule.ToLowerInvariant())
        {
            case "on":
                IsEnabled = true;
                return RuleError.None;
            case "off":
                IsEnabled = false;
                return RuleError.None;
            case "nopass":
                NeedsNoPassword = true;
                _passwords.Clear();
                return RuleError.None;
            case "resetpass":
                NeedsNoPassword = false;
                _passwords.Clear();
                return RuleError.None;
            case "sanitize-payload":
                SanitizesPayload = true;
                return RuleError.None;
            case "skip-sanitize-payload":
                SanitizesPayload = false;
                return RuleError.None;
            case "clearselectors":
                _selectors.RemoveRange(1, _selectors.Count - 1);
                return RuleError.None;
            case "reset":
                Reset();
                return RuleError.None;
        }

        return rule[0] switch
        {
            '>' or '#' or '<' or '!' => ApplyPassword(rule),
            '(' when rule[^1] == ')' => AddSelector(rule[1..^1]),
            _ => _selectors[0].Apply(rule),
        };
    }

    private void Reset()
    {
        IsEnabled = false;
        NeedsNoPassword = false;
        SanitizesPayload = true;
        _passwords.Clear();
        _selectors.Clear();
        _selectors.Add(new Selector(_commands, _startsWithAllChannels));
    }

    private RuleError ApplyPassword(string rule)
    {
        bool isPlain = rule[0] is '>' or '<';
        byte[]? hash = isPlain ? PasswordSet.HashOf(Encoding.Latin1.GetBytes(rule[1..])) : PasswordSet.ParseHash(rule[1..]);
        if (hash is null)
        {
            return RuleError.BadPasswordHash;
        }

        if (rule[0] is '<' or '!')
        {
            return _passwords.Remove(hash) ? RuleError.None : RuleError.NoSuchPassword;
        }

        _passwords.Add(hash);
        NeedsNoPassword = false;
        return RuleError.None;
    }

    private RuleError AddSelector(string rules)
    {
        var selector = new Selector(_commands, _startsWithAllChannels);
        foreach (Range part in rules.AsSpan().Split(' '))
        {
            if (rules[part] is { Length: > 0 } rule && selector.Apply(rule) is not RuleError.None and var error)
            {
                return error;
            }
        }

        _selectors.Add(selector);
        return RuleError.None;
    }

    private Denial Check(CommandDescriptor command, CommandArguments arguments, KeyAccess? onAnyKey, out int position)
    {
        var keys = new KeyList(stackalloc KeyReference[32]);
        if (!_selectors.TrueForAll(selector => selector.HasAllKeys))
        {
            command.GetKnownKeys(arguments, ref keys);
        }

        ChannelArguments channels = ChannelArguments.Of(command, arguments.Count);
        Denial denial = Denial.Command;
        position = 0;
        foreach (Selector selector in _selectors)
        {
            Denial found = selector.Check(command, arguments, keys.Keys, channels, out int blamed);
            if (found == Denial.None && (onAnyKey is not { } access || selector.AllowsAnyKey(access)))
            {
                denial = Denial.None;
                break;
            }

            if (found > denial || (found == denial && blamed > position))
            {
                denial = found;
                position = blamed;
            }
        }

        keys.Dispose();
        return denial;
    }
}
