using Spinel.DataStructures;
using Spinel.Engine.Configuration;
using Spinel.Protocol;

namespace Spinel.Engine;

/// <summary>The limits of the options in the form in which hot paths read them: plain fields, brought up to date when an option changes.</summary>
public sealed class EngineLimits
{
    /// <summary>What a request may look like.</summary>
    public RequestLimits Requests { get; private set; } = RequestLimits.Default;

    /// <summary>Bytes of unexecuted input after which a client is closed.</summary>
    public long QueryBufferBytes { get; private set; }

    /// <summary>The longest string value, in bytes.</summary>
    public long StringBytes { get; private set; }

    public long MaxClients { get; private set; }

    /// <summary>How big the nodes of lists become.</summary>
    public QuicklistNodeLimit ListNode { get; private set; }

    public long IdleTimeoutMs { get; private set; }

    public long OutputHardBytes { get; private set; }

    public long OutputSoftBytes { get; private set; }

    public long OutputSoftMs { get; private set; }

    internal void Read(ServerOptions options)
    {
        Requests = RequestLimits.Default with { MaxBulkLength = options.ProtoMaxBulkLengthBytes };
        StringBytes = Math.Min(options.ProtoMaxBulkLengthBytes, KeyBlock.MaxStringBytes);
        QueryBufferBytes = options.ClientQueryBufferLimitBytes;
        MaxClients = options.MaxClients;
        ListNode = QuicklistNodeLimit.FromOption(options.ListMaxListpackSize);
        IdleTimeoutMs = options.TimeoutSeconds * 1000L;
        OutputBufferLimit normal = options.ClientOutputBufferLimits.Normal;
        OutputHardBytes = normal.HardLimitBytes;
        OutputSoftBytes = normal.SoftLimitBytes;
        OutputSoftMs = normal.SoftLimitSeconds * 1000L;
    }
}
