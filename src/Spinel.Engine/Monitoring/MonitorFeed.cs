using Spinel.Engine.Dispatch;
using Spinel.Engine.Sessions;

namespace Spinel.Engine.Monitoring;

/// <summary>
/// The clients of MONITOR, and the lines that they are sent: time, database, address and arguments of each command that was run. A line is written once,
/// however many watch. Commands of administrators are not shown, and passwords are blotted out. While nobody watches the engine's gate is open and
/// commands do not come here.
/// </summary>
internal sealed class MonitorFeed : IDisposable
{
    private readonly SpinelEngine _engine;
    private readonly List<Session> _sessions = [];
    private readonly SharedOutput _lines;

    public MonitorFeed(SpinelEngine engine)
    {
        _engine = engine;
        _lines = new SharedOutput(engine.Chunks);
    }

    /// <summary>The number of clients that watch.</summary>
    public int Count => _sessions.Count;

    public void Add(Session session)
    {
        session.IsMonitor = true;
        _sessions.Add(session);
        _engine.SetGate(EngineGate.Monitored, true);
    }

    public void Remove(Session session)
    {
        if (session.IsMonitor)
        {
            session.IsMonitor = false;
            _sessions.Remove(session);
            _engine.SetGate(EngineGate.Monitored, _sessions.Count > 0);
        }
    }

    /// <summary>Shows a command that has been run.</summary>
    public void Show(ref readonly CommandContext c)
    {
        if ((c.Command.Flags & (CommandFlags.SkipMonitor | CommandFlags.Admin)) == 0 && !_engine.IsLoading)
        {
            Show(in c, "");
        }
    }

    /// <summary>Shows a command that has been run.</summary>
    /// <param name="c">The call.</param>
    /// <param name="source">Where it comes from when that is no connection (<c>lua</c>); empty for the client's address.</param>
    public void Show(ref readonly CommandContext c, string source)
    {
        string address = source.Length > 0 ? source
            : c.Session.Connection.IsUnixSocket ? $"unix:{_engine.Options.UnixSocket}"
            : c.Session.Connection.RemoteAddress;
        long size = MonitorLine.MaxHeadBytes + address.Length;
        for (int i = 0; i < c.Count; i++)
        {
            size += MonitorLine.EscapedLength(MonitorLine.Shown(in c, i));
        }

        if (size > SharedOutput.MaxMessageBytes)
        {
            return;
        }

        _lines.Begin(size);
        Span<byte> line = _lines.GetSpan();
        int length = MonitorLine.WriteHead(line, _engine.Clock.ReadMicroseconds(), c.Session.DatabaseIndex, address);
        for (int i = 0; i < c.Count; i++)
        {
            length += MonitorLine.WriteEscaped(line[length..], MonitorLine.Shown(in c, i));
        }

        "\r\n"u8.CopyTo(line[length..]);
        _lines.Advance(length + 2);
        SharedMessage message = _lines.End();
        foreach (Session session in _sessions)
        {
            // Unlike published messages, lines are replies of a kind: who asked for none gets none.
            if (session.ReplyMode != ReplyMode.Off)
            {
                session.Push(in message);
            }
        }
    }

    public void Dispose() => _lines.Dispose();
}
