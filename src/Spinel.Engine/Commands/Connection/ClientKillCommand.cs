using System.Text;
using Spinel.Engine.Dispatch;
using Spinel.Engine.Sessions;
using Spinel.Protocol;

namespace Spinel.Engine.Commands.Connection;

/// <summary>CLIENT KILL: closes connections, by address as of old or by conditions that must all hold.</summary>
internal static class ClientKillCommand
{
    [Command("CLIENT|KILL", "<address | ID client-id:integer | TYPE <NORMAL | MASTER | SLAVE | REPLICA | PUBSUB> | USER username | ADDR peer-address | LADDR local-address | SKIPME yes-or-no | MAXAGE seconds:integer>",
        Arity = -3, Flags = CommandFlags.Admin | CommandFlags.NoScript | CommandFlags.Loading | CommandFlags.Stale,
        Group = CommandGroup.Connection, Since = "2.4.0", Complexity = "O(N) with N the number of connections",
        Summary = "Closes the connections that meet all conditions.",
        History = "2.8.12 Conditions instead of an address.; 2.8.12 Condition ID.; 3.2.0 Type master.; 5.0.0 Type replica.; 6.2.0 Condition LADDR.; 7.4.0 Condition MAXAGE.")]
    internal static void Kill(ref CommandContext c)
    {
        bool byAddressAlone = c.Count == 3;
        var conditions = new Conditions();
        if (byAddressAlone)
        {
            conditions.Address = Encoding.Latin1.GetString(c[2]);
        }
        else if (!TryParse(ref c, out conditions))
        {
            return;
        }

        int killed = 0;
        bool killsSelf = false;
        foreach (Session session in c.Engine.Sessions.All)
        {
            if (session.IsClosed || !conditions.Meets(session, c.NowMs))
            {
                continue;
            }

            if (session != c.Session)
            {
                session.Close();
                session.LeaveAll();
            }
            else if (conditions.SkipSelf)
            {
                continue;
            }
            else
            {
                killsSelf = true;
            }

            killed++;
        }

        if (!byAddressAlone)
        {
            c.Reply.Integer(killed);
        }
        else if (killed > 0)
        {
            c.Reply.Raw(Replies.Ok);
        }
        else
        {
            c.Error(Errors.NoSuchClient);
        }

        if (killsSelf)
        {
            c.Session.CloseWhenFlushed();
        }
    }

    private static bool TryParse(ref CommandContext c, out Conditions conditions)
    {
        conditions = new Conditions { SkipSelf = true };
        for (int i = 2; i < c.Count; i += 2)
        {
            if (i + 1 == c.Count || !TryTake(ref c, i, ref conditions))
            {
                if (!c.Failed)
                {
                    c.Error(Errors.Syntax);
                }

                return false;
            }
        }

        return true;
    }

    /// <summary>Takes one condition. When it returns false and has not replied, the word or its value is unknown.</summary>
    private static bool TryTake(ref CommandContext c, int index, ref Conditions conditions)
    {
        ReadOnlySpan<byte> value = c[index + 1];
        if (c.Is(index, "ID"u8))
        {
            if (Int64Text.TryParse(value, out long id) && id > 0)
            {
                conditions.Id = id;
                return true;
            }

            c.Error(Errors.ClientIdNotPositive);
        }
        else if (c.Is(index, "TYPE"u8))
        {
            if (ClientTypes.TryParse(value, out ClientType type))
            {
                conditions.Type = type;
                return true;
            }

            c.Error(Errors.UnknownClientType(value));
        }
        else if (c.Is(index, "ADDR"u8))
        {
            conditions.Address = Encoding.Latin1.GetString(value);
            return true;
        }
        else if (c.Is(index, "LADDR"u8))
        {
            conditions.LocalAddress = Encoding.Latin1.GetString(value);
            return true;
        }
        else if (c.Is(index, "USER"u8))
        {
            // Everybody is the default user.
            if (value.SequenceEqual("default"u8))
            {
                return true;
            }

            c.Error(Errors.NoSuchUser(value));
        }
        else if (c.Is(index, "SKIPME"u8))
        {
            conditions.SkipSelf = c.Is(index + 1, "YES"u8);
            return conditions.SkipSelf || c.Is(index + 1, "NO"u8);
        }
        else if (c.Is(index, "MAXAGE"u8))
        {
            if (!Int64Text.TryParse(value, out long ageSeconds))
            {
                c.Error(Errors.MaxAgeNotAnInteger);
            }
            else if (ageSeconds <= 0)
            {
                c.Error(Errors.MaxAgeNotPositive);
            }
            else
            {
                conditions.MinAgeSeconds = ageSeconds;
                return true;
            }
        }

        return false;
    }

    /// <summary>What a connection must be to be closed; whatever is not set holds for all.</summary>
    private struct Conditions
    {
        public long? Id;
        public ClientType? Type;
        public string? Address;
        public string? LocalAddress;
        public long? MinAgeSeconds;
        public bool SkipSelf;

        public readonly bool Meets(Session session, long nowMs) =>
            (Id is null || session.Id == Id)
            && (Type is null || session.Type == Type)
            && (Address is null || session.Connection.RemoteAddress == Address)
            && (LocalAddress is null || session.Connection.LocalAddress == LocalAddress)
            && (MinAgeSeconds is null || (nowMs - session.CreatedMs) / 1000 >= MinAgeSeconds);
    }
}
