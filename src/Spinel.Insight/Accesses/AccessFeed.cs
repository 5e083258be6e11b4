using System.Globalization;
using System.Text;
using Spinel.Engine;
using Spinel.Engine.Dispatch;
using Spinel.Engine.Observation;
using Spinel.Engine.Security;
using Spinel.Engine.Sessions;

namespace Spinel.Insight.Accesses;

/// <summary>Which commands a subscription wants to see. What is null is not looked at.</summary>
public sealed record AccessFilter
{
    /// <summary>Names of commands in small letters, <c>container|name</c> for subcommands.</summary>
    public IReadOnlyCollection<string>? Commands { get; init; }

    /// <summary>How the first key begins.</summary>
    public byte[]? KeyPrefix { get; init; }

    /// <summary>The address (<c>host:port</c>), the name or the number of the client.</summary>
    public string? Client { get; init; }

    /// <summary>One command in so many that match.</summary>
    public int Sample { get; init; } = 1;
}

/// <summary>A command that a client has run.</summary>
/// <param name="TimeMicroseconds">When it had run, Unix time.</param>
/// <param name="Database">The database that the client had selected.</param>
/// <param name="ClientId">The client's number.</param>
/// <param name="Client">Its address.</param>
/// <param name="ClientName">The name it has given itself; empty when none.</param>
/// <param name="Arguments">The command: what is secret is blotted out, what is long or many is cut off.</param>
/// <param name="ArgumentCount">How many arguments there were.</param>
/// <param name="Microseconds">How long it ran.</param>
public sealed record AccessRecord(
    long TimeMicroseconds, int Database, long ClientId, string Client, byte[] ClientName, IReadOnlyList<byte[]> Arguments, int ArgumentCount, long Microseconds);

/// <summary>
/// Shows commands as they run to those who have subscribed. The engine writes to bounded queues and never waits: what a slow reader has no room for is counted and
/// dropped. While nobody has subscribed commands do not come here.
/// </summary>
public sealed class AccessFeed : ICommandWatcher
{
    private readonly SpinelEngine _engine;
    private AccessSubscription[] _subscriptions = [];

    internal AccessFeed(SpinelEngine engine) => _engine = engine;

    /// <summary>Subscribes. For the engine thread, as is <see cref="AccessSubscription.End"/>; records may be taken by any one thread.</summary>
    /// <param name="filter">What is wanted.</param>
    /// <param name="capacity">How many records wait at most.</param>
    /// <param name="whenNotEmpty">Called on the engine thread when the first record has come in since the last <see cref="AccessSubscription.Take"/>.</param>
    public AccessSubscription Subscribe(AccessFilter filter, int capacity, Action? whenNotEmpty = null)
    {
        var subscription = new AccessSubscription(this, filter, capacity, whenNotEmpty);
        _subscriptions = [.. _subscriptions, subscription];
        _engine.CommandWatcher = this;
        return subscription;
    }

    void ICommandWatcher.OnCommand(ref readonly CommandContext c, long ticks)
    {
        if ((c.Command.Flags & (CommandFlags.SkipMonitor | CommandFlags.Admin)) != 0 || _engine.IsLoading)
        {
            return;
        }

        AccessRecord? record = null;
        foreach (AccessSubscription subscription in _subscriptions)
        {
            if (subscription.Wants(in c))
            {
                record ??= RecordOf(in c, ticks);
                subscription.Add(record);
            }
        }
    }

    internal void Remove(AccessSubscription subscription)
    {
        _subscriptions = Array.FindAll(_subscriptions, other => other != subscription);
        if (_subscriptions.Length == 0)
        {
            _engine.CommandWatcher = null;
        }
    }

    private AccessRecord RecordOf(ref readonly CommandContext c, long ticks)
    {
        const int MaxArguments = 32;
        const int MaxArgumentBytes = 256;
        byte[][] arguments = new byte[Math.Min(c.Count, MaxArguments)][];
        for (int i = 0; i < arguments.Length; i++)
        {
            ReadOnlySpan<byte> argument = SensitiveArguments.IsSensitive(c.Command, c.Arguments, i) ? SensitiveArguments.Replacement : c[i];
            arguments[i] = argument[..Math.Min(argument.Length, MaxArgumentBytes)].ToArray();
        }

        Session session = c.Session;
        return new AccessRecord(
            _engine.Clock.ReadMicroseconds(), session.DatabaseIndex, session.Id, session.Connection.RemoteAddress, session.Name, arguments, c.Count,
            _engine.Clock.MicrosecondsBetween(0, ticks));
    }
}

/// <summary>What one reader of an <see cref="AccessFeed"/> wants, and what waits for him.</summary>
public sealed class AccessSubscription
{
    private readonly AccessFeed _feed;
    private readonly AccessFilter _filter;
    private readonly Action? _whenNotEmpty;
    private readonly HashSet<string>? _commands;
    private readonly byte[]? _clientName;
    private readonly long _clientId;
    private readonly Lock _lock = new();
    private readonly Queue<AccessRecord> _waiting = new();
    private readonly int _capacity;
    private long _dropped;
    private int _skipped;

    internal AccessSubscription(AccessFeed feed, AccessFilter filter, int capacity, Action? whenNotEmpty)
    {
        _feed = feed;
        _filter = filter;
        _capacity = capacity;
        _whenNotEmpty = whenNotEmpty;
        _commands = filter.Commands is { } commands ? new HashSet<string>(commands, StringComparer.OrdinalIgnoreCase) : null;
        _clientName = filter.Client is { } client ? Encoding.UTF8.GetBytes(client) : null;
        _clientId = long.TryParse(filter.Client, NumberStyles.None, CultureInfo.InvariantCulture, out long id) ? id : -1;
    }

    /// <summary>Takes what waits, in order, and how many records there was no room for since the last call.</summary>
    /// <param name="records">They are added to it.</param>
    /// <returns>The number of records that were dropped.</returns>
    public long Take(ICollection<AccessRecord> records)
    {
        ArgumentNullException.ThrowIfNull(records);
        lock (_lock)
        {
            while (_waiting.TryDequeue(out AccessRecord? record))
            {
                records.Add(record);
            }

            long dropped = _dropped;
            _dropped = 0;
            return dropped;
        }
    }

    /// <summary>Nothing more is wanted. For the engine thread.</summary>
    public void End() => _feed.Remove(this);

    internal bool Wants(ref readonly CommandContext c)
    {
        if (_commands is not null && !_commands.Contains(c.Command.Name))
        {
            return false;
        }

        if (_clientName is not null && !c.Session.Name.AsSpan().SequenceEqual(_clientName) && c.Session.Connection.RemoteAddress != _filter.Client
            && c.Session.Id != _clientId)
        {
            return false;
        }

        if (_filter.KeyPrefix is { } prefix)
        {
            int key = c.Command.FirstKey;
            if (key <= 0 || key >= c.Count || !c[key].StartsWith(prefix))
            {
                return false;
            }
        }

        if (++_skipped < _filter.Sample)
        {
            return false;
        }

        _skipped = 0;
        return true;
    }

    internal void Add(AccessRecord record)
    {
        bool isFirst;
        lock (_lock)
        {
            if (_waiting.Count >= _capacity)
            {
                _dropped++;
                return;
            }

            _waiting.Enqueue(record);
            isFirst = _waiting.Count == 1;
        }

        if (isFirst)
        {
            _whenNotEmpty?.Invoke();
        }
    }
}
