using System.Globalization;
using System.Text;
using Spinel.Engine;
using Spinel.Engine.Sessions;

namespace Spinel.Bench.Micro;

/// <summary>A client in process: one turn of the engine's loop a command.</summary>
internal sealed class TurnClient : IConnection
{
    private readonly SpinelEngine _engine;
    private readonly Session _session;
    private readonly byte[] _buffer = new byte[8192];

    public TurnClient(SpinelEngine engine)
    {
        _engine = engine;
        _session = engine.Accept(this);
    }

    public long FileDescriptor => -1;

    public string RemoteAddress => "127.0.0.1:1";

    public string LocalAddress => "127.0.0.1:2";

    public bool IsUnixSocket => false;

    public bool IsLoopback => true;

    /// <summary>One turn of the loop with one command, timed whole.</summary>
    public void Run(Turns turns, string name, ReadOnlySpan<byte> first, ReadOnlySpan<byte> second)
    {
        int length = Append(0, Encoding.ASCII.GetBytes(string.Create(CultureInfo.InvariantCulture, $"*{(second.IsEmpty ? 2 : 3)}\r\n${name.Length}\r\n{name}\r\n")));
        length = AppendArgument(length, first);
        Turn(turns, second.IsEmpty ? length : AppendArgument(length, second));
    }

    /// <summary>As the other, for commands of any length.</summary>
    public void Run(Turns turns, params string[] words)
    {
        int length = Append(0, Encoding.ASCII.GetBytes(string.Create(CultureInfo.InvariantCulture, $"*{words.Length}\r\n")));
        foreach (string word in words)
        {
            length = AppendArgument(length, Encoding.ASCII.GetBytes(word));
        }

        Turn(turns, length);
    }

    private void Turn(Turns turns, int length)
    {
        long start = ThreadClock.Nanoseconds();
        _engine.BeginTurn();
        _session.EndReceive(length, _buffer);
        _engine.EndTurn();
        _engine.RunBackground();
        turns.Add(ThreadClock.Nanoseconds() - start);
        _session.Output.Consume(_session.Output.Length);
        _engine.ClearPendingWrites();
    }

    private int AppendArgument(int at, ReadOnlySpan<byte> bytes)
    {
        at = Append(at, Encoding.ASCII.GetBytes(string.Create(CultureInfo.InvariantCulture, $"${bytes.Length}\r\n")));
        return Append(Append(at, bytes), "\r\n"u8);
    }

    private int Append(int at, ReadOnlySpan<byte> bytes)
    {
        bytes.CopyTo(_buffer.AsSpan(at));
        return at + bytes.Length;
    }
}
