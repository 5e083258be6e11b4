using System.Buffers;
using System.Globalization;
using System.Text.Unicode;
using Spinel.Engine.Sessions;
using Spinel.Engine.Tracking;
using Spinel.Protocol;

namespace Spinel.Engine.Commands.Connection;

/// <summary>One connection as a line of <c>name=value</c> fields. Tools pick them by name, so the names and what they mean are Redis's.</summary>
internal static class ClientLine
{
    /// <summary>A line is usually shorter than this.</summary>
    public const int UsualLength = 512;

    /// <param name="output">Where the line goes.</param>
    /// <param name="session">The client described.</param>
    /// <param name="c">The call that asks. Of its own client the request that runs is told of.</param>
    public static void Write(IBufferWriter<byte> output, Session session, ref readonly CommandContext c)
    {
        Input input = session == c.Session ? InputOf(in c) : InputOf(session);
        Write(output, session, input, c.NowMs);
    }

    /// <summary>As the other overload, where nobody asks.</summary>
    public static void Write(IBufferWriter<byte> output, Session session, long nowMs) => Write(output, session, InputOf(session), nowMs);

    private static void Write(IBufferWriter<byte> output, Session session, Input input, long nowMs)
    {
        int room = UsualLength + session.User.NameBytes.Length + session.Name.Length + session.LibraryName.Length + session.LibraryVersion.Length;
        int written;
        while (!TryFormat(output.GetSpan(room), session, input, nowMs, out written))
        {
            room *= 2;
        }

        output.Advance(written);
    }

    private static bool TryFormat(Span<byte> line, Session session, Input input, long nowMs, out int written)
    {
        IConnection connection = session.Connection;
        OutputBuffer sent = session.Output;
        string events = session.IsPendingWrite || !sent.IsEmpty ? "rw" : "r";
        string command = session.LastCommand?.Name ?? "NULL";

        // The first chunk stands for the buffer that every client of Redis has, the others for the list that follows on it.
        int obl = sent.FirstSegment.Length;
        int oll = Math.Max(0, sent.ChunkCount - 1);
        long rbs = Math.Min(sent.CapacityBytes, ChunkPool.ChunkSize);
        long omem = sent.CapacityBytes - rbs;
        return Utf8.TryWrite(
            line,
            CultureInfo.InvariantCulture,
            $"id={session.Id} addr={connection.RemoteAddress} laddr={connection.LocalAddress} fd={connection.FileDescriptor} name={Text(session.Name)} age={Seconds(nowMs - session.CreatedMs)} idle={Seconds(nowMs - session.LastInteractionMs)} flags={Flags(session)} db={session.DatabaseIndex} sub={session.Subscriptions?.ChannelCount ?? 0} psub={session.Subscriptions?.PatternCount ?? 0} ssub={session.Subscriptions?.ShardCount ?? 0} multi={session.Transaction?.Count ?? -1} qbuf={input.Length} qbuf-free={input.Free} argv-mem={input.ArgumentBytes} multi-mem={session.Transaction?.MemoryBytes ?? 0} rbs={rbs} rbp={rbs} obl={obl} oll={oll} omem={omem} tot-mem={session.MemoryBytes} events={events} cmd={command} user={Text(session.User.NameBytes)} redir={session.Tracking?.RedirectId ?? -1} resp={(int)session.Protocol} lib-name={Text(session.LibraryName)} lib-ver={Text(session.LibraryVersion)}\n",
            out written);
    }

    /// <summary>What is just running.</summary>
    private static Input InputOf(ref readonly CommandContext c)
    {
        long arguments = 0;
        for (int i = 0; i < c.Count; i++)
        {
            arguments += c[i].Length;
        }

        return new Input(c.Buffer.Length, Math.Max(0, c.Session.Input.CapacityBytes - c.Buffer.Length), arguments);
    }

    /// <summary>What has been received and not been run.</summary>
    private static Input InputOf(Session session)
    {
        long arguments = 0;
        if (session.Input.Length > 0 && session.Input.Arguments is { } kept)
        {
            foreach (ArgumentRange argument in kept.AsSpan())
            {
                arguments += argument.Length;
            }
        }

        return new Input(session.Input.Length, session.Input.CapacityBytes - session.Input.Length, arguments);
    }

    private static ReadOnlySpan<byte> Text(byte[] bytes) => bytes;

    /// <summary>A clock that was set back must not show a negative age.</summary>
    private static long Seconds(long milliseconds) => Math.Max(0, milliseconds) / 1000;

    /// <summary>One letter for each property that is out of the ordinary, or <c>N</c>.</summary>
    public static string Flags(Session session)
    {
        Span<char> flags = stackalloc char[16];
        int count = 0;
        Add(flags, ref count, 'S', session.Type == ClientType.Replica);
        Add(flags, ref count, 'O', session.IsMonitor);
        Add(flags, ref count, 'M', session.Type == ClientType.Primary);
        Add(flags, ref count, 'P', session.Subscriptions is { Count: > 0 });
        Add(flags, ref count, 'x', session.Transaction is not null);
        Add(flags, ref count, 'b', session.IsPostponed);
        Add(flags, ref count, 't', session.Tracking is not null);
        Add(flags, ref count, 'R', session.Tracking is { IsRedirectBroken: true });
        Add(flags, ref count, 'B', session.Tracking is { } tracking && tracking.Has(TrackingModes.Broadcast));
        Add(flags, ref count, 'd', session.IsWatchTouched);
        Add(flags, ref count, 'c', session.CloseAfterReply);
        Add(flags, ref count, 'U', session.Connection.IsUnixSocket);
        Add(flags, ref count, 'e', session.IsProtectedFromEviction);
        Add(flags, ref count, 'T', (session.LookupFlags & LookupFlags.NoTouch) != 0);
        return count == 0 ? "N" : new string(flags[..count]);
    }

    private static void Add(Span<char> flags, ref int count, char flag, bool isSet)
    {
        if (isSet)
        {
            flags[count++] = flag;
        }
    }

    /// <param name="Length">Bytes in the buffer.</param>
    /// <param name="Free">Bytes that it has room for.</param>
    /// <param name="ArgumentBytes">Of the bytes in the buffer, those that are arguments of the request that is running, waiting or coming in.</param>
    private readonly record struct Input(int Length, int Free, long ArgumentBytes);
}
