using Spinel.Engine.Dispatch;

namespace Spinel.Engine.Sessions;

/// <summary>What a client is to the server, as CLIENT LIST and CLIENT KILL tell them apart.</summary>
public enum ClientType : byte
{
    Normal,

    Replica,

    /// <summary>Subscribed to something.</summary>
    PubSub,

    /// <summary>The primary that this server copies.</summary>
    Primary,
}

/// <summary>The words for <see cref="ClientType"/>.</summary>
internal static class ClientTypes
{
    /// <summary>Finds a type by its word, the older ones included.</summary>
    public static bool TryParse(ReadOnlySpan<byte> word, out ClientType type)
    {
        if (AsciiText.EqualsIgnoreCase(word, "NORMAL"u8))
        {
            type = ClientType.Normal;
        }
        else if (AsciiText.EqualsIgnoreCase(word, "REPLICA"u8) || AsciiText.EqualsIgnoreCase(word, "SLAVE"u8))
        {
            type = ClientType.Replica;
        }
        else if (AsciiText.EqualsIgnoreCase(word, "PUBSUB"u8))
        {
            type = ClientType.PubSub;
        }
        else if (AsciiText.EqualsIgnoreCase(word, "MASTER"u8))
        {
            type = ClientType.Primary;
        }
        else
        {
            type = default;
            return false;
        }

        return true;
    }
}
