using System.Text;
using Spinel.Engine.Dispatch;
using Spinel.Protocol;

namespace Spinel.Engine.Security;

/// <summary>
/// A set of commands together with the keys and channels that they may be used on. A user has one, and may have more: a request is allowed when one of
/// them allows all of it.
/// </summary>
internal sealed class Selector
{
    private readonly List<KeyPattern> _keys = [];
    private readonly List<byte[]> _channels = [];
    private readonly CommandPermissions _commands;
    private bool _allKeys;
    private bool _allChannels;

    public Selector(CommandTable commands, bool allChannels)
    {
        _commands = new CommandPermissions(commands);
        _allChannels = allChannels;
    }

    private Selector(Selector other)
    {
        _commands = other._commands.Clone();
        _allKeys = other._allKeys;
        _allChannels = other._allChannels;
        _keys.AddRange(other._keys);
        _channels.AddRange(other._channels);
    }

    /// <summary>True when nothing at all is forbidden.</summary>
    public bool IsEverything => _allKeys && _allChannels && _commands.IsEverything;

    public bool HasAllKeys => _allKeys;

    /// <summary>The commands that are allowed, as rules.</summary>
    public string Commands => _commands.ToString();

    /// <summary>Applies one rule.</summary>
    public RuleError Apply(string rule)
    {
        switch (rule.ToLowerInvariant())
        {
            case "allkeys" or "~*":
                _allKeys = true;
                _keys.Clear();
                return RuleError.None;
            case "resetkeys":
                _allKeys = false;
                _keys.Clear();
                return RuleError.None;
            case "allchannels" or "&*":
                _allChannels = true;
                _channels.Clear();
                return RuleError.None;
            case "resetchannels":
                _allChannels = false;
                _channels.Clear();
                return RuleError.None;
            case "allcommands":
                _commands.AllowAll();
                return RuleError.None;
            case "nocommands":
                _commands.DenyAll();
                return RuleError.None;
        }

        return rule[0] switch
        {
            '~' => AddKeys(rule[1..], KeyAccess.ReadWrite),
            '%' => AddKeysWithAccess(rule),
            '&' => AddChannels(rule[1..]),
            '+' or '-' => _commands.Apply(rule),
            _ => RuleError.Syntax,
        };
    }

    /// <summary>Whether a request is allowed, and if not, which of its arguments is to blame.</summary>
    public Denial Check(CommandDescriptor command, CommandArguments arguments, ReadOnlySpan<KeyReference> keys, ChannelArguments channels, out int position)
    {
        position = 0;
        if ((command.Flags & CommandFlags.NoAuth) == 0 && !_commands.Allows(command, arguments))
        {
            return Denial.Command;
        }

        if (!_allKeys)
        {
            foreach (KeyReference key in keys)
            {
                if (!AllowsKey(arguments[key.Position], KeyPattern.NeededFor(key.Flags)))
                {
                    position = key.Position;
                    return Denial.Key;
                }
            }
        }

        for (int i = channels.First; !_allChannels && i <= channels.Last; i++)
        {
            if (!AllowsChannel(arguments[i], channels.ArePatterns))
            {
                position = i;
                return Denial.Channel;
            }
        }

        return Denial.None;
    }

    /// <summary>Whether any key may be accessed in this way.</summary>
    public bool AllowsAnyKey(KeyAccess access) =>
        _allKeys || _keys.Exists(pattern => pattern.Allows(access) && pattern.Glob.AsSpan().SequenceEqual("*"u8));

    /// <summary>Whether a key's value may be read.</summary>
    public bool AllowsReading(ReadOnlySpan<byte> key) => _allKeys || AllowsKey(key, KeyAccess.Read);

    /// <summary>A pattern to subscribe to must be allowed literally: whether one pattern contains another is not decided.</summary>
    public bool AllowsChannel(ReadOnlySpan<byte> name, bool isPattern)
    {
        if (_allChannels)
        {
            return true;
        }

        foreach (byte[] allowed in _channels)
        {
            if (isPattern ? name.SequenceEqual(allowed) : GlobPattern.Matches(allowed, name))
            {
                return true;
            }
        }

        return false;
    }

    public Selector Clone() => new(this);

