using System.Globalization;
using System.Text;
using Spinel.Engine.Sessions;

namespace Spinel.Replication.Primary;

/// <summary>One replica as its primary sees it. It begins as an ordinary client that says something about itself (REPLCONF) and then asks for the data.</summary>
internal sealed class ReplicaLink(PrimarySide primary, Session session) : ISessionAttachment
{
    public Session Session { get; } = session;

    public LinkState State { get; set; }

    /// <summary>The port on which it takes clients itself; 0 when it has not said.</summary>
    public int ListeningPort { get; set; }

    /// <summary>The address at which it says that it can be reached; null for the one it comes from.</summary>
    public string? AnnouncedAddress { get; set; }

    /// <summary>It recognizes the end of a snapshot whose length nobody knows at its beginning.</summary>
    public bool CanRecognizeEnd { get; set; }

    /// <summary>It takes a new id of the history when it is told that it can go on.</summary>
    public bool CanChangeId { get; set; }

    /// <summary>It wants a snapshot and no stream.</summary>
    public bool IsSnapshotOnly { get; set; }

    /// <summary>Its snapshot is to have no keys.</summary>
    public bool ExcludesData { get; set; }

    /// <summary>Its snapshot is to have no functions.</summary>
    public bool ExcludesFunctions { get; set; }

    /// <summary>It came by SYNC, and acknowledges nothing.</summary>
    public bool IsSimple { get; set; }

    /// <summary>It has been sent all of a snapshot whose end it has to recognize; whatever follows too early might be taken for a part of it.</summary>
    public bool AwaitsFirstAcknowledgement { get; set; }

    /// <summary>It has said how far it is, and so has loaded its snapshot: it may be quicker than the news here that all of that has been sent.</summary>
    public bool HasAcknowledged { get; set; }

    /// <summary>The offset up to which its output refers to the stream.</summary>
    public long Cursor;

    /// <summary>The offset that it says it has applied.</summary>
    public long AcknowledgedOffset { get; set; }

    /// <summary>The offset that it says it has on disk.</summary>
    public long SyncedOffset { get; set; } = -1;

    /// <summary>When it has last said so, in Unix milliseconds.</summary>
    public long AcknowledgedMs { get; set; }

    /// <summary>Since when it has been waiting for a snapshot.</summary>
    public long WaitingSinceMs { get; set; }

    /// <summary>When it has last taken in something, as far as that is looked at.</summary>
    public long ProgressMs { get; set; }

    /// <summary>The bytes that it had taken in then.</summary>
    public long ProgressBytes { get; set; }

    /// <summary>Since when what waits for it has been above the soft limit; 0 when it is not.</summary>
    public long OverSoftLimitSinceMs { get; set; }

    /// <summary>The file that it is sent; null in any other state.</summary>
    public SnapshotImage? Image { get; set; }

    /// <summary>Bytes of the file that are in its output or beyond.</summary>
    public long ImagePosition { get; set; }

    /// <summary>The offset of the first byte of the stream that has not left for it.</summary>
    public long NeededFrom => State == LinkState.Online && !AwaitsFirstAcknowledgement ? Cursor - Session.Output.Length : Cursor;

    public string Address
    {
        get
        {
            if (AnnouncedAddress is not null)
            {
                return AnnouncedAddress;
            }

            string remote = Session.Connection.RemoteAddress;
            int colon = remote.LastIndexOf(':');
            return colon < 0 ? remote : remote[..colon].Trim('[', ']');
        }
    }

    /// <summary>What it is called in the log.</summary>
    public string Name
    {
        get
        {
            if (Session.Connection.IsUnixSocket && AnnouncedAddress is null)
            {
                return string.Create(CultureInfo.InvariantCulture, $"client id #{Session.Id}");
            }

            return ListeningPort == 0
                ? Address + ":<unknown-replica-port>"
                : string.Create(CultureInfo.InvariantCulture, $"{(Address.Contains(':', StringComparison.Ordinal) ? $"[{Address}]" : Address)}:{ListeningPort}");
        }
    }

    /// <summary>Seconds since it has last said how far it is.</summary>
    public long LagSeconds(long nowMs) => State == LinkState.Online ? Math.Max(0, nowMs - AcknowledgedMs) / 1000 : 0;

    /// <summary>Whether the two can be given the same snapshot.</summary>
    public bool WantsTheSameAs(ReplicaLink other) => ExcludesData == other.ExcludesData && ExcludesFunctions == other.ExcludesFunctions;

    /// <summary>Sends something that is not part of the stream.</summary>
    public void Send(string text) => Session.Push(Encoding.ASCII.GetBytes(text));

    /// <summary>Cuts the replica off at the end of the turn. It may come again.</summary>
    public void Close() => Session.Close();

    public void OnSessionEnded(Session session) => primary.Remove(this);
}
