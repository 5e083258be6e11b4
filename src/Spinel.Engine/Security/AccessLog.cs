using System.Buffers;
using Spinel.Engine.Commands.Connection;
using Spinel.Engine.Sessions;
using Spinel.Engine.Statistics;

namespace Spinel.Engine.Security;

/// <summary>In what a request was refused.</summary>
public enum AccessContext : byte
{
    TopLevel,
    Transaction,
    Script,
}

/// <summary>
/// What clients tried and were not allowed to (ACL LOG), newest first. The same refusal again within a minute is counted where it stands among the
/// newest, so that a client which keeps trying does not push everything else out.
/// </summary>
internal sealed class AccessLog(SpinelEngine engine)
{
    private const long GroupingMs = 60_000;
    private const int GroupingDepth = 10;

    private readonly LinkedList<AccessLogEntry> _entries = new();
    private long _nextId;

    public int Count => _entries.Count;

    /// <summary>Newest first.</summary>
    public IEnumerable<AccessLogEntry> Entries => _entries;

    public void Add(Session session, Denial reason, AccessContext context, ReadOnlySpan<byte> subject, ReadOnlySpan<byte> userName)
    {
        CountDenial(engine.Statistics, reason);
        var line = new ArrayBufferWriter<byte>(ClientLine.UsualLength);
        ClientLine.Write(line, session, engine.Clock.NowMs);
        byte[] client = line.WrittenSpan.TrimEnd((byte)'\n').ToArray();

        if (FindSame(reason, context, subject, userName) is { } known)
        {
            _entries.Remove(known);
            _entries.AddFirst(known);
            known.Value.Repeat(engine.Clock.NowMs, client);
        }
        else
        {
            _entries.AddFirst(new AccessLogEntry(_nextId++, reason, context, subject.ToArray(), userName.ToArray(), engine.Clock.NowMs, client));
        }

        while (_entries.Count > engine.Options.AclLogMaxLength)
        {
            _entries.RemoveLast();
        }
    }

    public void Clear() => _entries.Clear();

    private static void CountDenial(ServerStatistics statistics, Denial reason)
    {
        switch (reason)
        {
            case Denial.Authentication:
                statistics.AccessDeniedAuth++;
                break;
            case Denial.Command:
                statistics.AccessDeniedCommand++;
                break;
            case Denial.Key:
                statistics.AccessDeniedKey++;
                break;
            case Denial.Channel:
                statistics.AccessDeniedChannel++;
                break;
        }
    }

    private LinkedListNode<AccessLogEntry>? FindSame(Denial reason, AccessContext context, ReadOnlySpan<byte> subject, ReadOnlySpan<byte> userName)
    {
        int left = GroupingDepth;
        for (LinkedListNode<AccessLogEntry>? node = _entries.First; node is not null && left > 0; node = node.Next, left--)
        {
            AccessLogEntry entry = node.Value;
            if (entry.Reason == reason && entry.Context == context && Math.Abs(engine.Clock.NowMs - entry.UpdatedMs) <= GroupingMs
                && subject.SequenceEqual(entry.Subject) && userName.SequenceEqual(entry.UserName))
            {
                return node;
            }
        }

        return null;
    }
}

/// <summary>A line of the <see cref="AccessLog"/>.</summary>
internal sealed class AccessLogEntry(long id, Denial reason, AccessContext context, byte[] subject, byte[] userName, long createdMs, byte[] client)
{
    public long Id { get; } = id;

    public long Count { get; private set; } = 1;

    public Denial Reason { get; } = reason;

    public AccessContext Context { get; } = context;

    /// <summary>The command, key or channel that was refused.</summary>
    public byte[] Subject { get; } = subject;

    public byte[] UserName { get; } = userName;

    public long CreatedMs { get; } = createdMs;

    public long UpdatedMs { get; private set; } = createdMs;

    /// <summary>The client as CLIENT LIST shows it.</summary>
    public byte[] Client { get; private set; } = client;

    public void Repeat(long nowMs, byte[] client)
    {
        Count++;
        UpdatedMs = nowMs;
        Client = client;
    }
}
