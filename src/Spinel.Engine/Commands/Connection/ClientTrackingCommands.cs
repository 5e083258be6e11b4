using Spinel.Engine.Dispatch;
using Spinel.Engine.Sessions;
using Spinel.Engine.Tracking;
using Spinel.Protocol;

namespace Spinel.Engine.Commands.Connection;

/// <summary>CLIENT subcommands of client-side caching; <see cref="Invalidations"/> does the work.</summary>
internal static class ClientTrackingCommands
{
    private const CommandFlags Flags = CommandFlags.NoScript | CommandFlags.Loading | CommandFlags.Stale;

    [Command("CLIENT|TRACKING", "status=<ON | OFF> [REDIRECT client-id:integer] [PREFIX prefix [PREFIX prefix ...]] [BCAST] [OPTIN] [OPTOUT] [NOLOOP]", Arity = -3,
        Flags = Flags, Group = CommandGroup.Connection, Since = "6.0.0", Complexity = "O(1), or O(N) with N the number of prefixes",
        Summary = "Has the connection told when keys change that it has read, or that begin with certain prefixes.")]
    internal static void Tracking(ref CommandContext c)
    {
        if (!TryParse(ref c, out Request request))
        {
            return;
        }

        if (c.Is(2, "OFF"u8))
        {
            c.Engine.Invalidations.Disable(c.Session);
        }
        else if (!c.Is(2, "ON"u8))
        {
            c.Error(Errors.Syntax);
            return;
        }
        else if (!IsPossible(ref c, request))
        {
            return;
        }
        else
        {
            Enable(ref c, request);
        }

        c.Reply.Raw(Replies.Ok);
    }

    [Command("CLIENT|CACHING", "mode=<YES | NO>", Arity = 3, Flags = Flags, Group = CommandGroup.Connection, Since = "6.0.0", Complexity = "O(1)",
        Summary = "Says of the next command, in the opt-in or opt-out mode of tracking, whether its keys are remembered.")]
    internal static void Caching(ref CommandContext c)
    {
        if (c.Session.Tracking is not { } tracking)
        {
            c.Error(Errors.CachingWithoutTracking);
            return;
        }

        bool yes = c.Is(2, "YES"u8);
        if (!yes && !c.Is(2, "NO"u8))
        {
            c.Error(Errors.Syntax);
        }
        else if (!tracking.Has(yes ? TrackingModes.OptIn : TrackingModes.OptOut))
        {
            c.Error(yes ? Errors.CachingYesWithoutOptIn : Errors.CachingNoWithoutOptOut);
        }
        else
        {
            tracking.IsCachingGiven = true;
            c.Reply.Raw(Replies.Ok);
        }
    }

    [Command("CLIENT|GETREDIR", "", Arity = 2, Flags = Flags, Group = CommandGroup.Connection, Since = "6.0.0", Complexity = "O(1)",
        Summary = "Tells which connection gets the invalidation messages of this one: 0 when it gets them itself, -1 when it tracks nothing.")]
    internal static void GetRedirection(ref CommandContext c) => c.Reply.Integer(c.Session.Tracking?.RedirectId ?? -1);

    [Command("CLIENT|TRACKINGINFO", "", Arity = 2, Flags = Flags, Group = CommandGroup.Connection, Since = "6.2.0", Complexity = "O(1)",
        Summary = "Tells how the connection tracks the keys that it reads.")]
    internal static void TrackingInfo(ref CommandContext c)
    {
        ClientTracking? tracking = c.Session.Tracking;
        TrackingModes modes = tracking?.Modes ?? TrackingModes.None;
        bool isCachingGiven = tracking is { IsCachingGiven: true };
        bool isBroken = tracking is { IsRedirectBroken: true };
        ref ReplyWriter reply = ref c.Reply;
        reply.MapHeader(3);
        reply.BulkString("flags"u8);
        bool isOpting = (modes & (TrackingModes.OptIn | TrackingModes.OptOut)) != 0;
        reply.SetHeader(1 + System.Numerics.BitOperations.PopCount((uint)modes) + (isOpting && isCachingGiven ? 1 : 0) + (isBroken ? 1 : 0));
        reply.BulkString(tracking is null ? "off"u8 : "on"u8);
        WriteIf(ref reply, (modes & TrackingModes.Broadcast) != 0, "bcast"u8);
        WriteIf(ref reply, (modes & TrackingModes.OptIn) != 0, "optin"u8);
        WriteIf(ref reply, (modes & TrackingModes.OptIn) != 0 && isCachingGiven, "caching-yes"u8);
        WriteIf(ref reply, (modes & TrackingModes.OptOut) != 0, "optout"u8);
        WriteIf(ref reply, (modes & TrackingModes.OptOut) != 0 && isCachingGiven, "caching-no"u8);
        WriteIf(ref reply, (modes & TrackingModes.NoLoop) != 0, "noloop"u8);
        WriteIf(ref reply, isBroken, "broken_redirect"u8);
        reply.BulkString("redirect"u8);
        reply.Integer(tracking?.RedirectId ?? -1);
        reply.BulkString("prefixes"u8);
        reply.ArrayHeader(tracking?.Prefixes.Count ?? 0);
        foreach (BroadcastPrefix prefix in tracking?.Prefixes ?? [])
        {
            reply.BulkString(prefix.Bytes);
        }
    }

