using System.Text;
using Spinel.Engine;
using Spinel.Engine.Dispatch;
using Spinel.Protocol;
using Spinel.Replication.Primary;

namespace Spinel.Replication.Commands;

/// <summary>REPLCONF: what the two ends of a replication link tell each other beside the data.</summary>
internal static class ReplConfCommand
{
    /// <summary>The longest address that a replica may report.</summary>
    private const int MaxAddressBytes = 255;

    [Command("REPLCONF", "", Arity = -1,
        Flags = CommandFlags.Admin | CommandFlags.NoScript | CommandFlags.Loading | CommandFlags.Stale | CommandFlags.AllowBusy,
        Group = CommandGroup.Server, Since = "3.0.0", Complexity = "O(1)",
        Summary = "Settles and acknowledges what a replication link carries.")]
    internal static void ReplConf(ref CommandContext c)
    {
        if (c.Count % 2 == 0)
        {
            c.Error(Errors.Syntax);
            return;
        }

        var replication = c.Engine.Extension<ReplicationExtension>();
        for (int i = 1; i < c.Count; i += 2)
        {
            if (c.Is(i, "ACK"u8))
            {
                Acknowledge(ref c, replication, i);
                return;
            }

            if (c.Is(i, "GETACK"u8))
            {
                // Answered with an acknowledgement of its own.
                replication.Replica.OnGetAck();
                return;
            }

            if (!TrySet(ref c, replication.Primary, i))
            {
                return;
            }
        }

        c.Reply.Raw(Replies.Ok);
    }

    /// <summary>An acknowledgement is part of the stream, as it were, and gets no reply.</summary>
    private static void Acknowledge(ref CommandContext c, ReplicationExtension replication, int index)
    {
        if (PrimarySide.LinkOf(c.Session) is not { State: not LinkState.Handshake } link || !Int64Text.TryParse(c[index + 1], out long offset))
        {
            return;
        }

        long synced = -1;
        if (c.Count > index + 3 && c.Is(index + 2, "FACK"u8) && !Int64Text.TryParse(c[index + 3], out synced))
        {
            return;
        }

        replication.Primary.Acknowledge(link, offset, synced);
    }

    private static bool TrySet(ref CommandContext c, PrimarySide primary, int index)
    {
        ReadOnlySpan<byte> value = c[index + 1];
        if (c.Is(index, "LISTENING-PORT"u8))
        {
            if (!c.TryInteger(index + 1, out long port))
            {
                return false;
            }

            primary.LinkFor(c.Session).ListeningPort = unchecked((int)port);
        }
        else if (c.Is(index, "IP-ADDRESS"u8))
        {
            if (value.Length > MaxAddressBytes)
            {
                c.Error(Encoding.ASCII.GetBytes(string.Create(
                    System.Globalization.CultureInfo.InvariantCulture, $"ERR REPLCONF ip-address provided by replica instance is too long: {value.Length} bytes")));
                return false;
            }

            if (value.ContainsAnyExceptInRange((byte)'!', (byte)'~'))
            {
                // It becomes a part of a line of INFO.
                c.Error(ReplicationErrors.InvalidAddress);
                return false;
            }

            primary.LinkFor(c.Session).AnnouncedAddress = value.IsEmpty ? null : Encoding.UTF8.GetString(value);
        }
        else if (c.Is(index, "CAPA"u8))
        {
            // Whatever else a replica may be capable of is no concern of this server's.
            ReplicaLink link = primary.LinkFor(c.Session);
            link.CanRecognizeEnd |= c.Is(index + 1, "EOF"u8);
            link.CanChangeId |= c.Is(index + 1, "PSYNC2"u8);
        }
        else if (c.Is(index, "RDB-ONLY"u8))
        {
            if (!c.TryInteger(index + 1, out long flag))
            {
                return false;
            }

            if (flag is < 0 or > 1)
            {
                c.Error(ReplicationErrors.FlagOutOfRange);
                return false;
            }

            primary.LinkFor(c.Session).IsSnapshotOnly = flag == 1;
        }
        else if (c.Is(index, "RDB-FILTER-ONLY"u8))
        {
            return TryFilter(ref c, primary.LinkFor(c.Session), Encoding.UTF8.GetString(value));
        }
        else
        {
            c.Error((byte[])[.. "ERR Unrecognized REPLCONF option: "u8, .. c[index]]);
            return false;
        }

        return true;
    }

    /// <summary>The words say what a snapshot is to have in it; nothing else has a name yet.</summary>
    private static bool TryFilter(ref CommandContext c, ReplicaLink link, string words)
    {
        link.ExcludesData = true;
        link.ExcludesFunctions = true;
        foreach (string word in words.Split(' ', StringSplitOptions.RemoveEmptyEntries))
        {
            if (!word.Equals("functions", StringComparison.OrdinalIgnoreCase))
            {
                c.Error(Encoding.UTF8.GetBytes("ERR Unsupported rdb-filter-only option: " + word));
                return false;
            }

            link.ExcludesFunctions = false;
        }

        return true;
    }
}
