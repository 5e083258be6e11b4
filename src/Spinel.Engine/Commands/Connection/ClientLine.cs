using System.Buffers;
using System.Globalization;
using System.Text.Unicode;
using Spinel.Engine.Sessions;

namespace Spinel.Engine.Commands.Connection;

/// <summary>One connection as a line of <c>name=value</c> fields. Tools pick them by name, so the names and what they mean are Redis's.</summary>
internal static class ClientLine
{
    /// <summary>A line is usually shorter than this.</summary>
    public const int UsualLength = 512;

    public static void Write(IBufferWriter<byte> output, Session session, long nowMs)
    {
        int room = UsualLength + session.Name.Length + session.LibraryName.Length + session.LibraryVersion.Length;
        int written;
        while (!TryFormat(output.GetSpan(room), session, nowMs, out written))
        {
            room *= 2;
        }

        output.Advance(written);
    }

    private static bool TryFormat(Span<byte> line, Session session, long nowMs, out int written)
    {
        IConnection connection = session.Connection;
        OutputBuffer sent = session.Output;
        int free = session.InputCapacityBytes - session.InputBytes;
        string events = session.IsPendingWrite || !sent.IsEmpty ? "rw" : "r";
        string command = session.LastCommand?.Name ?? "NULL";
        return Utf8.TryWrite(
            line,
            CultureInfo.InvariantCulture,
            $"id={session.Id} addr={connection.RemoteAddress} laddr={connection.LocalAddress} fd={connection.FileDescriptor} name={Text(session.Name)} age={Seconds(nowMs - session.CreatedMs)} idle={Seconds(nowMs - session.LastInteractionMs)} flags={Flags(session)} db={session.DatabaseIndex} sub={session.Subscriptions?.ChannelCount ?? 0} psub={session.Subscriptions?.PatternCount ?? 0} ssub={session.Subscriptions?.ShardCount ?? 0} multi={session.Transaction?.Count ?? -1} qbuf={session.InputBytes} qbuf-free={free} argv-mem=0 multi-mem={session.Transaction?.MemoryBytes ?? 0} rbs=0 rbp=0 obl={sent.Length} oll={sent.ChunkCount} omem={sent.CapacityBytes} tot-mem={session.MemoryBytes} events={events} cmd={command} user=default redir=-1 resp={(int)session.Protocol} lib-name={Text(session.LibraryName)} lib-ver={Text(session.LibraryVersion)}\n",
            out written);
    }

    private static ReadOnlySpan<byte> Text(byte[] bytes) => bytes;

    /// <summary>A clock that was set back must not show a negative age.</summary>
    private static long Seconds(long milliseconds) => Math.Max(0, milliseconds) / 1000;

    /// <summary>One letter for each property that is out of the ordinary, or <c>N</c>.</summary>
    private static string Flags(Session session)
    {
        Span<char> flags = stackalloc char[16];
        int count = 0;
        Add(flags, ref count, 'O', session.IsMonitor);
        Add(flags, ref count, 'P', session.Subscriptions is { Count: > 0 });
        Add(flags, ref count, 'x', session.Transaction is not null);
        Add(flags, ref count, 'b', session.IsPostponed);
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
}