    private static void WriteIf(ref ReplyWriter reply, bool condition, ReadOnlySpan<byte> word)
    {
        if (condition)
        {
            reply.BulkString(word);
        }
    }

    private static bool TryParse(ref CommandContext c, out Request request)
    {
        request = default;
        for (int i = 3; i < c.Count; i++)
        {
            bool hasValue = i + 1 < c.Count;
            if (hasValue && c.Is(i, "REDIRECT"u8))
            {
                if (!TryRedirect(ref c, ++i, ref request))
                {
                    return false;
                }
            }
            else if (c.Is(i, "BCAST"u8))
            {
                request.Modes |= TrackingModes.Broadcast;
            }
            else if (c.Is(i, "OPTIN"u8))
            {
                request.Modes |= TrackingModes.OptIn;
            }
            else if (c.Is(i, "OPTOUT"u8))
            {
                request.Modes |= TrackingModes.OptOut;
            }
            else if (c.Is(i, "NOLOOP"u8))
            {
                request.Modes |= TrackingModes.NoLoop;
            }
            else if (hasValue && c.Is(i, "PREFIX"u8))
            {
                (request.Prefixes ??= []).Add(++i);
            }
            else
            {
                c.Error(Errors.Syntax);
                return false;
            }
        }

        return true;
    }

    private static bool TryRedirect(ref CommandContext c, int index, ref Request request)
    {
        if (request.RedirectId != 0)
        {
            c.Error(Errors.RedirectTwice);
            return false;
        }

        if (!c.TryInteger(index, out request.RedirectId))
        {
            return false;
        }

        if (c.Engine.Sessions.Find(request.RedirectId) is null)
        {
            c.Error(Errors.RedirectToNobody);
            return false;
        }

        return true;
    }

    /// <summary>Whether the modes go together, and with the tracking that is on. False once an error has been replied.</summary>
    private static bool IsPossible(ref CommandContext c, in Request request)
    {
        const TrackingModes Opting = TrackingModes.OptIn | TrackingModes.OptOut;
        TrackingModes modes = request.Modes;
        bool broadcasts = (modes & TrackingModes.Broadcast) != 0;
        if (!broadcasts && request.Prefixes is not null)
        {
            c.Error(Errors.PrefixWithoutBroadcast);
            return false;
        }

        if (c.Session.Tracking is { } before && before.Has(TrackingModes.Broadcast) != broadcasts)
        {
            c.Error(Errors.SwitchOfBroadcast);
            return false;
        }

        if (broadcasts && (modes & Opting) != 0)
        {
            c.Error(Errors.OptingWithBroadcast);
            return false;
        }

        if ((modes & Opting) == Opting)
        {
            c.Error(Errors.OptingBothWays);
            return false;
        }

        if (((modes | (c.Session.Tracking?.Modes ?? TrackingModes.None)) & Opting) == Opting)
        {
            c.Error(Errors.SwitchOfOpting);
            return false;
        }

        return !HasOverlap(ref c, request.Prefixes);
    }

    /// <summary>Looks for prefixes of which one begins with the other: a key would be told twice. True once an error has been replied.</summary>
    private static bool HasOverlap(ref CommandContext c, List<int>? prefixes)
    {
        for (int i = 0; i < (prefixes?.Count ?? 0); i++)
        {
            ReadOnlySpan<byte> prefix = c[prefixes![i]];
            foreach (BroadcastPrefix registered in c.Session.Tracking?.Prefixes ?? [])
            {
                if (Overlap(prefix, registered.Bytes))
                {
                    c.Error(Errors.PrefixOverlap(prefix, registered.Bytes, isRegistered: true));
                    return true;
                }
            }

            for (int j = i + 1; j < prefixes.Count; j++)
            {
                if (Overlap(prefix, c[prefixes[j]]))
                {
                    c.Error(Errors.PrefixOverlap(prefix, c[prefixes[j]], isRegistered: false));
                    return true;
                }
            }
        }

        return false;
    }

    private static bool Overlap(ReadOnlySpan<byte> a, ReadOnlySpan<byte> b) => a.Length < b.Length ? b.StartsWith(a) : a.StartsWith(b);

    private static void Enable(ref CommandContext c, in Request request)
    {
        Session session = c.Session;
        Invalidations invalidations = c.Engine.Invalidations;
        var tracking = new ClientTracking(request.Modes, request.RedirectId) { Prefixes = session.Tracking?.Prefixes ?? [] };
        if (tracking.Has(TrackingModes.Broadcast))
        {
            if (request.Prefixes is null)
            {
                invalidations.AddPrefix(session, tracking, default);
            }

            foreach (int index in request.Prefixes ?? [])
            {
                invalidations.AddPrefix(session, tracking, c[index]);
            }
        }

        invalidations.Enable(session, tracking);
    }

    /// <summary>What the arguments ask for.</summary>
    private struct Request
    {
        public TrackingModes Modes;
        public long RedirectId;

        /// <summary>The arguments that are prefixes.</summary>
        public List<int>? Prefixes;
    }
}
