using System.Text;
using Spinel.Engine.Dispatch;
using Spinel.Engine.Sessions;
using Spinel.Protocol;

namespace Spinel.Engine.Commands.Connection;

/// <summary>
/// Which clients CLIENT LIST and CLIENT KILL are about: pairs of a word and a value, of which all must hold. A word with <c>NOT-</c> before it asks for the
/// opposite, and ID takes any number of values.
/// </summary>
internal sealed class ClientFilter
{
    private readonly List<Func<Session, bool>> _conditions = [];
    private List<long>? _ids;

    private ClientFilter()
    {
    }

    /// <summary>The client that asks is left out.</summary>
    public bool SkipsSelf { get; private set; }

    /// <summary>The identifiers, in their order, when there is no other condition; null otherwise.</summary>
    public IReadOnlyList<long>? OnlyIds => _conditions.Count == 1 ? _ids : null;

    /// <summary>A client at an address, the form of CLIENT KILL that has no words.</summary>
    public static ClientFilter ByAddress(ReadOnlySpan<byte> address)
    {
        string text = Encoding.Latin1.GetString(address);
        var filter = new ClientFilter();
        filter._conditions.Add(session => session.Connection.RemoteAddress == text);
        return filter;
    }

    /// <summary>Reads the arguments from <paramref name="first"/> on. Null after an error was replied.</summary>
    /// <param name="c">The call.</param>
    /// <param name="first">The first word.</param>
    /// <param name="skipsSelf">Whether the client that asks is left out as long as SKIPME does not say otherwise.</param>
    /// <param name="lowestId">What is below this is no identifier.</param>
    /// <param name="idError">The error for what is no identifier.</param>
    public static ClientFilter? Parse(ref CommandContext c, int first, bool skipsSelf, long lowestId, ReadOnlySpan<byte> idError)
    {
        var filter = new ClientFilter { SkipsSelf = skipsSelf };
        for (int i = first; i < c.Count;)
        {
            if (i + 1 == c.Count)
            {
                c.Error(Errors.Syntax);
                return null;
            }

            if (!filter.TryTake(ref c, ref i, lowestId, idError))
            {
                if (!c.Failed)
                {
                    c.Error(Errors.Syntax);
                }

                return null;
            }
        }

        return filter;
    }

    public bool Meets(Session session)
    {
        foreach (Func<Session, bool> condition in _conditions)
        {
            if (!condition(session))
            {
                return false;
            }
        }

        return true;
    }

    /// <summary>Takes one word with its values. When it returns false and has not replied, the word or its value is unknown.</summary>
    private bool TryTake(ref CommandContext c, ref int index, long lowestId, ReadOnlySpan<byte> idError)
    {
        ReadOnlySpan<byte> word = c[index];
        bool isNegated = word.Length > 4 && AsciiText.EqualsIgnoreCase(word[..4], "NOT-"u8);
        if (isNegated)
        {
            word = word[4..];
        }

        if (AsciiText.EqualsIgnoreCase(word, "ID"u8))
        {
            return TryTakeIds(ref c, ref index, isNegated, lowestId, idError);
        }

        ReadOnlySpan<byte> value = c[index + 1];
        index += 2;
        if (AsciiText.EqualsIgnoreCase(word, "SKIPME"u8) && !isNegated)
        {
            SkipsSelf = AsciiText.EqualsIgnoreCase(value, "YES"u8);
            return SkipsSelf || AsciiText.EqualsIgnoreCase(value, "NO"u8);
        }

        Func<Session, bool>? condition = Condition(ref c, word, value, isNegated);
        if (condition is null)
        {
            return false;
        }

        _conditions.Add(isNegated ? session => !condition(session) : condition);
        return true;
    }

    private bool TryTakeIds(ref CommandContext c, ref int index, bool isNegated, long lowestId, ReadOnlySpan<byte> idError)
    {
        var ids = new List<long>();
        for (index++; index < c.Count; index++)
        {
            if (Int64Text.TryParse(c[index], out long id) && id >= lowestId)
            {
                ids.Add(id);
            }
            else if (ids.Count > 0 && IsWord(c[index]))
            {
                break;
            }
            else
            {
                c.Error(idError);
                return false;
            }
        }

        var set = ids.ToHashSet();
        _ids = isNegated ? null : ids;
        _conditions.Add(session => set.Contains(session.Id) != isNegated);
        return true;
    }