    /// <summary>The keys that may be used, as rules.</summary>
    public string DescribeKeys()
    {
        if (_allKeys)
        {
            return "~*";
        }

        var text = new StringBuilder();
        for (int i = 0; i < _keys.Count; i++)
        {
            KeyPattern pattern = _keys[i];

            // Read again, ~* would be all keys, behind which no pattern may come.
            bool isSafe = i == _keys.Count - 1 || !pattern.Glob.AsSpan().SequenceEqual("*"u8);
            Separate(text);
            text.Append(pattern.Access switch { KeyAccess.Read => "%R~", KeyAccess.Write => "%W~", _ => isSafe ? "~" : "%RW~" });
            text.Append(Encoding.Latin1.GetString(pattern.Glob));
        }

        return text.ToString();
    }

    /// <summary>The channels that may be used, as rules.</summary>
    public string DescribeChannels()
    {
        if (_allChannels)
        {
            return "&*";
        }

        var text = new StringBuilder();
        foreach (byte[] channel in _channels)
        {
            Separate(text);
            text.Append('&').Append(Encoding.Latin1.GetString(channel));
        }

        return text.ToString();
    }

    /// <summary>All rules, such that they make the same selector again whatever a new one starts with.</summary>
    public override string ToString()
    {
        var text = new StringBuilder(DescribeKeys());
        Separate(text);
        text.Append(_allChannels ? string.Empty : "resetchannels ").Append(DescribeChannels());

        Separate(text);
        return text.Append(Commands).ToString();
    }

    private static void Separate(StringBuilder text)
    {
        if (text.Length > 0 && text[^1] != ' ')
        {
            text.Append(' ');
        }
    }

    private bool AllowsKey(ReadOnlySpan<byte> key, KeyAccess access)
    {
        foreach (KeyPattern pattern in _keys)
        {
            if (pattern.Allows(access) && GlobPattern.Matches(pattern.Glob, key))
            {
                return true;
            }
        }

        return false;
    }

    /// <summary><c>%R~</c>, <c>%W~</c> and <c>%RW~</c>, in any case and order. Without the tilde the pattern is empty.</summary>
    private RuleError AddKeysWithAccess(string rule)
    {
        KeyAccess access = KeyAccess.None;
        int at = 1;
        for (; at < rule.Length && rule[at] != '~'; at++)
        {
            KeyAccess added = rule[at] switch { 'R' or 'r' => KeyAccess.Read, 'W' or 'w' => KeyAccess.Write, _ => KeyAccess.None };
            if (added == KeyAccess.None || (access & added) != 0)
            {
                return _allKeys ? RuleError.KeyPatternAfterAll : RuleError.Syntax;
            }

            access |= added;
        }

        if (access == KeyAccess.None)
        {
            return _allKeys ? RuleError.KeyPatternAfterAll : RuleError.Syntax;
        }

        return AddKeys(rule[Math.Min(at + 1, rule.Length)..], access);
    }

    private RuleError AddKeys(string glob, KeyAccess access)
    {
        if (_allKeys)
        {
            return RuleError.KeyPatternAfterAll;
        }

        if (glob.AsSpan().ContainsAny(RuleWords.Space))
        {
            return RuleError.Syntax;
        }

        byte[] bytes = Encoding.Latin1.GetBytes(glob);
        int known = _keys.FindIndex(pattern => pattern.Glob.AsSpan().SequenceEqual(bytes));
        if (known >= 0)
        {
            _keys[known] = new KeyPattern(bytes, _keys[known].Access | access);
        }
        else
        {
            _keys.Add(new KeyPattern(bytes, access));
        }

        return RuleError.None;
    }

    private RuleError AddChannels(string glob)
    {
        if (_allChannels)
        {
            return RuleError.ChannelPatternAfterAll;
        }

        if (glob.AsSpan().ContainsAny(RuleWords.Space))
        {
            return RuleError.Syntax;
        }

        byte[] bytes = Encoding.Latin1.GetBytes(glob);
        if (!_channels.Exists(channel => channel.AsSpan().SequenceEqual(bytes)))
        {
            _channels.Add(bytes);
        }

        return RuleError.None;
    }
}
