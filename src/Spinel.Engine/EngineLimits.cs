using Spinel.DataStructures;
using Spinel.Engine.Configuration;
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

    /// <summary>Bytes of replies not sent at which a client is closed; the greatest number when there is no limit.</summary>
    public long OutputHardBytes { get; private set; } = long.MaxValue;

    /// <summary>As <see cref="OutputHardBytes"/>, for a client that stays above it for <see cref="OutputSoftMs"/>.</summary>
    public long OutputSoftBytes { get; private set; } = long.MaxValue;

    public long OutputSoftMs { get; private set; }

    internal void Read(ServerOptions options)
    {
        Requests = RequestLimits.Default with { MaxBulkLength = options.ProtoMaxBulkLengthBytes };
        StringBytes = Math.Min(options.ProtoMaxBulkLengthBytes, KeyBlock.MaxStringBytes);
        QueryBufferBytes = Math.Min(options.ClientQueryBufferLimitBytes, MaxQueryBufferBytes);
        MaxClients = options.MaxClients;
        ListNode = QuicklistNodeLimit.FromOption(options.ListMaxListpackSize);
        IdleTimeoutMs = options.TimeoutSeconds * 1000L;
        OutputBufferLimit normal = options.ClientOutputBufferLimits.Normal;
        OutputHardBytes = OutputBytes(normal.HardLimitBytes);
        OutputSoftBytes = OutputBytes(normal.SoftLimitBytes);
        OutputSoftMs = normal.SoftLimitSeconds * 1000L;
    }

    /// <summary>Redis does not count the first 16 KB of a client's output, so a limit of a few bytes still lets small replies through.</summary>
    private static long OutputBytes(long limit) =>
        limit <= 0 || limit > long.MaxValue - Sessions.ChunkPool.ChunkSize ? long.MaxValue : limit + Sessions.ChunkPool.ChunkSize;
}
