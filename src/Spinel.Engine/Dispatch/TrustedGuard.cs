using System.Text;
using Spinel.Engine.Configuration;
using Spinel.Engine.Sessions;

namespace Spinel.Engine.Dispatch;

/// <summary>
/// What may stand against a command that a log or a primary gives. It has been done where it comes from, so no limit or permission of clients applies; but what cannot be
/// understood or kept here, or fails, means that the data is not what it should be. Whether that is the end is for <see cref="TrustedFeed.Refusal"/> to say.
/// </summary>
internal sealed class TrustedGuard(SpinelEngine engine)
{
    private const long DiskWarningPeriodMs = 10_000;

    private long _diskWarningMs;

    /// <summary>Whether the request is to run, or to be queued.</summary>
    public bool Admits(in CommandContext context, Session session, TrustedFeed feed, Request request)
    {
        if (request.IsInline)
        {
            // Logs have lines that begin with a number sign, for those who want to know when something was written.
            if (context[0] is not [(byte)'#', ..])
            {
                feed.Refuse("what should be a request is none");
            }

            return false;
        }

        if (feed.Refusal is not null)
        {
            // The rest of what was read together with something broken must not be applied.
            return false;
        }

        CommandDescriptor? command = request.Command;
        if (command?.Handler is null || !command.AcceptsCount(context.Count))
        {
            byte[] error = command is null ? Errors.UnknownCommand(in context) : Errors.WrongArity(command.Name);
            if (session.Type == ClientType.Primary)
            {
                // The primary has gone on, and so has whoever else copies it.
                LogPrimaryError(error, context[0]);
            }
            else
            {
                feed.Refuse(Encoding.UTF8.GetString(error));
            }

            return false;
        }

        bool isKept = (engine.Gate & EngineGate.WritesRefused) == 0 || session.Type != ClientType.Primary || (command.Flags & CommandFlags.Write) == 0
            || engine.WriteRefusals.Disk is null;
        return isKept || MayGoOnWithoutDisk(feed);
    }

    /// <summary>What succeeded where it comes from has failed here; <c>propagation-error-behavior</c> says whether that is the end.</summary>
    public void OnError(in CommandContext context, Session session, TrustedFeed feed)
    {
        bool isReplica = session.Type == ClientType.Primary;
        string error = feed.LastError ?? "";
        PropagationErrorBehavior behavior = engine.Options.PropagationErrorBehavior;
        if (isReplica)
        {
            LogPrimaryError(Encoding.Latin1.GetBytes(error), context[0]);
        }

        if (isReplica ? behavior != PropagationErrorBehavior.Ignore && engine.Options.ReplicaReadOnly : behavior == PropagationErrorBehavior.Panic)
        {
            feed.Refuse($"the command '{Encoding.Latin1.GetString(context[0])}' failed: '{error}'", isFatal: true);
        }
    }

    /// <summary>What the primary has written cannot be kept here: unless that is allowed, the server stops rather than have less than it says.</summary>
    private bool MayGoOnWithoutDisk(TrustedFeed feed)
    {
        if (!engine.Options.ReplicaIgnoreDiskWriteErrors)
        {
            feed.Refuse("Replica was unable to write command to disk.", isFatal: true);
            return false;
        }

        long now = engine.Clock.NowMs;
        if (_diskWarningMs == 0 || now - _diskWarningMs > DiskWarningPeriodMs)
        {
            _diskWarningMs = now;
            engine.Log.Write(ServerLogLevel.Warning, "Replica is applying a command even though it is unable to write to disk.");
        }

        return true;
    }

    /// <summary>Says that the data of primary and replica may differ from here on.</summary>
    private void LogPrimaryError(ReadOnlySpan<byte> error, ReadOnlySpan<byte> command)
    {
        engine.Statistics.UnexpectedErrorReplies++;
        engine.Log.Write(
            ServerLogLevel.Warning,
            $"== CRITICAL == This replica is sending an error to its master: '{Encoding.Latin1.GetString(error)}' after processing the command '{Encoding.Latin1.GetString(command)}'");
    }
}
