using System.Globalization;
using System.Text.Unicode;
using Spinel.Engine.Sessions;
using Spinel.Memory;
using Spinel.Protocol;

namespace Spinel.Engine.Tracking;

/// <summary>
/// Sends invalidations to the clients that track, or to those that get the messages in their place. The one message at a time is filled in by the caller, and shared by
/// all who are sent it.
/// </summary>
internal sealed class InvalidationSender(NativeHeap heap, ChunkPool chunks, SessionRegistry sessions) : IDisposable
{
    /// <summary>What is sent.</summary>
    public InvalidationMessage Message { get; } = new(heap, chunks);

    /// <summary>Sends the message to a client, or to the one that gets its messages.</summary>
    public void Send(Session session)
    {
        ClientTracking tracking = session.Tracking!;
        Session receiver = session;
        if (tracking.RedirectId != 0)
        {
            if (sessions.Find(tracking.RedirectId) is not { } found)
            {
                tracking.IsRedirectBroken = true;
                TellBroken(session, tracking.RedirectId);
                return;
            }

            receiver = found;
        }

        // In RESP2 a client can take messages between replies only while it is subscribed to something.
        if (receiver.Protocol == RespVersion.Resp3 || (tracking.RedirectId != 0 && receiver.IsSubscribed))
        {
            receiver.Push(Message.For(receiver.Protocol));
        }
    }

    public void Dispose() => Message.Dispose();

    /// <summary>Tells a client that its messages could not be sent to the one that it chose.</summary>
    private static void TellBroken(Session session, long redirectId)
    {
        if (session.Protocol == RespVersion.Resp3)
        {
            Span<byte> message = stackalloc byte[64];
            Utf8.TryWrite(message, CultureInfo.InvariantCulture, $">2\r\n$21\r\ntracking-redir-broken\r\n:{redirectId}\r\n", out int length);
            session.Push(message[..length]);
        }
    }
}
