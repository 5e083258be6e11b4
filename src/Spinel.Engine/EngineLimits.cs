using Spinel.DataStructures;
using Spinel.Engine.Configuration;
using Spinel.Engine.Sessions;
using Spinel.Protocol;

namespace Spinel.Engine;

/// <summary>The limits of the options in the form in which hot paths read them: plain fields, brought up to date when an option changes.</summary>
public sealed class EngineLimits
{
    /// <summary>What a buffer can hold, less what a receive may add before the limit is looked at; the option may ask for more.</summary>
    private const long MaxQueryBufferBytes = Memory.NativeBuffer.LargestCapacity - (4L << 20);

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

    /// <summary>Output limits of clients that wait for replies.</summary>
    public OutputLimits NormalOutput { get; } = new();

    /// <summary>Output limits of replicas.</summary>
    public OutputLimits ReplicaOutput { get; } = new();

    /// <summary>Output limits of subscribed clients.</summary>
    public OutputLimits PubSubOutput { get; } = new();

    /// <summary>The output limits of a class of clients.</summary>
    public OutputLimits OutputOf(ClientType type) => type switch
    {
        ClientType.PubSub => PubSubOutput,
        ClientType.Replica => ReplicaOutput,
        _ => NormalOutput,
    };

    internal void Read(ServerOptions options)
    {
        Requests = RequestLimits.Default with { MaxBulkLength = options.ProtoMaxBulkLengthBytes };
        StringBytes = Math.Min(options.ProtoMaxBulkLengthBytes, KeyBlock.MaxStringBytes);
        QueryBufferBytes = Math.Min(options.ClientQueryBufferLimitBytes, MaxQueryBufferBytes);
        MaxClients = options.MaxClients;
        ListNode = QuicklistNodeLimit.FromOption(options.ListMaxListpackSize, options.ListCompressDepth);
        IdleTimeoutMs = options.TimeoutSeconds * 1000L;
        NormalOutput.Read(options.ClientOutputBufferLimits.Normal);
        ReplicaOutput.Read(options.ClientOutputBufferLimits.Replica, options.ReplBacklogSizeBytes);
        PubSubOutput.Read(options.ClientOutputBufferLimits.PubSub);
    }
}