    /// <summary>Whether an argument behind identifiers can be the next word rather than a mistake in an identifier.</summary>
    private static bool IsWord(ReadOnlySpan<byte> argument)
    {
        if (argument.Length > 4 && AsciiText.EqualsIgnoreCase(argument[..4], "NOT-"u8))
        {
            return true;
        }

        ReadOnlySpan<string> words = ["ID", "TYPE", "USER", "ADDR", "LADDR", "SKIPME", "MAXAGE", "NAME", "IDLE", "FLAGS", "LIB-NAME", "LIB-VER", "DB", "IP", "CAPA"];
        foreach (string word in words)
        {
            if (Ascii.EqualsIgnoreCase(argument, word))
            {
                return true;
            }
        }

        return false;
    }

    private static Func<Session, bool>? Condition(ref CommandContext c, ReadOnlySpan<byte> word, ReadOnlySpan<byte> value, bool isNegated)
    {
        if (AsciiText.EqualsIgnoreCase(word, "TYPE"u8))
        {
            if (ClientTypes.TryParse(value, out ClientType type))
            {
                return session => session.Type == type;
            }

            c.Error(Errors.UnknownClientType(value));
            return null;
        }

        if (AsciiText.EqualsIgnoreCase(word, "USER"u8))
        {
            return User(ref c, value);
        }

        if (!isNegated && AsciiText.EqualsIgnoreCase(word, "MAXAGE"u8))
        {
            long nowMs = c.NowMs;
            return TrySeconds(ref c, value, Errors.MaxAgeNotAnInteger, Errors.MaxAgeNotPositive, out long seconds)
                ? session => (nowMs - session.CreatedMs) / 1000 >= seconds
                : null;
        }

        if (!isNegated && AsciiText.EqualsIgnoreCase(word, "IDLE"u8))
        {
            long nowMs = c.NowMs;
            return TrySeconds(ref c, value, Errors.IdleNotAnInteger, Errors.IdleNotPositive, out long seconds)
                ? session => (nowMs - session.LastInteractionMs) / 1000 >= seconds
                : null;
        }

        if (AsciiText.EqualsIgnoreCase(word, "DB"u8))
        {
            return Database(ref c, value);
        }

        return OfText(word, value.ToArray());
    }

    private static Func<Session, bool>? OfText(ReadOnlySpan<byte> word, byte[] value)
    {
        string text = Encoding.Latin1.GetString(value);
        if (AsciiText.EqualsIgnoreCase(word, "ADDR"u8))
        {
            return session => session.Connection.RemoteAddress == text;
        }

        if (AsciiText.EqualsIgnoreCase(word, "LADDR"u8))
        {
            return session => session.Connection.LocalAddress == text;
        }

        if (AsciiText.EqualsIgnoreCase(word, "IP"u8))
        {
            return session => HostOf(session.Connection.RemoteAddress) == text;
        }

        if (AsciiText.EqualsIgnoreCase(word, "NAME"u8))
        {
            return session => session.Name.AsSpan().SequenceEqual(value);
        }

        if (AsciiText.EqualsIgnoreCase(word, "LIB-NAME"u8))
        {
            return session => session.LibraryName.AsSpan().SequenceEqual(value);
        }

        if (AsciiText.EqualsIgnoreCase(word, "LIB-VER"u8))
        {
            return session => session.LibraryVersion.AsSpan().SequenceEqual(value);
        }

        if (AsciiText.EqualsIgnoreCase(word, "FLAGS"u8))
        {
            return session => text.All(ClientLine.Flags(session).Contains);
        }

        // No client has announced a capability: there is no command to do it with.
        return AsciiText.EqualsIgnoreCase(word, "CAPA"u8) ? static _ => false : null;
    }

    private static Func<Session, bool>? User(ref CommandContext c, ReadOnlySpan<byte> name)
    {
        if (c.Engine.Users.Find(name) is { } user)
        {
            return session => session.User == user;
        }

        c.Error(Errors.NoSuchUser(name));
        return null;
    }

    private static Func<Session, bool>? Database(ref CommandContext c, ReadOnlySpan<byte> value)
    {
        if (Int64Text.TryParse(value, out long index) && index >= 0 && index < c.Keyspace.DatabaseCount)
        {
            return session => session.DatabaseIndex == index;
        }

        c.Error(Errors.FilterDatabase);
        return null;
    }

    private static bool TrySeconds(ref CommandContext c, ReadOnlySpan<byte> value, ReadOnlySpan<byte> notAnInteger, ReadOnlySpan<byte> notPositive, out long seconds)
    {
        if (!Int64Text.TryParse(value, out seconds))
        {
            c.Error(notAnInteger);
            return false;
        }

        if (seconds <= 0)
        {
            c.Error(notPositive);
            return false;
        }

        return true;
    }

    /// <summary>An address without its port.</summary>
    private static string HostOf(string address)
    {
        int colon = address.LastIndexOf(':');
        return colon < 0 ? address : address[..colon].Trim('[', ']');
    }
}
